from __future__ import annotations

import re
from typing import Any

import pytest

from tests.store.world import NOW, history, says, told
from tests.web.world import serving
from tracker.model import TAGS as EVERY_TAG
from tracker.model import ChangeFilter, Paragraph
from tracker.model.content import Kind
from tracker.store.questions import pages
from tracker.web.drawing.change_entries import without_verdict
from tracker.web.pages import latest


def shown(page: str) -> list[int]:
    """The entries of the log, without what stands out above it."""
    page = page.split('<div class="columns">')[-1]
    return [int(n) for n in re.findall(r'<h3 [^>]*><a href="/-/change/(\d+)">', page)]


async def test_the_newest_edit_stands_first_with_the_edit_itself(site: Any) -> None:
    page = (await site.get("/")).text
    moments = [(await site.get(f"/-/change/{n}.json")).json()["before"] for n in shown(page)]
    assert moments == sorted(moments, reverse=True)
    assert "Monday 23 November 2026" in page
    assert 'Old pier to close<ins><span class="hidden">inserted: </span> at once' in page


async def test_a_full_front_page_opens_with_what_stands_out_once_for_each_article(tmp_path: Any) -> None:
    yes, no = says("The mayor resigned."), says("The mayor did not resign.")
    with history(tmp_path) as store:
        for n in range(26):
            told(store, [says(f"Pier {n} opened."), says(f"Pier {n} was opened.")], f"pier-{n}")
        mayor = told(store, [yes, no, yes], "mayor")
        wall = told(store, [says("The wall costs 4 crowns."), says("The wall costs 9 crowns.")], "wall", "example-post")
        best = pages.standing_out(store, NOW, 3)
    assert [(c.record.article_id, c.record.new_version) for c in best] == [(mayor, 3), (wall, 2)]
    async with serving(tmp_path / "tracker.db") as datasette:
        front = (await datasette.client.get("/")).text.split('<div class="columns">')[0]
        filtered = (await datasette.client.get("/?class=minor")).text
    assert [int(n) for n in re.findall(r'<h3 [^>]*><a href="/-/change/(\d+)">', front)] == [c.record.id for c in best]
    assert "Standing out" not in filtered


def test_silence_raises_what_stands_out_and_a_busy_article_hides_no_other(tmp_path: Any) -> None:
    costs = "The hall costs {} million crowns, the council said on Monday."
    notice = Paragraph("Correction: an earlier version of this article gave a wrong sum.", Kind.NOTICE)
    fact, other = costs.format(4.2), costs.format(6.8)
    with history(tmp_path) as store:
        busy = told(store, [says(costs.format(n), headline="Hall") for n in range(60)], "busy")
        untold = told(store, [says(fact, headline=fact), says(other, headline=other)], "untold")
        right = says(other, headline=other, notices=(notice,))
        corrected = told(store, [says(fact, headline=fact), right], "corrected")
        best = [c.record.article_id for c in pages.standing_out(store, NOW, 9)]
    assert best == [untold, busy, corrected]


async def test_a_short_front_page_does_not_say_everything_twice(site: Any) -> None:
    assert "Standing out" not in (await site.get("/")).text


async def test_the_questions_asked_most_are_one_click_away(site: Any) -> None:
    page = (await site.get("/?notice=none&class=substantive")).text
    assert '<a href="/?class=substantive&amp;notice=none" aria-current="true">' in page
    for address in re.findall(r'href="(/[^"]*)"', page.split('aria-label="Asked most"')[1].split("</nav>")[0]):
        assert (await site.get(address.replace("&amp;", "&"))).status_code == 200


def test_a_question_keeps_the_outlet_the_words_and_the_time_but_not_another_question() -> None:
    kept = {"outlet": ("example-post",), "tag": ("headline",), "text": ("pier",), "since": ("2026-11-23",)}
    links = {name: (address, on) for name, address, on in latest.ready(kept, latest.READY)}
    assert links["headlines"] == ("?outlet=example-post&text=pier&since=2026-11-23&tag=headline", True)
    assert links["corrections"] == ("?outlet=example-post&text=pier&since=2026-11-23&notice=correction", False)
    assert links["headlines, no notice seen"][1] is False


def test_a_day_is_one_click_away_and_keeps_the_question() -> None:
    kept = {"tag": ("headline",), "since": ("2026-11-01",)}
    assert latest.ready(kept, latest.times(NOW)) == [
        ("today", "?tag=headline&since=2026-11-23", False),
        ("yesterday", "?tag=headline&since=2026-11-22&until=2026-11-22", False),
        ("7 days", "?tag=headline&since=2026-11-17", False),
    ]
    on = latest.ready({"since": ("2026-11-22",), "until": ("2026-11-22",)}, latest.times(NOW))
    assert [name for name, _, is_on in on if is_on] == ["yesterday"]


async def test_words_that_no_edit_has_lead_to_everything_ever_said(site: Any) -> None:
    page = (await site.get("/?text=a%26b%3Cnowhere")).text
    assert '<a href="/-/search?q=a%26b%3Cnowhere">' in page


