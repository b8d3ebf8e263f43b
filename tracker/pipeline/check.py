"""One visit to one article: ask, read, compare, conclude."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

from tracker.config import SourceConfig
from tracker.discovery import urls
from tracker.errors import Unreadable, WorkerDied
from tracker.fetcher import Fetcher, Priority, conditional
from tracker.model import (
    Article,
    ArticleState,
    Capture,
    CheckResult,
    Clock,
    Content,
    Failure,
    Outcome,
    Rules,
    SourceProfile,
    Validators,
    Version,
    Via,
)
from tracker.page import addresses, belief, memory, sketches
from tracker.pipeline.tasks import Known, PageContent, look
from tracker.pipeline.verdict import Policy, claim, conclude
from tracker.pipeline.walk import Observation, Run, Walk, observed, rules_at

REFRESHES = 2
"""How many pages that lead on at once are followed, one after the other."""

Profile = Callable[[], SourceProfile | None]
"""Gives what is known of the source's pages, at the moment when it is asked for."""

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
    profile: Profile = lambda: None,
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
        profile: Profile,
        force: bool,
    ) -> None:
        self.article, self.state, self.source, self._load = article, state, source, current
        self.fetcher, self.run, self.clock, self.profile, self.force = fetcher, run, clock, profile, force
        self.known = article.version_count > 0

    async def make(self) -> Observation:
        """Ask for the page, then see what came."""
        answer = await self.ask(self.validators())
        if (
            isinstance(answer, Failure)
            and answer.outcome is Outcome.ROBOTS
            and (plain := urls.untracked(self.article.url))
        ):
            bare = await self.ask(self.validators(), plain)  # robots.txt often bars only what counts the readers
            answer = answer if isinstance(bare, Failure) and bare.outcome is Outcome.ROBOTS else bare
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

    async def ask(self, validators: Validators | None, url: str = "") -> Capture | Failure:
        """One request for the article's page, or for where it leads."""
        return await self.fetcher.get(
            url or self.article.url,
            delay=self.source.delay,
            robots_ignored=self.source.robots_ignored,
            validators=validators,
            priority=Priority.RECHECK if self.known else Priority.NEW,
            language=self.source.language,
        )

    async def see(self, answer: Capture | Failure, *, hops: int = REFRESHES) -> Observation:
        """From the answer to an observation: failures, walls, what cannot be read, then the text itself."""
        if isinstance(answer, Failure):
            return _failure(answer)
        if answer.status == 304:
            return observed(answer, Outcome.NOT_MODIFIED)
        current = await self._load() if self.known else None
        known = Known(
            article=str(self.article.id),
            title="" if self.known else self.article.headline,
            encoding=self.state.encoding,
            content=current.content if current else None,
            profile=self.profile(),
            doubtful=self.article.discovered_via is Via.SECTION,
        )

        def believed(sketch: str, stands: timedelta) -> bool:
            return belief.weigh(self.state.suspicion, sketch, self.clock.now(), stands).confirmed

        try:
            found = await Walk(self.run, self.source.rules, known).step(answer, believed=believed)
        except Unreadable as error:
            return observed(answer, Outcome.UNREADABLE, error=str(error))
        except WorkerDied as error:
            return observed(answer, Outcome.WORKER, error=str(error))
        if found.leads_on:
            return await self.follow(answer, found, hops)
        if found.stood and found.content is not None and await self.stands_anywhere(found, found.content):
            words = "the site shows the same at an address where nothing can be"
            return replace(found, outcome=Outcome.OTHER_PAGE, error=words, change=None, stood=False, refuted=True)
        if found.outcome is Outcome.NEW and found.content is not None and not found.other:
            found = replace(found, aliases=await self.verified(found, found.content))
            if self.overtaken(found, known):
                return await self.see(answer, hops=hops)
        return found

    def overtaken(self, found: Observation, known: Known) -> bool:
        """Whether another article of the source, visited at the same time, turned out to have the text of this new one.

        Both were read with a memory of the source's pages that held neither. Nothing is awaited between this answer
        and the moment when the visit is learned from, so of two such visits the later one always sees the earlier.
        """
        if found.traits is None or (profile := self.profile()) is known.profile:
            return False
        sketch = found.traits.sketch
        before, now = (memory.recall(pages, known.article) for pages in (known.profile, profile))
        return (
            before.standing_elsewhere(sketch, sketches.alike) is None
            and now.standing_elsewhere(sketch, sketches.alike) is not None
        )

    async def follow(self, answer: Capture, found: Observation, hops: int) -> Observation:
        """Go on to where a page leads at once, as browsers do; what is found there was redirected."""
        if not hops:
            return replace(found, outcome=Outcome.BAD_REDIRECT, error=f"leads on again and again: {found.leads_on}")
        target = await self.ask(None, found.leads_on)
        if isinstance(target, Failure):
            return _failure(target)
        trail = (*answer.redirects, (answer.status, answer.final_url), *target.redirects)
        return await self.see(replace(target, url=answer.url, redirects=trail), hops=hops - 1)

    async def stands_anywhere(self, found: Observation, content: Content) -> bool:
        """Whether the site answers with the same text for an address that it never published: a wall, a soft 404.

        Asked only where a text would become a version because it stood, so at most once a day and article.
        """
        nowhere = addresses.nowhere(self.article.url)
        return bool(nowhere) and await self.shows_the_same(nowhere, found, content)

    async def verified(self, found: Observation, content: Content) -> tuple[str, ...]:
        """The address that a new article's page calls its own, when a request for it shows the same story."""
        claimed = claim(self.article, found, self.source.identity)
        if claimed and belief.is_ill_named(content, claimed):
            return ()  # it shows this story by mistake, if it does
        return (claimed,) if claimed and await self.shows_the_same(claimed, found, content) else ()

    async def shows_the_same(self, url: str, found: Observation, content: Content) -> bool:
        """Whether a request for another address shows the text that was found."""
        answer = await self.ask(None, url)
        if found.traits is None or isinstance(answer, Failure) or answer.status == 304:
            return False
        known = Known(str(self.article.id), content=content, encoding=found.encoding, profile=self.profile())
        try:
            page: PageContent = await self.run(look, answer, replace(known, rules=self.rules(answer)))
        except (Unreadable, WorkerDied):
            return False
        return page.traits is not None and sketches.alike(page.traits.sketch, found.traits.sketch)

    def rules(self, capture: Capture) -> Rules | None:
        """The source's rules at the time of a capture."""
        return rules_at(self.source.rules, capture.fetched_at)


def _failure(failure: Failure) -> Observation:
    return Observation(
        failure.outcome,
        error=failure.error,
        status=failure.status,
        final_url=failure.final_url,
        retry_after=failure.retry_after,
        asked=not failure.whole_host or failure.retry_after is None,
        milliseconds=failure.milliseconds,
        ours=failure.ours,
    )
