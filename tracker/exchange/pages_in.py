"""A folder of saved pages in: HTML, SingleFile and MHTML.

When a page was saved is in its SingleFile comment or MHTML head, in its name (`--date-from`), or in a table beside the
pages (`index.csv` with file, url, fetched_at); the time of the file itself dies in every copy and is never taken.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from pathlib import Path

from tracker.errors import UsageError
from tracker.exchange.brought import LARGEST, Brought, NoCapture, moment
from tracker.model import Capture

INDEX = "index.csv"
_ENDINGS = frozenset((".html", ".htm", ".xhtml", ".mhtml", ".mht"))
_HEAD = 64 * 1024
_CANONICAL = re.compile(
    rb"<link\b(?=[^>]*\brel\s*=\s*[\"']?canonical\b)[^>]*\bhref\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE
)
_SINGLEFILE = re.compile(rb"<!--\s*Page saved with SingleFile\b(.*?)-->", re.DOTALL)
_SAID = re.compile(r"^\s*(url|saved date):\s*(.+?)\s*$", re.MULTILINE)
_JS_DATE = re.compile(r"^\w{3} (\w{3} \d{1,2} \d{4} \d\d:\d\d:\d\d) GMT([+-]\d{4})")
_TOOLBAR = (b"BEGIN WAYBACK TOOLBAR", b"web.archive.org/web/")
_DIGITS = re.compile(r"(\d{4})\D?(\d\d)\D?(\d\d)(?:\D?(\d\d)\D?(\d\d)(?:\D?(\d\d))?)?")


@dataclass(frozen=True, slots=True)
class SavedPage:
    """Where and when a page was saved, as far as something says so."""

    url: str = ""
    at: datetime | None = None
    by: str = "file"


def read(folder: Path, observer: str, date_from: str, zone: tzinfo | None) -> Iterator[Brought]:
    """The pages of a folder and those below it. Raises UsageError where a moment's zone is not known."""
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder")
    pattern = _pattern(date_from)
    index = _index(folder / INDEX, zone)
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in _ENDINGS and p.is_file()):
        name = path.relative_to(folder).as_posix()
        if path.stat().st_size > LARGEST:
            yield NoCapture("pages that are too large")
            continue
        yield _page(path.read_bytes(), name, observer, index.get(name, SavedPage()), pattern, zone)


def _pattern(date_from: str) -> re.Pattern[str] | None:
    if not date_from:
        return None
    kind, _, pattern = date_from.partition(":")
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise UsageError(f"--date-from {date_from}: it is no pattern: {error}") from None
    if kind != "name" or not pattern or compiled.groups > 1:
        raise UsageError(r"--date-from is written as name:PATTERN, as in 'name:(\d{8}-\d{6})', with one group at most")
    return compiled


def _index(path: Path, zone: tzinfo | None) -> dict[str, SavedPage]:
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        lacking = {"file", "url", "fetched_at"} - set(reader.fieldnames or ())
        if lacking:
            raise UsageError(f"{path}: it has no column {', '.join(sorted(lacking))}")
        rows = list(reader)
    return {row["file"]: SavedPage(row["url"] or "", moment(row["fetched_at"], zone)) for row in rows}


def _page(
    raw: bytes, name: str, observer: str, told: SavedPage, pattern: re.Pattern[str] | None, zone: tzinfo | None
) -> Brought:
    body, kind, said = _unwrapped(raw, name)
    if all(sign in body for sign in _TOOLBAR):
        return NoCapture("pages that an archive rewrote: ask the archive itself, with `tracker import wayback`")
    at = told.at or said.at or (_in_name(name, pattern, zone) if pattern else None)
    if at is None:
        return NoCapture(f"pages without a moment: name it in {INDEX}, or with --date-from")
    url = told.url or said.url or _canonical(body)
    if not url.startswith(("http://", "https://")):
        return NoCapture(f"pages without an address: name it in {INDEX}")
    origin = json.dumps({"file": name, "by": said.by}, ensure_ascii=False)
    at = at.astimezone(UTC).replace(microsecond=0)
    return Capture(url, url, 200, (("Content-Type", kind),), body, at, observer=observer, origin=origin)


def _unwrapped(raw: bytes, name: str) -> tuple[bytes, str, SavedPage]:
    """(the page, its type, what it says of itself)."""
    if name.lower().endswith((".mhtml", ".mht")):
        message = message_from_bytes(raw, policy=policy.default)
        said = SavedPage(
            str(message.get("Snapshot-Content-Location") or ""), _mail_date(str(message.get("Date") or "")), "mhtml"
        )
        for part in message.walk():
            if part.get_content_type() in ("text/html", "application/xhtml+xml"):
                payload = part.get_payload(decode=True)
                kind = f"text/html; charset={part.get_content_charset() or 'utf-8'}"
                return (payload if isinstance(payload, bytes) else b""), kind, said
        return b"", "text/html", said
    found = _SINGLEFILE.search(raw[:_HEAD])
    if found is None:
        return raw, "text/html", SavedPage()
    words: Mapping[str, str] = dict(_SAID.findall(found.group(1).decode("utf-8", "replace")))
    return (
        raw,
        "text/html; charset=utf-8",
        SavedPage(words.get("url", ""), _js_date(words.get("saved date", "")), "singlefile"),
    )


def _mail_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError):
        return None
    return found if found.tzinfo else None


def _js_date(text: str) -> datetime | None:
    """A moment as JavaScript prints it: `Sat Nov 28 2026 10:05:00 GMT+0100 (…)`."""
    found = _JS_DATE.match(text)
    try:
        return datetime.strptime(" ".join(found.groups()), "%b %d %Y %H:%M:%S %z") if found else None
    except ValueError:
        return None


def _in_name(name: str, pattern: re.Pattern[str], zone: tzinfo | None) -> datetime | None:
    found = pattern.search(name)
    if found is None:
        return None
    text = found.group(1) if pattern.groups else found.group()
    digits = _DIGITS.search(text)
    if digits is None:
        return moment(text, zone)
    year, month, day, hour, minute, second = (int(d or 0) for d in digits.groups())
    try:
        return moment(datetime(year, month, day, hour, minute, second).isoformat(), zone)  # noqa: DTZ001 - its zone follows
    except ValueError:
        return None


def _canonical(body: bytes) -> str:
    found = _CANONICAL.search(body[:_HEAD])
    return found.group(1).decode("utf-8", "replace") if found else ""
