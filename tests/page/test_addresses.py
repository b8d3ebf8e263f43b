"""What addresses say: strays, twins, and an address at which nothing can be."""

from __future__ import annotations

import pytest

from tracker.page import addresses

STORY = "https://times.example/2026/11/28/harbour-wall-price-doubles"


@pytest.mark.parametrize(
    ("name", "final", "at_home", "abroad"),
    [
        ("the section", "https://times.example/local/", True, True),
        ("a log-in with the way back", f"https://times.example/in?next={STORY}", True, True),
        ("a log-in elsewhere", "https://login.times-id.example/u/login?state=hKFo2", False, True),
        ("a parked name", "https://ww1.lots.example/?d=times.example", False, True),
        ("the same slug elsewhere", "https://news.example/harbour-wall-price-doubles", False, False),
        ("another slug", "https://times.example/2026/11/28/harbour-wall-cost-doubles", False, False),
        ("a number", "https://times.example/n/1234567", False, False),
    ],
)
def test_a_stray_ends_where_nothing_is_of_the_article(name: str, final: str, at_home: bool, abroad: bool) -> None:
    assert addresses.strayed(STORY, final) is at_home, name
    assert addresses.strayed(STORY, final, abroad=True) is abroad, name


@pytest.mark.parametrize(
    ("one", "other", "twins"),
    [
        (STORY, "https://times.example/region/2026/11/28/harbour-wall-price-doubles", True),
        (STORY, "https://www.times.example/region/2026/11/28/harbour-wall-price-doubles/amp", True),
        (STORY, "https://times.example/2026/11/29/harbour-wall-price-doubles", False),
        (STORY, "https://post.example/2026/11/28/harbour-wall-price-doubles", False),
        ("https://times.example/a/77777", "https://times.example/b/77777", False),
        (STORY, "https://times.example/2026/11/28/harbour-wall-price-falls", False),
    ],
)
def test_twins_differ_in_the_folder_alone(one: str, other: str, twins: bool) -> None:
    assert addresses.twins(one, other) is twins


def test_nowhere_lies_beside_the_article_and_is_always_the_same() -> None:
    nowhere = addresses.nowhere(f"{STORY}.html?x=1")
    assert nowhere == addresses.nowhere(f"{STORY}.html?x=1")
    assert nowhere.startswith("https://times.example/2026/11/28/")
    assert nowhere.endswith(".html")
    assert "harbour" not in nowhere
    assert addresses.nowhere("https://times.example/") == ""


def test_a_file_name_is_no_headline() -> None:
    assert not addresses.slug_words("https://times.example/it_tageszeitung_2025_04_16.html")
    assert addresses.slug_words("https://times.example/2025/old-pier-closes.html") == {"old", "pier", "closes"}
