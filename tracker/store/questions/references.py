"""Which article a person means: by id, by an address loosely typed, by the slug of one, by words of the headline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from urllib.parse import urlsplit, urlunsplit

from tracker.errors import Ambiguous, NotFound
from tracker.model import Article
from tracker.store.article_row import article_of
from tracker.store.connection import rows, storable
from tracker.store.history import articles
from tracker.store.search import search
from tracker.store.store import Store

LISTED = 10
"""How many articles are named to choose from."""

_SLUG = "substr(rtrim(url_key, '/'), length(rtrim(rtrim(url_key, '/'), replace(rtrim(url_key, '/'), '/', ''))) + 1)"
"""The last piece of an address, as the index of migration 0016 has it."""

_SHORTEST_SLUG = 4
_LOOKED_AT = 50  # articles whose former headlines are read
_ADDRESS = re.compile(r"(?:https?:)?//\S+|[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE)
_NO_PIECE = re.compile(r"[\s/]")


def resolve(store: Store, reference: str) -> int:
    """The id of the article that is meant. Raises NotFound, or Ambiguous when it may be several.

    An id and an address an article had are taken at their word. Else the first that finds anything counts: the address
    with other scheme, `www.`, slash or AMP form, the beginning of a slug, words of the headline as it stands now, or of
    one that it had.
    """
    try:
        return articles.resolve(store, reference)
    except NotFound:
        typed = storable(reference).strip()
        if typed.isascii() and typed.isdigit():
            raise
    for find in (_by_address, _by_slug, _by_headline, _by_former_headline):
        found = find(store, typed)
        if len(found) == 1:
            return found[0].id
        if found:
            raise Ambiguous(_to_choose_from(reference.strip(), found))
    raise NotFound(
        f"no article is known under {reference.strip()!r}, by address, slug or words of a headline it has or had; "
        "tracker search looks into the texts, and tracker add follows a URL from now on"
    )


def at_address(store: Store, typed: str) -> list[Article]:
    """The articles that may be meant by an address, loosely typed; empty for what is no address of any.

    One that is unknown is looked for by its last piece, which stays when a story moves to another section.
    """
    typed = storable(typed).strip()
    if not _ADDRESS.fullmatch(typed):
        return []
    slug = urlsplit(typed if "//" in typed else f"//{typed}").path.rstrip("/").rpartition("/")[2]
    return _by_address(store, typed) or (_by_slug(store, slug) if "-" in slug else [])


def _by_address(store: Store, typed: str) -> list[Article]:
    if not _ADDRESS.fullmatch(typed):
        return []
    keys = list(dict.fromkeys(filter(None, map(articles.key_of, _variants(typed)))))
    sql = (
        "select * from articles where id in (select article_id from article_urls "  # noqa: S608 - only placeholders
        f"where url_key in ({', '.join('?' * len(keys))})) order by id desc limit ?"
    )
    return [article_of(r) for r in rows(store.db, sql, (*keys, LISTED + 1))]


def _variants(typed: str) -> Iterator[str]:
    """The addresses that a loosely typed one may stand for."""
    from tracker.discovery import identity  # as in `articles`: not at the start of every command

    bare = re.sub(r"^(?:https?:)?//", "", typed, flags=re.IGNORECASE)
    for scheme in ("https", "http"):
        for form in identity.twins(f"{scheme}://{bare}"):
            parts = urlsplit(form)
            host = parts.netloc.removeprefix("www.")
            path = parts.path.rstrip("/")
            for netloc in (host, f"www.{host}"):
                for ending in (path, f"{path}/", f"{path}/amp", f"{path}/amp/"):
                    yield urlunsplit((scheme, netloc, ending, parts.query, ""))


def _by_slug(store: Store, typed: str) -> list[Article]:
    """Articles with an address whose last piece is, or else begins with, what was typed."""
    slug = typed.strip("/")
    if len(slug) < _SHORTEST_SLUG or _NO_PIECE.search(slug):
        return []
    for condition, values in (
        (f"{_SLUG} = ?", (slug,)),
        (f"{_SLUG} >= ? and {_SLUG} < ?", (slug, f"{slug}\U0010ffff")),
    ):
        sql = (
            f"select * from articles where id in (select article_id from article_urls where {condition}) "  # noqa: S608
            "order by id desc limit ?"
        )
        if found := [article_of(r) for r in rows(store.db, sql, (*values, LISTED + 1))]:
            return found
    return []


def _by_headline(store: Store, typed: str) -> list[Article]:
    """Articles whose headline has all the words; the last may be a beginning."""
    words = re.findall(r"\w+", typed)
    asked = " ".join(f"headline:{word}" for word in words)
    return search.search(store, asked, limit=LISTED + 1) or search.search(store, f"{asked}*", limit=LISTED + 1)


def _by_former_headline(store: Store, typed: str) -> list[Article]:
    """Articles that had a headline with all the words. Of those whose removed texts have them, the newest are looked
    at."""
    words = [word.casefold() for word in re.findall(r"\w+", typed)]
    candidates = search.search(store, " ".join(f"removed:{word}" for word in words), limit=_LOOKED_AT) if words else []
    found = []
    for article in candidates:
        headlines = rows(store.db, "select distinct headline from versions where article_id = ?", (article.id,))
        if any(set(words) <= set(re.findall(r"\w+", r["headline"].casefold())) for r in headlines):
            found.append(article)
    return found[: LISTED + 1]


def _to_choose_from(typed: str, found: Sequence[Article]) -> str:
    listed = [f"  {a.id}  {a.headline or '(no headline)'}  {a.url}" for a in found[:LISTED]]
    more = ["  and more"] if len(found) > LISTED else []
    return "\n".join((f"{typed!r} may be any of these articles; name one by its id:", *listed, *more))
