"""What a visit's observation means for the article: its state, its lifecycle, its addresses, and when to look again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from tracker.config import SourceConfig
from tracker.config.settings import NO_IDENTITY, UrlIdentity
from tracker.discovery import urls
from tracker.discovery.identity import join
from tracker.fetcher import conditional
from tracker.model import (
    Article,
    ArticleState,
    CheckResult,
    Event,
    EventDetail,
    EventKind,
    Outcome,
    RevisitState,
    State,
    Suspicion,
)
from tracker.page import belief
from tracker.pipeline.lifecycle import Weighed, weigh
from tracker.pipeline.walk import Observation, marked

OFFLINE_AGAIN = timedelta(minutes=2)
"""How soon an article is looked at again when this machine had no network."""

PERMANENT = frozenset({301, 308})


class Planned(Protocol):
    """What a policy answers: when to look next (None: never again) and what it now believes."""

    @property
    def at(self) -> datetime | None:
        """The next check."""
        ...

    @property
    def rate(self) -> RevisitState:
        """The belief, for `ArticleState.rate`."""
        ...


class Policy(Protocol):
    """Decides when to look again; `tracker.scheduler.revisit.next_check` is one."""

    def __call__(
        self, article: Article, source: SourceConfig, before: ArticleState, after: ArticleState, *, now: datetime
    ) -> Planned:
        """The next look, given the state before and after the check that ended `now`."""
        ...


def conclude(
    article: Article,
    state: ArticleState,
    source: SourceConfig,
    observation: Observation,
    *,
    started: datetime,
    now: datetime,
    policy: Policy,
) -> CheckResult:
    """Weigh an observation: the article's state and lifecycle after it, what happened to it, and when to look again."""
    if observation.ours:
        return _not_looked(article, state, observation, started, now)
    outcome = observation.outcome
    seen = outcome.saw_the_article
    doubted = belief.Doubt(state.suspicion)
    if observation.sketch and observation.stands is not None:
        doubted = belief.weigh(state.suspicion, observation.sketch, now, observation.stands)
    elif observation.refuted:
        doubted = belief.Doubt(replace(state.suspicion, text=None))
    weighed = Weighed(doubted.suspicion)  # what was never read cannot be gone
    if article.version_count or seen:
        weighed = weigh(doubted.suspicion, outcome, now, state=article.state, status=observation.status)
    suspicion = Suspicion() if seen else weighed.suspicion.failed(observation.asked)
    lifecycle = weighed.confirmed
    events = _told(article, observation, weighed, now)
    moved_to, aliases = addresses(article, observation, source.identity) if seen else ("", ())
    again, leads_to = weighed.again, ""
    if moved_to and article.version_count:
        move = weigh(state.suspicion, outcome, now, moved_to=moved_to)
        if move.confirmed is State.MOVED:
            events = (*events, Event(article.id, now, EventKind.MOVED, {"from": article.url, "to": moved_to}))
        else:
            suspicion, again = Suspicion(lifecycle=move.suspicion.lifecycle), move.again
            moved_to, leads_to = "", moved_to
    if not seen and observation.other and _is_permanent(observation) and article.version_count:
        move = weigh(doubted.suspicion, outcome, now, moved_to=observation.final_url)
        lifecycle, again = move.confirmed, move.again
        suspicion = move.suspicion.failed(observation.asked)
        if move.confirmed is not None:
            detail: EventDetail = {"from": article.url, "to": observation.final_url, "article": int(observation.other)}
            events = (Event(article.id, now, EventKind.MOVED, detail),)
    after = _after(state, observation, suspicion, now)
    plan = policy(replace(article, state=lifecycle or article.state), source, state, after, now=now)
    at = plan.at
    agains = [wait for wait in (doubted.again, again) if wait is not None]
    if agains:
        at = now + min(agains)
    if lifecycle is State.MOVED:
        at = None
    if at is not None and weighed.within is not None:
        at = min(at, now + weighed.within)
    if at is not None and observation.retry_after is not None:
        at = max(at, now + observation.retry_after)
    kept = outcome in (Outcome.NEW, Outcome.CHANGED)
    return CheckResult(
        article_id=article.id,
        source_id=article.source_id,
        started_at=started,
        ended_at=now,
        outcome=outcome,
        state=replace(after, next_check_at=at, rate=plan.rate),
        status=observation.status,
        error="" if seen else observation.error,
        wire_bytes=observation.wire_bytes,
        milliseconds=observation.milliseconds,
        capture=observation.capture if kept or not seen else None,
        content=observation.content if kept else None,
        change=marked(observation) if kept else None,
        lifecycle=lifecycle,
        leads_to=leads_to,
        moved_to=moved_to,
        aliases=aliases,
        events=events,
        modified_at=observation.modified_at,
        joins=int(observation.other) if seen and observation.other else 0,
        takes_in=int(observation.takes) if seen and observation.takes else 0,
        traits=observation.traits,
        follows=state.last_check,
    )


