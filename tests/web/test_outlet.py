from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.store.world import HOUR, NOW, history, result, says, told
from tests.web.world import serving
from tracker.model import Outcome
from tracker.store.history import record
from tracker.web.drawing import charts, formatting


async def test_an_outlet_tells_its_figures_with_what_they_mean(tmp_path: Any) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    with history(tmp_path) as store:
        told(
            store,
            [says("The pier closes."), says("The pier does not close."), says("The pier will not close, 41 say.")],
        )
        told(store, [says("Nothing happens here at all.")], "quiet")
        for table, columns in {
            "versions": ("first_seen_at", "previous_seen_at"),
            "changes": ("seen_after", "seen_before"),
            "articles": ("first_seen_at",),
        }.items():
            for column in columns:
                store.db.execute(
                    f"update {table} set {column} = strftime('%Y-%m-%dT%H:%M:%SZ', {column}, ?)",
                    (f"{int((now - NOW).total_seconds()) - 7200} seconds",),
                )
    async with serving(tmp_path / "tracker.db") as datasette:
        page = (await datasette.client.get("/-/outlet/example-times")).text
        address = re.findall(r'without notice seen</dt>.*?<a href="([^"]+)"', page)[0].replace("&amp;", "&")
        silent = (await datasette.client.get(address)).text
    figures = re.findall(
        r"<dt>([^<]+)</dt><dd><span class=\"figure\">([^<]+)</span><span class=\"facts\">(?:<a [^>]+>)?([^<]+)", page
    )
    told_ = {what: (figure, how) for what, figure, how in figures}
    assert told_["of articles edited"] == ("50%", "1 of 2 first seen in this time")
    assert told_["without notice seen"] == ("100%", "2 of 2 substantive edits")
    assert silent.count('<article class="entry') == 2
    assert told_["articles gone"][0] == "0"
    assert "Most edited" in page
    assert page.count('<svg class="chart') == 4
    assert page.count("<summary>The numbers</summary>") == 4


async def test_the_time_can_be_chosen_and_nonsense_is_a_month(site: Any) -> None:
    chosen = (await site.get("/-/outlet/example-times?days=90")).text
    assert '?days=90" aria-current="true"' in chosen
    assert '?days=30" aria-current="true"' in (await site.get("/-/outlet/example-times?days=999999999")).text


async def test_all_outlets_stand_in_a_table(site: Any) -> None:
    page = (await site.get("/-/outlets")).text
    assert page.count('<th scope="row"') == 2
    assert 'href="/-/outlet/example-post"' in page


async def test_edits_their_share_and_the_last_of_them_leave_noise_out_alike(tmp_path: Any) -> None:
    with history(tmp_path) as store:
        told(store, [says("The pier closes."), says("The pier does not close."), says("The pier closes. Share this.")])
        told(store, [says("Nothing happens here at all.")], "quiet")
        store.db.execute(
            "update changes set noise_rule = 'boilerplate' where new_version_id = (select max(id) from "
            "versions where article_id = 1)"
        )
        store.db.execute("update source_totals set noise = 1 where source_id = 'example-times'")
    async with serving(tmp_path / "tracker.db") as datasette:
        page = (await datasette.client.get("/-/outlets")).text
    row = page.split("The Example Times")[1].split("</tr>")[0]
    assert re.findall(r'<td class="n">([^<]+)</td>', row)[:3] == ["2", "1", "0.50"]
    assert re.findall(r'datetime="([^"]+)"', row) == ["2026-11-23T11:00:00Z"]
    assert "leave out what looks like noise" in page


async def test_a_failed_check_is_named_wherever_it_is_counted(tmp_path: Any) -> None:
    with history(tmp_path) as store:
        broken = told(store, [says(headline="Pier")])
        healed = told(store, [says(headline="Mole")], "mole")
        for article, ends in ((broken, Outcome.SERVER_ERROR), (healed, Outcome.TIMEOUT)):
            record.record(store, result(store, article, NOW + HOUR, ends, status=0, error="<b>too slow</b>"))
        for n in range(2, 12):
            record.record(store, result(store, healed, NOW + n * HOUR))
        old = told(store, [says(headline="Wall")], "wall")
        record.record(store, result(store, old, NOW - 99 * HOUR, Outcome.BLOCKED))
        record.record(store, result(store, old, NOW - 98 * HOUR))
    async with serving(tmp_path / "tracker.db") as datasette:
        outlets = (await datasette.client.get("/-/outlets")).text
        outlet = (await datasette.client.get("/-/outlet/example-times")).text
        now = (await datasette.client.get("/-/now")).text
    assert '<a href="/-/outlet/example-times#health"><span class="hidden">what failed: </span>2</a>' in outlets
    failed = outlet.split('id="failures"')[1].split("</section>")[0]
    assert re.findall(r'href="/-/article/(\d+)">([^<]+)<', failed) == [(str(healed), "Mole"), (str(broken), "Pier")]
    assert "timeout" in failed
    assert "server error" in failed
    assert "Every check" not in now
    assert re.search(r"The Example Times</bdi></a>: 2 of \d+ checks failed", now)


