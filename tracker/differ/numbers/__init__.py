"""Numbers by value, whatever script and form they are written in."""

from tracker.differ.numbers.reading import (
    converted,
    differ,
    has_number,
    in_order,
    is_number_word,
    is_unit,
    unit_names,
    values,
)

__all__ = ["converted", "differ", "has_number", "in_order", "is_number_word", "is_unit", "unit_names", "values"]
