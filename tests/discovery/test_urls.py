"""Addresses: the form to fetch, the form that identifies, the host, the site."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.config import UrlIdentity
from tracker.discovery import urls

FORMS = [
    # as found, to fetch, identity
    (
        "HTTP://Www.Example.ORG:80/a/../b/./c?utm_source=rss&b=2&a=1#frag",
        "http://www.example.org/a/../b/./c?utm_source=rss&b=2&a=1",
        "http://www.example.org/b/c?a=1&b=2",
    ),
    ("https://example.org", "https://example.org/", "https://example.org/"),
    ("https://example.org./x", "https://example.org/x", "https://example.org/x"),
    ("https://example.org/x?fbclid=1&id=9&gclid=2", "https://example.org/x?fbclid=1&id=9&gclid=2", "https://example.org/x?id=9"),
    ("https://example.org/x?ref=front", "https://example.org/x?ref=front", "https://example.org/x?ref=front"),
    ("https://example.org/x?UTM_Source=a", "https://example.org/x?UTM_Source=a", "https://example.org/x"),
    ("https://example.org/x?at_medium=RSS&at_campaign=K", "https://example.org/x?at_medium=RSS&at_campaign=K", "https://example.org/x"),
    ("https://example.org/x?", "https://example.org/x", "https://example.org/x"),
    ("https://example.org/café", "https://example.org/caf%C3%A9", "https://example.org/caf%C3%A9"),
    ("https://example.org/caf%c3%a9", "https://example.org/caf%c3%a9", "https://example.org/caf%C3%A9"),
    ("https://bücher.example/x", "https://xn--bcher-kva.example/x", "https://xn--bcher-kva.example/x"),
    ("https://example.org/a;v=1?x=1", "https://example.org/a;v=1?x=1", "https://example.org/a;v=1?x=1"),
    ("https://example.org//a//b", "https://example.org//a//b", "https://example.org//a//b"),
    ("https://example.org/Story", "https://example.org/Story", "https://example.org/Story"),
    ("https://example.org/story/", "https://example.org/story/", "https://example.org/story/"),
    ("https://example.org:8443/x", "https://example.org:8443/x", "https://example.org:8443/x"),
    ("http://[2001:DB8::0:1]:80/x", "http://[2001:db8::1]/x", "http://[2001:db8::1]/x"),
    ("  https://example.org/a\n/b\t ", "https://example.org/a/b", "https://example.org/a/b"),
]  # fmt: skip


@pytest.mark.parametrize(("found", "fetched", "identity"), FORMS)
def test_forms(found: str, fetched: str, identity: str) -> None:
    assert urls.clean(found) == fetched
    assert urls.key(found) == identity


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org/x",
        "/x",
        "ftp://example.org/",
        "javascript:alert(1)",
        "https://",
        "https://user@example.org/",
        "https://example.org\\@evil.test/",
        "https://example.org/\x00",
        "https://example.org/\u202egnp.exe",
        "https://example.org:99999/",
        "https://example.org:x/",
        "https://[::1/",
        "https://[fe80::1%25eth0]/",
        "https://exa mple.org/",
        "https://exa<mple.org/",
        "https://" + "ü" * 70 + ".example/",
        "https://example.org/" + "a" * 3000,
        "https://example.org/" + "é" * 1000,
        "https://example.org/\ud800",
    ],
)
def test_what_cannot_be_followed_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        urls.clean(url)


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("/b", "https://example.org/b"),
        ("b", "https://example.org/a/b"),
        ("../b", "https://example.org/b"),
        ("//other.test/b", "https://other.test/b"),
        ("?page=2", "https://example.org/a/x?page=2"),
        ("#part", "https://example.org/a/x"),
    ],
)
def test_relative_links(link: str, address: str) -> None:
    assert urls.clean(link, "https://example.org/a/x") == address


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=40), st.text(alphabet="abc=&?%#;+/.é~ ", max_size=40))
def test_identity_is_idempotent(path: str, query: str) -> None:
    for url in (f"https://example.org/{path}?{query}", f"https://{path}.org/", path):
        try:
            identity = urls.key(url)
        except ValueError:
            continue
        assert urls.key(identity) == identity
        assert identity.isascii()
        assert urls.key(urls.clean(url)) == identity
        assert urls.clean(urls.clean(url)) == urls.clean(url)


@given(st.permutations(["a=1", "b=2", "c=3", "utm_source=x", "id=9"]))
def test_the_order_of_parameters_does_not_matter(order: list[str]) -> None:
    assert urls.key("https://example.org/x?" + "&".join(order)) == "https://example.org/x?a=1&b=2&c=3&id=9"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Example.org/x", "example.org"),
        ("https://example.org:443/x", "example.org"),
        ("http://example.org:8080/", "example.org:8080"),
        ("http://127.0.0.1:5000/", "127.0.0.1:5000"),
        ("http://[::1]:5000/", "[::1]:5000"),
    ],
)
def test_hosts(url: str, host: str) -> None:
    assert urls.host(url) == host


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("https://www.bbc.co.uk/x", "https://news.bbc.co.uk/y", True),
        ("https://bbc.co.uk/", "https://itv.co.uk/", False),
        ("https://a.github.io/", "https://b.example/", False),
        ("http://127.0.0.1:5000/", "http://127.0.0.1:5000/x", True),
        ("http://127.0.0.1:5000/", "http://127.0.0.1:5001/", False),
        ("http://127.0.0.1/", "http://127.0.0.2/", False),
        ("http://[::1]:1/", "http://[::1]:1/x", True),
        ("http://localhost:1/", "http://localhost:1/x", True),
        ("javascript:x", "javascript:x", False),
    ],
)
def test_sites(a: str, b: str, same: bool) -> None:
    assert urls.same_site(a, b) is same


def test_patterns_exclude_in_linear_time() -> None:
    assert urls.excluded("https://example.org/live/x", ["/sport/", "/live/"])
    assert not urls.excluded("https://example.org/news/x", ["/sport/", "/live/"])
    assert not urls.excluded("https://example.org/" + "a" * 2000 + "!", ["(a+)+$"])


@pytest.mark.parametrize("pattern", ["(", "a" * 501, r"(?<=x)y", r"\1"])
def test_bad_patterns_are_named(pattern: str) -> None:
    with pytest.raises(ValueError, match="pattern"):
        urls.excluded("https://example.org/", [pattern])


NUMBERED = UrlIdentity(r"story-(\d+)", keep=("ocid",), drop=("sid",))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/x-story-12", "https://m.a.example/new-slug-story-12?page=2", True),
        ("https://a.example/x-story-12", "https://a.example/x-story-123", False),
        ("https://a.example/x-story-12", "https://a.example/x", False),
        ("https://a.example/x?sid=1", "https://a.example/x?SID=2&utm_source=a", True),
        ("https://a.example/x?ocid=1", "https://a.example/x?ocid=2", False),
        ("https://a.example/x?page=1", "https://a.example/x?page=2", False),
    ],
)
def test_a_source_says_which_part_of_an_address_identifies(one: str, other: str, same: bool) -> None:
    assert urls.same(one, other, NUMBERED) is same


def test_a_pattern_without_groups_identifies_by_all_it_finds() -> None:
    assert urls.number("https://a.example/story-12/x", UrlIdentity(r"story-\d+")) == "story-12"
    assert urls.number("https://a.example/12/x", UrlIdentity()) == ""
