"""Sources, their totals, health and learned profiles, and the hosts they live on."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from tracker.config import SourceConfig
from tracker.errors import NotFound
from tracker.model import Host, Source, SourceProfile, iso
from tracker.model.plain import JsonObject
from tracker.store.connection import dump, moment, row, rows, run, run_many, stamp, sure_moment
from tracker.store.store import Store

_SECRET_VALUE = re.compile(
    r"(?i)\b([\w.-]*(?:key|token|secret|password|passwd|auth|signature|sig|credential)[\w.-]*)=[^&]*"
)


@dataclass(frozen=True, slots=True)
class Health:
    """How a source has been doing: what it has brought so far, and its checks of the last 24 hours."""

    source_id: str
    articles: int
    versions: int
    changes: int
    noise: int
    checks: int
    changed: int
    not_modified: int
    failed: int
    bytes: int
    milliseconds: int
    last_check_at: datetime | None
    last_change_at: datetime | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is. The writer keeps the sums; only the articles that moved, which are left out, are counted."""

    sources: int
    articles: int
    versions: int
    changes: int
    noise: int


def sync_sources(store: Store, configs: Sequence[SourceConfig], now: datetime) -> None:
    """Make the table say what the configuration says. A source no longer configured keeps its history, inactive."""
    with store.writing():
        run(
            store.db,
            "update sources set active = 0 where id not in (select value from json_each(?))",
            (dump([c.id for c in configs]),),
        )
        run_many(
            store.db,
            "insert into sources (id, name, home_url, language, config, active, added_at) values (?, ?, ?, ?, ?, ?, ?) "
            "on conflict (id) do update set name = excluded.name, home_url = excluded.home_url, "
            "language = excluded.language, config = excluded.config, active = excluded.active",
            [(c.id, c.name, _home(c), c.language, dump(_plain(c)), int(c.active), stamp(now)) for c in configs],
        )
        run_many(store.db, "insert or ignore into source_totals (source_id) values (?)", [(c.id,) for c in configs])


def _home(config: SourceConfig) -> str:
    """Where a reader would go: the root of the first address the source has."""
    addresses = (*(s.url for s in config.sections), *config.feeds, *config.sitemaps, *config.articles)
    for address in addresses:
        parts = urlsplit(address)
        if parts.scheme in ("http", "https") and parts.hostname:
            port = f":{parts.port}" if parts.port else ""
            return f"{parts.scheme}://{parts.hostname}{port}/"
    return ""


def _plain(config: SourceConfig) -> JsonObject:
    """A configuration as JSON, without anything secret that an address may carry."""
    plain = {name: _json(value) for name, value in asdict(config).items()}
    for name in ("feeds", "sitemaps", "articles"):
        plain[name] = [without_secrets(url) for url in plain[name]]
    for section in plain["sections"]:
        section["url"] = without_secrets(section["url"])
    return plain


def without_secrets(url: str) -> str:
    """An address without user name, password and the values of query keys that sound like credentials."""
    parts = urlsplit(url)
    netloc = parts.netloc.rpartition("@")[2]
    query = _SECRET_VALUE.sub(r"\1=***", parts.query)
    if (netloc, query) == (parts.netloc, parts.query):
        return url
    return parts._replace(netloc=netloc, query=query).geturl()


