from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from tests.store.world import history, says, told
from tests.web.world import serving
from tracker.render.pieces import Mark, Piece
from tracker.web.paging import cut, cut_pieces, part, weigh


@given(st.lists(st.integers(1, 50)), st.integers(1, 60))
def test_parts_put_together_are_the_whole_and_none_is_too_heavy(weights: list[int], most: int) -> None:
    first = part(weights, int, most, None)
    parts = [part(weights, int, most, n).items for n in range(1, first.count + 1)]
    assert [item for items in parts for item in items] == weights
    assert all(sum(items) <= most or len(items) == 1 for items in parts)


@pytest.mark.parametrize(("wanted", "number"), [(None, 1), (0, 1), (2, 2), (3, 3), (99, 3)])
def test_a_part_that_is_not_there_is_the_nearest(wanted: int | None, number: int) -> None:
    found = part("abc", len, 1, wanted)
    assert (found.number, found.count, found.items) == (number, 3, ("abc"[number - 1],))


def test_text_weighs_what_it_is_on_a_page() -> None:
    assert weigh("a<b", "é") == len("a&lt;b") + 2
    assert weigh(Markup("<b>")) == 3


def test_what_is_cut_says_so() -> None:
    assert (cut("abcdef", 6), cut("abcdefg", 6)) == ("abcdef", "abcde…")
    pieces = [Piece(Mark.SAME, "abcd"), Piece(Mark.INSERTED, "efgh"), Piece(Mark.SAME, "ijkl")]
    assert cut_pieces(pieces, 100) == pieces
    assert cut_pieces(pieces, 6) == [pieces[0], Piece(Mark.INSERTED, "e…")]


async def test_no_page_of_a_long_story_is_heavy_and_nothing_of_it_is_lost(tmp_path: Path) -> None:
    old, new = ([f"{'Long' * 170} <{side}> {n} & so on." for n in range(120)] for side in ("old", "new"))
    with history(tmp_path) as store:
        told(store, [says(*old), says(*new), says("<&'" * 10_000)], "live")
        told(store, [says(headline=f"{n} " + '"<&>"' * 80) for n in range(45)], "flips")
    async with serving(tmp_path / "tracker.db") as datasette:
        for path in (
            *("/-/change/1", "/-/change/1?view=side", "/-/change/2", "/-/change/2?view=side", "/-/article/1"),
            *("/-/article/1?version=2", "/-/article/1?view=blame", "/-/article/1?view=blame&removed=1"),
            *("/-/article/2", "/-/outlet/example-times", "/"),
        ):
            page = await datasette.client.get(path)
            assert (page.status_code, len(page.content) < 100_000) == (200, True), (path, len(page.content))
        for path, texts in (
            ("/-/change/2", "new"),
            ("/-/change/1?view=side", "old"),
            ("/-/article/1?version=2", "new"),
        ):
            page = (await datasette.client.get(path)).text
            parts = re.findall(r'href="([^"#]+)[^"]*"[^>]*><span class="hidden">Part ', page)
            assert len(parts) > 1
            whole = "".join([(await datasette.client.get(p.replace("&amp;", "&"))).text for p in parts])
            said = re.sub(r'<span class="hidden">.*?</span>|</?(?:ins|del|p|span)\b[^>]*>', "", whole)
            assert {int(n) for n in re.findall(rf"&lt;{texts}&gt; (\d+) &amp;", said)} == set(range(120)), path
