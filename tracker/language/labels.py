"""The labels that notices open with: "Correction:", "Berichtigung vom 3. Mai -", "[정정]"."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import groupby
from operator import itemgetter

import re2

from tracker.language.roles import table
from tracker.language.words import listed, plain

JUNK = " *_•·▪-[(|/<>#\"'※【〔《▼■◆●+→►~"
"""Signs that may stand before a label or a sentence."""
_TAIL = re2.compile(
    r"""^(?:[ ]?[(\[][^)\]]{0,60}[)\]]|[ ,/\-]{0,3}(?:appended|notice|added|der redaktion)"""
    r"""|[ ,/\-]{1,3}[^:|\])】]{0,40}\pN[^:|\])】]{0,24}|[ ]?\pN[^:|\])】]{0,30}"""
    r"""|[ ]\pN{1,2}[:.]\pN{2}[^:|\])】]{0,12})?"""
    r"""[*_ ]{0,3}(?:(?P<sign>[:\])】|〕》]|[ ]-|-[ ]|[.。][ ])|$)""",
)
_LABELS = ("correction", "clarification", "update", "note")


def label(line: str, signed: bool = True) -> tuple[str | None, str]:
    """The kind of label that a line opens with ("correction", "clarification", "update", "note"), and what follows it.

    `signed` asks for the sign that ends a label; without it a word that is a label elsewhere is enough.
    """
    text = line.lstrip(JUNK)
    if not text.startswith(_label_texts().get(text[:1], ())):
        return None, line
    for end in range(min(len(text), _longest_label()), 0, -1):
        kind = _label_kinds().get(text[:end])
        if kind is None:
            continue
        match = _TAIL.match(text[end : end + 160])
        rest = text[end + match.end() :] if match else ""
        if match and match.group("sign") and any(letter.isalnum() for letter in rest):
            return kind, rest
        if not signed and kind != "note" and not text[end : end + 1].isalnum():
            return kind, text[end:]
    return None, line


@cache
def _label_kinds() -> Mapping[str, str]:
    """For each label as it is compared: its kind. The weightier kind wins where two languages share a word."""
    kinds: dict[str, str] = {}
    for kind in _LABELS:
        for words in table().values():
            for entry in listed(words.get(f"label_{kind}", "")):
                kinds.setdefault(plain(entry.replace("_", " ")), kind)
    return kinds


@cache
def _label_texts() -> Mapping[str, tuple[str, ...]]:
    # by first letter; a label that begins with another needs not be asked about
    labels = sorted(_label_kinds())
    shortest = [label for label in labels if not any(label != o and label.startswith(o) for o in labels)]
    return {letter: tuple(same) for letter, same in groupby(shortest, itemgetter(0))}


@cache
def _longest_label() -> int:
    return max(map(len, _label_kinds()))


@cache
def named_notes() -> tuple[str, ...]:
    """Labels that name the newsroom: what they introduce is a notice whatever it says; a bare "Note:" is not."""
    return tuple(label for label, kind in _label_kinds().items() if kind == "note" and (" " in label or "." in label))
