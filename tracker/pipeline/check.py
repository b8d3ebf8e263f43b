"""One visit to one article: ask, read, compare, conclude."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from tracker import differ, extractor
from tracker.config import SourceConfig
from tracker.discovery.article import judge as is_article
from tracker.errors import Unreadable, WorkerDied
from tracker.fetcher import Fetcher, Priority, conditional, decode
from tracker.fetcher.outcome import judge, shrunk
from tracker.model import (
    Article,
    ArticleState,
    Capture,
    Change,
    CheckResult,
    Clock,
    Content,
    Failure,
    Outcome,
    Rules,
    Validators,
    Version,
    Via,
    iso,
)
from tracker.pipeline import doubt
from tracker.pipeline.verdict import Finding, Policy, conclude
from tracker.store.history.versions import tidy

Run = Callable[..., Awaitable[Any]]

Current = Callable[[], Awaitable[Version | None]]
"""Loads the version to compare with. Asked only when a page must be read: a 304 and equal bytes never need it."""


async def check(
    article: Article,
    state: ArticleState,
    source: SourceConfig,
    *,
    current: Current,
    fetcher: Fetcher,
    run: Run,
    clock: Clock,
    policy: Policy,
    profile: Mapping[str, Any] | None = None,
    force: bool = False,
) -> CheckResult:
    """Visit an article and say what was learned, with its state after the check.

    `run(function, *arguments)` reads and compares pages where they can do no harm; `current` loads the version to
    compare with, and is asked only when there is a page to read. `force` asks for the page whole, whatever the
    validators say. Never raises for what a site or a page does.
    """
    started = clock.now()
    visit = _Visit(article, state, source, current, fetcher, run, clock, profile, force)
    finding = await visit.make()
    return conclude(article, state, source, finding, started=started, now=clock.now(), policy=policy)


def failed(
    article: Article,
    state: ArticleState,
    source: SourceConfig,
    outcome: Outcome,
    error: str,
    *,
    now: datetime,
    policy: Policy,
) -> CheckResult:
    """The result of a check that could not be made at all, so that it is recorded and moved back like any failure."""
    return conclude(article, state, source, Finding(outcome, error=error), started=now, now=now, policy=policy)


class _Visit:
    """The steps of one visit; every step returns a finding or goes on to the next."""

    def __init__(
        self,
        article: Article,
        state: ArticleState,
        source: SourceConfig,
        current: Current,
        fetcher: Fetcher,
        run: Run,
        clock: Clock,
        profile: Mapping[str, Any] | None,
        force: bool,
    ) -> None:
        self.article, self.state, self.source, self._load = article, state, source, current
        self.fetcher, self.run, self.clock, self.profile, self.force = fetcher, run, clock, profile, force
        self.known = article.version_count > 0

    async def make(self) -> Finding:
        """Ask for the page, then see what came."""
        answer = await self.ask(self.validators())
        if isinstance(answer, Capture) and answer.status != 304 and answer.sha256 == self.state.body_sha256:
            return _of(answer, Outcome.UNCHANGED)
        finding = await self.see(answer, second=False)
        changed = finding.outcome is Outcome.CHANGED
        if isinstance(answer, Capture) and conditional.lied(self.state.validators, answer, changed=changed):
            self.fetcher.distrust(self.article.url)
        return finding

    def validators(self) -> Validators | None:
        """What makes the request conditional; nothing before the first version, when forced, or when it is time."""
        return conditional.to_send(self.state, self.clock.now()) if self.known and not self.force else None

    async def ask(self, validators: Validators | None) -> Capture | Failure:
        """One request for the article's page."""
        return await self.fetcher.get(
            self.article.url,
            delay=self.source.delay,
            robots_ignored=self.source.robots_ignored,
            validators=validators,
            priority=Priority.RECHECK if self.known else Priority.NEW,
            language=self.source.language,
        )

    async def see(self, answer: Capture | Failure, *, second: bool) -> Finding:
        """From the answer to a finding: failures, walls, what cannot be read, then the text itself."""
        if isinstance(answer, Failure):
            return _failure(answer)
        if answer.status == 304:
            return _of(answer, Outcome.NOT_MODIFIED)
        current = await self._load() if self.known else None
        try:
            page = await self.read(answer, current)
        except Unreadable as error:
            return _of(answer, Outcome.UNREADABLE, error=str(error))
        except WorkerDied as error:
            return _of(answer, Outcome.WORKER, error=str(error))
        if page.content is None:
            return _of(answer, page.outcome, error=page.error)
        found = replace(_of(answer, Outcome.UNCHANGED), content=page.content, encoding=page.encoding)
        return await self.compare(found, current, page.content, second=second)

    async def read(self, capture: Capture, current: Version | None) -> Page:
        """What a page says, anchored by the last reading. Raises Unreadable, WorkerDied."""
        previous = current.content if current else None
        rules = rules_at(self.source.rules, capture.fetched_at)
        doubtful = current is None and self.article.discovered_via is Via.SECTION
        page: Page = await self.run(look, capture, self.state.encoding, previous, rules, self.profile, doubtful)
        return page

    async def compare(self, found: Finding, current: Version | None, content: Content, *, second: bool) -> Finding:
        """Hold a content against the current version: first, same, doubtful, or changed."""
        if current is None:
            return replace(found, outcome=Outcome.NEW)
        old = current.content
        if content.sha256 == current.content_sha256:
            stamp = content.modified_at if iso(content.modified_at) != iso(old.modified_at) else None
            return replace(found, modified_at=stamp)
        if second:
            return found
        walled = shrunk(old.words, content.words, old_free=old.free, new_free=content.free)
        if walled is Outcome.PAYWALLED:
            return replace(found, outcome=walled, error=f"the page is not free and shows {content.words} words")
        if doubt.collapsed(old, content):
            return replace(found, outcome=Outcome.COLLAPSED, error=f"{content.words} of {old.words} words are left")
        texts = replace(old, blocks=()), replace(content, blocks=())  # the rest of the page is not compared
        try:
            sketch, change = await self.run(difference, *texts)
        except WorkerDied as error:
            return replace(found, outcome=Outcome.WORKER, content=None, error=str(error))
        if sketch:
            known = doubt.weigh(self.state.suspicion, sketch, self.clock.now()).confirmed
            if not known and not await self.same_again(sketch):
                words = "almost all of the text is new; it waits for a second look"
                return replace(found, outcome=Outcome.UNCONFIRMED, sketch=sketch, error=words)
        return replace(found, outcome=Outcome.CHANGED, change=change)

    async def same_again(self, sketch: str) -> bool:
        """Ask for the page once more, at once: does it read the same?"""
        again = await self.see(await self.ask(None), second=True)
        return again.content is not None and doubt.alike(doubt.sketch(again.content), sketch)


