"""When an article's state has really changed: pure, from one observation to the next.

One look proves little: sites answer 404 for a minute, bot walls come and go. A state is believed after several agreeing
observations at growing distances; answers that say nothing about the article (time-outs, 5xx, our own limits) neither
confirm nor refute. An article that is seen again is live at once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tracker.model import Outcome, State, SuspectedState, Suspicion

WAITS = (timedelta(minutes=15), timedelta(hours=2), timedelta(hours=24))
"""The least distance from each observation to the next that counts."""

UNSETTLED = timedelta(hours=1)
"""How long a suspicion waits at most for its next observation when an answer said nothing about the article: a host
that was down for half an hour must not put the finding off by half a day."""

_SUSPECTS = {
    # outcome: the state it speaks for, how many observations prove it, what to call it
    Outcome.GONE: (State.GONE, 3, "not found"),
    Outcome.HOMEPAGE: (State.GONE, 4, "redirected to the front page"),
    Outcome.COLLAPSED: (State.GONE, 4, "the page no longer holds the article"),
    Outcome.EMPTY: (State.GONE, 4, "the page is empty"),
    Outcome.OTHER_PAGE: (State.GONE, 8, "another page stands in its place"),
    Outcome.UNREADABLE: (State.GONE, 4, "the page no longer holds an article"),
    Outcome.BLOCKED: (State.BLOCKED, 3, "access is denied"),
    Outcome.CONSENT: (State.BLOCKED, 3, "a consent page stands in the way"),
    Outcome.PAYWALLED: (State.PAYWALLED, 3, "behind a paywall"),
}

SAID_FOR_GOOD = 2
"""Observations that prove a 410 or a permanent redirect: the publisher says that it is meant."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What is believed after an observation.

    `suspicion` is what to remember; `confirmed` the new state, None when nothing
    changed; `detail` says why in words for the event; `again` how soon to look again to settle a suspicion; `within`
    by when at the latest, where this observation said nothing.
    """

    suspicion: Suspicion
    confirmed: State | None = None
    detail: str = ""
    again: timedelta | None = None
    within: timedelta | None = None


def weigh(
    suspicion: Suspicion,
    outcome: Outcome,
    now: datetime,
    *,
    state: State = State.LIVE,
    status: int = 0,
    moved_to: str = "",
) -> Weighed:
    """Weigh one observation of an article that was so far in `state`.

    `status` is the HTTP status (410 needs fewer confirmations). `moved_to` is where a permanent redirect led that ended
    at the article; it speaks for MOVED although the article was seen.
    """
    others = replace(suspicion, lifecycle=None)
    if outcome.saw_the_article and not moved_to:
        back = state in (State.GONE, State.BLOCKED, State.PAYWALLED)
        return Weighed(others, State.LIVE if back else None, "seen again" if back else "")
    if moved_to:
        suspect, needed, words = State.MOVED, SAID_FOR_GOOD, f"moved to {moved_to}"
    elif outcome in _SUSPECTS:
        suspect, needed, words = _SUSPECTS[outcome]
    else:
        waiting = suspicion.lifecycle
        return Weighed(suspicion, within=None if waiting is None else max(waiting.due - now, UNSETTLED))
    if outcome is Outcome.GONE and status == 200:
        needed, words = 4, "the page says that it was not found"
    if status == 410:
        needed, words = SAID_FOR_GOOD, "gone for good (410)"
    if suspect is state and suspect is not State.MOVED:
        return Weighed(others)
    before = suspicion.lifecycle
    if before is not None and (before.state, before.to) != (suspect, moved_to):
        before = None
    if before is not None and before.of is Outcome.OTHER_PAGE and outcome is not Outcome.OTHER_PAGE:
        before = None  # that text may be the article's own: it proves little when an answer says more
    if before is not None and now < before.due <= now + WAITS[-1]:  # later only a clock that ran ahead can have set
        return Weighed(suspicion, again=before.due - now)
    seen = before.seen + 1 if before else 1
    if seen >= needed:
        return Weighed(others, suspect, words)
    wait = WAITS[min(seen, len(WAITS)) - 1]
    since = before.since if before else now
    suspected = SuspectedState(suspect, seen, now + wait, moved_to, since, outcome)
    return Weighed(replace(suspicion, lifecycle=suspected), again=wait)
