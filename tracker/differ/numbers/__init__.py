"""Numbers by value, whatever script and form they are written in."""

from tracker.differ.numbers.compare import converted, differ, in_order, same_moments, swapped
from tracker.differ.numbers.days import same_day
from tracker.differ.numbers.kinds import kind
from tracker.differ.numbers.moments import beside_moments
from tracker.differ.numbers.reading import has_number, is_number_word, is_unit, unit_names, values

__all__ = [
    "beside_moments",
    "converted",
    "differ",
    "has_number",
    "in_order",
    "is_number_word",
    "is_unit",
    "kind",
    "same_day",
    "same_moments",
    "swapped",
    "unit_names",
    "values",
]
