"""What is done with a secret: known by value, replaced in every spelling, put back only where it was given to."""

from __future__ import annotations

import html
import json
from urllib.parse import quote, quote_plus

import pytest

from tracker.model import secret_values, storable

VALUE = "S3cr3t/+ &\"x'é"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("as it is", VALUE),
        ("a path", quote(VALUE)),
        ("a query", quote(VALUE, safe="")),
        ("a form", quote_plus(VALUE)),
        ("a host or a small escape", quote(VALUE, safe="").lower()),
        ("HTML", html.escape(VALUE)),
        ("JSON", json.dumps(VALUE)[1:-1]),
        ("JSON as the database keeps it", json.dumps(VALUE, ensure_ascii=False)[1:-1]),
        ("Python's quotes", repr(VALUE)[1:-1]),
        ("over the wire", "S3cr3t/+%20&\"x'%C3%A9"),
    ],
)
def test_a_secret_is_found_however_it_is_spelled(name: str, written: str) -> None:
    assert secret_values.learn("API_KEY", VALUE) == "redacted-api-key"
    assert secret_values.redacted(f"x {written} y") == "x redacted-api-key y", name
    assert secret_values.redacted_bytes(f"x {written} y".encode()) == b"x redacted-api-key y", name
    assert storable(f"x {written} y") == "x redacted-api-key y", name


@pytest.mark.parametrize("charset", ["utf-8", "utf-16-le", "utf-16-be"])
def test_a_secret_is_found_in_pages_of_other_charsets(charset: str) -> None:
    mark = secret_values.learn("KEY", "s3cret-value")
    page = "<p>You asked with s3cret-value.</p>"
    assert secret_values.redacted_bytes(page.encode(charset)).decode(charset) == f"<p>You asked with {mark}.</p>"


def test_a_secret_that_holds_another_is_replaced_whole() -> None:
    secret_values.learn("SHORT", "abc12345")
    secret_values.learn("LONG", "abc12345-and-more")
    assert secret_values.redacted("abc12345-and-more abc12345") == "redacted-long redacted-short"


def test_two_names_never_share_a_placeholder() -> None:
    assert secret_values.learn("A_B", "value-one") == "redacted-a-b"
    assert secret_values.learn("a_b", "value-two") == "redacted-a-b-2"


@pytest.mark.parametrize("value", ["a", "new", "guardian", "GUARDIAN"])
def test_words_of_every_day_are_left_in_texts(value: str) -> None:
    secret_values.learn("NAME", value)
    assert secret_values.redacted(f"The {value} said") == f"The {value} said"


def test_a_secret_goes_only_where_it_was_given_to() -> None:
    mark = secret_values.learn("KEY", "s3cret-value")
    secret_values.give("s3cret-value", "https://feeds.example/rss?k=s3cret-value")
    assert secret_values.revealed(f"https://feeds.example/a?k={mark}") == "https://feeds.example/a?k=s3cret-value"
    for elsewhere in ("https://evil.example/", "http://feeds.example/", "https://feeds.example.evil.example/"):
        assert secret_values.revealed(f"{elsewhere}?k={mark}") == f"{elsewhere}?k={mark}"
    assert secret_values.revealed(f"https://{mark}.evil.example/") == f"https://{mark}.evil.example/"
    assert secret_values.revealed(f"https://[/{mark}") == f"https://[/{mark}"


def test_secrets_in_host_and_path_are_put_back_together() -> None:
    host, key = secret_values.learn("HOST_KEY", "H0st1234"), secret_values.learn("KEY", "s3cret-value")
    for value in ("H0st1234", "s3cret-value"):
        secret_values.give(value, "https://H0st1234.feeds.example/s3cret-value")
    url = f"https://{host}.feeds.example/{key}/2"
    assert secret_values.revealed(url) == "https://H0st1234.feeds.example/s3cret-value/2"
    assert secret_values.redacted("https://h0st1234.feeds.example/") == f"https://{host}.feeds.example/"
