"""One visit to one article: ask, read, compare, conclude."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from tracker.config import SourceConfig
from tracker.errors import Unreadable, WorkerDied
from tracker.fetcher import Fetcher, Priority, conditional
from tracker.model import (
    Article,
    ArticleState,
    Capture,
    CheckResult,
    Clock,
    Failure,
    Outcome,
    Validators,
    Version,
    Via,
)
from tracker.page import belief
from tracker.pipeline.verdict import Policy, conclude
from tracker.pipeline.walk import Observation, Run, Walk, observed

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
    observation = await visit.make()
    return conclude(article, state, source, observation, started=started, now=clock.now(), policy=policy)


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
    return conclude(article, state, source, Observation(outcome, error=error), started=now, now=now, policy=policy)


class _Visit:
    """The steps of one visit; every step returns an observation or goes on to the next."""

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

    async def make(self) -> Observation:
        """Ask for the page, then see what came."""
        answer = await self.ask(self.validators())
        if isinstance(answer, Capture) and answer.status != 304 and answer.sha256 == self.state.body_sha256:
            return observed(answer, Outcome.UNCHANGED)
        found = await self.see(answer)
        changed = found.outcome is Outcome.CHANGED
        if isinstance(answer, Capture) and conditional.lied(self.state.validators, answer, changed=changed):
            self.fetcher.distrust(self.article.url)
        return found

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

    async def see(self, answer: Capture | Failure) -> Observation:
        """From the answer to an observation: failures, walls, what cannot be read, then the text itself."""
        if isinstance(answer, Failure):
            return _failure(answer)
        if answer.status == 304:
            return observed(answer, Outcome.NOT_MODIFIED)
        current = await self._load() if self.known else None
        walk = Walk(
            self.run,
            self.source.rules,
            self.profile,
            content=current.content if current else None,
            encoding=self.state.encoding,
            doubtful=self.article.discovered_via is Via.SECTION,
        )

        async def believed(sketch: str) -> bool:
            """Read before, long enough ago; or asked for again, at once, and the same."""
            return belief.weigh(self.state.suspicion, sketch, self.clock.now()).confirmed or await self.same_again(
                walk, sketch
            )

        try:
            return await walk.step(answer, believed=believed)
        except Unreadable as error:
            return observed(answer, Outcome.UNREADABLE, error=str(error))
        except WorkerDied as error:
            return observed(answer, Outcome.WORKER, error=str(error))

    async def same_again(self, walk: Walk, sketch: str) -> bool:
        """Ask for the page once more, at once: does it read the same?"""
        answer = await self.ask(None)
        if isinstance(answer, Failure) or answer.status == 304:
            return False
        try:
            page = await walk.read(answer)
        except (Unreadable, WorkerDied):
            return False
        return page.content is not None and belief.alike(belief.sketch(page.content), sketch)


def _failure(failure: Failure) -> Observation:
    return Observation(
        failure.outcome,
        error=failure.error,
        status=failure.status,
        final_url=failure.final_url,
        retry_after=failure.retry_after,
        asked=not failure.whole_host or failure.retry_after is None,
        milliseconds=failure.milliseconds,
    )
