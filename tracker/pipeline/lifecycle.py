"""When an article's state has really changed: pure, from one observation to the next.

One look proves little: sites answer 404 for a minute, bot walls come and go. A state is believed after several agreeing
observations at growing distances; answers that say nothing about the article (time-outs, 5xx, our own limits) neither
confirm nor refute. An article that is seen again is live at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tracker.model import Outcome, State, iso

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

_KEY = "lifecycle"


@dataclass(frozen=True, slots=True)
class Weighed:
    """What is believed after an observation.

    `suspicion` is what to remember (JSON; other keys than ours are kept); `confirmed` the new state, None when nothing
    changed; `detail` says why in words for the event; `again` how soon to look again to settle a suspicion; `within`
    by when at the latest, where this observation said nothing.
    """

    suspicion: Mapping[str, Any]
    confirmed: State | None = None
    detail: str = ""
    again: timedelta | None = None
    within: timedelta | None = None


def weigh(
    suspicion: Mapping[str, Any],
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
    others = {key: value for key, value in suspicion.items() if key != _KEY}
    if outcome.saw_the_article and not moved_to:
        back = state in (State.GONE, State.BLOCKED, State.PAYWALLED)
        return Weighed(others, State.LIVE if back else None, "seen again" if back else "")
    if moved_to:
        suspect, needed, words = State.MOVED, SAID_FOR_GOOD, f"moved to {moved_to}"
    elif outcome in _SUSPECTS:
        suspect, needed, words = _SUSPECTS[outcome]
    else:
        due = _due(suspicion)
        return Weighed(suspicion, within=None if due is None else max(due - now, UNSETTLED))
    if outcome is Outcome.GONE and status == 200:
        needed, words = 4, "the page says that it was not found"
    if status == 410:
        needed, words = SAID_FOR_GOOD, "gone for good (410)"
    if suspect is state and suspect is not State.MOVED:
        return Weighed(others)
    seen, due = _memory(suspicion, suspect, moved_to)
    if outcome is not Outcome.OTHER_PAGE and _is_of_another_page(suspicion):
        seen, due = 0, None
    if due is not None and now < due <= now + WAITS[-1]:  # later than that only a clock that ran ahead can have set
        return Weighed(suspicion, again=due - now)
    seen += 1
    if seen >= needed:
        return Weighed(others, suspect, words)
    wait = WAITS[min(seen, len(WAITS)) - 1]
    memory = {
        "state": suspect.value,
        "seen": seen,
        "due": (now + wait).isoformat(),
        "to": moved_to,
        "since": iso(now),
        "of": outcome.value,
    }
    if seen > 1:
        memory["since"] = suspicion[_KEY]["since"]
    return Weighed({**others, _KEY: memory}, again=wait)


def lifecycle_only(suspicion: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a suspicion remembers of an article's place in life: all that outlives a look that saw the article."""
    return {key: value for key, value in suspicion.items() if key == _KEY}


def _is_of_another_page(suspicion: Mapping[str, Any]) -> bool:
    """Whether what is suspected comes from another text in the article's place: it may be its own, and proves little
    when an answer says more."""
    memory = suspicion.get(_KEY)
    return isinstance(memory, Mapping) and memory.get("of") == Outcome.OTHER_PAGE.value


def _due(suspicion: Mapping[str, Any]) -> datetime | None:
    """From when on the next observation of whatever is suspected counts; None when nothing is."""
    memory = suspicion.get(_KEY)
    if not isinstance(memory, Mapping):
        return None
    try:
        return datetime.fromisoformat(memory["due"])
    except (KeyError, TypeError, ValueError):
        return None


def _memory(suspicion: Mapping[str, Any], suspect: State, moved_to: str) -> tuple[int, datetime | None]:
    """How often this very suspicion was seen, and from when on the next observation counts."""
    memory = suspicion.get(_KEY)
    if not isinstance(memory, Mapping) or (memory.get("state"), memory.get("to")) != (suspect.value, moved_to):
        return 0, None
    due = _due(suspicion)
    try:
        return (int(memory["seen"]), due) if due is not None else (0, None)
    except (KeyError, TypeError, ValueError):
        return 0, None
