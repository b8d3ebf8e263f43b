"""Single values: hits and misses, durations there and back, and what is shown of secrets."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracker import config
from tracker.config import (
    Alert,
    Config,
    Network,
    Section,
    SourceConfig,
    document,
    format_duration,
    parse_duration,
    values,
)
from tracker.errors import ConfigError
from tracker.model import ChangeClass, ChangeFilter, Rules


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/",
        "http://127.0.0.1:8080/feed.xml?a=b&c=%20",
        "https://[2606:4700::1111]/rss",
        "https://bücher.example/rss",
        "https://example.org/größe/文",
        "HTTPS://EXAMPLE.ORG",
        "https://a_b.example.org./x",
    ],
)
def test_good_addresses_pass_unchanged(url: str) -> None:
    assert values.web_address(url) == url


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("", "starts with https://"),
        ("/rss.xml", "starts with https://"),
        ("www.example.org/rss", "starts with https://"),
        ("www.example.org:80/rss", "starts with https://"),
        ("ftp://example.org/", "scheme ftp"),
        ("file:///etc/passwd", "scheme file"),
        ("javascript:alert(1)", "scheme javascript"),
        ("https:///rss", "no good host"),
        ("https:/example.org/", "no good host"),
        ("https://", "no good host"),
        ("https://a..b/", "no good host"),
        ("https://exa mple.org/", "space or control"),
        ("https://example.org/\x00", "space or control"),
        ("https://example.org/\u202erss", "space or control"),
        ("https://user:pass@example.org/", "user name or password"),
        ("https://user@example.org/", "user name or password"),
        ("https://127.0.0.1\\@example.org/", "backslash"),
        ("https://example.org:0/", "no good host"),
        ("https://example.org:99999/", "is not a URL"),
        ("https://example.org:http/", "is not a URL"),
        ("https://[::1/", "is not a URL"),
        ("https://<b>/", "no good host"),
        ("https://example.org/" + "a" * 2083, "longer than 2083"),
    ],
)
def test_bad_addresses_are_refused_with_the_reason(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        values.web_address(url)


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (values.slug, ["a", "bbc-news", "20-minutes"], ["", "A", "a b", "é", "a_b", "a" * 61]),
        (values.language, ["en", "pt-BR", "zh-Hant-TW"], ["", "e", "english", "en_GB", "en-"]),
        (
            values.contact,
            ["https://o.example/bot", "bot@o.example", "mailto:bot@o.example"],
            [
                "",
                "bot",
                "bot@",
                "https://ö.example/",
                "bot@o.example\n",
                "ftp://o.example/",
                "a@b.example, c@d.example",
            ],
        ),
        (
            values.sink,
            [
                "mailto://desk@o.example",
                "mailto:a@b.example,c@d.example?smtp=mail.o.example:587&user=me&password=a%26b&from=t@o.example",
                "file:///var/lib/tracker/alerts.jsonl",
                "https://desk.example/hook?id=7",
            ],
            [
                *["", "desk@o.example", "slack", "mailto://a b", "x://\u202e", "slack://a/b/c", "json://h.example/x"],
                *[
                    "file://host/x",
                    "file:///",
                    "file:x",
                    "file:///x?y",
                    "https://",
                    "mailto:",
                ],
                *[
                    "mailto:desk",
                    "mailto:a@b.example?smtp=:0",
                    "mailto:a@b.example?smpt=h",
                ],
                *["mailto:a@b.example?from=desk", "mailto:a@b.example?smtp=a b"],
            ],
        ),
        (
            values.signing_secret,
            ["whsec_" + "A" * 32, "whsec_" + "A" * 43 + "="],
            ["", "A" * 32, "whsec_", "whsec_short", "whsec_" + "A" * 200, "whsec_" + "é" * 32],
        ),
        (values.pattern, ["/live/", r"\d{4}", "(?i)a|b", "a$"], ["", "(", r"(a)\1", "(?=a)", "a{9999}", "x" * 501]),
        (
            values.selector,
            ["article .story", "h1", "a[href^='/x']", ":is(p, li):not(.ad)"],
            ["", " ", "a[", "..", ">", "x:contains(y)", "a" * 501],
        ),
        (values.plain_text, ["The Times", "日本"], ["", "  ", "a\nb", "\x1b[1m", "x" * 201]),
    ],
)
def test_each_kind_of_text_has_hits_and_misses(check: Callable[[str], str], good: list[str], bad: list[str]) -> None:
    for text in good:
        assert check(text) == text
    for text in bad:
        with pytest.raises(ValueError, match=r"^(is|has) "):
            check(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31", datetime(2026, 1, 31, tzinfo=UTC)),
        ("2026-01-31T12:30:00Z", datetime(2026, 1, 31, 12, 30, tzinfo=UTC)),
        ("2026-01-31T00:30:00+01:00", datetime(2026, 1, 30, 23, 30, tzinfo=UTC)),
    ],
)
def test_moments_become_utc(text: str, moment: datetime) -> None:
    assert values.parse_moment(text) == moment


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("soon", "not a date"),
        ("31.01.2026", "not a date"),
        ("2026-13-01", "not a date"),
        ("2026-01-31T12:30:00", "no time zone"),
        ("0001-01-01T00:00:00+10:00", "out of range"),
    ],
)
def test_bad_moments_are_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        values.parse_moment(text)


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("0s", timedelta(0)),
        ("2s", timedelta(seconds=2)),
        ("15m", timedelta(minutes=15)),
        ("1h", timedelta(hours=1)),
        ("30d", timedelta(days=30)),
        ("1w", timedelta(weeks=1)),
    ],
)
def test_durations_are_read(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("30", "has no unit; write 30s, 30m, 30h or 30d"),
        ("", "not a duration"),
        ("d", "not a duration"),
        ("-1d", "not a duration"),
        ("1.5h", "not a duration"),
        ("1 h", "not a duration"),
        ("1D", "not a duration"),
        ("٣d", "not a duration"),
        ("1d\n", "not a duration"),
        ("36526d", "longer than 100 years"),
        ("999999999999w", "longer than 100 years"),
    ],
)
def test_bad_durations_are_refused(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_duration(text)


@given(st.integers(min_value=0, max_value=36_525 * 86_400).map(lambda seconds: timedelta(seconds=seconds)))
def test_durations_come_back_as_they_went(duration: timedelta) -> None:
    assert parse_duration(format_duration(duration)) == duration


@pytest.mark.parametrize("duration", [timedelta(seconds=-1), timedelta(milliseconds=1)])
def test_what_is_not_a_length_of_whole_seconds_cannot_be_written(duration: timedelta) -> None:
    with pytest.raises(ValueError, match="whole seconds"):
        format_duration(duration)


FRAGMENTS = st.sampled_from(
    [
        *["contact: a@b.example", "sources:", "- id: a", "  feeds: [", "https://a.example/", "alerts: [{to: x}]"],
        *["{", "}", "]", "${X}", "$", "*a", "&a", "!!x", "!!binary", "<<:", "?", "=", "'", '"', "\\", "|", ">", "%"],
        *["---", "[[[[[[[[[[[[[[", "extract: ", "until: 2026-01-01", "defaults: {delay: 1s}", ": ", ", "],
        *["\t", "\n", "\x85", "\ud800", "\ufeff"],
    ]
)


def complaint(file: Path, environ: dict[str, str]) -> str:
    """What load says about a file, or nothing. Anything but a ConfigError passes through and fails the test."""
    try:
        config.load(file, environ=environ)
    except ConfigError as error:
        return str(error)
    return ""


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.one_of(st.binary(max_size=200), st.lists(st.one_of(FRAGMENTS, st.text(max_size=8)), max_size=20)))
def test_garbage_is_a_configuration_error_and_nothing_else(tmp_path: Path, garbage: bytes | list[str]) -> None:
    file = tmp_path / "sources.yaml"
    file.write_bytes(garbage if isinstance(garbage, bytes) else "".join(garbage).encode("utf-8", "surrogatepass"))
    said = complaint(file, {"X": "y"})
    assert all(line.isprintable() for line in said.splitlines())


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=30), st.sampled_from(["name", "language", "delay", "checks", "robots", "feeds", "extract", "id"])
)
def test_any_text_behind_any_key_is_read_or_refused(tmp_path: Path, value: str, key: str) -> None:
    file = tmp_path / "sources.yaml"
    keys = {"id": "a", "articles": ["https://a.example/"], key: value}
    file.write_text(json.dumps({"contact": "a@b.example", "sources": [keys]}))
    said = complaint(file, {})
    assert not said or f".{key}: " in said or "control character" in said


def secretive(tmp_path: Path) -> Config:
    return Config(
        path=tmp_path / "sources.yaml",
        database=tmp_path / "hunter2.db",
        contact="bot@operator.example",
        sources=(
            SourceConfig(
                id="a",
                name="A",
                feeds=("https://a.example/hunter2/rss", "https://a.example/rss?api_key=t0p&page=2&accessToken=t0p"),
                sections=(Section("https://a.example/", "/x/"), Section("https://a.example/y")),
                rules=(Rules(body=".old", until=datetime(2026, 1, 31, tzinfo=UTC)), Rules(remove=(".ad",))),
                robots_ignored="agreed",
            ),
        ),
        network=Network(proxy="http://me:t0p@proxy.example:3128"),
        alerts=(
            Alert("slack://t0p/t0p", ChangeFilter(("a",), class_=ChangeClass.WORDING), digest=timedelta(hours=1)),
            Alert("mailto:me@t0p.example"),
        ),
        secrets=("a", "hunter2"),
    )


def test_settings_are_shown_without_their_secrets(tmp_path: Path) -> None:
    shown = config.redacted(secretive(tmp_path))
    text = json.dumps(shown)
    assert "t0p" not in text
    assert shown["database"] == str(tmp_path / "hunter2.db")
    assert shown["sources"] == [
        {
            "id": "a",
            "name": "A",
            "feeds": ["https://a.example/***/rss", "https://a.example/rss?api_key=***&page=2&accessToken=***"],
            "sections": [{"url": "https://a.example/", "links": "/x/"}, {"url": "https://a.example/y"}],
            "extract": [{"body": ".old", "until": "2026-01-31T00:00:00Z"}, {"remove": [".ad"]}],
            "robots": {"ignore": "agreed"},
            "follow": "30d",
            "checks": 25,
            "schedule": "expected",
            "hourly": 900,
            "delay": "2s",
            "active": True,
        }
    ]
    assert shown["network"]["proxy"] == "http://***@proxy.example:3128"
    assert shown["alerts"] == [
        {"to": "slack://***", "when": {"source": ["a"], "class": "wording"}, "digest": "1h"},
        {"to": "mailto:***", "when": {}, "digest": None},
    ]


def test_one_source_is_shown_without_secrets_too(tmp_path: Path) -> None:
    settings_ = secretive(tmp_path)
    assert config.redacted_source(settings_.sources[0], settings_)["feeds"][0] == "https://a.example/***/rss"


def test_a_traceback_shows_no_secret(tmp_path: Path) -> None:
    settings_ = secretive(tmp_path)
    assert "t0p" not in repr(settings_.alerts) + repr(settings_.network)
    assert "hunter2'" not in repr(settings_)


def test_what_is_shown_loads_again(tmp_path: Path) -> None:
    file = tmp_path / "sources.yaml"
    file.write_text(config.template())
    first = config.load(file, environ={})
    file.write_text(json.dumps(config.redacted(first)))
    assert config.load(file, environ={}) == first


def test_long_pieces_of_the_file_are_cut_in_errors() -> None:
    assert len(document.quote("x" * 1000)) <= 82


@pytest.mark.parametrize(
    ("contact", "example"),
    [
        ("https://article-tracker.example/bot", True),
        ("https://www.example.org/", True),
        ("desk@operator.example", True),
        ("mailto:desk@example.com", True),
        ("https://myexample.org/bot", False),
        ("desk@paper.net", False),
    ],
)
def test_a_contact_that_reaches_nobody_is_known_as_one(contact: str, example: bool) -> None:
    config = Config(Path("sources.yaml"), Path("tracker.db"), contact)
    assert config.contact_is_an_example is example
