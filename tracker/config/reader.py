"""sources.yaml section by section: which keys there are, what each may hold, and what it becomes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from tracker.config import document, values
from tracker.config.cursor import Cursor, Environment
from tracker.config.filter_words import MOST_SCORE
from tracker.config.settings import (
    ARCHIVES,
    SCHEDULES,
    Alert,
    Captures,
    Config,
    Network,
    Section,
    SourceConfig,
    UrlIdentity,
    WaybackAccount,
)
from tracker.errors import ConfigError
from tracker.model import TAGS, ChangeClass, ChangeFilter, EventKind, Notice, Rules, SourceEventKind, Told
from tracker.model.filters import FIELDS

DEFAULT_DATABASE = "db/tracker.db"

CONFIG_KEYS = ("database", "contact", "defaults", "sources", "network", "captures", "alerts", "wayback")
DEFAULT_KEYS = ("follow", "checks", "schedule", "hourly", "delay", "robots", "exclude", "language", "tags", "archive")
PLACE_KEYS = ("feeds", "sitemaps", "sections", "articles")
SOURCE_KEYS = ("id", "name", *PLACE_KEYS, "identity", "extract", "active", *DEFAULT_KEYS)
SECTION_KEYS = ("url", "links")
IDENTITY_KEYS = ("id", "keep", "drop")
SELECTOR_KEYS = ("body", "headline", "standfirst", "byline")
EXTRACT_KEYS = (*SELECTOR_KEYS, "remove", "until")
NETWORK_KEYS = ("allow_private", "allow_ports", "proxy")
WAYBACK_KEYS = ("address", "key", "secret")
CAPTURE_KEYS = ("keep", "others")
ALERT_KEYS = ("to", "when", "digest", "secret")
WHEN_KEYS = (
    *("class", "score", "acknowledged", "told", "notice", "source", "tag", "same_edit", "field", "grep", "added"),
    *("removed", "voice", "event"),
)

_NO_TIME, _SECOND, _MINUTE, _HOUR = timedelta(0), timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
_YEAR = timedelta(days=365)


def load(path: Path, *, environ: Mapping[str, str] = os.environ) -> Config:
    """The settings in a sources.yaml, `${NAME}` filled in from `environ`.

    Raises ConfigError that names file, line and key of everything that is wrong, not only of the first problem.
    """
    text = document.read_text(path)
    problems = document.Problems(path)
    root = document.parse(text, problems)
    if root is None and not problems:
        raise ConfigError(f"{path} is empty; `tracker init` writes a commented one")
    environment = Environment(environ)
    config = None if root is None else _config(path, Cursor(root, "", problems, environment))
    if config is None or problems:
        raise problems.error()
    return replace(config, secrets=tuple(sorted(environment.secrets - {""})))


def _config(path: Path, root: Cursor) -> Config:
    table = root.table(CONFIG_KEYS, required=("contact",))
    defaults = SourceConfig(id="", name="")
    if "defaults" in table:
        defaults = _shared(table["defaults"].table(DEFAULT_KEYS), defaults)
    sources = _sources(table["sources"], defaults) if "sources" in table else ()
    database = (table["database"].path() if "database" in table else None) or DEFAULT_DATABASE
    network = _network(table["network"]) if "network" in table else Network()
    wayback = _wayback(table["wayback"]) if "wayback" in table else WaybackAccount()
    has_key = "wayback" in table and table["wayback"].peek("key")
    if any(source.archive for source in sources) and not has_key:
        root.bad(
            "archive: [wayback] needs wayback: {key: ${IA_KEY}, secret: ${IA_SECRET}} (archive.org/account/s3.php)"
        )
    ids = [source.id for source in sources]
    return Config(
        path=path,
        database=path.absolute().parent / Path(database).expanduser(),
        contact=(table["contact"].text(values.contact, sent=True) if "contact" in table else None) or "",
        sources=sources,
        network=network,
        captures=_captures(table["captures"]) if "captures" in table else Captures(),
        alerts=_alerts(table["alerts"], ids, network) if "alerts" in table else (),
        wayback=wayback,
    )


def _shared(table: dict[str, Cursor], defaults: SourceConfig) -> SourceConfig:
    """A source with the settings that stand in `defaults` and in a source alike, where the table has them."""
    found: dict[str, Any] = {}
    if "follow" in table:
        found["follow"] = table["follow"].duration(_MINUTE, 10 * _YEAR)
    if "checks" in table:
        found["checks"] = table["checks"].integer(1, 10_000)
    if "schedule" in table:
        found["schedule"] = table["schedule"].choice(SCHEDULES)
    if "hourly" in table:
        found["hourly"] = table["hourly"].integer(1, 100_000)
    if "delay" in table:
        found["delay"] = table["delay"].duration(_NO_TIME, _HOUR)
    if "robots" in table:
        found["robots_ignored"] = _robots(table["robots"])
    if "exclude" in table:
        found["exclude"] = table["exclude"].texts(values.pattern)
    if "language" in table:
        # `no` is Norwegian here, whatever YAML thinks.
        found["language"] = table["language"].text(values.language, words=True, public=True)
    if "tags" in table:
        found["tags"] = table["tags"].texts(values.plain_text)
    if "archive" in table:
        found["archive"] = tuple(dict.fromkeys(filter(None, (a.choice(ARCHIVES) for a in table["archive"].several()))))
    return replace(defaults, **{name: value for name, value in found.items() if value is not None})


def _robots(cursor: Cursor) -> str | None:
    """The reason for ignoring robots.txt; empty when it is obeyed."""
    if cursor.is_mapping:
        table = cursor.table(("ignore",), required=("ignore",))
        return table["ignore"].text(values.plain_text) if "ignore" in table else None

    def obey(text: str) -> str:
        if text != "obey":
            raise ValueError('is not known here; write obey, or {ignore: "the reason"}')
        return ""

    return cursor.text(obey, public=True)


def _sources(cursor: Cursor, defaults: SourceConfig) -> tuple[SourceConfig, ...]:
    found: dict[str, tuple[int, SourceConfig]] = {}
    for number, item in enumerate(cursor.items()):
        item.key = f"sources[{document.name(item.peek('id') or str(number))}]"
        table = item.table(SOURCE_KEYS, required=("id",))
        source = _source(item, table, defaults)
        if source.id in found:
            table["id"].bad(f"the id {source.id} is taken by the source on line {found[source.id][0]}")
        elif source.id:
            found[source.id] = (item.line, source)
    return tuple(source for _, source in found.values())


def _source(item: Cursor, table: dict[str, Cursor], defaults: SourceConfig) -> SourceConfig:
    id_ = (table["id"].text(values.slug, public=True) if "id" in table else None) or ""
    if item.is_mapping and all(key not in table or table[key].is_empty for key in PLACE_KEYS):
        item.bad(f"nothing to read here; give it at least one of {', '.join(PLACE_KEYS)}")
    return replace(
        _shared(table, defaults),
        id=id_,
        name=(table["name"].text(values.plain_text) if "name" in table else None) or id_,
        feeds=table["feeds"].texts(values.feed_address) if "feeds" in table else (),
        sitemaps=_addresses(table, "sitemaps"),
        sections=_sections(table["sections"]) if "sections" in table else (),
        articles=_addresses(table, "articles"),
        identity=_identity(table["identity"]) if "identity" in table else UrlIdentity(),
        rules=_extract(table["extract"]) if "extract" in table else (),
        active=table["active"].boolean() is not False if "active" in table else True,
    )


def _addresses(table: dict[str, Cursor], key: str) -> tuple[str, ...]:
    return table[key].texts(values.web_address) if key in table else ()


def _sections(cursor: Cursor) -> tuple[Section, ...]:
    """Section pages; one without a link pattern may be its bare URL."""
    found = []
    for item in cursor.items():
        if item.is_mapping:
            table = item.table(SECTION_KEYS, required=("url",))
            url = table["url"].text(values.web_address) if "url" in table else None
            links = table["links"].text(values.pattern) if "links" in table else None
        else:
            url, links = item.text(values.web_address), None
        if url:
            found.append(Section(url, links or ""))
    return tuple(found)


def _identity(cursor: Cursor) -> UrlIdentity:
    """Which part of an address identifies; no parameter can be kept and dropped."""
    table = cursor.table(IDENTITY_KEYS)
    keep, drop = (table[key].texts(values.parameter) if key in table else () for key in ("keep", "drop"))
    for name in sorted({name.lower() for name in keep} & {name.lower() for name in drop}):
        table["drop"].bad(f"{document.name(name)} is under keep, too; a parameter is kept or dropped")
    return UrlIdentity((table["id"].text(values.pattern) if "id" in table else None) or "", keep, drop)


def _extract(cursor: Cursor) -> tuple[Rules, ...]:
    """A source's extraction rules, oldest first: one mapping, or a list of dated ones."""
    if not cursor.is_list:
        rules = _rules(cursor)
        if rules.until is not None:
            cursor.bad("until ends these rules, but none follow; make it a list, and end it with the rules of today")
        return (rules,) if rules != Rules() else ()
    items = cursor.items()
    found = [_rules(item) for item in items]
    for number, (item, rules) in enumerate(zip(items, found, strict=True)):
        before = found[number - 1].until if number else None
        if number == len(items) - 1:
            if rules.until is not None:
                item.bad("the last rules are today's: take until away, or add rules after them")
        elif rules.until is None:
            item.bad("rules that others follow need an until, the day they ended")
        elif before is not None and rules.until <= before:
            item.bad("until is not after the one before it; write the oldest rules first")
    return tuple(found)