def _not_looked(
    article: Article, state: ArticleState, observation: Observation, started: datetime, now: datetime
) -> CheckResult:
    """The result of a check for which this machine had no network: all stays as it is, and it is due again soon."""
    return CheckResult(
        article_id=article.id,
        source_id=article.source_id,
        started_at=started,
        ended_at=now,
        outcome=observation.outcome,
        state=replace(state, next_check_at=now + OFFLINE_AGAIN),
        error=observation.error,
        milliseconds=observation.milliseconds,
        ours=True,
    )


def addresses(
    article: Article, observation: Observation, identity: UrlIdentity = NO_IDENTITY
) -> tuple[str, tuple[str, ...]]:
    """Where the article lives now (empty: where it did) and under which other addresses it is known.

    Only a chain of permanent redirects moves an article, and one that was read before only when they are seen twice.
    What its page calls its own address is an alias only after a request for it showed the same story.
    """
    moved, aliases = "", []
    redirects = observation.capture.redirects if observation.capture else ()
    if redirects and _differs(observation.final_url, article.url, identity):
        if _is_permanent(observation):
            moved = observation.final_url
        elif not article.version_count:
            aliases.append(observation.final_url)
    aliases.extend(observation.aliases)
    return moved, tuple(dict.fromkeys(aliases))


def claim(article: Article, observation: Observation, identity: UrlIdentity = NO_IDENTITY) -> str:
    """The other address that a page calls its own, when it could be the article's; empty when there is none."""
    claimed = observation.content.canonical_url if observation.content else ""
    if not claimed or not all(_differs(claimed, own, identity) for own in (article.url, observation.final_url)):
        return ""
    return claimed if join(observation.final_url, claimed, identity).believed else ""


def _told(article: Article, observation: Observation, weighed: Weighed, now: datetime) -> tuple[Event, ...]:
    """The event of a new place in life, said once: when it is entered."""
    if weighed.confirmed is None or weighed.confirmed is article.state:
        return ()
    if weighed.confirmed is State.LIVE:
        return (Event(article.id, now, EventKind.RESTORED, {"was": article.state.value}),)
    detail: EventDetail = {"status": observation.status, "reason": weighed.detail}
    return (Event(article.id, now, EventKind(weighed.confirmed.value), detail),)


def _after(state: ArticleState, observation: Observation, suspicion: Suspicion, now: datetime) -> ArticleState:
    """The article's state after the check, all but the next look."""
    outcome, capture = observation.outcome, observation.capture
    again = outcome is state.outcome
    after = replace(
        state,
        last_check_at=now,
        checks=state.checks + observation.asked,
        outcome=outcome,
        outcome_since=state.outcome_since if again else now,
        outcome_run=state.outcome_run + 1 if again else 1,
        suspicion=suspicion,
    )
    if not outcome.saw_the_article:
        return after
    after = replace(after, last_seen_at=capture.fetched_at if capture else now)
    if capture is None or outcome is Outcome.NOT_MODIFIED:
        return after
    return replace(
        after,
        validators=conditional.of(capture),
        body_sha256=capture.sha256,
        encoding=observation.encoding or state.encoding,
    )


def _is_permanent(observation: Observation) -> bool:
    """Whether every redirect on the way said that it is for good."""
    redirects = observation.capture.redirects if observation.capture else ()
    return bool(redirects) and all(status in PERMANENT for status, _ in redirects)


def _differs(one: str, other: str, identity: UrlIdentity) -> bool:
    """True when two addresses are not of one article, by what its source says. What is no address does not count."""
    try:
        return not urls.same(one, other, identity)
    except ValueError:
        return False
