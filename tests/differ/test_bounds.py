"""Huge and hostile inputs end, and end in the same readable shape. Times are measured in `benchmarks/differ.py`."""

from __future__ import annotations

import random

from tracker.differ import apply, diff
from tracker.differ.matching.spans import MOST_DISTANCE, changed_spans
from tracker.model import Content, Op, Paragraph


def article(seed: int, sentences: int) -> list[str]:
    rng = random.Random(seed)
    words = ["".join(rng.choices("abcdefghijklmnop", k=rng.randint(3, 9))) for _ in range(4000)]
    return [" ".join(rng.choices(words, k=rng.randint(8, 16))).capitalize() + "." for _ in range(sentences)]


def paged(sentences: list[str]) -> Content:
    return Content(
        language="en", paragraphs=tuple(Paragraph(" ".join(sentences[i : i + 4])) for i in range(0, len(sentences), 4))
    )


def holds(old: Content, new: Content):
    change = diff(old, new)
    assert apply([s.text for s in change.old], change) == [s.text.strip() for s in change.new]
    return change


def test_two_different_texts():
    change = holds(paged(article(1, 300)), paged(article(2, 300)))
    assert change.count(Op.ADD) > 250


def test_shuffled_sentences_are_moves():
    old = article(3, 300)
    new = random.Random(4).sample(old, len(old))
    change = holds(paged(old), paged(new))
    assert {op.op for op in change.operations} == {Op.MOVE}


def test_one_endless_word():
    holds(Content(paragraphs=(Paragraph("x" * 100_000),)), Content(paragraphs=(Paragraph("x" * 50_000 + "y"),)))


def test_more_distinct_tokens_than_the_library_has_ids_below_the_surrogates():
    old = " ".join(f"w{n}" for n in range(70_000))
    new = old.replace("w35000 ", "changed ")
    assert [(old[s.old_start : s.old_end], new[s.new_start : s.new_end]) for s in changed_spans(old, new)] == [
        ("w35000", "changed")
    ]


def test_texts_too_far_apart_are_one_replacement():
    old = "Begin " + " ".join(f"a{n}" for n in range(MOST_DISTANCE)) + " end"
    new = "Begin " + " ".join(f"b{n}" for n in range(MOST_DISTANCE)) + " end"
    (span,) = changed_spans(old, new)
    assert old[: span.old_start] == "Begin "
    assert old[span.old_end :] == " end"
