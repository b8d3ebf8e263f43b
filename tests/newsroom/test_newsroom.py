from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import yaml

from tests.newsroom.conftest import HandClock
from tracker import config
from tracker.errors import NotFound
from tracker.newsroom import Fault, Newsroom, Planted, serve_in_thread


def test_its_configuration_loads_and_leads_to_every_feed_and_sitemap(
    served: Newsroom, reader: httpx.Client, tmp_path: Path
) -> None:
    file = tmp_path / "sources.yaml"
    file.write_text(yaml.safe_dump(served.config(database=tmp_path / "x.db"), allow_unicode=True), "utf-8")
    loaded = config.load(file)
    assert loaded.database == tmp_path / "x.db"
    assert loaded.network.allow_private
    assert [source.id for source in loaded.sources] == [outlet.id for outlet in served.outlets]
    for source in loaded.sources:
        assert source.delay == timedelta(0)
        for url in source.feeds + source.sitemaps:
            assert reader.get(url).status_code == 200
            assert httpx.URL(url).port in loaded.network.allow_ports


def test_a_newsroom_without_doors_has_no_addresses(room: Newsroom) -> None:
    with pytest.raises(NotFound, match="serving"):
        room.config(database="x.db")
    with pytest.raises(NotFound, match="mayor-gulls"):
        room.url("mayor-gulls")
    with pytest.raises(NotFound, match="no story"):
        room.story("nothing")
    with pytest.raises(NotFound, match="harbour-courier"):
        room.outlet("nothing")


def test_each_outlet_takes_the_port_it_is_given(quiet: Newsroom) -> None:
    with serve_in_thread(quiet) as sites:
        port = int(sites["talbote"].rpartition(":")[2])
    with serve_in_thread(quiet, ports=(0, port, 0)) as sites:
        assert sites["talbote"] == f"http://127.0.0.1:{port}"
        assert len(set(sites.values())) == 3
        with pytest.raises(OSError, match="address"), serve_in_thread(quiet, ports=(port, 0, 0)):
            pass


async def test_it_serves_in_the_loop_of_its_caller_too(quiet: Newsroom) -> None:
    async with quiet.serving() as sites, httpx.AsyncClient() as client:
        assert (await client.get(sites["cronica"] + "/")).status_code == 200
    assert quiet.sites == {}


def test_requests_are_logged_with_time_outlet_and_status(
    served: Newsroom, clock: HandClock, reader: httpx.Client
) -> None:
    clock.minute(3)
    reader.get(served.sites["talbote"] + "/nope?x=1", headers={"User-Agent": "tracker/0"})
    (visit,) = served.requests
    assert (visit.at, visit.outlet, visit.method, visit.path, visit.query, visit.status) == (
        served.opened + timedelta(minutes=3),
        "talbote",
        "GET",
        "/nope",
        "x=1",
        404,
    )
    assert visit.headers["user-agent"] == "tracker/0"


def test_a_story_can_be_published_and_edited_by_hand(quiet: Newsroom, clock: HandClock, reader: httpx.Client) -> None:
    clock.minute(1.2345678)
    with serve_in_thread(quiet) as sites:
        quiet.publish("extra", headline="Extra", body=["One.", "Two."], outlet="cronica", language="ja")
        assert "Extra" in reader.get(quiet.url("extra")).text
        assert b"extra.htm" in reader.get(sites["cronica"] + "/ja/atom.xml").content
        clock.minute(2)
        edited = quiet.edit("extra", kind=Planted.TYPO, replace={"old": "Two", "new": "Three"}, headline="More")
        assert edited.modified == timedelta(minutes=2)
        page = reader.get(quiet.url("extra")).text
    assert "More" in page
    assert "Three." in page
    assert [(e.article, e.kind) for e in quiet.script if e.article == "extra"] == [
        ("extra", Planted.PUBLISHED),
        ("extra", Planted.TYPO),
    ]


