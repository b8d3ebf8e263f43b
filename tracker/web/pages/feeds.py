"""Atom (RFC 4287) and JSON Feed 1.1 of what changed: everything, an outlet, an article, a search.

An entry is a change with its whole difference. Its id is a UUID made of the article and the moment the change was
seen, so that it stays the same when the pages move to another address.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.sax.saxutils import escape, quoteattr

from datasette import Response
from markupsafe import Markup

from tracker.model import ChangeFilter, RecordedChange, Source, iso
from tracker.render import words
from tracker.render.safety import clean
from tracker.store import Hit, Store
from tracker.store.history import articles
from tracker.store.history import sources as stored_sources
from tracker.store.questions import pages
from tracker.store.questions.pages import Logged
from tracker.web import query
from tracker.web.access import History
from tracker.web.drawing import formatting
from tracker.web.drawing.comparison import compare, content
from tracker.web.drawing.highlight import highlighted
from tracker.web.response import HEADERS, guarded

SIZE = 30
_OLDEST = datetime(2000, 1, 1, tzinfo=UTC)
_MOST_CONTENT = 60_000


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry: `path` is the page it leads to; `html` is made by us, everything in it escaped."""

    key: str
    title: str
    path: str
    at: datetime
    author: str
    summary: str
    html: str
    external: str
    tags: tuple[str, ...]
    language: str

    @property
    def id(self) -> str:
        """The same for ever: no address of ours is in it."""
        return uuid5(NAMESPACE_URL, self.key).urn


@dataclass(frozen=True, slots=True)
class ChangeFeed:
    """A feed and the pages it belongs to. `key` is what it is of, without where it is served, and never changes."""

    key: str
    title: str
    home: str
    itself: str
    other: str
    entries: Sequence[FeedEntry]

    @property
    def updated(self) -> datetime:
        """When the newest entry was seen."""
        return max((e.at for e in self.entries), default=_OLDEST)


@guarded
async def feed(datasette: Any, request: Any, history: History) -> Response:
    """`/-/feed.atom` and `.json`, with the filters of the front page; under an outlet or an article only its own."""
    wanted = query.wanted(request.args)
    parts = request.url_vars
    if "outlet" in parts:
        wanted = replace(wanted, sources=(parts["outlet"],))
    if "article" in parts:
        wanted = replace(wanted, article_id=int(parts["article"]))
    title, entries = await history.read(_changes, wanted)
    if wrong := query.misread(request.args, "feed"):
        title += f" (not understood: {', '.join(m.asked for m in wrong)})"
    home = (
        f"/-/outlet/{parts['outlet']}"
        if "outlet" in parts
        else f"/-/article/{parts['article']}"
        if "article" in parts
        else "/"
    )
    return _answer(datasette, request, title, home, entries)


@guarded
async def found(datasette: Any, request: Any, history: History) -> Response:
    """`/-/search.atom?q=…` and `.json`: the articles found, newest first."""
    q = query.word(request.args, "q")
    removed = query.word(request.args, "removed") == "1"
    entries = await history.read(_hits, q, removed)
    return _answer(datasette, request, f"“{clean(q)}” in everything ever said", "/-/search", entries)


def _changes(store: Store, wanted: ChangeFilter) -> tuple[str, list[FeedEntry]]:
    title = "Edits"
    if wanted.article_id is not None:
        title = f"Edits of “{formatting.text(articles.article(store, wanted.article_id).headline, 120)}”"
    elif wanted.sources:
        names = (formatting.text(stored_sources.source(store, name).name, 80) for name in wanted.sources)
        title = f"Edits by {' and '.join(names)}"
    sources = {s.id: s for s in stored_sources.sources(store)}
    return title, [_entry(store, logged, sources) for logged in pages.log(store, wanted, size=SIZE).changes]


def _entry(store: Store, logged: Logged, sources: dict[str, Source]) -> FeedEntry:
    record = logged.record
    source = sources.get(record.source_id)
    told = words.told_words(record)
    seen = f"Changed {words.interval(record.after, record.before)}; {told}."
    body = Markup("<p>{}</p><p>{}</p>").format(formatting.arrows(record.summary), seen)
    difference = content(compare(store, record).change)
    if len(difference) > _MOST_CONTENT:
        difference = Markup("<p>{}</p>").format("The difference is long; the page shows it.")
    return FeedEntry(
        key=f"tracker:{record.source_id}:{record.article_id}:{iso(record.before)}",
        title=f"{formatting.text(record.headline, 200) or '(no headline)'} ({_sizes(record)})",
        path=f"/-/change/{record.id}",
        at=record.before,
        author=formatting.text(source.name if source else record.source_id, 80),
        summary=formatting.arrows(record.summary, 300),
        html=str(body + difference),
        external=formatting.web_address(record.url),
        tags=(record.class_.value, *formatting.tags(record)),
        language=str(clean(logged.language)),
    )