async def test_an_edit_carries_its_interval_never_one_moment(site: Any) -> None:
    page = (await site.get("/?outlet=example-times")).text
    first = page.split('<article class="entry')[1]
    assert re.search(r"between <time [^>]*>1\d:00</time> and <time [^>]*>1\d:00</time>", first)
    assert 'title="10:00:00 UTC on 23 Nov 2026"' in page


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        ("outlet=example-post", lambda c: c["source"] == "example-post"),
        ("class=substantive", lambda c: c["class"] == "substantive"),
        ("notice=correction", lambda c: c["notice"] == "correction"),
        ("notice=none", lambda c: c["notice"] == "none" and not c["acknowledged"]),
        ("tag=number", lambda c: "number" in c["tags"]),
        ("score=9", lambda c: c["score"] >= 9),
        ("text=council", lambda c: True),
        ("since=2026-11-23T11:30", lambda c: c["before"] >= "2026-11-23T11:30"),
        ("until=2026-11-22", lambda c: False),
    ],
)
async def test_a_filter_in_the_address_leaves_only_what_fits(site: Any, query: str, fits: Any) -> None:
    found = shown((await site.get(f"/?{query}")).text)
    everything = shown((await site.get("/")).text)
    rows = {n: (await site.get(f"/-/change/{n}.json")).json() for n in everything}
    assert set(found) <= set(everything)
    assert all(fits(rows[n]) for n in found)
    if query != "text=council":
        assert set(found) == {n for n in everything if fits(rows[n])}


@pytest.mark.parametrize(
    ("query", "named", "known"),
    [
        ("class=silly", "class=silly", "minor, wording, substantive"),
        ("since=banana", "since=banana", "yesterday, monday"),
        ("until=2026-13-45", "until=2026-13-45", "yesterday, monday"),
        ("notice=maybe", "notice=maybe", "none, update, correction"),
        ("score=-3", "score=-3", "from 0 to 100"),
        ("noise=loud", "noise=loud", "1, to show it"),
        ("before=yesterday", "before=yesterday", "a link to older edits"),
        ("outlet=the-moon", "outlet=the-moon", "example-post, example-times"),
        ("outlett=", "outlett=", "outlet, class, notice"),
        ("zzz=1", "zzz=1", "outlet, class, notice"),
        ("%3Cb%3E=1", "&lt;b&gt;=1", "outlet, class, notice"),
        ("class=%3Cb%3Ex%3C/b%3E%E2%80%AE", "class=&lt;b&gt;x&lt;/b&gt;\ufffd", "minor"),
        ("since=" + "9" * 500, "since=" + "9" * 60 + "<", ""),
    ],
)
async def test_a_filter_that_was_not_understood_is_named_with_what_is_known(
    site: Any, query: str, named: str, known: str
) -> None:
    answer = await site.get(f"/?tag=number&{query}")
    assert answer.status_code == 200
    lines = re.findall(r'<p class="unsure">Not understood: (.*?)</p>', answer.text)
    assert len(lines) == 1
    assert named in lines[0]
    assert known in lines[0]
    if "outlet" not in query:
        assert shown(answer.text) == shown((await site.get("/?tag=number")).text)


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("tag=nmuber", "Known: headline"),
        ("since=2026-11-24&until=2026-11-20", "Known: a time that begins before it ends"),
    ],
)
async def test_a_filter_that_nothing_can_fit_says_why(site: Any, query: str, line: str) -> None:
    page = (await site.get(f"/?{query}")).text
    assert "No edit fits" in page
    assert line in page


@pytest.mark.parametrize(
    ("query", "meant", "instead"),
    [
        ("outlett=example-post", "outlet=example-post", "outlet=example-post"),
        ("outlett=", "outlet=", "outlet="),
        ("outlet=example-pots&class=wording", "outlet=example-post", "class=wording&outlet=example-post"),
        ("class=substantiv", "class=substantive", "class=substantive"),
        ("notice=Correction", "notice=correction", "notice=correction"),
        ("tag=nmuber", "tag=number", "tag=number"),
        ("clas=minor&text=pier", "class=minor", "text=pier&class=minor"),
        ("txet=a%26b%3C", "text=a&amp;b&lt;", "text=a%26b%3C"),
    ],
)
async def test_what_was_misspelt_leads_to_what_was_meant(site: Any, query: str, meant: str, instead: str) -> None:
    [line] = re.findall(r'<p class="unsure">(.*?)</p>', (await site.get(f"/?{query}")).text)
    found = re.search(r'Did you mean <a href="([^"]+)"><code>(.*?)</code></a>\?', line)
    assert found is not None
    assert (found[1].replace("&amp;", "&"), found[2]) == (f"?{instead}", meant)
    assert "Not understood" not in (await site.get(f"/?{instead}")).text


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("/-/article/1?veiw=blame", "view=blame"),
        ("/-/article/1?view=blam", "view=blame"),
        ("/-/change/1?view=sied", "view=side"),
        ("/-/outlet/example-times?days=33", "7, 30, 90"),
        ("/-/outlet/example-times?dyas=7", "days=7"),
        ("/-/search?query=pier", "q, removed, before"),
        ("/-/search?q=pier&removd=1", "removed=1"),
        ("/-/now?x=1", "x=1"),
        ("/-/outlets?x=1", "x=1"),
        ("/-/change/1/evidence?x=1", "x=1"),
    ],
)
async def test_every_page_says_what_it_did_not_understand(site: Any, path: str, named: str) -> None:
    answer = await site.get(path)
    assert answer.status_code == 200
    [line] = re.findall(r'<p class="unsure">Not understood: (.*?)</p>', answer.text)
    assert named in line


