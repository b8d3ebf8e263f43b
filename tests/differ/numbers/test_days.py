"""Days told from the day of publication."""

from datetime import UTC, date, datetime

import pytest

from tracker.differ import diff
from tracker.differ.numbers import same_day
from tracker.model import ChangeClass, Content, Paragraph

THURSDAY = date(2026, 11, 26)

SAME = [
    ("en", "last Tuesday", "November 24"),
    ("en", "on Tuesday", "on Nov. 24, 2026"),
    ("en", "yesterday", "Wednesday"),
    ("en", "next Monday", "30 November"),
    ("en", "Tuesday", "Tuesday, 24 November 2026"),
    ("de", "am vergangenen Dienstag", "am 24. November"),
    ("de", "gestern", "am Mittwoch"),
    ("fr", "mardi dernier", "le 24 novembre"),
    ("es", "ayer", "el 25 de noviembre"),
    ("it", "lunedì prossimo", "il 30 novembre"),
    ("nl", "afgelopen dinsdag", "24 november"),
    ("sv", "tisdagen", "den 24 november"),
    ("pl", "wczoraj", "25 listopada"),
    ("ru", "вчера", "25 ноября"),
    ("tr", "dün", "25 Kasım"),
    ("ja", "昨日", "11月25日"),
    ("zh", "周二", "11月24日"),
    ("ko", "어제", "11월 25일"),
]
OTHER = [
    ("en", "last Tuesday", "November 25"),
    ("en", "yesterday", "on Tuesday"),
    ("en", "next Tuesday", "November 24"),
    ("en", "Tuesday evening", "Tuesday, 24 November"),
    ("en", "Tuesday, 24 November", "Tuesday, 25 November"),  # one of these dates is no Tuesday
    ("de", "am Dienstag", "am 25. November"),
    ("fr", "hier", "le 24 novembre"),
    ("ja", "昨日", "11月24日"),
]


@pytest.mark.parametrize(("language", "old", "new"), SAME)
def test_one_day_told_otherwise_is_the_same_day(language, old, new):
    assert same_day(old, new, language, THURSDAY)
    assert same_day(new, old, language, THURSDAY)


@pytest.mark.parametrize(("language", "old", "new"), OTHER)
def test_another_day_is_another_day(language, old, new):
    assert not same_day(old, new, language, THURSDAY)


def _edit(old, new, published):
    contents = [
        Content("Ferry", language="en", paragraphs=(Paragraph(text),), published_at=published) for text in (old, new)
    ]
    (operation,) = diff(*contents).operations
    return operation


def test_the_articles_own_date_says_which_tuesday_was_meant():
    old, new = "The ferry sank last Tuesday off the coast.", "The ferry sank on 24 November off the coast."
    published = datetime(2026, 11, 26, 9, tzinfo=UTC)
    assert _edit(old, new, published).class_ is ChangeClass.MINOR
    assert _edit(old, new, datetime(2026, 11, 12, 9, tzinfo=UTC)).class_ is ChangeClass.SUBSTANTIVE
    assert _edit(old, new, None).class_ is ChangeClass.SUBSTANTIVE