def _rules(cursor: Cursor) -> Rules:
    table = cursor.table(EXTRACT_KEYS)
    selectors = {key: table[key].text(values.selector) or "" for key in SELECTOR_KEYS if key in table}
    return Rules(
        **selectors,
        remove=table["remove"].texts(values.selector) if "remove" in table else (),
        until=table["until"].text(values.parse_moment, public=True) if "until" in table else None,
    )


def _network(cursor: Cursor) -> Network:
    table = cursor.table(NETWORK_KEYS)
    network = Network()
    if "allow_private" in table:
        network = replace(network, allow_private=table["allow_private"].boolean() is True)
    if "allow_ports" in table:
        ports = [item.integer(1, 65_535) for item in table["allow_ports"].items()]
        network = replace(network, allow_ports=tuple(dict.fromkeys(port for port in ports if port)))
    if "proxy" in table and not table["proxy"].is_null:
        proxy = table["proxy"].text(lambda text: values.web_address(text, userinfo=True), secret=True)
        network = replace(network, proxy=proxy or "")
    return network


def _wayback(cursor: Cursor) -> WaybackAccount:
    """The account at the web archive; both keys or none."""
    table = cursor.table(WAYBACK_KEYS)
    address = table["address"].text(values.web_address) if "address" in table else None
    key, secret = (
        table[name].text(values.header_word, secret=True) or "" if name in table else "" for name in ("key", "secret")
    )
    if bool(key) != bool(secret):
        cursor.bad("key and secret belong together; archive.org/account/s3.php shows both")
    return WaybackAccount((address or WaybackAccount().address).rstrip("/"), key, secret)