def _json(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, dict):
        return {k: _json(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_json(v) for v in value]
    return value


def sources(store: Store) -> list[Source]:
    """All sources that are or were followed, by id."""
    return [_source(r) for r in rows(store.db, "select * from sources order by id")]


def source(store: Store, source_id: str) -> Source:
    """One source. Raises NotFound."""
    found = row(store.db, "select * from sources where id = ?", (source_id,))
    if found is None:
        raise NotFound(f"no source {source_id!r}; tracker sources lists them")
    return _source(found)


def _source(r: sqlite3.Row) -> Source:
    return Source(
        id=r["id"],
        name=r["name"],
        home_url=r["home_url"],
        language=r["language"],
        active=bool(r["active"]),
        added_at=sure_moment(r["added_at"]),
    )


def health(store: Store, source_id: str) -> Health:
    """How a source has been doing. The 24 hours end with its latest check. Raises NotFound."""
    source(store, source_id)
    totals = row(
        store.db,
        "select *, (select count(*) from articles a where a.source_id = t.source_id and a.state = 'moved') as moved "
        "from source_totals t where source_id = ?",
        (source_id,),
    )
    latest = row(store.db, "select max(hour) as hour from source_hours where source_id = ?", (source_id,))
    last = moment(latest["hour"]) if latest else None
    since = stamp(last - timedelta(hours=23)) if last else ""
    hours = row(
        store.db,
        "select total(checks) as checks, total(changed) as changed, total(not_modified) as not_modified, "
        "total(failed) as failed, total(bytes) as bytes, total(milliseconds) as milliseconds "
        "from source_hours where source_id = ? and hour >= ?",
        (source_id, since),
    )
    newest = row(store.db, "select max(seen_before) as at from changes where source_id = ?", (source_id,))
    sums = {name: int(hours[name]) for name in hours.keys()} if hours else {}  # noqa: SIM118 - a Row is no dict
    return Health(
        source_id=source_id,
        articles=totals["articles"] - totals["moved"] if totals else 0,
        versions=totals["versions"] if totals else 0,
        changes=totals["changes"] if totals else 0,
        noise=totals["noise"] if totals else 0,
        last_check_at=last,
        last_change_at=moment(newest["at"]) if newest else None,
        **sums,
    )


def counts(store: Store) -> Counts:
    """How much there is, in one small read."""
    r = rows(
        store.db,
        "select (select count(*) from sources) as sources, total(versions) as versions, "
        "total(articles) - (select count(*) from articles where state = 'moved') as articles, "
        "total(changes) as changes, total(noise) as noise from source_totals",
    )[0]
    return Counts(r["sources"], int(r["articles"]), int(r["versions"]), int(r["changes"]), int(r["noise"]))


def profile(store: Store, source_id: str) -> SourceProfile:
    """What has been learned about a source's pages; empty when nothing has."""
    found = row(store.db, "select profile from profiles where source_id = ?", (source_id,))
    learned: SourceProfile = json.loads(found["profile"]) if found else {}
    return learned


def save_profile(store: Store, source_id: str, learned: SourceProfile) -> None:
    """Keep what has been learned about a source's pages."""
    with store.writing():
        run(
            store.db,
            "insert into profiles (source_id, profile) values (?, ?) "
            "on conflict (source_id) do update set profile = excluded.profile",
            (source_id, dump(dict(learned))),
        )


def hosts(store: Store) -> list[Host]:
    """What is remembered about every host, by name."""
    return [_host(r) for r in rows(store.db, "select * from hosts order by host")]


def host(store: Store, name: str) -> Host | None:
    """What is remembered about one host, None when nothing is."""
    found = row(store.db, "select * from hosts where host = ?", (name,))
    return _host(found) if found else None


def _host(r: sqlite3.Row) -> Host:
    return Host(
        host=r["host"],
        next_slot_at=moment(r["next_slot_at"]),
        delay_ms=r["delay_ms"],
        failures=r["failures"],
        paused_until=moment(r["paused_until"]),
        validators_trusted=bool(r["validators_trusted"]),
        robots=r["robots"],
        robots_fetched_at=moment(r["robots_fetched_at"]),
    )


def save_host(store: Store, host: Host) -> None:
    """Keep what must survive a restart about a host. Its next slot is rounded up to the second, never early."""
    with store.writing():
        slot = host.next_slot_at
        if slot is not None and slot.microsecond:
            slot = slot.replace(microsecond=0) + timedelta(seconds=1)
        run(
            store.db,
            "insert into hosts (host, next_slot_at, delay_ms, failures, paused_until, validators_trusted, robots, "
            "robots_fetched_at) values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (host) do update set "
            "next_slot_at = excluded.next_slot_at, delay_ms = excluded.delay_ms, failures = excluded.failures, "
            "paused_until = excluded.paused_until, validators_trusted = excluded.validators_trusted, "
            "robots = excluded.robots, robots_fetched_at = excluded.robots_fetched_at",
            (
                host.host,
                iso(slot),
                host.delay_ms,
                host.failures,
                iso(host.paused_until),
                int(host.validators_trusted),
                host.robots,
                iso(host.robots_fetched_at),
            ),
        )


def signals(store: Store, source_id: str) -> dict[str, tuple[int, int]]:
    """How often each kind of signal was followed by a change, and how often not: {kind: (right, wrong)}."""
    found = rows(store.db, 'select kind, "right", wrong from signals where source_id = ?', (source_id,))
    return {r["kind"]: (r["right"], r["wrong"]) for r in found}


SIGNALS_REMEMBERED = 200
"""So many signals of a kind count; then all of the source's counts are halved, so that a source may better itself."""


def count_signal(store: Store, source_id: str, kind: str, *, right: bool) -> None:
    """Count one signal that was, or was not, followed by a change."""
    with store.writing():
        run(
            store.db,
            'insert into signals (source_id, kind, "right", wrong) values (?, ?, ?, ?) on conflict (source_id, kind) '
            'do update set "right" = "right" + excluded."right", wrong = wrong + excluded.wrong',
            (source_id, kind, int(right), int(not right)),
        )
        run(
            store.db,
            'update signals set "right" = "right" / 2, wrong = wrong / 2 where source_id = ?1 '
            'and exists (select 1 from signals where source_id = ?1 and "right" + wrong > ?2)',
            (source_id, SIGNALS_REMEMBERED),
        )