@dataclass(frozen=True, slots=True)
class Page:
    """What a page was found to be: an article's content, or the outcome and the reason why it is none."""

    content: Content | None = None
    encoding: str = ""
    outcome: Outcome = Outcome.UNCHANGED
    error: str = ""


def look(
    capture: Capture,
    encoding: str,
    previous: Content | None,
    rules: Rules | None,
    profile: Mapping[str, Any] | None,
    doubtful: bool,
) -> Page:
    """Everything between an answer's bytes and its content, as one task for a worker. Raises Unreadable.

    `encoding` is the one the article had before; `doubtful` is whether the page must show that it is an article.
    """
    if not capture.body.strip():
        return Page(outcome=Outcome.EMPTY, error="the page is empty")
    html, encoding = decode.text(capture.body, capture.header("content-type"), pinned=encoding)
    if not extractor.is_text(html):
        return Page(outcome=Outcome.UNREADABLE, error="the page is not text")
    wall = judge(capture, html)
    if wall is not None:
        return Page(outcome=wall, error=f"the page is not the article: {wall.value}")
    if doubtful and not (judgement := is_article(html, capture.final_url)).article:
        return Page(outcome=Outcome.UNREADABLE, error=f"a section links to it, but {judgement.reason}")
    return Page(tidy(read_page(html, capture.final_url, previous, rules, profile)), encoding)


def difference(old: Content, new: Content) -> tuple[str, Change]:
    """The sketch of a text that is almost all new, else nothing, and the change: a task for a worker."""
    return doubt.sketch(new) if doubt.drastic(old, new) else "", differ.diff(old, new)


def read_page(
    html: str, url: str, previous: Content | None, rules: Rules | None, profile: Mapping[str, Any] | None
) -> Content:
    """`extractor.extract` as a task for a worker. Anything a page does to a parser comes out as Unreadable.

    A story that an outlet ran at several addresses looks like its furniture: what cannot be read with the source's
    profile is read without.
    """
    try:
        return extractor.extract(html, url, previous=previous, rules=rules, profile=profile)
    except Unreadable:
        if not profile:
            raise
        return read_page(html, url, previous, rules, None)
    except MemoryError:
        raise
    except Exception as error:
        raise Unreadable(f"the extractor failed on this page: {type(error).__name__}: {error}") from error


def rules_at(rules: Sequence[Rules], moment: datetime) -> Rules | None:
    """The rules that were valid at that moment; None when the source has none."""
    return next((r for r in rules if r.until is None or moment < r.until), None)


def _of(capture: Capture, outcome: Outcome, *, error: str = "") -> Finding:
    return Finding(
        outcome,
        capture=capture,
        error=error,
        status=capture.status,
        final_url=capture.final_url,
        milliseconds=capture.milliseconds,
        wire_bytes=capture.wire_bytes,
    )


def _failure(failure: Failure) -> Finding:
    return Finding(
        failure.outcome,
        error=failure.error,
        status=failure.status,
        final_url=failure.final_url,
        retry_after=failure.retry_after,
        asked=not failure.whole_host or failure.retry_after is None,
        milliseconds=failure.milliseconds,
    )
