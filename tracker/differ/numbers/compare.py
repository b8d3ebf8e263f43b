"""Whether two texts state the same numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import regex

from tracker.differ.folding import fold
from tracker.differ.numbers.moments import OPEN, canonical, hours, is_same
from tracker.differ.numbers.reading import Reading, is_number_word, read
from tracker.differ.numbers.values import Value
from tracker.differ.tables import measures

_SHARES = frozenset(("percent", "point"))
_LONGEST = 300
"""Code points in which the same hour or date is looked for; longer edits are judged by their plain numbers."""
_OF_MOMENTS = frozenset(("hour", "minute", "day", "month", "year", "decade"))
_ROUNDED = 0.05  # of a quantity is lost when it is converted for readers
_SCORE = regex.compile(r"(?<![\p{L}\p{N}])(\p{Nd}{1,3})\s?[-:/]\s?(\p{Nd}{1,3})(?![\p{L}\p{N}])")


def differ(old: str, new: str, language: str = "") -> bool:
    """True when two texts state different numbers, amounts or units.

    A word for "one" counts only where another number stands against it: mostly it is an article.
    """
    before, after = read(fold(old), language), read(fold(new), language)
    if not _stated_otherwise(before, after) and not _scores_differ(old, new):
        return bool(before.found) and _other_hours(old, new, language)
    return not old or not new or not same_moments(old, new, language)


def in_order(old: str, new: str, language: str = "", *, moments: bool = False) -> bool:
    """True when two texts state the same numbers in the same order; with `moments`, hours and dates too."""
    if not moments or max(len(old), len(new)) > _LONGEST:
        return read(fold(old), language).order == read(fold(new), language).order
    before, after = (read(canonical(text, language), language) for text in (old, new))
    pairs = zip(before.order, after.order, strict=False)
    return len(before.order) == len(after.order) and all(_is_same(x, y, before, after) for x, y in pairs)


def swapped(old: Sequence[str], new: Sequence[str], language: str = "") -> bool:
    """True when the same numbers stand between the same words in another order: "3 to 2" and "2 to 3"."""
    before, after = (read(fold(" ".join(side)), language).order for side in (old, new))
    if before == after or Counter(before) != Counter(after):
        return False
    rest = [[word.casefold() for word in side if not is_number_word(word, language)] for side in (old, new)]
    return rest[0] == rest[1]


def same_moments(old: str, new: str, language: str) -> bool:
    """True when what looks like other numbers is the same hour, date, decade or share written otherwise."""
    if max(len(old), len(new)) > _LONGEST:
        return False
    texts = [canonical(text, language) for text in (old, new)]
    if texts[0] == texts[1]:
        return True
    before, after = (read(text, language) for text in texts)
    lost, gained = (list((a.values - b.values).elements()) for a, b in ((before, after), (after, before)))
    marked = any(isinstance(v, str) and v[:1] == OPEN for reading in (before, after) for v in reading.values)
    shares = False
    for value in lost:
        same = next((other for other in gained if _is_same(value, other, before, after)), None)
        if same is None:
            return False
        shares = shares or (isinstance(value, float) and isinstance(same, float))
        gained.remove(same)
    return (
        not gained and (marked or shares) and _same_units(before, after, _OF_MOMENTS | (_SHARES if shares else set()))
    )


def _other_hours(old: str, new: str, language: str) -> bool:
    """True for the same figures that say another hour: 8am and 8pm."""
    if max(len(old), len(new)) > _LONGEST:
        return False
    before, after = (hours(text, language) for text in (old, new))
    return len(before) == len(after) and before != after


def _stated_otherwise(before: Reading, after: Reading) -> bool:
    old_values, new_values = before.values, after.values
    lost, gained = old_values - new_values, new_values - old_values
    if lost or gained:
        spare_new: Counter[Value] = Counter({1.0: max(0, after.ones - before.ones)})
        spare_old: Counter[Value] = Counter({1.0: max(0, before.ones - after.ones)})
        return bool(lost - spare_new or gained - spare_old)
    return _units_differ(before, after)


def _same_units(before: Reading, after: Reading, implied: frozenset[str]) -> bool:
    return not (before.units ^ after.units) - implied and not (before.signs ^ after.signs) - implied


def _is_same(a: Value, b: Value, before: Reading, after: Reading) -> bool:
    """True when two values are one: 21:00 and 21, a half and 50 %."""
    if a == b or is_same(a, b):
        return True
    if isinstance(a, str) or isinstance(b, str):
        return False
    return (b in after.shares and a * 100 == b and a < 1) or (a in before.shares and b * 100 == a and b < 1)


def converted(old: str, new: str, language: str = "") -> bool:
    """True when two texts state one quantity each, and the same in two units, rounded: 5 km, 3 miles."""
    sizes = []
    for text in (old, new):
        reading = read(fold(text), language)
        known = [measures()[unit] for unit in reading.units if unit in measures()]
        if len(reading.found) != 1 or len(reading.units) != 1 or not known or isinstance(reading.found[0][0], str):
            return False
        dimension, size = known[0]
        sizes.append((dimension, size, reading.found[0][0] * size))
    (dimension, unit, before), (other, other_unit, after) = sizes
    return dimension == other and unit != other_unit and abs(before - after) <= _ROUNDED * max(before, after)


def _units_differ(before: Reading, after: Reading) -> bool:
    """True for another unit, and for a sign or a share that comes or goes alone; "25 million euros" may lose a word."""
    if before.units and after.units:
        return not (before.units <= after.units or after.units <= before.units)
    return bool((before.units ^ after.units) & _SHARES or before.signs ^ after.signs)


def _scores_differ(old: str, new: str) -> bool:
    """A result or date turned round: 3-1 and 1-3, 4/5/1980 and 5/4/1980."""
    before, after = _SCORE.findall(fold(old)), _SCORE.findall(fold(new))
    return len(before) == len(after) == 1 and before != after and sorted(before[0]) == sorted(after[0])