def test_a_text_of_marked_up_blocks_can_be_published(quiet: Newsroom) -> None:
    story = quiet.publish("marked", headline="H", body="One.\n\n## Two\n\n- three\n- four")
    assert [b.kind.value for b in story.body] == ["text", "heading", "list"]
    assert quiet.stories("harbour-courier")[0] == story


def test_an_edit_that_does_not_fit_changes_nothing(quiet: Newsroom) -> None:
    before = quiet.story("mayor-gulls")
    with pytest.raises(ValueError, match="stands 0 times"):
        quiet.edit("mayor-gulls", headline="New", replace={"old": "pelicans", "new": "gulls"})
    assert quiet.story("mayor-gulls") == before
    with pytest.raises(ValueError, match="not published"):
        quiet.edit("swing-bridge-inspection", headline="Too early")


def test_a_story_that_has_not_appeared_is_nowhere(served: Newsroom, clock: HandClock, reader: httpx.Client) -> None:
    path = "/local/swing-bridge-inspection"
    assert served.story("swing-bridge-inspection") is None
    assert reader.get(served.sites["harbour-courier"] + path).status_code == 404
    clock.minute(22)
    assert reader.get(served.sites["harbour-courier"] + path).status_code == 200


def test_a_moved_story_redirects_from_every_former_address(quiet: Newsroom, reader: httpx.Client) -> None:
    with serve_in_thread(quiet):
        first = quiet.url("faro-jubilacion")
        quiet.edit("faro-jubilacion", move="second")
        second = quiet.url("faro-jubilacion")
        quiet.edit("faro-jubilacion", move="third")
        for old in (first, second):
            response = reader.get(old)
            assert response.status_code == 301
            assert str(response.next_request.url) == quiet.url("faro-jubilacion")  # type: ignore[union-attr]
        assert reader.get(quiet.url("faro-jubilacion")).status_code == 200


def test_an_unpublished_story_is_404_then_410_and_can_come_back(
    served: Newsroom, clock: HandClock, reader: httpx.Client
) -> None:
    statuses = []
    for minute in (49, 50, 119, 120):
        clock.minute(minute)
        statuses.append(reader.get(served.url("hospital-letter")).status_code)
    assert statuses == [200, 404, 404, 410]
    statuses.clear()
    for minute in (104, 105, 149, 150):
        clock.minute(minute)
        statuses.append(reader.get(served.url("funiculaire-panne")).status_code)
    assert statuses == [200, 404, 404, 200]


def test_every_other_reader_gets_the_second_headline(served: Newsroom, clock: HandClock, reader: httpx.Client) -> None:
    url = served.url("night-train-returns")
    assert {"<h1" in reader.get(url).text and "cello, two chess" in reader.get(url).text for _ in range(2)} == {False}
    clock.minute(87)
    pages = [reader.get(url).text for _ in range(4)]
    assert ['<h1 class="article__headline">I shared' in page for page in pages] == [False, True, False, True]
    assert all('property="og:title" content="The night train' in page for page in pages)
    assert ['data-variant="b"' in page for page in pages] == [False, True, False, True]


def test_a_refused_door_is_reported_to_the_caller(quiet: Newsroom) -> None:
    with pytest.raises(OSError), serve_in_thread(quiet, host="192.0.2.1"):  # noqa: PT011
        pass


def test_heal_ends_one_fault_or_all(quiet: Newsroom, reader: httpx.Client) -> None:
    quiet.fail("mayor-gulls", Fault.STATUS)
    quiet.fail("harbour-wall-cost", Fault.STATUS)
    quiet.fail("talbote", Fault.STATUS, status=500)
    with serve_in_thread(quiet) as sites:
        quiet.heal("mayor-gulls")
        assert reader.get(quiet.url("mayor-gulls")).status_code == 200
        assert reader.get(quiet.url("harbour-wall-cost")).status_code == 503
        assert reader.get(sites["talbote"] + "/robots.txt").status_code == 500
        quiet.heal()
        assert reader.get(quiet.url("harbour-wall-cost")).status_code == 200
        assert reader.get(sites["talbote"] + "/robots.txt").status_code == 200
