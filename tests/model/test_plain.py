"""Dataclasses as JSON values and back: what is written is read again, and what does not fit is named."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from tracker.model import Outcome
from tracker.model.plain import WrongType, from_plain, to_plain


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    share: float


@dataclass(frozen=True, slots=True)
class Whole:
    at: datetime
    counts: Mapping[Outcome, int]
    pairs: tuple[tuple[str, Outcome], ...]
    parts: tuple[Part, ...]
    until: datetime | None = None
    words: tuple[str, ...] = ()
    sure: bool = True


AT = datetime(2026, 11, 23, 10, tzinfo=UTC)
WHOLE = Whole(AT, {Outcome.GONE: 2}, (("a", Outcome.NEW),), (Part("b", 1),), until=AT, words=("c",))


def test_what_is_written_is_read_again() -> None:
    assert from_plain(Whole, json.loads(json.dumps(to_plain(WHOLE)))) == WHOLE


def test_moments_and_enums_are_written_as_everywhere() -> None:
    told = to_plain(WHOLE)
    assert (told["at"], told["counts"], told["pairs"]) == ("2026-11-23T10:00:00Z", {"gone": 2}, [["a", "new"]])


def test_what_is_left_out_has_its_default_and_what_is_unknown_is_left_alone() -> None:
    told = {"at": "2026-11-23T10:00:00Z", "counts": {}, "pairs": [], "parts": [], "later": 1}
    assert from_plain(Whole, told) == Whole(AT, {}, (), ())


@pytest.mark.parametrize(
    ("name", "field", "value", "words", "required"),
    [
        ("a number for a moment", "at", 7, "something else", True),
        ("a word that is no outcome", "counts", {"good": 1}, "something else", True),
        ("a text for a list", "words", "all", "a list of texts", False),
        ("a number in a list of texts", "words", [1], "a list of texts", False),
        ("a number for a flag", "sure", 1, "true or false", False),
        ("one too many in a pair", "pairs", [["a", "new", "b"]], "a list of", True),
    ],
)
def test_a_value_of_another_type_is_named(name: str, field: str, value: object, words: str, required: bool) -> None:
    with pytest.raises(WrongType) as caught:
        from_plain(Whole, to_plain(WHOLE) | {field: value})
    assert (caught.value.field, caught.value.required) == (field, required), name
    assert caught.value.wanted.startswith(words), name


def test_a_field_that_is_missing_or_wrong_in_a_part_is_named() -> None:
    with pytest.raises(WrongType, match="share: a number"):
        from_plain(Whole, to_plain(WHOLE) | {"parts": [{"name": "b"}]})
    with pytest.raises(WrongType, match="share: a number"):
        from_plain(Whole, to_plain(WHOLE) | {"parts": [{"name": "b", "share": True}]})
    with pytest.raises(WrongType, match="Whole: an object"):
        from_plain(Whole, [])
