"""What must hold for any two texts, however strange."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.differ import apply, diff, numbers
from tracker.differ.classify import classify
from tracker.differ.matching.spans import changed_spans
from tracker.differ.tokens import grapheme_edges, tokenise
from tracker.differ.traits import Place
from tracker.model import Change, ChangeClass, Content, Kind, Op, Paragraph

SLOW = settings(deadline=None, max_examples=15)
QUICK = settings(deadline=None, max_examples=60)  # no test is timed: the machine may be busy

STRANGE = st.sampled_from(
    [
        "e\u0301",
        "👩‍👩‍👧",
        "🇩🇪🇫🇷",
        "กำ",
        "한국",
        "\u200d",
        "\ud800",
        "\u0600",
        "\r\n",
        " \u0308",
        "\u202e",
        "ﾊﾞ",
        "👍🏽",
        "क्षि",
    ]
)
WORDS = st.sampled_from(
    "The fire killed 12 people. Police said on Monday! “No,” he said. 東京で火事。 Mr. Smith 1,000".split()  # noqa: SIM905
)
TEXT = st.lists(st.one_of(WORDS, STRANGE, st.text(max_size=4)), max_size=30).map(" ".join)
GLUED = st.lists(st.one_of(WORDS, STRANGE, st.text(max_size=4)), max_size=30).map("".join)
PARAGRAPH = st.builds(Paragraph, st.one_of(TEXT, GLUED), st.sampled_from(Kind))
CONTENT = st.builds(
    Content,
    headline=st.one_of(TEXT, st.text()),
    byline=st.lists(WORDS, max_size=2).map(tuple),
    language=st.sampled_from(["", "en", "de", "ja", "xx"]),
    paragraphs=st.lists(PARAGRAPH, max_size=8).map(tuple),
)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Content, Content]:
    """Two contents, most often with paragraphs in common."""
    old = draw(CONTENT)
    new = draw(CONTENT)
    kept = draw(st.lists(st.sampled_from(old.paragraphs), max_size=6)) if old.paragraphs else []
    mixed = draw(st.permutations([*kept, *new.paragraphs]))
    return old, Content(headline=new.headline, language=new.language, paragraphs=tuple(mixed))


def cores(sentences: tuple[object, ...]) -> list[str]:
    return [s.text.strip() for s in sentences]  # type: ignore[attr-defined]


def revived(kind: Any, value: Any) -> Any:
    """What was written as JSON, as the type it was."""
    origin, inner = get_origin(kind), get_args(kind)
    if value is None or kind is NoneType:
        return None
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return kind(**{name: revived(hints[name], part) for name, part in value.items()})
    if origin is tuple:
        kinds = [inner[0]] * len(value) if inner[-1] is Ellipsis else inner
        return tuple(revived(one, part) for one, part in zip(kinds, value, strict=True))
    if origin is Mapping:
        return {name: revived(inner[1], part) for name, part in value.items()}
    if origin is UnionType:
        return revived(inner[0], value) if is_dataclass(inner[0]) else value
    return kind(value)


def as_json(change: Change) -> str:
    return json.dumps(asdict(change), sort_keys=True)


@QUICK
@given(pairs())
def test_applying_the_operations_to_the_old_text_gives_the_new_one(pair):
    change = diff(*pair)
    assert apply([s.text for s in change.old], change) == cores(change.new)


@QUICK
@given(pairs())
def test_sentences_joined_are_the_paragraphs(pair):
    change = diff(*pair)
    for content, sentences in zip(pair, (change.old, change.new), strict=True):
        for index, paragraph in enumerate(content.everything):
            assert "".join(s.text for s in sentences if s.paragraph == index) == paragraph.text


@QUICK
@given(pairs())
def test_every_sentence_index_is_used_exactly_once(pair):
    change = diff(*pair)
    old = [i for op in change.operations for i in op.old_indexes] + [i for i, _ in change.same]
    new = [j for op in change.operations for j in op.new_indexes] + [j for _, j in change.same]
    assert sorted(old) == list(range(len(change.old)))
    assert sorted(new) == list(range(len(change.new)))


@QUICK
@given(pairs())
def test_no_edit_begins_or_ends_inside_a_grapheme(pair):
    change = diff(*pair)
    texts = [(op.old, op.new, op.edits) for op in change.operations]
    texts += [(f.old, f.new, f.edits) for f in change.fields.values()]
    for old, new, edits in texts:
        if edits:
            old_edges, new_edges = grapheme_edges(old), grapheme_edges(new)
            for edit in edits:
                assert {edit.old_start, edit.old_start + len(edit.deleted)} <= old_edges
                assert {edit.new_start, edit.new_start + len(edit.inserted)} <= new_edges


@QUICK
@given(CONTENT)
def test_identical_contents_give_no_operation(content):
    change = diff(content, content)
    assert change.operations == ()
    assert change.fields == {}
    assert change.noise_rule == "nothing-changed"


@QUICK
@given(pairs())
def test_additions_and_deletions_are_mirrored(pair):
    old, new = pair
    new = Content(headline=new.headline, language=old.language, paragraphs=new.paragraphs)
    forth, back = diff(old, new), diff(new, old)
    for one, other in ((Op.ADD, Op.DELETE), (Op.DELETE, Op.ADD)):
        there = [op.old_indexes or op.new_indexes for op in forth.operations if op.op is one]
        here = [op.old_indexes or op.new_indexes for op in back.operations if op.op is other]
        assert sorted(there) == sorted(here)


@QUICK
@given(pairs())
def test_a_change_survives_json(pair):
    change = diff(*pair)
    assert revived(Change, json.loads(as_json(change))) == change


@QUICK
@given(st.one_of(TEXT, GLUED, st.text()), st.one_of(TEXT, GLUED, st.text()))
def test_word_edits_turn_one_text_into_the_other(old, new):
    text, position = "", 0
    for span in changed_spans(old, new):
        text += old[position : span.old_start] + new[span.new_start : span.new_end]
        position = span.old_end
    assert text + old[position:] == new


@QUICK
@given(st.one_of(TEXT, GLUED, st.text()))
def test_tokens_are_lossless_and_keep_graphemes_whole(text):
    tokens = tokenise(text)
    assert "".join(tokens) == text
    edges = grapheme_edges(text)
    position = 0
    for token in tokens:
        position += len(token)
        assert position in edges


LANGUAGES = st.sampled_from(["", "en", "de", "fr", "ja", "zh", "ar", "hi", "tr", "cs", "xx"])


@QUICK
@given(st.one_of(TEXT, GLUED, st.text()), st.one_of(TEXT, GLUED, st.text()), LANGUAGES)
def test_numbers_differ_both_ways_or_neither(old, new, language):
    assert numbers.differ(old, new, language) == numbers.differ(new, old, language)
    assert not numbers.differ(old, old, language)


@QUICK
@given(st.integers(0, 10**15), st.sampled_from("०٠০๐０"))
def test_a_number_is_the_same_in_the_figures_of_any_script(value, zero):
    figures = "".join(chr(ord(zero) + int(digit)) for digit in str(value))
    assert not numbers.differ(f"a {value} b", f"a {figures} b")
    assert numbers.differ(f"a {value + 1} b", f"a {figures} b")


@QUICK
@given(st.one_of(TEXT, GLUED, st.text()), st.one_of(TEXT, GLUED, st.text()), LANGUAGES)
def test_any_edit_is_classed_and_a_changed_number_is_never_minor(old, new, language):
    verdict = classify(old, new, Place(language=language, old=old, new=new))
    assert verdict.rule
    assert verdict.score >= 1
    if "number" in verdict.tags:
        assert verdict.class_ is not ChangeClass.MINOR


HASHED = """
import json, sys
from dataclasses import asdict
from tracker.differ import diff
from tracker.model import Content, Paragraph
words = "the fire killed twelve people in a mill on Monday police said and nobody knows why it began".split()
texts = [" ".join(words[(i * k) % len(words)] for i in range(9)).capitalize() + "." for k in range(2, 40)]
old = Content(language="en", paragraphs=tuple(Paragraph(" ".join(texts[i : i + 3])) for i in range(0, 36, 3)))
later = [" ".join(t + " Yes." for t in texts[i : i + 5]) for i in range(30, 0, -4)]
new = Content(language="en", paragraphs=tuple(map(Paragraph, later)))
print(json.dumps(asdict(diff(old, new)), sort_keys=True))
"""


def test_the_result_does_not_depend_on_the_hash_seed():
    results = {
        subprocess.run(
            [sys.executable, "-c", HASHED], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "4242")
    }
    assert len(results) == 1


@SLOW
@given(pairs())
def test_a_second_run_gives_the_same_change(pair):
    assert as_json(diff(*pair)) == as_json(diff(*pair))
