"""What a visit's finding means for the article: its state, its lifecycle, its addresses, and when to look again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from tracker.config import SourceConfig
from tracker.discovery import urls
from tracker.discovery.identity import join
from tracker.fetcher import conditional
from tracker.fetcher.lifecycle import Weighed, lifecycle_only, weigh
from tracker.model import (
    Article,
    ArticleState,
    Capture,
    Change,
    CheckResult,
    Content,
    Event,
    EventKind,
    Outcome,
    State,
)
from tracker.pipeline import doubt

PERMANENT = frozenset({301, 308})


class Planned(Protocol):
    """What a policy answers: when to look next (None: never again) and what it now believes."""

    @property
    def at(self) -> datetime | None:
        """The next check."""
        ...

    @property
    def rate(self) -> Mapping[str, Any]:
        """The belief, for `ArticleState.rate`."""
        ...


class Policy(Protocol):
    """Decides when to look again; `tracker.scheduler.revisit.next_check` is one."""

    def __call__(
        self, article: Article, source: SourceConfig, before: ArticleState, after: ArticleState, *, now: datetime
    ) -> Planned:
        """The next look, given the state before and after the check that ended `now`."""
        ...


@dataclass(frozen=True, slots=True)
class Finding:
    """What a visit came to, before it is weighed: an outcome, and with it what was learned.

    `asked` is False when the article was not asked for at all, because its host rests until `retry_after` has passed.
    """

    outcome: Outcome
    capture: Capture | None = None
    content: Content | None = None
    change: Change | None = None
    encoding: str = ""
    error: str = ""
    status: int = 0
    sketch: str = ""
    final_url: str = ""
    retry_after: timedelta | None = None
    asked: bool = True
    milliseconds: int = 0
    wire_bytes: int = 0
    modified_at: datetime | None = None


def conclude(
    article: Article,
    state: ArticleState,
    source: SourceConfig,
    finding: Finding,
    *,
    started: datetime,
    now: datetime,
    policy: Policy,
) -> CheckResult:
    """Weigh a finding: the article's state and lifecycle after it, what happened to it, and when to look again."""
    outcome = finding.outcome
    seen = outcome.saw_the_article
    doubted = doubt.weigh(state.suspicion, finding.sketch, now) if finding.sketch else doubt.Doubt(state.suspicion)
    weighed = weigh(doubted.suspicion, outcome, now, state=article.state, status=finding.status)
    suspicion: Mapping[str, Any] = (
        {} if seen else {**weighed.suspicion, "failures": int(state.suspicion.get("failures", 0)) + finding.asked}
    )
    lifecycle = weighed.confirmed
    events = _told(article, finding, weighed, now)
    moved_to, aliases = addresses(article, finding) if seen else ("", ())
    again, leads_to = weighed.again, ""
    if moved_to and article.version_count:
        move = weigh(state.suspicion, outcome, now, moved_to=moved_to)
        if move.confirmed is State.MOVED:
            events = (*events, Event(article.id, now, EventKind.MOVED, {"from": article.url, "to": moved_to}))
        else:
            suspicion, again = lifecycle_only(move.suspicion), move.again
            moved_to, leads_to = "", moved_to
    after = _after(state, finding, suspicion, now)
    plan = policy(replace(article, state=lifecycle or article.state), source, state, after, now=now)
    at = plan.at
    agains = [wait for wait in (doubted.again, again) if wait is not None]
    if agains:
        at = now + min(agains)
    if at is not None and weighed.within is not None:
        at = min(at, now + weighed.within)
    if at is not None and finding.retry_after is not None:
        at = max(at, now + finding.retry_after)
    kept = outcome in (Outcome.NEW, Outcome.CHANGED)
    return CheckResult(
        article_id=article.id,
        source_id=article.source_id,
        started_at=started,
        ended_at=now,
        outcome=outcome,
        state=replace(after, next_check_at=at, rate=plan.rate),
        status=finding.status,
        error="" if seen else finding.error,
        wire_bytes=finding.wire_bytes,
        milliseconds=finding.milliseconds,
        capture=finding.capture if kept or not seen else None,
        content=finding.content if kept else None,
        change=finding.change if kept else None,
        lifecycle=lifecycle,
        leads_to=leads_to,
        moved_to=moved_to,
        aliases=aliases,
        events=events,
        modified_at=finding.modified_at,
    )


def addresses(article: Article, finding: Finding) -> tuple[str, tuple[str, ...]]:
    """Where the article lives now (empty: where it did) and under which other addresses it is known.

    Only a chain of permanent redirects moves an article, and one that was read before only when they are seen twice.
    What its page calls its own address is an alias, where that can be believed.
    """
    moved, aliases = "", []
    redirects = finding.capture.redirects if finding.capture else ()
    if redirects and _differs(finding.final_url, article.url):
        if all(status in PERMANENT for status, _ in redirects):
            moved = finding.final_url
        elif not article.version_count:
            aliases.append(finding.final_url)
    claimed = finding.content.canonical_url if finding.content else ""
    if claimed and _differs(claimed, moved or article.url) and join(moved or article.url, claimed).believed:
        aliases.append(claimed)
    return moved, tuple(dict.fromkeys(aliases))


def _told(article: Article, finding: Finding, weighed: Weighed, now: datetime) -> tuple[Event, ...]:
    """The event of a new place in life, said once: when it is entered."""
    if weighed.confirmed is None or weighed.confirmed is article.state:
        return ()
    if weighed.confirmed is State.LIVE:
        return (Event(article.id, now, EventKind.RESTORED, {"was": article.state.value}),)
    detail = {"status": finding.status, "reason": weighed.detail}
    return (Event(article.id, now, EventKind(weighed.confirmed.value), detail),)


def _after(state: ArticleState, finding: Finding, suspicion: Mapping[str, Any], now: datetime) -> ArticleState:
    """The article's state after the check, all but the next look."""
    outcome, capture = finding.outcome, finding.capture
    again = outcome is state.outcome
    after = replace(
        state,
        last_check_at=now,
        checks=state.checks + finding.asked,
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
        encoding=finding.encoding or state.encoding,
    )


def _differs(one: str, other: str) -> bool:
    """True when two addresses are not of the same article. What is no address does not count."""
    try:
        return urls.key(one) != urls.key(other)
    except ValueError:
        return False
