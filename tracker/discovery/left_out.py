"""What a reading left out, and why: counted by reason, with one example of each."""

from __future__ import annotations

from dataclasses import dataclass

MAX_EXAMPLE = 100
"""Most characters of an example that are shown."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why things were left out, how many, and one of them."""

    words: str
    count: int = 1
    example: str = ""

    def __str__(self) -> str:
        shown = f", such as {self.example[:MAX_EXAMPLE]}" if self.example else ""
        return f"{self.count:,} {self.words}{shown}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Everything that one reading left out, each reason once. False when that is nothing."""

    reasons: tuple[Reason, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.reasons)

    def __str__(self) -> str:
        return "; ".join(map(str, self.reasons))

    def add(self, words: str, example: str = "", count: int = 1) -> LeftOut:
        """The same with one more, or several more, left out for this reason."""
        for number, reason in enumerate(self.reasons):
            if reason.words == words:
                more = Reason(words, reason.count + count, reason.example or example)
                return LeftOut((*self.reasons[:number], more, *self.reasons[number + 1 :]))
        return LeftOut((*self.reasons, Reason(words, count, example)))


NOTHING = LeftOut()
"""Nothing was left out."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that a discovery left out: at which place (`feed https://…`), and why."""

    place: str
    reason: Reason

    def __str__(self) -> str:
        return f"{self.place}: left out {self.reason}"
