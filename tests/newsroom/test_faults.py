from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tracker.newsroom import Fault, Newsroom, serve_in_thread

SLUG = "mayor-gulls"


@pytest.fixture
def faulty(quiet: Newsroom) -> Iterator[Newsroom]:
    with serve_in_thread(quiet):
        yield quiet


def test_a_status_comes_with_its_error_page_and_retry_after(faulty: Newsroom, reader: httpx.Client) -> None:
    faulty.fail(SLUG, Fault.STATUS, status=429, retry_after=30)
    response = reader.get(faulty.url(SLUG))
    assert (response.status_code, response.headers["retry-after"]) == (429, "30")
    assert "Too Many Requests" in response.text
    assert faulty.requests[-1].status == 429


def test_a_stalled_address_never_answers(faulty: Newsroom) -> None:
    faulty.fail(SLUG, Fault.STALL)
    with pytest.raises(httpx.ReadTimeout), httpx.Client(timeout=0.2) as client:
        client.get(faulty.url(SLUG))
    assert faulty.requests[-1].status == 0


def test_a_reset_breaks_the_connection(faulty: Newsroom, reader: httpx.Client) -> None:
    faulty.fail(SLUG, Fault.RESET)
    with pytest.raises(httpx.ReadError):
        reader.get(faulty.url(SLUG))


def test_a_truncated_page_promises_more_than_it_sends(faulty: Newsroom, reader: httpx.Client) -> None:
    faulty.fail(SLUG, Fault.TRUNCATED)
    with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
        reader.get(faulty.url(SLUG))


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        (Fault.EMPTY, 200, ""),
        (Fault.CONSENT, 200, "We value your privacy"),
        (Fault.BOT_WALL, 403, "Verify you are human"),
    ],
)
def test_a_wall_stands_where_the_story_was(
    faulty: Newsroom, reader: httpx.Client, fault: Fault, status: int, words: str
) -> None:
    faulty.fail(SLUG, fault)
    response = reader.get(faulty.url(SLUG))
    assert response.status_code == status
    assert words in response.text
    assert bool(response.content) is bool(words)
    assert "gulls" not in response.text


def test_garbage_calls_itself_html_and_is_no_text(faulty: Newsroom, reader: httpx.Client) -> None:
    faulty.fail(SLUG, Fault.GARBAGE)
    response = reader.get(faulty.url(SLUG))
    assert response.headers["content-type"].startswith("text/html")
    with pytest.raises(UnicodeDecodeError):
        response.content.decode()


def test_a_collapsed_page_keeps_its_furniture_and_loses_the_story(faulty: Newsroom, reader: httpx.Client) -> None:
    whole = reader.get(faulty.url(SLUG)).text
    faulty.fail(SLUG, Fault.COLLAPSED)
    page = reader.get(faulty.url(SLUG)).text
    assert "Mayor lied about gulls" in page
    assert "most-read" in page
    assert "Bertrand Osk" in whole
    assert "Bertrand Osk" not in page


def test_redirects_to_the_front_page_and_to_itself(faulty: Newsroom, reader: httpx.Client) -> None:
    faulty.fail(SLUG, Fault.HOMEPAGE)
    assert reader.get(faulty.url(SLUG)).headers["location"] == "/"
    faulty.fail(SLUG, Fault.LOOP)
    assert faulty.url(SLUG).endswith(reader.get(faulty.url(SLUG)).headers["location"])


def test_a_fault_can_wait_for_a_number_of_requests_only(faulty: Newsroom, reader: httpx.Client) -> None:
    faulty.fail(SLUG, Fault.STATUS, status=500, times=2)
    assert [reader.get(faulty.url(SLUG)).status_code for _ in range(3)] == [500, 500, 200]


def test_a_fault_on_a_path_hits_feeds_too(faulty: Newsroom, reader: httpx.Client) -> None:
    faulty.fail("/rss.xml", Fault.EMPTY)
    base = faulty.sites["harbour-courier"]
    assert reader.get(base + "/rss.xml").content == b""
    assert reader.get(base + "/feeds/latest.xml").content


def test_a_collapse_where_no_story_lives_is_the_page_itself(faulty: Newsroom, reader: httpx.Client) -> None:
    faulty.fail("/", Fault.COLLAPSED)
    assert "Mayor lied" in reader.get(faulty.sites["harbour-courier"] + "/").text
