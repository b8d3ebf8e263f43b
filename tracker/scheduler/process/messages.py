"""What a command asks of a daemon, and what it is answered: a frozen dataclass each, sent over the control socket.

A request names its verb and the class of its answer, so that who asks and who answers cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar, get_args

from tracker.errors import TrackerError, UsageError
from tracker.model import Outcome
from tracker.model.plain import WrongType, from_plain, to_plain
from tracker.scheduler.process import control
from tracker.scheduler.process.reload import Reloaded
from tracker.scheduler.process.status import DaemonStatus

A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class DaemonRequest(Generic[A]):
    """Something that a daemon is asked to do. `A` is the class of the answer, `verb` the word on the wire."""

    verb: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Followed:
    """The article that an address leads to; `new` when it was not followed before."""

    article: int
    new: bool


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The article that was taken out of the history."""

    article: int


@dataclass(frozen=True, slots=True)
class Separated:
    """An article that is followed by itself again, and the other one that it had been joined to."""

    article: int
    other: int


@dataclass(frozen=True, slots=True)
class Rested:
    """A source that was paused or resumed; `changed` is False when it was so already."""

    source: str
    changed: bool


@dataclass(frozen=True, slots=True)
class PassReport:
    """What a pass did, as `once.Summary` has it; its changes by their ids, which every reader of the history knows."""

    found: int
    checked: int
    outcomes: Mapping[Outcome, int]
    changes: tuple[int, ...]
    problems: tuple[tuple[str, str], ...]
    notes: tuple[tuple[str, str], ...]
    barren: tuple[str, ...]
    failures: tuple[tuple[str, Outcome, str], ...]
    not_due: int
    next_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class StatusRequest(DaemonRequest[DaemonStatus]):
    """How are you doing?"""

    verb = "status"


@dataclass(frozen=True, slots=True)
class CheckRequest(DaemonRequest[PassReport]):
    """Make a pass: over what is named (articles by id or URL, sources by id), or over what is due."""

    verb = "check"
    references: tuple[str, ...] = ()
    force: bool = False
    discover: bool = True
    check: bool = True


@dataclass(frozen=True, slots=True)
class AddRequest(DaemonRequest[Followed]):
    """Follow one more article of a source."""

    verb = "add"
    source: str
    url: str


@dataclass(frozen=True, slots=True)
class ForgetRequest(DaemonRequest[Forgotten]):
    """Take an article out of the history for good."""

    verb = "forget"
    article: int
    reason: str


@dataclass(frozen=True, slots=True)
class SeparateRequest(DaemonRequest[Separated]):
    """Follow an article again that was joined to another one."""

    verb = "separate"
    article: int


@dataclass(frozen=True, slots=True)
class ReloadRequest(DaemonRequest[Reloaded]):
    """Take a changed sources.yaml."""

    verb = "reload"


@dataclass(frozen=True, slots=True)
class PauseRequest(DaemonRequest[Rested]):
    """Leave a source alone."""

    verb = "pause"
    source: str


@dataclass(frozen=True, slots=True)
class ResumeRequest(DaemonRequest[Rested]):
    """Visit a paused source again."""

    verb = "resume"
    source: str


REQUESTS: dict[str, type[DaemonRequest[Any]]] = {
    kind.verb: kind
    for kind in (
        StatusRequest,
        CheckRequest,
        AddRequest,
        ForgetRequest,
        SeparateRequest,
        ReloadRequest,
        PauseRequest,
        ResumeRequest,
    )
}


def ask(database: Path, request: DaemonRequest[A], *, patience: float | None = control.ANSWER_SECONDS) -> A | None:
    """Ask the daemon of this database; its answer, None when no daemon listens. Raises what `control.ask` raises."""
    told = control.ask(database, request.verb, patience=patience, **to_plain(request))
    if told is None:
        return None
    try:
        return from_plain(_answer_of(request), told)
    except WrongType as error:
        words = f"the daemon of {database} answers in another way: is it of this version? ({error})"
        raise TrackerError(words) from None


def read(told: Mapping[str, object]) -> DaemonRequest[Any]:
    """The request that was sent. Raises UsageError when verb or argument are not understood."""
    verb = str(told["verb"])
    kind = REQUESTS.get(verb)
    if kind is None:
        raise UsageError(f"no verb {verb[:40]!r}; there are {', '.join(REQUESTS)}")
    try:
        request = from_plain(kind, told)
    except WrongType as error:
        raise UsageError(f"{verb} {'needs' if error.required else 'takes'} {error}") from None
    for name in ("source", "url", "reason"):
        if getattr(request, name, None) == "":
            raise UsageError(f"{verb} needs {name}: a text")
    return request


def _answer_of(request: DaemonRequest[A]) -> type[A]:
    base = type(request).__orig_bases__[0]  # type: ignore[attr-defined]
    answer: type[A] = get_args(base)[0]
    return answer
