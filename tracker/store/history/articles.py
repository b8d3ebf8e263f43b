"""Articles and every address they ever had."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.config.settings import NO_IDENTITY, UrlIdentity
from tracker.errors import NotFound
from tracker.model import Article, Found, State, Via, iso
from tracker.store.article_row import article_of
from tracker.store.connection import row, rows, run, run_many, stamp, sure_moment
from tracker.store.history import joins
from tracker.store.store import Store


@dataclass(frozen=True, slots=True)
class Address:
    """A URL an article has or had. `role` is canonical, alias, former or amp."""

    url: str
    role: str
    first_seen_at: datetime
    last_seen_at: datetime


def articles(
    store: Store,
    source_id: str | None = None,
    state: State | None = None,
    limit: int | None = None,
    *,
    before_id: int | None = None,
    moved: bool = True,
) -> list[Article]:
    """Articles, newest first; the next page begins `before_id` the last one's id.

    Without a state asked for, `moved` False leaves out those that another article is followed in place of.
    """
    wanted: list[tuple[str, str | int]] = []
    if source_id is not None:
        wanted.append(("source_id = ?", source_id))
    if state is not None:
        wanted.append(("state = ?", state.value))
    elif not moved:
        wanted.append(("+state <> ?", State.MOVED.value))
    if before_id is not None:
        wanted.append(("id < ?", before_id))
    where = " where " + " and ".join(condition for condition, _ in wanted) if wanted else ""
    sql = f"select * from articles{where} order by id desc limit ?"  # noqa: S608 - conditions are ours
    return [
        article_of(r) for r in rows(store.db, sql, (*(value for _, value in wanted), -1 if limit is None else limit))
    ]


def article(store: Store, article_id: int) -> Article:
    """One article. Raises NotFound."""
    found = row(store.db, "select * from articles where id = ?", (article_id,))
    if found is None:
        raise NotFound(f"no article {article_id}; tracker articles lists them")
    return article_of(found)


def resolve(store: Store, reference: str, source_id: str = "") -> int:
    """The id of the article with this id or any URL it ever had, by what its source says of addresses.

    Raises NotFound.
    """
    reference = reference.strip()
    if reference.isascii() and reference.isdigit() and len(reference) < 19:
        return article(store, int(reference)).id
    found = find(store, reference, source_id)
    if found is None:
        raise NotFound(f"no article is known under {reference!r}; tracker add follows a URL from now on")
    return found


def find(store: Store, url: str, source_id: str = "") -> int | None:
    """The article that has or had this address, by what its source says of addresses, or None."""
    own = key_of(url, _identity(store, source_id)) if source_id else ""
    for key in dict.fromkeys((own, _whole_key(url), key_of(url))):
        found = row(store.db, "select article_id from article_urls where url_key = ?", (key,)) if key else None
        if found is not None:
            return int(found["article_id"])
    return None


def key_of(url: str, identity: UrlIdentity = NO_IDENTITY) -> str:
    """The identity of an address; empty when it is none."""
    from tracker.discovery import urls  # a third of the start of a command that needs no address

    try:
        return urls.key(url, identity)
    except ValueError:
        return ""


def identity_key(store: Store, url: str, source_id: str) -> str:
    """The identity of an address by what its source says of addresses; empty when it is none."""
    return key_of(url, _identity(store, source_id))


def _whole_key(url: str) -> str:
    """The key of an address of a source that keeps all its parameters; empty when it is none."""
    from tracker.discovery import urls

    try:
        return urls.whole_key(url)
    except ValueError:
        return ""


def _number(url: str, identity: UrlIdentity) -> str | None:
    """What the source's identity finds in an address, or None."""
    from tracker.discovery import urls

    try:
        return urls.number(url, identity) or None
    except ValueError:
        return None


def _identity(store: Store, source_id: str) -> UrlIdentity:
    """What the configuration of a source says of its addresses."""
    said = row(store.db, "select json_extract(config, '$.identity') as said from sources where id = ?", (source_id,))
    if said is None or not said["said"]:
        return NO_IDENTITY
    plain = json.loads(said["said"])
    return UrlIdentity(plain["id"], tuple(plain["keep"]), tuple(plain["drop"]))


def _identity_of(store: Store, article_id: int) -> UrlIdentity:
    return _identity(store, article(store, article_id).source_id)


def _clean(url: str) -> str:
    from tracker.discovery import urls

    return urls.clean(url)