async def test_one_of_a_kind_is_said_as_one(site: Any) -> None:
    page = (await site.get("/-/outlet/example-post?days=90")).text
    assert "2 articles, 1 edit ·" in page
    assert not re.search(r"\b1 (edits|articles|substantive edits)\b", page)


async def test_one_edit_of_one_article_is_said_as_one(tmp_path: Any) -> None:
    with history(tmp_path) as store:
        told(store, [says("The pier closes."), says("The pier does not close.")])
    async with serving(tmp_path / "tracker.db") as datasette:
        front = (await datasette.client.get("/")).text
        search = (await datasette.client.get("/-/search?q=pier&removed=1")).text
    assert "1 edit of 1 article by 2 outlets" in front
    assert "in everything 1 article ever said that is gone now" in search


async def test_where_nothing_failed_no_failure_is_listed(site: Any) -> None:
    assert 'id="failures"' not in (await site.get("/-/outlet/example-post")).text


async def test_an_outlet_without_articles_says_what_to_do(tmp_path: Any) -> None:
    with history(tmp_path):
        pass
    async with serving(tmp_path / "tracker.db") as datasette:
        assert "tracker check example-post" in (await datasette.client.get("/-/outlet/example-post")).text
        assert "Nothing was" not in (await datasette.client.get("/-/outlets")).text


async def test_now_tells_what_waits_fails_and_happened(tmp_path: Any) -> None:
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    with history(tmp_path) as store:
        told(store, [says()])
        store.db.execute("update article_state set next_check_at = '2000-01-01T00:00:00Z'")
        store.db.execute(
            "insert into source_hours (source_id, hour, checks, failed) values ('example-post', ?, 10, 9)",
            (now.strftime("%Y-%m-%dT%H:00:00Z"),),
        )
        store.db.execute("insert into hosts (host, paused_until) values ('slow.example', '2999-01-01T00:00:00Z')")
    async with serving(tmp_path / "tracker.db") as datasette:
        page = (await datasette.client.get("/-/now")).text
    assert "1 check is due" in page
    assert "9 of 10 checks in a day" in page
    assert "slow.example" in page


@pytest.mark.parametrize(
    ("case", "values", "heights"),
    [("the most fills the room", [0, 5, 10], [0.0, 56.0, 112.0]), ("none at all", [0, 0, 0], [0.0, 0.0, 0.0])],
)
def test_bars_are_as_high_as_their_numbers(case: str, values: list[int], heights: list[float]) -> None:
    chart = charts.bars(["a", "b", "c"], values, "Edits", "edits")
    drawn = [float(h) for h in re.findall(r'<rect [^>]*height="([\d.]+)"', str(chart.svg))]
    assert drawn == heights, case
    assert chart.rows == list(zip("abc", values, strict=True))
    assert chart.any == any(values)


def test_a_chart_says_itself_in_a_sentence() -> None:
    assert 'aria-label="Edits: 15 in all, most at b (10)"' in str(charts.bars(["a", "b"], [5, 10], "Edits", "e").svg)


def test_the_grid_shades_by_fifths_and_never_hides_a_single_edit() -> None:
    cells = [[0] * 24 for _ in range(7)]
    cells[0][0], cells[6][23] = 1, 100
    drawn = str(charts.grid(cells, "Edits").svg)
    assert drawn.count('class="shade-1"') == 1
    assert drawn.count('class="shade-5"') == 1
    assert drawn.count('class="shade-0"') == 166


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=42), "42 s"),
        (timedelta(minutes=20), "20 min"),
        (timedelta(hours=3, minutes=20), "3 h 20 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(days=1, hours=4), "1 day 4 h"),
        (timedelta(days=30, hours=4), "30 days"),
        (-timedelta(hours=1), "0 s"),
    ],
)
def test_a_length_of_time_is_said_in_two_units(length: timedelta, words: str) -> None:
    assert formatting.span(length) == words


async def test_a_history_ahead_of_this_machines_clock_is_counted(tmp_path: Any) -> None:
    with history(tmp_path) as store:
        told(store, [says("The pier closes."), says("The pier does not close.")])
        store.db.execute("update changes set seen_before = '2999-01-01T00:00:00Z'")
        store.db.execute("update articles set last_changed_at = '2999-01-01T00:00:00Z'")
    async with serving(tmp_path / "tracker.db") as datasette:
        page = (await datasette.client.get("/-/outlet/example-times")).text
    assert "Most edited" in page
    assert re.search(r'<span class="number">1</span>', page)
