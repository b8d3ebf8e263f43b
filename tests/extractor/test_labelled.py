"""Small labelled pages in twelve languages, half of them traps: what is read on each, at a first and a second look."""

import datetime

import pytest

from tests.extractor import labelled_pages
from tracker.extractor import confidence, extract
from tracker.model import Content

CASES = labelled_pages.cases()


def _said(content: Content, names: dict[str, object]) -> dict[str, object]:
    said: dict[str, object] = {
        "body": [p.text for p in content.paragraphs],
        "headline": content.headline,
        "byline": list(content.byline),
        "date": content.published_at.date().isoformat() if content.published_at else None,
        "notices": [p.text for p in content.notices],
        "unsure": content.confidence <= confidence.UNSURE,
    }
    return {name: said[name] for name in names}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}: {case.name}")
def test_a_labelled_page_is_read_as_a_reader_would(case: labelled_pages.Case) -> None:
    content = extract(case.html, case.url)
    expected = {k: v.isoformat() if isinstance(v, datetime.date) else v for k, v in case.expected.items()}
    assert _said(content, expected) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}: {case.name}")
def test_the_same_bytes_are_the_same_version_at_a_second_look(case: labelled_pages.Case) -> None:
    first = extract(case.html, case.url)
    assert extract(case.html, case.url, previous=first).canonical() == first.canonical()


def test_the_set_is_large_and_half_of_it_traps() -> None:
    assert len(CASES) >= 60
    assert len({case.language.split("-")[0] for case in CASES}) >= 12
    assert sum(case.trap for case in CASES) * 2 >= len(CASES)


@pytest.mark.parametrize(
    "case", [case for case in CASES if case.expected.get("notices")], ids=lambda case: f"{case.kind}: {case.name}"
)
def test_a_notice_that_comes_later_is_found_where_a_first_look_finds_it(case: labelled_pages.Case) -> None:
    html = case.html
    for notice in case.expected["notices"]:
        html = html.replace(notice, "").replace(notice.removeprefix("Correction: "), "")
    first = extract(html, case.url)
    assert not first.notices
    second = extract(case.html, case.url, previous=first)
    assert [p.text for p in second.notices] == case.expected["notices"]


def test_a_text_that_came_by_script_is_marked_and_less_sure() -> None:
    for case in CASES:
        if case.kind == "script" and "shows" not in case.name:
            content = extract(case.html, case.url)
            assert {b.reason for b in content.blocks if b.kept} == {"article: by script"}
            assert content.confidence <= confidence.BY_SCRIPT
