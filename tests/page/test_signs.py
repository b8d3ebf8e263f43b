"""A box that asks for money, told from one that only could, and the other address that a page calls its own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tracker.model import Capture
from tracker.page import signs

URL = "https://times.example/2026/old-pier-closes"
ASKS = "<h2>Subscribe to read on</h2><form><button>Subscribe now</button></form>"


def read(html: str) -> signs.Signs:
    return signs.read(html, Capture(URL, URL, 200, (), html.encode(), datetime(2026, 11, 23, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("name", "html", "asks"),
    [
        ("a box with words", f'<div class="paywall">{ASKS}</div>', True),
        ("a box in boxes", f'<section id="piano-register-wall"><div><div>{ASKS}</div></div></section>', True),
        ("an empty box that a script fills", '<div class="pmc-paywall"></div>', False),
        ("a hidden box", f'<div class="paywall hidden">{ASKS}</div>', False),
        ("a box with the attribute", f'<div class="paywall" hidden>{ASKS}</div>', False),
        ("a box that style hides", f'<div class="paywall" style="display: none">{ASKS}</div>', False),
        ("a box around the article", f'<div class="post-paywall">{"<p>One word more.</p>" * 60}</div>', False),
        ("a box that never ends", f'<div class="paywall">{ASKS}', False),
        ("a script in it", '<div class="paywall"><script>subscribe("to read on")</script></div>', False),
    ],
)
def test_a_box_asks_for_money_when_readers_see_it_ask(name: str, html: str, asks: bool) -> None:
    found = read(html)
    assert (found.gated, found.asks, "m" in found.marks) == (True, asks, asks), name


@pytest.mark.parametrize(
    ("head", "elsewhere"),
    [
        (f'<link rel="canonical" href="{URL}/amp">', ""),
        ('<link rel="canonical" href="/2026/other">', "/2026/other"),
        (f'<link rel="canonical" href="{URL}"><meta property="og:url" content="/home">', "/home"),
        ("", ""),
    ],
)
def test_the_other_address_that_a_page_calls_its_own(head: str, elsewhere: str) -> None:
    found = read(f"<html><head>{head}</head><body>x</body></html>")
    assert (found.elsewhere, "c" in found.marks) == (elsewhere, bool(elsewhere))