def _captures(cursor: Cursor) -> Captures:
    table = cursor.table(CAPTURE_KEYS)
    keep = table["keep"].choice(("changed", "all", "none")) if "keep" in table else None
    others = table["others"].duration(_NO_TIME, 100 * _YEAR) if "others" in table else None
    captures = replace(Captures(), keep=keep) if keep else Captures()
    return captures if others is None else replace(captures, others=others)


def _alerts(cursor: Cursor, ids: list[str], network: Network) -> tuple[Alert, ...]:
    found = []
    for number, item in enumerate(cursor.items()):
        item.key = f"alerts[{number}]"
        table = item.table(ALERT_KEYS, required=("to",))
        to = table["to"].text(values.sink, secret=True) if "to" in table else None
        when, events = _when(table["when"], ids) if "when" in table else (ChangeFilter(), ())
        digest = table["digest"].duration(_SECOND, _YEAR) if "digest" in table else None
        secret = table["secret"].text(values.signing_secret, secret=True) if "secret" in table else None
        if to and to.lower().startswith("http"):
            if "secret" not in table:
                item.bad("a web hook needs a secret to sign with: secret: ${HOOK_SECRET}, which starts with whsec_")
            if to.lower().startswith("http:") and not network.allow_private:
                table["to"].bad("http is not encrypted; use https, or allow_private for a hook of your own network")
        elif "secret" in table:
            table["secret"].bad("only a web hook (https) is signed; take it out")
        found.append(Alert(to or "", when, events, digest, secret or ""))
    return tuple(found)


