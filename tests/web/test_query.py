"""What is read from an address, and what is left out of it."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest
from datasette.utils import MultiParams

from tracker.model import ChangeClass, ChangeFilter
from tracker.store.history.change_query import Cursor
from tracker.web import query


def asked(address: str) -> MultiParams:
    """The arguments of a page, as they come from its address."""
    return MultiParams(parse_qs(address, keep_blank_values=True))


def test_a_value_is_trimmed_and_cut_at_200_characters() -> None:
    assert query.word(asked("q=+pier+"), "q") == "pier"
    assert query.word(asked(f"q=+{'x' * 201}"), "q") == "x" * 200
    assert query.word(asked("q="), "q") == query.word(asked("q=1"), "other") == ""


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("0", 0),
        ("17", 17),
        ("+17+", 17),
        ("101", 100),
        ("9" * 16, 100),
        ("9" * 17, None),
        ("-1", None),
        ("1.5", None),
        ("", None),
        ("²", None),
        ("٣", None),
    ],
)
def test_a_whole_number_is_read_up_to_the_most_there_can_be(value: str, read: int | None) -> None:
    assert query.number(asked(f"part={value}"), "part", 100) == read


def test_a_number_is_at_most_what_a_browser_counts_exactly() -> None:
    assert query.number(asked(f"part={2**53}"), "part") == 2**53
    assert query.number(asked(f"part={2**53 + 1}"), "part") == 2**53


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2026-11-23", datetime(2026, 11, 23, tzinfo=UTC)),
        (" 2026-11-23T10:30 ", datetime(2026, 11, 23, 10, 30, tzinfo=UTC)),
        ("2026-11-23T10:30Z", datetime(2026, 11, 23, 10, 30, tzinfo=UTC)),
        ("2026-11-23T10:30+05:45", datetime(2026, 11, 23, 4, 45, tzinfo=UTC)),
        ("0001-01-01T00:00+14:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_a_moment_without_a_zone_is_utc(value: str, read: datetime | None) -> None:
    found = query.moment(value)
    assert found == read
    assert found is None or found.tzinfo is UTC


def test_the_values_of_a_name_count_once_and_at_most_eight_of_them() -> None:
    assert query.words(asked("tag=number&tag=+number&tag=&tag=name"), "tag") == ("number", "name")
    many = "&".join(f"tag={n}" for n in range(9))
    assert query.words(asked(many), "tag") == tuple("01234567")
    assert query.words(asked(f"tag={'x' * 201}"), "tag") == ("x" * 200,)


def test_the_filter_has_what_was_understood_and_nothing_else() -> None:
    assert query.wanted(asked("")) == ChangeFilter()
    wanted = query.wanted(asked("outlet=post&outlet=times&class=minor&class=wording&tag=name&q=pier&page=3"))
    assert (wanted.sources, wanted.class_, wanted.tags) == (("post", "times"), ChangeClass.WORDING, ("name",))
    assert query.wanted(asked("class=silly&score=nine&tag=")) == ChangeFilter()


def test_words_are_looked_for_as_they_are_and_a_pattern_as_a_pattern() -> None:
    assert query.wanted(asked("text=a.b")).grep == r"a\.b"
    assert query.wanted(asked("grep=a.b")).grep == "a.b"


def test_links_carry_on_what_was_understood() -> None:
    kept = query.parameters(asked("tag=name&tag=number&class=minor&class=wording&since=banana&score=9&page=3&noise=0"))
    assert kept == {"tag": ("name", "number"), "class": ("wording",), "score": ("9",)}
    assert query.parameters(asked("outlet=post&text=pier&noise=1")) == {
        "outlet": ("post",),
        "text": ("pier",),
        "noise": ("1",),
    }


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("2026-11-23T10:20:00Z,17", ("2026-11-23T10:20:00Z", 17)),
        ("2026-11-23T10:20:00Z," + "9" * 16, ("2026-11-23T10:20:00Z", int("9" * 16))),
        ("2026-11-23T10:20:00Z," + "9" * 17, None),
        ("2026-11-23T10:20:00Z,", None),
        ("2026-11-23T10:20:00Z,-1", None),
        ("2026-11-23T10:20:00Z,²", None),
        ("2026-11-23T10:20:00Z,٣", None),
        ("banana,17", None),
        ("", None),
    ],
)
def test_a_link_to_older_edits_says_where_the_page_before_ended(value: str, read: Cursor | None) -> None:
    found = query.cursor(asked(f"before={value}"))
    assert found == read
    assert found is None or query.written(found) == value


def misread(address: str, page: str = "latest") -> list[tuple[str, str, str]]:
    return [(one.asked, one.meant, one.instead) for one in query.misread(asked(address), page)]


def test_what_was_understood_and_what_only_follows_a_reader_is_not_named() -> None:
    assert misread("outlet=post&class=minor&since=&utm_source=x&before=2026-11-23,17") == []
    assert misread("version=3&at=2026-11-23&view=blame&part=0&removed=1", "article") == []
    assert misread("article=3&from=2", "capture") == misread("days=30", "outlet") == []


@pytest.mark.parametrize(
    ("address", "page", "found"),
    [
        ("view=blam&part=2", "article", ("view=blam", "view=blame", "?part=2&view=blame")),
        ("veiw=side&part=2&kept=", "change", ("veiw=side", "view=side", "?part=2&view=side")),
        ("VIEW=side", "change", ("VIEW=side", "view=side", "?view=side")),
        ("version=two", "article", ("version=two", "", "")),
        ("zzz=1", "latest", ("zzz=1", "", "")),
        (f"{'z' * 61}=1", "latest", (f"{'z' * 60}=1", "", "")),
        (f"class={'z' * 61}", "latest", (f"class={'z' * 60}", "", "")),
    ],
)
def test_what_was_not_understood_is_named_with_what_is_nearest(
    address: str, page: str, found: tuple[str, str, str]
) -> None:
    assert misread(address, page) == [found]


def test_at_most_five_are_named_and_each_says_what_is_known() -> None:
    assert len(misread("&".join(f"name-{n}=1" for n in range(9)))) == 5
    [switch] = query.misread(asked("kept=2"), "change")
    assert switch.known == "1, 0"
    [name] = query.misread(asked("x=1"), "search")
    assert name.known == "q, removed, before"
    [number] = query.misread(asked("part=x"), "change")
    assert number.known == "a whole number"