def addresses(store: Store, article_id: int) -> list[Address]:
    """Every URL an article has or had, first seen first."""
    return [
        Address(r["url"], r["role"], sure_moment(r["first_seen_at"]), sure_moment(r["last_seen_at"]))
        for r in rows(
            store.db, "select * from article_urls where article_id = ? order by first_seen_at, url", (article_id,)
        )
    ]


def found(store: Store, source_id: str, founds: Sequence[Found], now: datetime, *, due_at: datetime) -> list[int]:
    """Take in what a source's feeds, sitemaps and pages name; the ids of the articles that are new, in order.

    An address that any article of any source has or had is that article; a forgotten one stays forgotten. The AMP or
    mobile form of an address that an article of this source has is left out, unless a person named it.
    """
    with store.writing():
        identity = _identity(store, source_id)
        new: list[int] = []
        seen: list[tuple[str, str]] = []
        for item in founds:
            key = key_of(item.url, identity)
            if not key:
                continue
            number = _number(item.url, identity)
            known = row(store.db, "select article_id from article_urls where url_key = ?", (key,))
            if known is None and identity != NO_IDENTITY and (plain := key_of(item.url)) != key:
                known = row(store.db, "select article_id from article_urls where url_key = ?", (plain,))
                if known is not None:  # followed since before the source said what identifies
                    _name(store, known["article_id"], key, _clean(item.url), "alias", now)
            if known is not None:
                seen.append((stamp(now), key))
                _remember(store, known["article_id"], source_id, number)
                if number and (same := _numbered(store, source_id, number)) not in (None, known["article_id"]):
                    _unite(store, source_id, number, int(known["article_id"]), same or 0, now)
            elif forgotten(store, key) or (number and forgotten(store, number_key(source_id, number))):
                continue
            elif number and (same := _numbered(store, source_id, number)) is not None:
                _name(store, same, key, _clean(item.url), "alias", now)
            elif not (item.via is not Via.URL and _is_a_form_of_one(store, source_id, item.url)):
                new.append(_add(store, source_id, item, key, now, due_at))
                _remember(store, new[-1], source_id, number)
        run_many(store.db, "update article_urls set last_seen_at = ? where url_key = ?", seen)
        if new:
            run(
                store.db,
                "insert into source_totals (source_id, articles) values (?, ?) "
                "on conflict (source_id) do update set articles = articles + excluded.articles",
                (source_id, len(new)),
            )
        return new


def _numbered(store: Store, source_id: str, number: str) -> int | None:
    """The article of a source whose addresses have this number."""
    found = row(store.db, "select id from articles where source_id = ? and number = ?", (source_id, number))
    return int(found["id"]) if found else None


def _remember(store: Store, article_id: int, source_id: str, number: str | None) -> None:
    """Let an article be found by the number in its address, unless another one is."""
    if number and _numbered(store, source_id, number) is None:
        run(
            store.db,
            "update articles set number = ? where id = ? and source_id = ? and number is null",
            (number, article_id, source_id),
        )


def _unite(store: Store, source_id: str, number: str, one: int, other: int, now: datetime) -> None:
    """Make two articles one that were followed before their source said that this number is what identifies them."""
    older, newer = min(one, other), max(one, other)
    if joins.join(store, newer, older, now):
        run(store.db, "update articles set number = null where id = ?", (newer,))
        run(store.db, "update articles set number = ? where id = ? and source_id = ?", (number, older, source_id))


def number_key(source_id: str, number: str) -> str:
    """What a tombstone remembers of the number in a forgotten article's addresses."""
    return f"{source_id} {number}"


def _is_a_form_of_one(store: Store, source_id: str, url: str) -> bool:
    """Whether an address is the AMP or mobile form of one that an article of this source has."""
    from tracker.discovery import identity  # as above

    return any(
        row(
            store.db,
            "select 1 from article_urls u join articles a on a.id = u.article_id "
            "where u.url_key = ? and a.source_id = ?",
            (twin, source_id),
        )
        for twin in identity.twins(url)[1:]
    )


def _add(store: Store, source_id: str, item: Found, key: str, now: datetime, due_at: datetime) -> int:
    url = _clean(item.url)
    article_id = run(
        store.db,
        "insert into articles (source_id, url, headline, published_at, first_seen_at, discovered_via, pinned) "
        "values (?, ?, ?, ?, ?, ?, ?)",
        (source_id, url, item.title, iso(item.published_at), stamp(now), item.via.value, int(item.via is Via.URL)),
    ).lastrowid
    if article_id is None:  # pragma: no cover - an insert has a rowid
        raise NotFound("the article was not written")
    _name(store, article_id, key, url, "canonical", now)
    run(store.db, "insert into article_state (article_id, next_check_at) values (?, ?)", (article_id, stamp(due_at)))
    return article_id


