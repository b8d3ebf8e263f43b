"""What must hold for any two texts, however strange."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import asdict

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.differ import apply, diff
from tracker.differ.tokens import grapheme_edges, tokenise
from tracker.differ.words import changed_spans
from tracker.model import Change, Content, Kind, Op, Paragraph

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
    text = as_json(change)
    assert json.dumps(json.loads(text), sort_keys=True) == text
    assert json.loads(text)["operations"] == json.loads(json.dumps([asdict(op) for op in change.operations]))


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
