"""One article: its whole life on a page, how it read at any moment, and who brought each sentence when."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from datasette import Response
from markupsafe import Markup

from tracker.model import Article, Event, Source, State, Version
from tracker.render import words
from tracker.render.safety import clean
from tracker.store import Address, CheckRun, Store
from tracker.store.history import articles, checks, sources, versions
from tracker.store.questions import pages
from tracker.store.questions.pages import Step
from tracker.store.queue import mementos, queue
from tracker.web import query
from tracker.web.access import History
from tracker.web.drawing import blame, formatting, timeline
from tracker.web.drawing.change_entries import without_verdict
from tracker.web.drawing.events import detail
from tracker.web.paging import cut, part, weigh
from tracker.web.response import guarded, page

VERSIONS_SHOWN = 40
_VERSIONS_DRAWN = 120
_VERSIONS_READ = 2_000
"""Of a story with more versions, the headlines and the drawing begin with the newest so many."""
_HEAVIEST, _LIGHTEST = 88_000, 20_000
"""Bytes of everything on the page, and of the text, which gets what the rest leaves but never less than that."""
_HEADLINES, _EVENTS, _ADDRESSES, _RUNS = 15, 20, 12, 120
_AROUND = 25
L = TypeVar("L", "HeadlineLine", "VersionLine")


@dataclass(frozen=True, slots=True)
class EventWords:
    """What else happened to the article, in words."""

    at: datetime
    words: str
    detail: str


@guarded
async def article(datasette: Any, request: Any, history: History) -> Response:
    """`/-/article/N`: `?version=3` or `?at=2026-11-23T10:30` for the text then, `?view=blame` for its origins."""
    article_id = int(request.url_vars["id"])
    view = "blame" if query.word(request.args, "view") == "blame" else "text"
    number, at = query.number(request.args, "version"), query.moment(query.word(request.args, "at"))
    removed = query.word(request.args, "removed") == "1"
    read = await history.read(_read, article_id, number, at, view, removed)
    known, steps, version = read.article, read.steps, read.version
    path = datasette.urls.path

    def link(change_id: int) -> str:
        return str(path(f"/-/change/{change_id}"))

    drawn = timeline.draw(steps[-_VERSIONS_DRAWN:], read.runs[-_RUNS:], read.events, link)
    lists = {
        "headlines": first_of(folded(headlines(steps, whole=len(steps) == known.version_count)), _HEADLINES),
        "steps": folded([step_words(s, read.mementos) for s in reversed(steps[-VERSIONS_SHOWN:])]),
        "events": [EventWords(at=e.at, words=formatting.event_words(e), detail=detail(e)) for e in read.events],
        "addresses": [address(a) for a in read.addresses[:_ADDRESSES]],
    }
    paragraphs: Sequence[object] = read.blame or [] if view == "blame" else reading(version) if version else []
    room = max(_LIGHTEST, _HEAVIEST - weigh(drawn) - sum(map(_weight, lists.values())))
    chosen = part(paragraphs, _weight, room, query.number(request.args, "part"))
    context = {
        "title": formatting.text(known.headline, 120) or "An article without a headline",
        "article": known,
        "headline": formatting.text(known.headline, 400) or "(no headline)",
        "byline": formatting.text(known.byline, 200),
        "outlet": formatting.text(read.source.name, 60),
        "source": known.source_id,
        "state": now(known, read.apparently_gone),
        "tongue": formatting.tongue(known.language),
        "url": formatting.web_address(known.url),
        "shown_url": formatting.text(known.url, 300),
        "timeline": drawn,
        **lists,
        "more_addresses": max(0, len(read.addresses) - _ADDRESSES),
        "earlier": max(0, known.version_count - VERSIONS_SHOWN),
        "edits": max(0, known.version_count - 1),
        "failures": failures(read.runs),
        "checks": sum(run.checks for run in read.runs),
        "found": {"feed": "a feed", "sitemap": "a sitemap", "section": "a section page", "url": "its address"}[
            known.discovered_via.value
        ],
        "version": version,
        "text": chosen.items if version and view == "text" else None,
        "blame": chosen.items,
        "part": chosen,
        "parts": [
            (
                n,
                formatting.query(
                    {
                        "version": version.number if version and view == "text" else "",
                        "view": "blame" if view == "blame" else "",
                        "removed": "1" if removed else "",
                        "part": n if n > 1 else "",
                    }
                ),
            )
            for n in range(1, chosen.count + 1)
        ],
        "ages": blame.AGES,
        "removed": removed,
        "gone_count": read.gone,
        "view": view,
        "asked_at": f"{at or (version.first_seen_at if version else known.first_seen_at):%Y-%m-%dT%H:%M}",
        "moment_missed": at is not None and version is None,
        "unsure": unsure(version, read.following, at),
        "last_seen": read.last_seen,
        "next_check": read.next_check,
    }
    return await page(datasette, request, "article", context, database=history.name)


@dataclass(frozen=True, slots=True)
class ArticleRead:
    """What the page of an article asks of the history."""

    article: Article
    source: Source
    steps: Sequence[Step]
    runs: list[CheckRun]
    events: Sequence[Event]
    addresses: list[Address]
    version: Version | None
    following: Version | None
    blame: list[blame.BlamedParagraph] | None
    gone: int
    last_seen: datetime | None
    next_check: datetime | None
    apparently_gone: bool
    mementos: Mapping[datetime, str]


def now(known: Article, apparently_gone: bool) -> str:
    """Where an article is in its life, in words."""
    if not known.version_count:
        return "not read yet"
    return "apparently gone" if apparently_gone and known.state is State.LIVE else formatting.STATES[known.state]


def _read(
    store: Store, article_id: int, number: int | None, at: datetime | None, view: str, removed: bool
) -> ArticleRead:
    known = articles.article(store, article_id)
    steps = pages.steps(store, article_id, _VERSIONS_READ)
    state = queue.state(store, article_id)
    if at is not None:
        number = pages.number_at(store, article_id, at)
    elif number is None:
        number = known.version_count
    version = versions.version(store, article_id, number) if number else None
    following = (
        versions.version(store, article_id, version.number + 1) if at and version and version.last_seen_at else None
    )
    blamed, gone = (
        blame.paragraphs(store, article_id, state.last_seen_at, removed=removed) if view == "blame" else (None, 0)
    )
    source = sources.source(store, known.source_id)
    return ArticleRead(
        article=known,
        source=source,
        steps=steps,
        runs=checks.check_runs(store, article_id),
        events=checks.events(store, article_id)[-_EVENTS:],
        addresses=articles.addresses(store, article_id),
        version=version,
        following=following,
        blame=blamed,
        gone=gone,
        last_seen=state.last_seen_at,
        next_check=state.next_check_at,
        apparently_gone=state.suspicion.apparently_gone,
        mementos={at: memento.url for (_, at), memento in mementos.of_article(store, article_id).items()},
    )


@dataclass(frozen=True, slots=True)
class HeadlineLine:
    """A headline that an article had, with how long it stood."""

    html: Markup
    at: datetime
    number: int
    change: int | None
    noise: str
    stood: str = ""


def headlines(steps: Sequence[Step], *, whole: bool = True) -> list[HeadlineLine]:
    """The headlines an article had, newest first, each with what changed and how long it stood.

    Without the `whole` of its versions, when the first of these headlines came is not known, and it is left out.
    """
    found: list[HeadlineLine] = []
    last: Step | None = None
    for step in steps:
        if last is not None and step.headline == last.headline:
            last = step
            continue
        found.append(
            HeadlineLine(
                html=formatting.edit(last.headline[:600], step.headline[:600])
                if last
                else Markup("{}").format(formatting.text(step.headline, 400)),
                at=step.first_seen_at,
                number=step.number,
                change=step.change_id,
                noise=step.noise_rule or "",
            )
        )
        last = step
    if not whole and len(found) > 1:
        del found[0]
    until = [line.at for line in found[1:]]
    stood = [replace(line, stood=formatting.span(end - line.at)) for line, end in zip(found, until, strict=False)]
    return [*found[-1:], *reversed(stood)]


@dataclass(frozen=True, slots=True)
class FoldableRun(Generic[L]):
    """Entries in a row: `fold` when they look like noise and are several; `count` when not all are `entries`."""

    fold: bool
    entries: list[L]
    count: int


def folded(entries: Sequence[L]) -> list[FoldableRun[L]]:
    """Entries in stretches, each of what looks like noise or of what does not."""
    stretches = [(noise, list(group)) for noise, group in itertools.groupby(entries, key=lambda e: bool(e.noise))]
    return [FoldableRun(noise and len(group) > 1, group, len(group)) for noise, group in stretches]


def first_of(stretches: list[FoldableRun[L]], most: int) -> list[FoldableRun[L]]:
    """The first stretches, with at most so many entries to read; a folded one is one, and unfolds to so many."""
    kept: list[FoldableRun[L]] = []
    left = most
    for stretch in stretches:
        if left <= 0:
            break
        kept.append(replace(stretch, entries=stretch.entries[: most if stretch.fold else left]))
        left -= 1 if stretch.fold else stretch.count
    return kept


def unsure(version: Version | None, following: Version | None, at: datetime | None) -> Version | None:
    """The version that may already have stood at a moment: it fell between two checks. None when all is sure."""
    if at is None or version is None or following is None or version.last_seen_at is None:
        return None
    return following if at > version.last_seen_at else None


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version as a line of the list."""

    number: int
    at: datetime
    after: datetime | None
    change: int | None
    class_: str
    summary: str
    told: formatting.ToldChip | None
    noise: str
    same_as: int | None
    observer: str
    memento: str
    words: str
    added: int
    removed: int
    score: int


