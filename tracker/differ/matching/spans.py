"""What changed between two short texts, word by word.

diff-match-patch runs on tokens that were mapped to single characters, never on letters, and never with its clock
(`Diff_Timeout = 0`): the input is bounded instead, so the same texts give the same diff on every machine. The ids
come from the private-use planes, clear of surrogates and of everything that the library takes for white space.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from diff_match_patch import diff_match_patch
from rapidfuzz.distance import Indel

from tracker.differ.tokens import is_word, tokenise

MOST_DISTANCE = 1200
"""Tokens that may differ before the whole middle is shown as one replacement (about 70 ms in the worst case)."""

_ISLAND = 2.0
"""Content weight up to which an unchanged run between two changes is absorbed by them."""
MANY = 5
"""Changes in one text from which those that few words hold apart are shown as one."""
_SHORT = 3
"""Words that hold two of many changes apart no longer."""
_FUNCTION_WORD = 0.4
_RANGES = ((0xF0000, 0xFFFFE), (0x100000, 0x10FFFE), (0x3400, 0xD7FF))


@dataclass(frozen=True, slots=True)
class Span:
    """A replaced run: `old[old_start:old_end]` became `new[new_start:new_end]`, in code points."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


@dataclass(slots=True)
class _Run:
    """A stretch of tokens: kept (`change` False, `old` equals `new`) or replaced."""

    change: bool
    old: list[str]
    new: list[str]


def changed_spans(old: str, new: str, light: Callable[[str], bool] = lambda _: False) -> list[Span]:
    """The replaced runs that turn `old` into `new`, in order and at least one token apart.

    `light` says whether a word is a function word, which holds two changes apart less well than a content word.
    """
    if old == new:
        return []
    # One canonical direction, so that the diff of (b, a) is exactly the mirrored diff of (a, b).
    if new < old:
        return [Span(s.new_start, s.new_end, s.old_start, s.old_end) for s in changed_spans(new, old, light)]
    return list(_spans(_gathered(_absorb(_runs(tokenise(old), tokenise(new)), light))))


def _runs(old: list[str], new: list[str]) -> list[_Run]:
    """Token diff with semantic clean-up, as alternating kept and replaced runs."""
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    old_middle, new_middle = old[head : len(old) - tail], new[head : len(new) - tail]
    runs = [_Run(False, old[:head], old[:head])]
    if _too_far_apart(old_middle, new_middle):
        runs.append(_Run(True, old_middle, new_middle))
    else:
        runs += _library_runs(old_middle, new_middle)
    end = old[len(old) - tail :]
    runs.append(_Run(False, end, end))
    return _joined(runs)


def _too_far_apart(old: list[str], new: list[str]) -> bool:
    """True when a token diff would cost more than it says."""
    if len(old) + len(new) <= MOST_DISTANCE:
        return False
    ids: dict[str, int] = {}
    a, b = (array("L", [ids.setdefault(token, len(ids)) for token in tokens]) for tokens in (old, new))
    return Indel.distance(a, b, score_cutoff=MOST_DISTANCE) > MOST_DISTANCE


def _library_runs(old: list[str], new: list[str]) -> Iterator[_Run]:
    ids: dict[str, str] = {" ": " "}
    free = (chr(code) for first, last in _RANGES for code in range(first, last))
    for token in (*old, *new):
        if token not in ids:
            ids[token] = next(free, "\uf8ff")
    if "\uf8ff" in ids.values():  # more distinct tokens than ids
        yield _Run(True, old, new)
        return
    tokens = {id_: token for token, id_ in ids.items()}
    differ = diff_match_patch()
    differ.Diff_Timeout = 0
    diffs = differ.diff_main("".join(map(ids.__getitem__, old)), "".join(map(ids.__getitem__, new)), False)
    differ.diff_cleanupSemantic(diffs)
    for operation, mapped in diffs:
        run = [tokens[id_] for id_ in mapped]
        if operation == 0:
            yield _Run(False, run, run)
        else:
            yield _Run(True, run if operation < 0 else [], run if operation > 0 else [])


def _joined(runs: list[_Run]) -> list[_Run]:
    """Runs without empty ones, neighbours of the same kind made one."""
    result: list[_Run] = []
    for run in runs:
        if not run.old and not run.new:
            continue
        if result and result[-1].change == run.change:
            last = result[-1]
            result[-1] = _Run(run.change, last.old + run.old, last.new + run.new)
        else:
            result.append(run)
    return result


def _absorb(runs: list[_Run], light: Callable[[str], bool]) -> list[_Run]:
    """Merge changes that only a tiny unchanged island separates: two readable edits instead of confetti."""

    def weight(tokens: list[str]) -> float:
        return sum(_FUNCTION_WORD if light(t) else 1.0 for t in tokens if is_word(t))

    position = 1
    while position < len(runs) - 1:
        before, island, after = runs[position - 1 : position + 2]
        if not island.change and _is_island(before, island, after, weight):
            merged = _Run(True, before.old + island.old + after.old, before.new + island.new + after.new)
            runs[position - 1 : position + 2] = [merged]
            position = max(1, position - 2)
        else:
            position += 1
    return runs


def _gathered(runs: list[_Run]) -> list[_Run]:
    """Join the marks of a text that changed in many places into few: seven marks in one sentence cannot be read."""
    if sum(run.change for run in runs) < MANY:
        return runs
    gathered: list[_Run] = []
    for run in runs:
        if len(gathered) >= 2 and run.change and sum(map(is_word, gathered[-1].old)) <= _SHORT:
            before, between = gathered[-2:]
            merged = _Run(True, before.old + between.old + run.old, before.new + between.new + run.new)
            gathered[-2:] = [merged]
        else:
            gathered.append(run)
    return gathered


def _is_island(before: _Run, island: _Run, after: _Run, weight: Callable[[list[str]], float]) -> bool:
    inside = weight(island.old)
    old_sides = weight(before.old), weight(after.old)
    new_sides = weight(before.new), weight(after.new)
    left, right = max(old_sides[0], new_sides[0]), max(old_sides[1], new_sides[1])
    if not ((before.old and after.old) or (before.new and after.new)):
        return False
    if inside == 0:
        return left > 0 or right > 0
    if sum(map(is_word, island.old)) == 1:
        return inside <= max(left, right)
    return inside <= _ISLAND and inside <= left and inside <= right


def _spans(runs: list[_Run]) -> Iterator[Span]:
    old = new = 0
    for run in runs:
        old_end, new_end = old + sum(map(len, run.old)), new + sum(map(len, run.new))
        if run.change:
            yield Span(old, old_end, new, new_end)
        old, new = old_end, new_end
