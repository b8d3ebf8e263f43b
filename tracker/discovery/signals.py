"""How far a source's signals are believed: feed `updated`, sitemap `lastmod`, `dateModified`. Pure.

A signal brings a check forward. Some systems stamp every page with the present moment; their signals soon count for
nothing, but one in twenty is still followed so that a repaired system is noticed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

PRECISION_NEEDED = 0.1
"""A kind of signal is ignored when fewer of them than this were followed by a change."""

TRIAL = 20
"""How many signals are followed before a record is judged, and every how many one of an ignored kind is."""

SOON = timedelta(minutes=1)
"""How soon a believed signal brings the check at the soonest."""


PAGE = "page"
"""The kind of a page's own `dateModified`: it says that it was modified, and its text is still the old one."""


@dataclass(frozen=True, slots=True)
class Record:
    """How often signals of one kind from one source were followed by a change of the text."""

    right: int = 0
    wrong: int = 0

    @property
    def signals(self) -> int:
        """All signals that were followed."""
        return self.right + self.wrong

    @property
    def precision(self) -> float:
        """The share that was right, with one of each taken for granted (Laplace's rule)."""
        return (self.right + 1) / (self.signals + 2)

    def believed(self, ignored: int = 0) -> bool:
        """Whether to follow the next signal; `ignored` counts those ignored since the last one followed."""
        return self.signals < TRIAL or self.precision >= PRECISION_NEEDED or ignored >= TRIAL


def is_news(signal: datetime | None, last_check_at: datetime | None, known: datetime | None = None) -> bool:
    """Whether a signal says something new: later than the last check that read the page and the last signal."""
    if signal is None:
        return False
    return all(signal > earlier for earlier in (last_check_at, known) if earlier is not None)
