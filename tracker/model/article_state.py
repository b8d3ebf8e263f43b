"""What is known of an article between two checks: its state, what awaits confirmation, how often it changes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from tracker.model.outside import Outcome, Validators, iso


class State(StrEnum):
    """Where an article is in its life."""

    LIVE = "live"
    GONE = "gone"
    MOVED = "moved"
    BLOCKED = "blocked"
    PAYWALLED = "paywalled"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class SuspectedState:
    """The state that an article seems to be in, while that is not confirmed.

    It was seen `seen` times since `since`; the next observation counts from `due` on. `to` is the address of a move,
    `of` the outcome that said so last.
    """

    state: State
    seen: int
    due: datetime
    to: str = ""
    since: datetime | None = None
    of: Outcome | None = None


@dataclass(frozen=True, slots=True)
class WaitingText:
    """A text that is not believed yet: its sketch, and when it was first read."""

    sketch: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Suspicion:
    """What awaits confirmation: another state, another text. `failures` counts requests since the article was seen."""

    lifecycle: SuspectedState | None = None
    text: WaitingText | None = None
    failures: int = 0

    @property
    def apparently_gone(self) -> bool:
        """Whether the article seems to be gone, while that is not sure: three failures in a row, two of them saying so.

        The two are at least a quarter of an hour apart. An article that is gone, or that was seen again, is not meant.
        """
        suspected = self.lifecycle
        return suspected is not None and suspected.state is State.GONE and suspected.seen >= 2 and self.failures >= 3

    def failed(self, times: int) -> Suspicion:
        """The same after so many more requests that did not see the article."""
        return replace(self, failures=self.failures + times)


@dataclass(frozen=True, slots=True)
class Signal:
    """That an article changed: the kind of signal that said so (`feed`, `sitemap`, `page`), and when it changed."""

    kind: str
    moment: datetime


@dataclass(frozen=True, slots=True)
class RevisitState:
    """What the revisit policy remembers of an article from one check to the next; nothing before the first.

    `shape` and `exposure`, `live`, `live_shape` and `live_exposure` are those of `revisit.rate.Rate`; `changed` is when
    the article was last seen to change. `interval` is the wait of the adaptive schedule in hours. `signal` is what
    brings the next check forward.
    """

    shape: float | None = None
    exposure: float | None = None
    changed: datetime | None = None
    live: float | None = None
    live_shape: float | None = None
    live_exposure: float | None = None
    interval: float | None = None
    signal: Signal | None = None


@dataclass(frozen=True, slots=True)
class LastCheck:
    """What tells an article's checks apart: no two that follow one another have the same.

    `at` has seconds, `checks` leaves out those for which the article was not asked, so neither is enough alone.
    """

    at: str | None
    checks: int
    outcome: Outcome | None
    run: int


@dataclass(frozen=True, slots=True)
class ArticleState:
    """What the scheduler and the pipeline need to know about an article at its next check. Hot and narrow.

    `last_seen_at` is the last check that confirmed the current version.
    """

    article_id: int
    next_check_at: datetime | None
    last_check_at: datetime | None = None
    last_seen_at: datetime | None = None
    checks: int = 0
    outcome: Outcome | None = None
    outcome_since: datetime | None = None
    outcome_run: int = 0
    validators: Validators = field(default_factory=Validators)
    body_sha256: str = ""
    encoding: str = ""
    suspicion: Suspicion = field(default_factory=Suspicion)
    rate: RevisitState = field(default_factory=RevisitState)

    @property
    def last_check(self) -> LastCheck:
        """Which check this is the state after."""
        return LastCheck(iso(self.last_check_at), self.checks, self.outcome, self.outcome_run)
