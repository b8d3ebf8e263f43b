"""Other trackers' stores in: what they wrote down becomes text captures, a page where they kept one.

diffengine and NewsEdits (SQLite), changedetection.io (a folder), urlwatch and webchanges (SQLite). Times without a zone
are UTC in all of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import brotli
import yaml
from lxml import etree, html

from tracker.errors import UsageError
from tracker.exchange import msgpack
from tracker.exchange.brought import LARGEST, Brought, NoCapture, moment, written_down
from tracker.model import Capture, Kind, Paragraph
from tracker.store.connection import Value
from tracker.store.other_files import OtherFile, opened

_KINDS = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), Kind.HEADING),
    "blockquote": Kind.QUOTE,
    "li": Kind.LIST,
    "p": Kind.TEXT,
}


def paragraphs_of(text: str) -> list[Paragraph]:
    """The paragraphs of a fragment of HTML, or the lines of what is none."""
    if "<" not in text:
        return [Paragraph(line) for line in text.splitlines() if line.strip()]
    try:
        tree = html.fragment_fromstring(text, create_parent="div")
    except (etree.ParserError, ValueError):
        return []
    blocks = [e for e in tree.iter(*_KINDS) if not any(a.tag in _KINDS for a in e.iterancestors())]
    if not blocks:
        return [Paragraph(line) for line in str(tree.text_content()).splitlines() if line.strip()]
    return [Paragraph(str(e.text_content()), _KINDS[str(e.tag)]) for e in blocks]


def entry_versions(path: Path, observer: str) -> Iterator[Brought]:
    """The versions of diffengine, which NewsEdits' databases hold as well. Raises StoreError."""
    with opened(path) as file:
        file.need("entryversion", "title", "url", "summary", "created")
        for row in file.rows("select id, title, url, summary, created from entryversion order by created, id"):
            number, title, url, summary, created = row
            at = moment(created, UTC)
            if at is None:
                yield NoCapture("no moment")
                continue
            said = paragraphs_of(str(summary or ""))
            yield written_down(str(url or ""), at, observer, said, headline=str(title or ""), row=number)


def changedetection(folder: Path, observer: str) -> Iterator[Brought]:
    """The watches of changedetection.io: each a folder with its history, its address in watch.json or in one file."""
    addresses = _watched(folder)
    found = sorted(folder.glob("*/history.txt"))
    if not found:
        raise UsageError(f"{folder}: no folder in it has a history.txt, as those of changedetection.io have")
    for history in found:
        url = addresses.get(history.parent.name, "")
        for line in history.read_text(encoding="utf-8", errors="replace").splitlines():
            stamp, _, name = line.partition(",")
            at = moment(stamp, UTC)
            # The name may be an absolute path of another machine, or lead out of the folder.
            file = history.parent / Path(name.strip().replace("\\", "/")).name
            yield from _snapshot(file, stamp.strip(), url, at, observer)


def _watched(folder: Path) -> dict[str, str]:
    """{folder of a watch: its address}, from the one file of older releases and from each watch's own."""
    found: dict[str, str] = {}
    for path in (folder / "url-watches.json", *sorted(folder.glob("*/watch.json"))):
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        watches = told.get("watching", {}) if path.parent == folder else {path.parent.name: told}
        for name, watch in watches.items() if isinstance(watches, Mapping) else ():
            if isinstance(watch, Mapping) and isinstance(watch.get("url"), str):
                found[str(name)] = watch["url"]
    return found


def _snapshot(file: Path, stamp: str, url: str, at: datetime | None, observer: str) -> Iterator[Brought]:
    if at is None or not url:
        yield NoCapture("no moment" if at is None else "no web address")
        return
    page = file.with_name(f"{stamp}.html.br")
    if page.is_file() and (body := _unpacked(page)) is not None:
        brought = written_down(url, at, observer, ["a page"], file=page.name)
        if isinstance(brought, Capture):
            brought = replace(brought, headers=(("Content-Type", "text/html; charset=utf-8"),), body=body)
        yield brought
        return
    told = _unpacked(file)
    if told is None:
        yield NoCapture("files that are not there or cannot be read")
        return
    said = told.decode("utf-8", "replace").splitlines()
    yield written_down(url, at, observer, [Paragraph(line) for line in said], file=file.name)


def _unpacked(file: Path) -> bytes | None:
    try:
        if not file.is_file() or file.stat().st_size > LARGEST:
            return None
        raw = file.read_bytes()
        if file.suffix != ".br":
            return raw
        decoder, out = brotli.Decompressor(), bytearray()
        for at in range(0, len(raw), 4096):
            out += decoder.process(raw[at : at + 4096])
            if len(out) > LARGEST:
                return None
        return bytes(out) if decoder.is_finished() else None
    except (OSError, brotli.error):
        return None


def urlwatch(path: Path, observer: str, urls: Path | None) -> Iterator[Brought]:
    """The cache of urlwatch, whose rows name an address only by its SHA-1: `urls` is its list of jobs."""
    addresses = _by_sha1(_jobs(urls))
    with opened(path) as file:
        file.need("CacheEntry", "guid", "timestamp", "data", "tries")
        for guid, at, data, tries in file.rows(
            "select guid, timestamp, data, tries from CacheEntry order by timestamp"
        ):
            yield _job(addresses.get(str(guid), ""), at, str(data or ""), bool(tries), observer)


def webchanges(path: Path, observer: str, urls: Path | None) -> Iterator[Brought]:
    """The database of webchanges: rows of msgpack, an address only by its SHA-1."""
    addresses = _by_sha1(_jobs(urls))
    with opened(path) as file:
        yield from _snapshots(file, addresses, observer)


def _snapshots(file: OtherFile, addresses: Mapping[str, str], observer: str) -> Iterator[Brought]:
    file.need("webchanges", "uuid", "timestamp", "msgpack_data")
    for guid, at, packed in file.rows("select uuid, timestamp, msgpack_data from webchanges order by timestamp"):
        told = msgpack.read(packed) if isinstance(packed, bytes) else None
        if not isinstance(told, Mapping):
            yield NoCapture("rows that cannot be read")
            continue
        failed = bool(told.get("t")) or bool(told.get("err"))
        yield _job(addresses.get(str(guid), ""), at, str(told.get("d") or ""), failed, observer)


def _job(url: str, at: Value, data: str, failed: bool, observer: str) -> Brought:
    when = moment(at, UTC)
    if failed:
        return NoCapture("failures, which repeat the data before them")
    if not url:
        return NoCapture("rows of no address that the list of jobs names")
    if when is None:
        return NoCapture("no moment")
    return written_down(url, when, observer, paragraphs_of(data))


def _jobs(urls: Path | None) -> Iterator[str]:
    """The addresses in a list of jobs: documents of YAML, or an address a line."""
    if urls is None:
        raise UsageError("its rows name an address only by its hash: give its list of jobs with --urls FILE")
    try:
        text = urls.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{urls}: {error.strerror}") from None
    try:
        documents = list(yaml.safe_load_all(text))
    except yaml.YAMLError:
        documents = []
    jobs = [d for d in documents if isinstance(d, Mapping)]
    yield from (str(d.get("url") or d.get("navigate")) for d in jobs if d.get("url") or d.get("navigate"))
    if not jobs:
        yield from (line.strip() for line in text.splitlines() if line.strip().startswith(("http://", "https://")))


def _by_sha1(addresses: Iterable[str]) -> dict[str, str]:
    return {hashlib.sha1(url.encode(), usedforsecurity=False).hexdigest(): url for url in addresses}
