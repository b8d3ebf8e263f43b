"""An old and a new text with the edits between them, cut into pieces that are the same, deleted or inserted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from tracker.model import Edit
from tracker.render.safety import clean, is_unseen, visible

# What a page writes itself: `[-`, `-]`, `{+`, `+}`.
_IMITATION = re.compile(r"(?<=\[)(?=-)|(?<=-)(?=\])|(?<=\{)(?=\+)|(?<=\+)(?=\})")
_WORD = re.compile(r"(?:^\s+)?\S+\s*|\s+")
_LONGEST_WORD = 24


class Mark(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    DELETED = "deleted"
    INSERTED = "inserted"


BRACKETS = {Mark.SAME: ("", ""), Mark.DELETED: ("[-", "-]"), Mark.INSERTED: ("{+", "+}")}
"""How wdiff and git mark a word where there is no colour."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text with its mark. `text` is clean; in a run of nothing but white space it is spelled out."""

    mark: Mark
    text: str


def inline(old: str, new: str, edits: Sequence[Edit]) -> tuple[Piece, ...] | None:
    """The two texts woven into one, deletions before insertions; None when the edits do not lead from old to new."""
    pieces: list[Piece] = []
    at_old = at_new = 0
    for edit in sorted(edits, key=lambda e: (e.old_start, e.new_start)):
        same = old[at_old : edit.old_start]
        if edit.old_start < at_old or same != new[at_new : edit.new_start]:
            return None
        pieces += _same(same)
        pieces += _changed(edit.deleted, edit.inserted)
        at_old, at_new = edit.old_start + len(edit.deleted), edit.new_start + len(edit.inserted)
    if old[at_old:] != new[at_new:] or not pieces:
        return None
    return (*pieces, *_same(old[at_old:]))


def bracketed(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces with their brackets. Brackets of the page's own get a backslash, so that no page can fake an edit."""
    last = ""
    for piece in pieces:
        opening, closing = BRACKETS[piece.mark]
        last = (opening or last)[-1:]
        # The signs next to the text count too: "[" before a closing "-]" would open a deletion.
        text = _IMITATION.sub(r"\\", f"{last}{piece.text}{closing[:1]}")[len(last) :]
        shown = opening + text + closing[1:]
        last = shown or last
        yield Piece(piece.mark, shown)


def apart(pieces: Iterable[Piece], gap: str = " ") -> Iterator[Piece]:
    """The pieces with a gap between a deletion and the insertion that replaces it, where colour alone parts them."""
    last = Piece(Mark.SAME, "")
    for piece in pieces:
        meets = (last.mark, piece.mark) == (Mark.DELETED, Mark.INSERTED)
        if meets and not last.text[-1:].isspace() and not piece.text[:1].isspace():
            yield Piece(Mark.SAME, gap)
        yield piece
        last = piece


def whole(text: str, mark: Mark) -> tuple[Piece, ...]:
    """A whole text under one mark; the space after it is nobody's change. One of nothing but space is spelled out."""
    shown = clean(text)
    core = shown.strip()
    if not core:
        return (Piece(mark, clean(visible(text))),)
    after = shown[len(shown.rstrip()) :]
    return (Piece(mark, core), *([Piece(Mark.SAME, after)] if after else []))


def trim(pieces: Sequence[Piece], *, left: bool, right: bool) -> tuple[Piece, ...]:
    """The pieces without unchanged white space at these ends."""
    trimmed = list(pieces)
    if left and trimmed and trimmed[0].mark is Mark.SAME:
        trimmed[0] = replace(trimmed[0], text=trimmed[0].text.lstrip())
    if right and trimmed and trimmed[-1].mark is Mark.SAME:
        trimmed[-1] = replace(trimmed[-1], text=trimmed[-1].text.rstrip())
    return tuple(piece for piece in trimmed if piece.text)


def shorten(pieces: Sequence[Piece], words: int) -> tuple[Piece, ...]:
    """The pieces with every unchanged run cut to `words` words next to a change, `…` where something was left out."""
    last = len(pieces) - 1
    return tuple(
        Piece(p.mark, _around(p.text, words, left=i > 0, right=i < last)) if p.mark is Mark.SAME else p
        for i, p in enumerate(pieces)
    )


def head(text: str, words: int) -> str:
    """The first words of a text, with `…` when more follow. Text without spaces counts two characters a word."""
    if words <= 0:
        return ""
    units = _units(text)
    return text if len(units) <= words else "".join(units[:words]).rstrip() + "…"


def tail(text: str, words: int) -> str:
    """The last words of a text, with `…` when more come before."""
    if words <= 0:
        return ""
    units = _units(text)
    return text if len(units) <= words else "…" + "".join(units[-words:]).lstrip()


def _same(text: str) -> Iterator[Piece]:
    shown = clean(text)
    if shown:
        yield Piece(Mark.SAME, shown)


def _changed(deleted: str, inserted: str) -> Iterator[Piece]:
    """Deletion, then insertion; when their cleaned forms cannot be told apart, what is unseen is spelled out."""
    forms = [clean(deleted), clean(inserted)]
    if forms[0] == forms[1] or any(map(is_unseen, (deleted, inserted))):
        forms = [clean(visible(deleted)), clean(visible(inserted))]
    for mark, form in zip((Mark.DELETED, Mark.INSERTED), forms, strict=True):
        if form:
            yield Piece(mark, form)


def _around(text: str, words: int, *, left: bool, right: bool) -> str:
    """An unchanged run between changes: its first words (when a change is left of it) and last (when right)."""
    units = _units(text)
    if not (left or right) or len(units) <= words * (left + right):
        return text
    first = "".join(units[:words]) if left else ""
    last = "".join(units[-words:]) if right and words else ""
    if left and right:
        return f"{first.rstrip()} … {last.lstrip()}"
    return f"{first.rstrip()}…" if left else f"…{last.lstrip()}"


def _units(text: str) -> list[str]:
    """Words with the space after them; a long run without spaces (CJK, Thai) falls into pairs of characters."""
    units: list[str] = []
    for word in _WORD.findall(text):
        pairs = len(word) > _LONGEST_WORD and not word.isascii()
        units += [word[i : i + 2] for i in range(0, len(word), 2)] if pairs else [word]
    return units