def _when(cursor: Cursor, ids: list[str]) -> tuple[ChangeFilter, tuple[EventKind | SourceEventKind, ...]]:
    """The changes, or the events, that an alert is about."""
    table = cursor.table(WHEN_KEYS)
    wanted = ChangeFilter(
        sources=_named(table["source"], ids) if "source" in table else (),
        tags=_named(table["tag"], TAGS) if "tag" in table else (),
        same_edit="same_edit" in table and table["same_edit"].boolean() is True,
        grep=_pattern(table, "grep"),
        added=_pattern(table, "added"),
        removed=_pattern(table, "removed"),
        voice=(table["voice"].text(values.plain_text) or "") if "voice" in table else "",
    )
    if "class" in table and (chosen := table["class"].choice(ChangeClass)):
        wanted = replace(wanted, class_=ChangeClass(chosen))
    if "told" in table and (chosen := table["told"].choice(Told)):
        wanted = replace(wanted, told=Told(chosen))
    if "notice" in table and (chosen := table["notice"].choice(Notice)):
        kind = Notice(chosen)
        wanted = replace(wanted, told=Told.SILENT) if kind is Notice.NONE else replace(wanted, notice=kind)
    if "field" in table:
        wanted = replace(wanted, field=table["field"].choice(FIELDS) or "")
    if "score" in table:
        wanted = replace(wanted, min_score=table["score"].integer(0, MOST_SCORE) or 0)
    if "acknowledged" in table:
        told = Told.AT_ONCE if table["acknowledged"].boolean() else Told.SILENT
        if "told" in table:
            table["told"].bad("says what acknowledged says, too; take one of them out")
        wanted = replace(wanted, told=told)
    if "event" not in table:
        return wanted, ()
    for key in sorted(table.keys() - {"event", "source", "grep"}):
        table[key].bad("an event has none; make a second rule for the changes")
    of_sites = (kind for kind in (*EventKind, *SourceEventKind) if kind is not EventKind.JOINED)  # that is our finding
    kinds: dict[str, EventKind | SourceEventKind] = {kind.value: kind for kind in of_sites}
    chosen_kinds = [item.choice(kinds) for item in table["event"].several()]
    return wanted, tuple(kinds[kind] for kind in chosen_kinds if kind)


def _pattern(table: Mapping[str, Cursor], key: str) -> str:
    return (table[key].text(values.pattern) or "") if key in table else ""


def _named(cursor: Cursor, known: Iterable[str]) -> tuple[str, ...]:
    """One or several of some names."""
    among = tuple(known)
    chosen = [item.choice(among) for item in cursor.several()]
    return tuple(dict.fromkeys(name for name in chosen if name))
