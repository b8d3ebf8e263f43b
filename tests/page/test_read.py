"""An answer that is no page says which header or type was wrong."""

from __future__ import annotations

import gzip

import pytest

from tests.fetcher.world import START
from tracker.model import Capture, Outcome
from tracker.page import read

URL = "https://paper.test/2026/story"


@pytest.mark.parametrize(
    ("name", "headers", "body", "outcome", "said"),
    [
        ("a PDF", {"content-type": "application/pdf"}, b"%PDF-1.7 " + b"x" * 99, Outcome.UNREADABLE, "application/pdf"),
        ("JSON", {"content-type": "application/json"}, b'{"a": 1}', Outcome.UNREADABLE, "application/json"),
        (
            "gzip that no header names",
            {"content-type": "text/html"},
            gzip.compress(b"<p>A page.</p>" * 200, mtime=0),
            Outcome.UNREADABLE,
            "packed with gzip, which its header does not say (Content-Type: text/html, Content-Encoding: none)",
        ),
        ("a picture", {"content-type": "text/html"}, bytes(range(256)) * 9, Outcome.UNREADABLE, "Content-Type: text/"),
        ("nothing", {"content-type": "text/html"}, b" \n", Outcome.EMPTY, "the page is empty"),
    ],
)
def test_the_reason_names_what_was_wrong(
    name: str, headers: dict[str, str], body: bytes, outcome: Outcome, said: str
) -> None:
    answer = read.read(Capture(URL, URL, 200, tuple(headers.items()), body, START))
    assert answer.outcome is outcome, name
    assert said in answer.error


def test_a_redirect_to_the_front_page_names_it() -> None:
    front = "https://paper.test/de/"
    headers = (("content-type", "text/html"),)
    answer = read.read(Capture(URL, front, 200, headers, b"<p>All the news</p>", START, ((302, URL),)))
    assert (answer.outcome, front in answer.error) == (Outcome.HOMEPAGE, True)