def _name(store: Store, article_id: int, key: str, url: str, role: str, now: datetime) -> None:
    run(
        store.db,
        "insert into article_urls (url_key, article_id, url, role, first_seen_at, last_seen_at) "
        "values (?, ?, ?, ?, ?, ?) on conflict (url_key) do update set last_seen_at = excluded.last_seen_at",
        (key, article_id, url, role, stamp(now), stamp(now)),
    )


def add_aliases(store: Store, article_id: int, addresses: Sequence[str], now: datetime) -> None:
    """Record other addresses of the same article. An address of another article stays that article's."""
    identity = _identity_of(store, article_id) if addresses else NO_IDENTITY
    for url in addresses:
        key = key_of(url, identity)
        if key and not forgotten(store, key):
            _name(store, article_id, key, _clean(url), "amp" if _is_amp(url) else "alias", now)


def _is_amp(url: str) -> bool:
    pieces = url.lower().replace("?", "/").split("/")
    return "amp" in pieces or any(p.startswith("amp.") or p.endswith(".amp.html") for p in pieces)


def move(store: Store, article_id: int, url: str, now: datetime) -> int | None:
    """Give an article its new canonical address; the old one is recorded as former and still finds it.

    What has just begun there is taken in. An article with a history of its own stays: then its id is returned, for it
    is the story's future, and this one is marked moved and not checked again.
    """
    key = key_of(url, _identity_of(store, article_id))
    if not key:
        return None
    other = take_in(store, article_id, url, now)
    if other is not None:
        run(store.db, "update articles set state = 'moved' where id = ?", (article_id,))
        return other
    run(
        store.db,
        "update article_urls set role = 'former' where article_id = ? and role = 'canonical' and url_key <> ?",
        (article_id, key),
    )
    clean = _clean(url)
    _name(store, article_id, key, clean, "canonical", now)
    run(store.db, "update article_urls set role = 'canonical', url = ? where url_key = ?", (clean, key))
    run(store.db, "update articles set url = ? where id = ?", (clean, article_id))
    return None


def take_in(store: Store, article_id: int, url: str, now: datetime) -> int | None:
    """Make what was found at the address an article leads to part of it; the id of an article that stays its own.

    A feed often names the new address before the old one is checked. What was followed there meanwhile and has no
    history yet is this article, and gives way to it.
    """
    other = find(store, url, article(store, article_id).source_id)
    if other is None or other == article_id:
        return None
    if not _has_just_begun(store, other, after=article_id):
        return other
    joins.give_way(store, other, article_id, now)
    return None


def same_story(store: Store, article_id: int, addresses: Sequence[str], content_sha256: str) -> int | None:
    """The article that has one of these addresses and says the very same now, if another one does."""
    identity = _identity_of(store, article_id) if addresses else NO_IDENTITY
    for key in filter(None, (key_of(url, identity) for url in addresses)):
        found = row(
            store.db,
            "select a.id from article_urls u join articles a on a.id = u.article_id "
            "join versions v on v.id = a.current_version_id "
            "where u.url_key = ? and a.id <> ? and v.content_sha256 = ?",
            (key, article_id, content_sha256),
        )
        if found is not None:
            return int(found["id"])
    return None


def _has_just_begun(store: Store, article_id: int, *, after: int) -> bool:
    """Whether an article was found later than another one and has at most its first version."""
    found = row(store.db, "select version_count from articles where id = ? and id > ?", (article_id, after))
    return found is not None and found["version_count"] <= 1


def set_state(store: Store, article_id: int, state: State) -> None:
    """Move an article on in its life."""
    run(store.db, "update articles set state = ? where id = ? and state <> ?", (state.value, article_id, state.value))


def tombstone_key(url_key: str) -> str:
    """How a forgotten address is remembered: by its SHA-256, so that the address itself is gone."""
    return hashlib.sha256(url_key.encode("utf-8", "surrogatepass")).hexdigest()


def forgotten(store: Store, url_key: str) -> bool:
    """True when this address was taken out on request."""
    return row(store.db, "select 1 from tombstones where url_key_sha256 = ?", (tombstone_key(url_key),)) is not None