async def test_a_hundred_unknown_names_make_five_lines(site: Any) -> None:
    page = (await site.get("/?" + "&".join(f"name-{n}={'x' * 50}" for n in range(100)))).text
    assert page.count('class="unsure"') == 5
    assert len(page) < 100_000


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?utm_source=x&fbclid=y",
        "?class=&since=&noise=0",
        "?since=2026-11-23&until=2026-11-24T10:30Z&score=7&outlet=example-post",
    ],
)
async def test_a_filter_that_was_understood_is_not_complained_of(site: Any, query: str) -> None:
    assert "Not understood" not in (await site.get(f"/{query}")).text


@pytest.mark.parametrize(("query", "named"), [("at=banana", True), ("version=last", True), ("version=1", False)])
async def test_a_moment_that_was_not_understood_is_named_on_the_articles_page(
    site: Any, query: str, named: bool
) -> None:
    page = (await site.get(f"/-/article/1?{query}")).text
    assert (f'Not understood: <code dir="auto">{query}</code>' in page) is named


async def test_a_filter_that_is_on_can_be_taken_away_and_travels_with_the_feed(site: Any) -> None:
    page = (await site.get("/?outlet=example-post&class=wording&utm_medium=nonsense")).text
    assert '<a href="/?class=wording"><span class="hidden">Remove filter: </span>The Example Post' in page
    assert 'href="/-/feed.atom?outlet=example-post&amp;class=wording"' in page
    assert "nonsense" not in page


async def test_noise_is_folded_behind_a_count_and_can_be_turned_back_on(site: Any) -> None:
    folded = (await site.get("/")).text
    assert "1 edit that looks like noise folded away" in folded
    unfolded = (await site.get("/?noise=1")).text
    assert "noise: boilerplate" in unfolded
    assert set(shown(unfolded)) - set(shown(folded))


async def test_pages_follow_each_other_without_a_gap_or_a_repeat(tmp_path: Any) -> None:
    with history(tmp_path) as store:
        told(store, [says(f"The pier has {n} boats.", headline="Pier") for n in range(30)])
        told(store, [says(f"The mole has {n} boats.", headline="Mole") for n in range(30)], "mole")
        assert len(pages.log(store, ChangeFilter(), size=100).changes) == 58
    async with serving(tmp_path / "tracker.db") as datasette:
        seen: list[int] = []
        path = "/"
        while path:
            page = (await datasette.client.get(path)).text
            seen += shown(page)
            following = re.search(r'rel="next" href="([^"]+)"', page)
            path = following[1].replace("&amp;", "&") if following else ""
        assert len(seen) == len(set(seen)) == 58


@pytest.mark.parametrize(
    ("state", "says_what_to_do"),
    [("nothing", "tracker init"), ("sources", "tracker check"), ("one version", "none edited yet")],
)
async def test_an_empty_log_says_what_to_do_next(tmp_path: Any, state: str, says_what_to_do: str) -> None:
    with history(tmp_path) as store:
        if state == "nothing":
            store.db.execute("delete from source_totals")
            store.db.execute("delete from sources")
        if state == "one version":
            told(store, [says()])
    async with serving(tmp_path / "tracker.db") as datasette:
        assert says_what_to_do in (await datasette.client.get("/")).text


async def test_a_filter_that_fits_nothing_says_so(site: Any) -> None:
    page = (await site.get("/?text=nothingofthekind")).text
    assert "No edit fits" in page


async def test_an_article_that_goes_back_is_marked(tmp_path: Any) -> None:
    with history(tmp_path) as store:
        told(store, [says(headline=h) for h in ("First headline", "Second headline", "First headline")])
    async with serving(tmp_path / "tracker.db") as datasette:
        assert "back to version 1" in (await datasette.client.get("/")).text


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('"12" -> "15"; 1 sentence edited; no notice seen', "“12” → “15”; 1 sentence edited"),
        ("3 sentences added; modified date moved", "3 sentences added"),
        ("no notice seen", ""),
    ],
)
def test_the_line_leaves_out_what_the_chip_says(line: str, expected: str) -> None:
    assert without_verdict(line) == expected


def test_every_tag_that_is_offered_is_one_the_differ_gives() -> None:
    assert set(latest.TAGS) <= set(EVERY_TAG)
