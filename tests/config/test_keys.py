"""What sources.yaml may say, key by key, and what it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from tracker import config
from tracker.config import Alert, Captures, Config, Network, Section, SourceConfig, UrlIdentity
from tracker.errors import ConfigError
from tracker.model import ChangeClass, ChangeFilter, EventKind, Rules, SourceEventKind, Told, secret_values

CONTACT = "contact: https://operator.example/bot\n"


def load(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> Config:
    file = folder / "sources.yaml"
    file.write_text(dedent(text))
    return config.load(file, environ=environ or {})


def complaints(folder: Path, text: str, environ: Mapping[str, str] | None = None) -> str:
    with pytest.raises(ConfigError) as caught:
        load(folder, text, environ)
    return str(caught.value).replace(f"{folder}/", "")


def source(folder: Path, keys: str) -> SourceConfig:
    """The one source of a file that has only these keys besides its id and feed."""
    return load(folder, CONTACT + "sources: [{id: a, feeds: [https://a.example/rss], " + keys + "}]\n").sources[0]


def test_the_smallest_file_gets_every_default(tmp_path: Path) -> None:
    assert load(tmp_path, CONTACT) == Config(
        path=tmp_path / "sources.yaml",
        database=tmp_path / "db/tracker.db",
        contact="https://operator.example/bot",
        network=Network(allow_private=False, allow_ports=(80, 443), proxy=""),
        captures=Captures(keep="changed", others=timedelta(days=30)),
    )


def test_a_source_with_everything(tmp_path: Path) -> None:
    read = load(
        tmp_path,
        r"""
        contact: bot@operator.example
        sources:
          - id: example-times
            name: The Example Times
            feeds: [https://times.example/rss.xml, https://times.example/rss.xml]
            sitemaps: [https://times.example/news-sitemap.xml]
            sections: [{url: https://times.example/politics, links: "/20\\d\\d/"}, https://times.example/world]
            articles: [https://times.example/2026/11/23/one-story]
            exclude: ["/live/", "\\.pdf$"]
            identity: {id: 'story-(\d+)', keep: [ocid], drop: [sid]}
            extract: {body: "article .story", remove: [".promo", "aside"], headline: h1}
            language: en
            tags: [uk, politics]
            follow: 1w
            checks: 50
            schedule: adaptive
            hourly: 120
            delay: 0s
            robots: {ignore: we have a written agreement}
            active: false
        """,
    )
    assert read.sources == (
        SourceConfig(
            id="example-times",
            name="The Example Times",
            feeds=("https://times.example/rss.xml",),
            sitemaps=("https://times.example/news-sitemap.xml",),
            sections=(
                Section("https://times.example/politics", r"/20\d\d/"),
                Section("https://times.example/world"),
            ),
            articles=("https://times.example/2026/11/23/one-story",),
            exclude=("/live/", r"\.pdf$"),
            identity=UrlIdentity(r"story-(\d+)", ("ocid",), ("sid",)),
            rules=(Rules(body="article .story", remove=(".promo", "aside"), headline="h1"),),
            language="en",
            tags=("uk", "politics"),
            follow=timedelta(days=7),
            checks=50,
            schedule="adaptive",
            hourly=120,
            delay=timedelta(0),
            robots_ignored="we have a written agreement",
            active=False,
        ),
    )


def test_defaults_hold_for_every_source_that_does_not_say_otherwise(tmp_path: Path) -> None:
    first, second = load(
        tmp_path,
        CONTACT
        + """\
defaults: {follow: 2d, checks: 9, delay: 5s, robots: {ignore: why}, exclude: [/live/], language: fr, tags: [all]}
sources:
  - {id: a, feeds: [https://a.example/rss]}
  - {id: b, feeds: [https://b.example/rss], follow: 3d, robots: obey, exclude: [], language: de, tags: [own]}
""",
    ).sources
    assert (first.follow, first.checks, first.delay) == (timedelta(days=2), 9, timedelta(seconds=5))
    assert (first.robots_ignored, first.exclude, first.language, first.tags) == ("why", ("/live/",), "fr", ("all",))
    assert (second.follow, second.checks, second.robots_ignored) == (timedelta(days=3), 9, "")
    assert (second.exclude, second.language, second.tags) == ((), "de", ("own",))
    assert first.name == "a"


def test_norway_keeps_its_language_whatever_yaml_thinks(tmp_path: Path) -> None:
    assert source(tmp_path, "language: no").language == "no"


def test_numbers_and_dates_are_text_where_text_is_asked_for(tmp_path: Path) -> None:
    read = source(tmp_path, "name: 1945, tags: [2026-01-31, 007]")
    assert (read.name, read.tags) == ("1945", ("2026-01-31", "007"))


def test_dated_rules_stand_oldest_first_and_end_with_todays(tmp_path: Path) -> None:
    read = source(
        tmp_path,
        'extract: [{body: .old, until: 2026-01-31}, {body: .mid, until: "2026-03-01T12:00:00+02:00"}, {body: .new}]',
    )
    assert [(rules.body, rules.until) for rules in read.rules] == [
        (".old", datetime(2026, 1, 31, tzinfo=UTC)),
        (".mid", datetime(2026, 3, 1, 10, tzinfo=UTC)),
        (".new", None),
    ]


@pytest.mark.parametrize("extract", ["extract: {}", "extract: ", "extract: []"])
def test_empty_rules_are_no_rules(tmp_path: Path, extract: str) -> None:
    assert source(tmp_path, extract).rules == ()


def test_network_captures_and_alerts(tmp_path: Path) -> None:
    read = load(
        tmp_path,
        """
        database: ${STATE}/t.db
        contact: mailto:bot@operator.example
        sources:
          - {id: a, feeds: [https://a.example/rss]}
          - {id: b, articles: [https://b.example/1]}
        network: {allow_private: true, allow_ports: [80, 8080, 80], proxy: "http://me:pw@proxy.example:3128"}
        captures: {keep: none, others: 0s}
        alerts:
          - to: mailto://desk@operator.example
            when: {class: substantive, acknowledged: false, source: a, grep: "(?i)minister", voice: "Ana Ruiz"}
            digest: 1h
          - {to: "https://hook.example/x", when: {source: [a, b], event: [gone, broken]}, secret: "${SIGN}"}
        """,
        {"STATE": str(tmp_path / "state"), "SIGN": "whsec_" + "A" * 32},
    )
    assert read.database == tmp_path / "state/t.db"
    assert read.network == Network(True, (80, 8080), "http://me:pw@proxy.example:3128")
    assert read.captures == Captures("none", timedelta(0))
    when = ChangeFilter(("a",), class_=ChangeClass.SUBSTANTIVE, told=Told.SILENT, grep="(?i)minister", voice="Ana Ruiz")
    assert read.alerts == (
        Alert("mailto://desk@operator.example", when, digest=timedelta(hours=1)),
        Alert(
            "https://hook.example/x",
            ChangeFilter(("a", "b")),
            (EventKind.GONE, SourceEventKind.BROKEN),
            secret="whsec_" + "A" * 32,
        ),
    )


def test_null_lists_and_mappings_are_empty_ones(tmp_path: Path) -> None:
    read = load(tmp_path, CONTACT + "defaults:\nsources:\nnetwork:\n  proxy:\ncaptures:\nalerts:\n")
    assert (read.sources, read.alerts, read.network, read.captures) == ((), (), Network(), Captures())


def test_a_relative_database_lies_beside_the_file_and_an_absolute_one_where_it_says(tmp_path: Path) -> None:
    assert load(tmp_path, CONTACT + "database: x.db\n").database == tmp_path / "x.db"
    assert load(tmp_path, CONTACT + "database: /var/x.db\n").database == Path("/var/x.db")


SOURCE = CONTACT + "sources:\n  - id: a\n    feeds: [https://a.example/rss]\n"


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("no contact", "sources: []\n", "sources.yaml:1: the key contact is missing"),
        ("no id", CONTACT + "sources:\n  - feeds: [https://a.example/]\n", ":3: sources[0]: the key id is missing"),
        ("bad id", CONTACT + "sources:\n  - id: The Times\n", ":3: sources['The Times'].id: 'The Times' is not an id"),
        ("near key", SOURCE + "    sitemap: []\n", ":5: sources[a].sitemap: unknown key; did you mean sitemaps?"),
        ("far key", SOURCE + "captures: {zzz: 1}\n", ":5: captures.zzz: unknown key; known here: keep, others"),
        ("key by case", SOURCE + "    Language: en\n", "unknown key; did you mean language?"),
        (
            "id twice",
            SOURCE + "  - {id: a, articles: [https://a.example/1]}\n",
            ":5: sources[a].id: the id a is taken by the source on line 3",
        ),
        ("nothing to read", CONTACT + "sources: [{id: a, feeds: []}]\n", "nothing to read here; give it at least one"),
        ("one feed, not a list", CONTACT + "sources: [{id: a, feeds: https://a.example/}]\n", "where a list belongs"),
        ("a source that is a word", CONTACT + "sources: [a]\n", ":2: sources[0]: 'a' stands where a mapping"),
        ("a mapping as name", SOURCE + "    name: {a: b}\n", "sources[a].name: a mapping stands where text belongs"),
        ("a list as number", SOURCE + "    checks: [1]\n", "sources[a].checks: a list stands where a whole number"),
        ("a list as truth", SOURCE + "    active: []\n", "sources[a].active: a list stands where true or false"),
        ("no value", SOURCE + "    name:\n", ":5: sources[a].name: has no value"),
        ("yes as name", SOURCE + "    name: yes\n", "put it in quotes"),
        ("int as duration", SOURCE + "    follow: 30\n", "'30' has no unit; write 30s, 30m, 30h or 30d"),
        ("delay too long", SOURCE + "    delay: 2h\n", "'2h' is out of range; it goes from 0s to 1h"),
        ("follow nothing", SOURCE + "    follow: 0s\n", "out of range; it goes from 1m to"),
        ("checks in quotes", SOURCE + '    checks: "25"\n', "'25' is not a whole number"),
        ("checks octal", SOURCE + "    checks: 017\n", "'017' is not a whole number"),
        (
            "an unknown schedule",
            SOURCE + "    schedule: adaptiv\n",
            "'adaptiv' is not known here; did you mean adaptive?",
        ),
        ("no checks an hour", SOURCE + "    hourly: 0\n", "0 is out of range; it goes from 1 to 100000"),
        ("no checks", SOURCE + "    checks: 0\n", "0 is out of range; it goes from 1 to 10000"),
        ("active by number", SOURCE + "    active: 1\n", "'1' is neither true nor false"),
        ("robots by word", SOURCE + "    robots: ignore\n", 'write obey, or {ignore: "the reason"}'),
        ("robots without reason", SOURCE + '    robots: {ignore: " "}\n', "sources[a].robots.ignore: ' ' is empty"),
        ("robots empty", SOURCE + "    robots: {}\n", "sources[a].robots: the key ignore is missing"),
        ("bad language", SOURCE + "    language: english language\n", "is not a language"),
        ("bad pattern", SOURCE + '    exclude: ["(a"]\n', "is not a pattern that RE2 can use: missing )"),
        ("bad identity", SOURCE + '    identity: {id: "(a"}\n', "identity.id: '(a' is not a pattern that RE2 can use"),
        ("no parameter", SOURCE + '    identity: {drop: ["a=1"]}\n', "'a=1' is no name of a query parameter"),
        (
            "kept and dropped",
            SOURCE + "    identity: {keep: [Id], drop: [id]}\n",
            "drop: id is under keep, too",
        ),
        ("unknown identity", SOURCE + "    identity: {kep: [a]}\n", "kep"),
        ("bad selector", SOURCE + '    extract: {body: "a["}\n', "sources[a].extract.body: 'a[' is not a CSS selector"),
        ("until on the only rules", SOURCE + "    extract: {until: 2026-01-31}\n", "until ends these rules"),
        ("until missing", SOURCE + "    extract: [{body: a}, {body: b}]\n", "need an until"),
        ("until on the last", SOURCE + "    extract: [{until: 2026-01-31}]\n", "take until away"),
        (
            "until backwards",
            SOURCE + "    extract: [{until: 2026-02-01}, {until: 2026-01-01}, {}]\n",
            "until is not after the one before it",
        ),
        ("section without url", SOURCE + "    sections: [{links: a}]\n", "sections: the key url is missing"),
        ("private by word", SOURCE + "network: {allow_private: maybe}\n", "'maybe' is neither true nor false"),
        ("port as text", SOURCE + 'network: {allow_ports: ["80"]}\n', "'80' is not a whole number"),
        ("captures in a word", SOURCE + "captures: all\n", "captures: 'all' stands where a mapping"),
        ("alert to nowhere", SOURCE + "alerts: [{}]\n", ":5: alerts[0]: the key to is missing"),
        ("alert to nobody", SOURCE + "alerts: [{to: desk}]\n", "alerts[0].to: the value is not an address"),
        (
            "alert by a service that nothing delivers to",
            SOURCE + "alerts: [{to: 'slack://a/b/c'}]\n",
            "alerts[0].to: the value has the scheme slack, which nothing here delivers to; use file:///, mailto: or",
        ),
        ("hook unsigned", SOURCE + "alerts: [{to: 'https://h.example/'}]\n", "alerts[0]: a web hook needs a secret"),
        (
            "hook in the clear",
            SOURCE + f"alerts: [{{to: 'http://h.example/', secret: whsec_{'A' * 32}}}]\n",
            "http is not encrypted",
        ),
        (
            "mail signed",
            SOURCE + f"alerts: [{{to: 'mailto:a@b.example', secret: whsec_{'A' * 32}}}]\n",
            "alerts[0].secret: only a web hook",
        ),
        (
            "event with a class",
            SOURCE + "alerts: [{to: 'mailto:a@b.example', when: {event: gone, class: minor}}]\n",
            "alerts[0].when.class: an event has none",
        ),
        (
            "near event",
            SOURCE + "alerts: [{to: 'mailto:a@b.example', when: {event: [gone, heeled]}}]\n",
            "alerts[0].when.event: 'heeled' is not known here; did you mean healed?",
        ),
        (
            "alert about a stranger",
            SOURCE + "alerts: [{to: 'mailto:a@b.example', when: {source: aa}}]\n",
            "alerts[0].when.source: 'aa' is not known here; did you mean a?",
        ),
        (
            "alert by unknown class",
            SOURCE + "alerts: [{to: 'mailto:a@b.example', when: {class: huge}}]\n",
            "known here: minor, wording, substantive",
        ),
    ],
)
def test_a_mistake_is_named_with_line_key_and_cure(tmp_path: Path, name: str, text: str, wanted: str) -> None:
    assert wanted in complaints(tmp_path, text)


def test_a_bad_alias_does_not_hide_the_other_mistakes(tmp_path: Path) -> None:
    said = complaints(tmp_path, "contact: *a\nsources: *b\nnetwork: {proxy: *c}\ncaptures: {keep: odd}\n")
    assert said.count("alias") == 3
    assert "captures.keep: 'odd'" in said
    assert len(said.splitlines()) == 5


def test_values_come_from_the_environment(tmp_path: Path) -> None:
    text = CONTACT + 'sources: [{id: a, feeds: ["https://a.example/${KEY}/rss?k=${KEY}"], exclude: ["/live/$", "$$x"]}]'
    read = load(tmp_path, text, {"KEY": "s3cret"})
    assert read.sources[0].feeds == ("https://a.example/redacted-key/rss?k=redacted-key",)
    assert secret_values.revealed(read.sources[0].feeds[0]) == "https://a.example/s3cret/rss?k=s3cret"
    assert read.sources[0].exclude == ("/live/$", "$x")
    assert read.secrets == ("s3cret",)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("${NOPE}", "needs the environment variable NOPE, which is not set"),
        ("${}", "names no environment variable; write $${"),
        ("${no way}", "names no environment variable"),
        ("${UNCLOSED", "names no environment variable"),
        ("${KEY}", "has a control character"),
    ],
)
def test_a_variable_that_cannot_be_used_is_a_mistake(tmp_path: Path, value: str, wanted: str) -> None:
    said = complaints(tmp_path, SOURCE + f'    name: "{value}"\n', {"KEY": "s3cret\nline"})
    assert wanted in said
    assert "s3cret" not in said


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("feed:https://a.example/rss", "https://a.example/rss"),
        ("feed://a.example/rss", "http://a.example/rss"),
        ("FEED:http://a.example/rss", "http://a.example/rss"),
        ("https://feed.example/feed:1", "https://feed.example/feed:1"),
    ],
)
def test_a_feed_may_be_written_as_browsers_once_did(tmp_path: Path, written: str, meant: str) -> None:
    source = load(tmp_path, CONTACT + f'sources: [{{id: a, feeds: ["{written}"]}}]\n').sources[0]
    assert source.feeds == (meant,)


def test_archives_are_asked_with_an_account_from_the_environment(tmp_path: Path) -> None:
    text = CONTACT + (
        'wayback: {key: "${IA_KEY}", secret: "${IA_SECRET}"}\n'
        "defaults: {archive: [wayback]}\n"
        "sources: [{id: a, feeds: [https://a.example/rss]}, {id: b, feeds: [https://b.example/rss], archive: []}]\n"
    )
    read = load(tmp_path, text, {"IA_KEY": "a-key", "IA_SECRET": "a-secret"})
    assert [one.archive for one in read.sources] == [("wayback",), ()]
    assert (read.wayback.key, read.wayback.secret) == ("a-key", "a-secret")
    shown = repr(read) + str(config.redacted(read))
    assert "a-key" not in shown.replace("secrets", "")
    assert "a-secret" not in shown
    said = complaints(tmp_path, text)
    assert said.count("which is not set") == 2
    assert "archive: [wayback] needs" not in said


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ("archive: [wayback]", "archive: [wayback] needs wayback: {key"),
        ("archive: [archive-today]", "is not known here"),
    ],
)
def test_an_archive_that_cannot_be_asked_is_said(keys: str, message: str, tmp_path: Path) -> None:
    text = CONTACT + "sources: [{id: a, feeds: [https://a.example/rss], " + keys + "}]\n"
    assert message in complaints(tmp_path, text)


def test_one_key_of_two_is_no_account(tmp_path: Path) -> None:
    assert "key and secret belong together" in complaints(tmp_path, CONTACT + "wayback: {key: abcdef}\n")