def _sizes(record: RecordedChange) -> str:
    return f"{record.class_.value}, +{record.words_added} −{record.words_removed} words"


def _hits(store: Store, q: str, removed: bool) -> list[FeedEntry]:
    sources = {s.id: s for s in stored_sources.sources(store)}
    hits = pages.hits(store, q, removed=removed, size=SIZE) if q else []
    return [_found(hit, q, sources) for hit in hits]


def _found(hit: Hit, q: str, sources: dict[str, Source]) -> FeedEntry:
    known = hit.article
    source = sources.get(known.source_id)
    gone = f"Not in the current version; last said in version {hit.last_version}." if hit.removed else ""
    return FeedEntry(
        key=f"tracker:{known.source_id}:{known.id}:{q}",
        title=formatting.text(known.headline, 200) or "(no headline)",
        path=f"/-/article/{known.id}",
        at=known.last_changed_at or known.first_seen_at,
        author=formatting.text(source.name if source else known.source_id, 80),
        summary=formatting.text(hit.text, 300),
        html=str(Markup("<blockquote>{}</blockquote><p>{}</p>").format(highlighted(hit.text, q), gone)),
        external=formatting.web_address(known.url),
        tags=("removed",) if hit.removed else (),
        language=str(clean(known.language)),
    )


def _answer(datasette: Any, request: Any, title: str, home: str, entries: Sequence[FeedEntry]) -> Response:
    def absolute(path: str) -> str:
        return str(datasette.absolute_url(request, datasette.urls.path(path)))

    query = f"?{request.query_string}" if request.query_string else ""
    path = request.path
    base = datasette.setting("base_url")
    if base != "/" and path.startswith(base):
        path = "/" + path[len(base) :]
    as_json = path.endswith(".json")
    other = path[: -len(".json")] + ".atom" if as_json else path[: -len(".atom")] + ".json"
    made = ChangeFeed(
        path.rpartition(".")[0] + query, title, absolute(home), absolute(path + query), absolute(other + query), entries
    )
    body = json_feed(made, absolute) if as_json else atom(made, absolute)
    kind = "application/feed+json; charset=utf-8" if as_json else "application/atom+xml; charset=utf-8"
    return Response(body, content_type=kind, headers=HEADERS | {"cache-control": "max-age=60"})


def atom(feed: ChangeFeed, absolute: Any) -> str:
    """The feed as Atom. Every text was cleaned, so that no character stands in it that XML 1.0 forbids."""
    lines = [
        '<?xml version="1.0" encoding="utf-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<title>{escape(feed.title)}</title>",
        f"<id>{uuid5(NAMESPACE_URL, 'tracker:feed:' + feed.key).urn}</id>",
        f'<link rel="self" type="application/atom+xml" href={quoteattr(feed.itself)}/>',
        f'<link rel="alternate" type="text/html" href={quoteattr(feed.home)}/>',
        f"<updated>{iso(feed.updated)}</updated>",
        "<generator>tracker</generator>",
    ]
    for entry in feed.entries:
        lines += [
            "<entry>",
            f"<id>{entry.id}</id>",
            f"<title>{escape(entry.title)}</title>",
            f'<link rel="alternate" type="text/html" href={quoteattr(absolute(entry.path))}/>',
            f'<link rel="related" href={quoteattr(entry.external)}/>' if entry.external else "",
            f"<updated>{iso(entry.at)}</updated>",
            f"<published>{iso(entry.at)}</published>",
            f"<author><name>{escape(entry.author)}</name></author>",
            *(f"<category term={quoteattr(tag)}/>" for tag in entry.tags),
            f"<summary>{escape(entry.summary)}</summary>",
            f'<content type="html">{escape(entry.html)}</content>',
            "</entry>",
        ]
    return "\n".join([*filter(None, lines), "</feed>\n"])


def json_feed(feed: ChangeFeed, absolute: Any) -> str:
    """The feed as JSON Feed 1.1."""
    items = []
    for entry in feed.entries:
        item: dict[str, object] = {
            "id": entry.id,
            "url": absolute(entry.path),
            "title": entry.title,
            "summary": entry.summary,
            "content_html": entry.html,
            "date_published": iso(entry.at),
            "authors": [{"name": entry.author}],
            "tags": list(entry.tags),
        }
        if entry.external:
            item["external_url"] = entry.external
        if entry.language:
            item["language"] = entry.language
        items.append(item)
    whole = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.itself,
        "items": items,
    }
    return json.dumps(whole, ensure_ascii=False) + "\n"
