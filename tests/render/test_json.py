import json
from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from tests.render.samples import HOSTILE, change, edited, everything, hostile, hostile_record, record, sentences
from tracker.differ import diff
from tracker.model import Article, Content, Kind, Paragraph, State, Version, Via
from tracker.render import json_

ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=40)
ARTICLE = Article(
    7,
    "example-times",
    "https://times.example/1",
    State.LIVE,
    "Head",
    "Ada B",
    "en",
    None,
    datetime(2026, 11, 23, tzinfo=UTC),
    None,
    2,
    9,
    Via.FEED,
    False,
)


def test_a_change_is_the_contract() -> None:
    old, new = sentences(["It sends 400 men.", "Gone."]), sentences(["It sends 500 men.", "New."])
    headline = ("400 men", "500 men")
    whole = everything()
    made = replace(
        change(
            [edited((0, 0), old[0].text, new[0].text, ("400", "500")), whole.operations[7], whole.operations[5]],
            headline=headline,
            headline_edits=edited((0, 0), *headline, ("400", "500")).edits,
        ),
        tags=("number", "headline"),
    )
    assert json_.change(record(made), made) == {
        "change": 12,
        "article": 7,
        "url": "https://times.example/2026/11/23/iraq",
        "source": "example-times",
        "headline": "Alliance takes over training in Iraq",
        "old_version": 1,
        "new_version": 2,
        "after": "2026-11-23T10:05:00Z",
        "before": "2026-11-23T10:20:00Z",
        "class": "substantive",
        "score": 9,
        "tags": ["number", "headline"],
        "notice": "none",
        "acknowledged": False,
        "noise_rule": None,
        "later": None,
        "fields": {
            "headline": {
                "old": "400 men",
                "new": "500 men",
                "edits": [{"deleted": "400", "inserted": "500", "class": "substantive", "tags": ["number"]}],
            }
        },
        "operations": [
            {
                "op": "edit",
                "old": "It sends 400 men.",
                "new": "It sends 500 men.",
                "old_index": 0,
                "new_index": 0,
                "moved": False,
                "similarity": 0.9,
                "edits": [
                    {
                        "deleted": "400",
                        "inserted": "500",
                        "old_start": 9,
                        "new_start": 9,
                        "class": "substantive",
                        "tags": ["number"],
                        "rule": "number-changed",
                    }
                ],
            },
            {"op": "add", "old": None, "new": "A new paragraph ends it. ", "old_index": None, "new_index": 9},
            {"op": "delete", "old": "Nobody checked it.", "new": None, "old_index": 4, "new_index": None},
        ],
        "words_added": 5,
        "words_removed": 3,
        "voices": [],
    }


def test_offsets_count_code_points_and_lead_to_the_words() -> None:
    old, new = (
        Content(
            "𝒜", language="en", paragraphs=(Paragraph(f"The 🔥 of e\u0301lan 👩‍👩‍👧 killed at least {dead} people."),)
        )
        for dead in (12, 15)
    )
    made = diff(old, new)
    [operation] = json_.change(record(made), made)["operations"]
    [edit] = operation["edits"]
    assert edit["old_start"] == operation["old"].index("12") == 37
    assert operation["new"][edit["new_start"] :].startswith(edit["inserted"])


def test_a_split_names_all_its_sentences() -> None:
    split = next(o for o in json_.change(record(everything()), everything())["operations"] if o["op"] == "split")
    assert (split["old_indexes"], split["new_indexes"]) == ([5], [4, 5])


def test_a_comparison_of_versions_far_apart_has_no_number() -> None:
    assert json_.row(record(id=0))["change"] is None


@given(ANY)
def test_a_line_parses_back_to_the_same_text_whatever_it_holds(text: str) -> None:
    expected = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    line = json_.line({"text": text})
    assert json.loads(line) == {"text": expected}
    line.encode("utf-8")


@given(ANY)
def test_a_line_is_one_line_and_harmless_on_a_terminal(text: str) -> None:
    line = json_.line({"text": text})
    assert line.endswith("\n")
    for char in line[:-1]:
        assert 0x20 <= ord(char) < 0x7F or ord(char) > 0x9F
        assert char not in "\u2028\u2029\u200b\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"


def test_hostile_text_stays_what_it_was() -> None:
    parsed = json.loads(json_.line(json_.change(hostile_record(), hostile())))
    assert parsed["headline"] == HOSTILE.replace("\ud800", "\ufffd")


def test_an_article_is_its_row() -> None:
    assert json_.article(ARTICLE) == {
        "article": 7,
        "source": "example-times",
        "url": "https://times.example/1",
        "state": "live",
        "apparently_gone": False,
        "headline": "Head",
        "byline": "Ada B",
        "language": "en",
        "published_at": None,
        "first_seen_at": "2026-11-23T00:00:00Z",
        "last_changed_at": None,
        "read": True,
        "versions": 2,
        "via": "feed",
        "pinned": False,
    }


def test_a_version_has_its_text_and_its_evidence() -> None:
    seen = datetime(2026, 11, 23, 10, tzinfo=UTC)
    content = Content(headline="Head", byline=("Ada B",), paragraphs=(Paragraph("Item", Kind.LIST),))
    shown = json_.version(Version(9, 7, 2, seen, None, seen, content, 1, "c0", "ch", "cap", 1), ARTICLE)
    assert (shown["version"], shown["capture"], shown["same_as"]) == (2, "cap", 1)
    assert shown["paragraphs"] == [{"kind": "list", "text": "Item"}]
    assert (shown["after"], shown["last_seen_at"]) == ("2026-11-23T10:00:00Z", None)
