"""The cookies of one chain: what is sent where, and what hostile headers cost."""

from __future__ import annotations

import httpx
import pytest

from tracker.fetcher.cookies import LONGEST, MOST, Jar

HERE = httpx.URL("https://www.times.example/news/a")


def jar(*headers: str, url: httpx.URL = HERE) -> Jar:
    made = Jar()
    made.take(url, headers)
    return made


@pytest.mark.parametrize(
    ("name", "header", "url", "sent"),
    [
        ("the same host", "a=1; Path=/", "https://www.times.example/", "a=1"),
        ("another host", "a=1; Path=/", "https://times.example/", ""),
        ("below a domain", "a=1; Domain=.times.example; Path=/", "https://m.times.example/x", "a=1"),
        ("a domain that ends alike", "a=1; Domain=times.example; Path=/", "https://eviltimes.example/", ""),
        ("another's domain", "a=1; Domain=evil.example; Path=/", "https://evil.example/", ""),
        ("a whole top domain", "a=1; Domain=example; Path=/", "https://evil.example/", ""),
        ("the folder it was set in", "a=1", "https://www.times.example/news/b", "a=1"),
        ("another folder", "a=1", "https://www.times.example/sport", ""),
        ("a folder that begins alike", "a=1; Path=/news", "https://www.times.example/newsletter", ""),
        ("not in the clear", "a=1; Secure; Path=/", "http://www.times.example/", ""),
        ("taken away", "a=1; Max-Age=0; Path=/", "https://www.times.example/", ""),
        ("a date of any length", "a=1; Path=/; Expires=" + "1 " * 1900, "https://www.times.example/", "a=1"),
        ("no name", "=1; Path=/", "https://www.times.example/", ""),
        ("no pair", "a; Path=/", "https://www.times.example/", ""),
        ("a header within", "a=1\r\nx: y; Path=/", "https://www.times.example/", ""),
        ("too long", "a=" + "x" * LONGEST, "https://www.times.example/news/b", ""),
    ],
)
def test_a_cookie_goes_back_only_where_it_belongs(name: str, header: str, url: str, sent: str) -> None:
    assert jar(header).header(httpx.URL(url)) == sent, name


def test_few_are_kept_and_little_is_sent() -> None:
    made = jar(*(f"n{n}={'x' * 3000}; Path=/" for n in range(500)))
    assert len(made) == MOST
    assert len(made.header(HERE)) <= LONGEST
