"""The front page: what changed, newest first, by day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from datasette import Response

from tracker.model import TAGS as EVERY_TAG
from tracker.model import ChangeClass, ChangeFilter, Source
from tracker.store import Counts, Store
from tracker.store.history import sources as stored_sources
from tracker.store.history.change_query import Cursor
from tracker.store.questions import pages
from tracker.store.questions.pages import Logged, LogPage
from tracker.web import query
from tracker.web.access import History
from tracker.web.drawing import formatting
from tracker.web.drawing.change_entries import by_day, entry
from tracker.web.response import guarded, page

SIZE = 25
STANDING_OUT = 3
_NAMED = 8
NOTICES = {"none": "no notice seen", "update": "update notice", "correction": "correction notice"}
TOLD = {"silent": "no notice seen", "at-once": "told at once", "later": "told later"}
ALSO = ("grep", "added", "removed", "field", "same-edit", "told")
Kept = Mapping[str, tuple[str, ...]]
"""A filter as it stands in an address: each word with its values."""
READY = (
    ("substantive, no notice seen", {"class": "substantive", "notice": "none"}),
    ("headlines", {"tag": "headline"}),
    ("headlines, no notice seen", {"tag": "headline", "notice": "none"}),
    ("numbers", {"tag": "number"}),
    ("quotes", {"tag": "quote"}),
    ("taken out", {"tag": "removed"}),
    ("corrections", {"notice": "correction"}),
)
"""The questions asked most, each a filter. They stand for one another, and go with any outlet, words and time."""
TAGS = (
    *("headline", "number", "name", "date", "attribution", "quote", "negation", "hedge", "added", "removed"),
    *("moved", "notice", "byline"),
)


@guarded
async def latest(datasette: Any, request: Any, history: History) -> Response:
    """`/`: the log with its filters."""
    wanted, place = query.wanted(request.args), query.cursor(request.args)
    kept = query.parameters(request.args)
    log, sources, counts, strongest = await history.read(_read, wanted, place, not kept and place is None)
    context = {
        "title": "Latest edits",
        "days": by_day(log.changes, sources),
        "log": log,
        "strongest": [entry(logged, sources) for logged in strongest],
        "ready": [ready(kept, READY), ready(kept, times(datetime.now(UTC)))],
        "misread": misread(request.args, wanted, sources, bool(log.changes)),
        "filter": {name: values[-1] for name, values in kept.items()},
        "also": also(kept),
        "filtered": bool(kept),
        "first": place is None,
        "more": formatting.query(kept | {"before": query.written(log.after)}) if log.after else "",
        "with_noise": formatting.query(kept | {"noise": "1"}),
        "said": said(kept, sources),
        "outlets": [(s.id, formatting.text(s.name, 60)) for s in sources.values()],
        "tags": TAGS,
        "notices": NOTICES,
        "classes": [c.value for c in reversed(ChangeClass)],
        "counts": counts,
        "feed": formatting.query(kept),
    }
    return await page(datasette, request, "latest", context, database=history.name)


def also(kept: Kept) -> list[tuple[str, str]]:
    """What the form has no field for, and carries on: words of the filter, and all tags but the one that it shows."""
    tags = [("tag", tag) for tag in kept.get("tag", ())[:-1]]
    return [(name, value) for name in ALSO for value in kept.get(name, ())] + tags


def ready(kept: Kept, filters: Sequence[tuple[str, Mapping[str, str]]]) -> list[tuple[str, str, bool]]:
    """Filters that stand for one another, as links that keep the rest of what is asked: (name, query, is on)."""
    ours = {key for _, filter_ in filters for key in filter_}
    rest = {key: value for key, value in kept.items() if key not in ours}
    there = {key: value[-1] for key, value in kept.items() if key in ours}
    return [(name, formatting.query({**rest, **filter_}), there == filter_) for name, filter_ in filters]


def times(now: datetime) -> list[tuple[str, dict[str, str]]]:
    """The times asked for most, in days as the address has them: UTC."""
    today, yesterday, week = (f"{now - timedelta(days=n):%Y-%m-%d}" for n in (0, 1, 6))
    return [
        ("today", {"since": today}),
        ("yesterday", {"since": yesterday, "until": yesterday}),
        ("7 days", {"since": week}),
    ]


def misread(arguments: Any, wanted: ChangeFilter, sources: Mapping[str, Source], fits: bool) -> list[query.Misread]:
    """What of the filter was not understood, or is not in the history. `fits`: something fits the filter."""
    found = query.misread(arguments, "latest")
    for asked in (name for name in wanted.sources if name not in sources):
        known = ", ".join(formatting.text(n, 40) for n in list(sources)[:_NAMED]) or "none yet"
        more = f" and {len(sources) - _NAMED} more" if len(sources) > _NAMED else ""
        found.insert(0, query.unknown(arguments, "outlet", asked, sources, known=known + more))
    for tag in (tag for tag in wanted.tags if tag not in EVERY_TAG and not fits):
        found.append(query.unknown(arguments, "tag", tag, EVERY_TAG))
    if wanted.since and wanted.until and wanted.since >= wanted.until:
        ends = formatting.text(f"since={query.word(arguments, 'since')}, until={query.word(arguments, 'until')}", 90)
        found.append(query.Misread(ends, "a time that begins before it ends"))
    return found


def _read(
    store: Store, wanted: ChangeFilter, place: Cursor | None, front: bool
) -> tuple[LogPage, dict[str, Source], Counts, list[Logged]]:
    log = pages.log(store, wanted, after=place, size=SIZE)
    strongest: list[Logged] = []
    if front and log.after is not None:
        # The day ends with the newest edit: a driven clock (the demo's) is not this machine's.
        since = log.changes[0].record.before - timedelta(days=1)
        strongest = pages.standing_out(store, since, STANDING_OUT)
    return log, {s.id: s for s in stored_sources.sources(store)}, stored_sources.counts(store), strongest


def said(kept: Kept, sources: Mapping[str, Source]) -> list[tuple[str, str]]:
    """Each part of the filter that is on, in words, with the query string of the filter without it."""
    found = []
    for name, values in kept.items():
        for value in values:
            rest = {**kept, name: tuple(v for v in values if v != value)}
            found.append((_phrase(name, value, sources), formatting.query(rest)))
    return found


def _phrase(name: str, value: str, sources: Mapping[str, Source]) -> str:
    """A part of the filter in words."""
    source = sources.get(value)
    phrases = {
        "outlet": formatting.text(source.name if source else value, 60),
        "class": f"{value} and up" if value != "substantive" else "substantive only",
        "score": f"score {value} and up",
        "tag": f"tag: {value}",
        "same-edit": "on the same edit",
        "field": f"in the {value}" if value != "body" else "in the text",
        "told": TOLD.get(value, ""),
        "notice": NOTICES.get(value, ""),
        "text": f"“{value}”",
        "grep": f"“{value}”",
        "added": f"came: “{value}”",
        "removed": f"went: “{value}”",
        "since": f"since {value}",
        "until": f"until {value}",
        "noise": "noise shown",
    }
    return phrases[name]