def step_words(step: Step, mementos: Mapping[datetime, str]) -> VersionLine:
    """A version as a line of the list, with the address that a web archive has its page at."""
    return VersionLine(
        number=step.number,
        at=step.first_seen_at,
        after=step.previous_seen_at,
        change=step.change_id,
        class_=step.class_.value if step.class_ else "",
        summary=summary(step.summary) if step.change_id else "First seen",
        told=formatting.told_of(step) if step.notice is not None else None,
        noise=formatting.text(step.noise_rule or ""),
        same_as=step.same_as,
        observer=formatting.text(step.observer),
        memento=formatting.web_address(mementos.get(step.first_seen_at, "")),
        words=words.count(step.words, "word"),
        added=step.words_added,
        removed=step.words_removed,
        score=step.score,
    )


def summary(line: str) -> str:
    """The differ's line; what the headline was stands in the list of headlines."""
    parts = ["headline changed" if p.startswith("headline:") else p for p in without_verdict(line, 2000).split("; ")]
    return formatting.text("; ".join(parts), 220)


@dataclass(frozen=True, slots=True)
class FailureLine:
    """A run of checks that did not see the article."""

    from_: datetime
    to: datetime
    checks: str
    outcome: str
    error: str


def failures(runs: Sequence[CheckRun]) -> list[FailureLine]:
    """The latest runs of checks that did not see the article, newest first."""
    failed = [run for run in runs if not run.outcome.saw_the_article][-12:]
    return [
        FailureLine(
            from_=run.started_at,
            to=run.ended_at,
            checks=words.count(run.checks, "check"),
            outcome=words.outcome_words(run.outcome),
            error=formatting.text(run.error, 160),
        )
        for run in reversed(failed)
    ]


@dataclass(frozen=True, slots=True)
class AddressLine:
    """An address with its role."""

    url: str
    shown: str
    role: str
    first: datetime


def address(known: Address) -> AddressLine:
    """An address with its role."""
    return AddressLine(
        url=formatting.web_address(known.url),
        shown=formatting.text(known.url, 300),
        role=known.role,
        first=known.first_seen_at,
    )


@dataclass(frozen=True, slots=True)
class ReadParagraph:
    """A paragraph of a version's text."""

    kind: str
    text: str


def reading(version: Version) -> list[ReadParagraph]:
    """The text of a version as paragraphs."""
    return [ReadParagraph(kind=p.kind.value, text=cut(clean(p.text))) for p in version.content.everything]


def _weight(shown: Any) -> int:
    """What an entry, or a list of them, weighs on the page: its texts, and a little for what stands around."""
    if isinstance(shown, str):
        return weigh(shown) + _AROUND
    if is_dataclass(shown):
        return sum(_weight(getattr(shown, field.name)) for field in fields(shown))
    if isinstance(shown, list | tuple):
        return sum(map(_weight, shown))
    return _AROUND
