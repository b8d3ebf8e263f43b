"""The methods the differ is compared with, all giving the same thing: runs of (kept | removed | added) text."""

from __future__ import annotations

import difflib
import html
from collections.abc import Callable, Iterator

import regex
from diff_match_patch import diff_match_patch
from lxml.html.diff import htmldiff

from tracker.differ.tokens import is_word, tokenise
from tracker.model import Change, Edit

Runs = list[tuple[int, str]]

_SINGLE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_LETTER = regex.compile(r"[\p{L}\p{N}\p{M}_]")


def characters(old: str, new: str) -> Runs:
    """diff-match-patch on characters with semantic clean-up and no time-out."""
    differ = diff_match_patch()
    differ.Diff_Timeout = 0
    diffs = differ.diff_main(old, new)
    differ.diff_cleanupSemantic(diffs)
    return list(diffs)


def difflib_words(old: str, new: str) -> Runs:
    """difflib on our tokens, autojunk off."""
    a, b = tokenise(old), tokenise(new)
    runs: Runs = []
    for tag, i1, i2, j1, j2 in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append((0, "".join(a[i1:i2])))
        else:
            runs += [(-1, "".join(a[i1:i2])), (1, "".join(b[j1:j2]))]
    return [run for run in runs if run[1]]


_CONTROL = regex.compile(r"[\p{Cc}--[\n\t\r]]", regex.VERSION1)  # lxml refuses them
_TAG = regex.compile(r"(<[^>]+>)")


def lxml_words(old: str, new: str) -> Runs:
    """lxml's htmldiff, its output read back; white space between words is its own."""
    marked = htmldiff(html.escape(_CONTROL.sub(" ", old)), html.escape(_CONTROL.sub(" ", new)))
    runs: Runs = []
    state = 0
    for part in _TAG.split(marked):
        if part in ("<ins>", "<del>"):
            state = 1 if part == "<ins>" else -1
        elif part in ("</ins>", "</del>"):
            state = 0
        elif part and not part.startswith("<"):
            runs.append((state, html.unescape(part)))
    return runs


RIVALS: dict[str, Callable[[str, str], Runs]] = {
    "diff-match-patch, characters + clean-up": characters,
    "difflib, words": difflib_words,
    "lxml htmldiff": lxml_words,
}


def our_runs(change: Change) -> Iterator[Runs]:
    """What the differ marks, one list of runs for each field and each changed sentence."""
    for field in change.fields.values():
        if field.edits:
            yield _runs(field.old, field.edits)
    for operation in change.operations:
        if operation.old is None:
            yield [(1, operation.new or "")]
        elif operation.new is None:
            yield [(-1, operation.old)]
        elif operation.edits:
            yield _runs(operation.old, operation.edits)


def _runs(old: str, edits: tuple[Edit, ...]) -> Runs:
    runs: Runs = []
    position = 0
    for edit in edits:
        runs += [(0, old[position : edit.old_start]), (-1, edit.deleted), (1, edit.inserted)]
        position = edit.old_start + len(edit.deleted)
    runs.append((0, old[position:]))
    return [run for run in runs if run[1]]


def measure(runs: Runs) -> tuple[int, int, int]:
    """Hunks, those that begin or end inside a word, and tiny islands between two of them."""
    runs = _grouped(runs)
    old = "".join(text for kind, text in runs if kind <= 0)
    new = "".join(text for kind, text in runs if kind >= 0)
    hunks = inside = islands = 0
    at_old = at_new = index = 0
    while index < len(runs):
        kind, text = runs[index]
        if kind == 0:
            if 0 < index < len(runs) - 1 and sum(map(is_word, tokenise(text))) < 2:
                islands += 1
            at_old, at_new, index = at_old + len(text), at_new + len(text), index + 1
            continue
        hunks += 1
        cut = False
        while index < len(runs) and runs[index][0] != 0:
            kind, text = runs[index]
            if kind < 0:
                cut |= _cuts(old, at_old) or _cuts(old, at_old + len(text))
                at_old += len(text)
            else:
                cut |= _cuts(new, at_new) or _cuts(new, at_new + len(text))
                at_new += len(text)
            index += 1
        inside += cut
    return hunks, inside, islands


def _cuts(text: str, place: int) -> bool:
    """True when that place lies between two letters of one word."""
    if not 0 < place < len(text):
        return False
    pair = text[place - 1], text[place]
    return all(_LETTER.match(c) and not _SINGLE.match(c) for c in pair)


def _grouped(runs: Runs) -> Runs:
    """Neighbouring runs of one kind joined; in a hunk the removed text before the added."""
    grouped: Runs = []
    removed = added = ""
    for kind, text in [*runs, (0, "")]:
        if kind < 0:
            removed += text
        elif kind > 0:
            added += text
        else:
            grouped += [run for run in ((-1, removed), (1, added)) if run[1]]
            removed = added = ""
            if grouped and grouped[-1][0] == 0:
                grouped[-1] = (0, grouped[-1][1] + text)
            elif text:
                grouped.append((0, text))
    return grouped
