"""Whether this machine reaches anybody: when all hosts fail at once, the fault is ours and no host is to blame."""

from __future__ import annotations

from tracker.fetcher.lanes import RequestVerdict
from tracker.fetcher.reading import Ended
from tracker.model import Outcome

_UNREACHED = frozenset({Outcome.CONNECTION, Outcome.TIMEOUT})

NAMELESS, UNANSWERED = 2, 5
"""So many hosts without an answer of a name server, or without any answer at all, and nobody who answered between."""


class Reachability:
    """Which hosts could not be reached since one last answered."""

    def __init__(self) -> None:
        self._nameless: set[str] = set()
        self._unanswered: set[str] = set()

    @property
    def offline(self) -> bool:
        """Whether this machine seems to be cut off."""
        return len(self._nameless) >= NAMELESS or len(self._unanswered) >= UNANSWERED

    def answered(self) -> None:
        """A host answered, whatever it said."""
        self._nameless.clear()
        self._unanswered.clear()

    def missed(self, ended: Ended, host: str) -> None:
        """A request ended without an answer: told as ours, and no fault of the host's, when nobody is reached."""
        nameless = ended.verdict is RequestVerdict.NO_NETWORK
        unanswered = ended.verdict is RequestVerdict.FAILED and ended.outcome in _UNREACHED
        if not nameless and not unanswered:
            return
        self._unanswered.add(host)
        if nameless:
            self._nameless.add(host)
        if self.offline:
            ended.ours, ended.verdict = True, RequestVerdict.NO_NETWORK
            ended.error = f"this machine seems to have no network: {ended.error}"
