"""A few hashes that stand for a text."""

from tests.page.test_belief import LONG, OTHER, content
from tracker.page import sketches


def test_a_sketch_knows_a_text_by_most_of_its_words() -> None:
    same = [content(*LONG), content(*LONG, "Sign up for our letter, every morning at six, free of charge.")]
    assert sketches.alike(*map(sketches.sketch, same))
    assert not sketches.alike(sketches.sketch(content(*LONG)), sketches.sketch(content(*OTHER)))
    assert len(sketches.sketch(content(*LONG, *OTHER))) == 8 * sketches.SKETCH
    assert sketches.alike(sketches.sketch(content()), sketches.sketch(content()))
    assert not sketches.same("", "")


def test_two_addresses_need_nearly_the_same_text_to_be_called_one() -> None:
    whole, most, half = (sketches.sketch(content(*LONG[:n])) for n in (12, 11, 6))
    assert sketches.same(whole, whole)
    assert sketches.alike(whole, most)
    assert not sketches.same(whole, half)


def test_a_number_tells_one_headline_from_another() -> None:
    assert sketches.tokens("Report of round 7") != sketches.tokens("Report of round 8")
