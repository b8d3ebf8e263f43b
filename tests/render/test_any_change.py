"""Whatever two texts the real differ is given, every face shows the change whole and harmless."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml import html as parser

from tests.render.samples import record
from tests.render.test_terminal import draw
from tracker.differ import diff
from tracker.model import Content, Paragraph
from tracker.render import card, html, json_, plain, terminal
from tracker.render.pieces import Mark
from tracker.render.proof import Layout, lay_out
from tracker.render.terminal import EditStyle

WORDS = [
    "The",
    "minister",
    "said",
    "400",
    "500",
    "trainers.",
    "Nobody",
    "came.",
    "“Never”",
    "東京で",
    "قال",
    "a\u200bb",
    "\x1b[2J",
]
SENTENCES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=20)
TEXTS = st.lists(st.one_of(SENTENCES, ANY), max_size=4).map(" ".join)
CONTENTS = st.builds(
    lambda headline, texts: Content(headline=headline, paragraphs=tuple(map(Paragraph, texts))),
    st.one_of(SENTENCES, ANY),
    st.lists(TEXTS, max_size=4),
)
ALL = Layout(everything=True)
DANGERS = {chr(c) for c in (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0xD800, 0xE000))} - {"\n"}


@settings(max_examples=60, deadline=None)
@given(CONTENTS, CONTENTS)
def test_every_face_is_harmless_and_shows_something(old: Content, new: Content) -> None:
    change = diff(old, new)
    row = record(change, headline=new.headline)
    faces = [
        draw(terminal.change(row, change, EditStyle(brackets=True), ALL), 40),
        draw(terminal.change(row, change, EditStyle(), ALL, side=True), 60),
        plain.change(row, change, ALL),
        plain.change(row, change, Layout(words=True, context=2)),
        json_.line(json_.change(row, change)),
        html.page(row, change, ALL),
    ]
    for face in faces:
        assert not set(face) & DANGERS
        assert face.strip()
    assert json.loads(faces[4])["article"] == 7
    parser.document_fromstring(faces[5])
    etree.fromstring(card.svg(row, change).encode())


@settings(max_examples=60, deadline=None)
@given(CONTENTS, CONTENTS)
def test_a_change_is_never_an_empty_proof(old: Content, new: Content) -> None:
    change = diff(old, new)
    proof = lay_out(change)
    assert bool(proof.items) == bool(change.fields or change.operations)
    for item in lay_out(change, ALL).items:
        marks = {piece.mark for line in item.lines for piece in line.pieces}
        assert marks - {Mark.SAME} or item.lines[0].marker == ">", item
