"""Tables in: CSV or JSON Lines with an address, a moment and a text (or a page) a row, whoever wrote them.

Columns go by the names that exports of other trackers use: url; fetched_at, created_at, created, at or timestamp;
headline or title; text, content_text, content or paragraphs; html; standfirst, byline, published_at, language.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, tzinfo
from pathlib import Path

from tracker.errors import UsageError
from tracker.exchange.brought import LARGEST, Brought, NoCapture, moment, written_down
from tracker.exchange.trackers_in import paragraphs_of
from tracker.model import Capture, Kind, Paragraph

_NAMES = {
    "at": ("fetched_at", "created_at", "created", "before", "first_seen_at", "at", "timestamp", "date"),
    "headline": ("headline", "title"),
    "text": ("text", "content_text", "content", "paragraphs", "body", "summary"),
}


def read(path: Path, observer: str, zone: tzinfo | None) -> Iterator[Brought]:
    """The rows of one file. Raises UsageError when it has no column for address, moment or text."""
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file")
    rows = _json_lines(path) if path.suffix.lower() in (".jsonl", ".ndjson") else _csv(path)
    first = True
    for number, row in enumerate(rows, 1):
        if row is None:
            yield NoCapture("rows that cannot be read")
            continue
        names = _columns(row)
        if first and not _enough(row, names):
            raise UsageError(
                f"{path}: it needs the columns url, fetched_at (or {', '.join(_NAMES['at'][1:])}) and text "
                f"(or {', '.join(_NAMES['text'][1:])}) or html; it has {', '.join(map(str, row))}"
            )
        first = False
        if _enough(row, names):
            yield _row(row, names, observer, zone, f"{path.name}:{number}")
        else:
            yield NoCapture("rows without address, moment or text")


def _csv(path: Path) -> Iterator[Mapping[str, object] | None]:
    csv.field_size_limit(min(sys.maxsize, LARGEST))
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.DictReader(file)
        while True:
            try:
                yield next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield None


def _json_lines(path: Path) -> Iterator[Mapping[str, object] | None]:
    with path.open(encoding="utf-8-sig", errors="replace") as file:
        whole = True
        while line := file.readline(LARGEST):
            began, whole = whole, line.endswith("\n") or len(line) < LARGEST
            if not began or not line.strip():
                continue  # the rest of a line that was too long
            try:
                row = json.loads(line) if whole else None
            except (ValueError, RecursionError):
                row = None
            yield row if isinstance(row, dict) else None


def _columns(row: Mapping[str, object]) -> dict[str, str]:
    """What of a row is what: the first of the names for it that the row has."""
    found = {what: next((n for n in names if n in row), "") for what, names in _NAMES.items()}
    return found | {"html": "html" if "html" in row else ""}


def _enough(row: Mapping[str, object], names: Mapping[str, str]) -> bool:
    return "url" in row and bool(names["at"]) and bool(names["text"] or names["html"])


def _row(
    row: Mapping[str, object], names: Mapping[str, str], observer: str, zone: tzinfo | None, place: str
) -> Brought:
    at = moment(row.get(names["at"]) or "", zone)
    url = str(row.get("url") or "").strip()
    if at is None:
        return NoCapture("no moment")
    page = str(row.get(names["html"]) or "") if names["html"] else ""
    if page.strip():
        if not url.startswith(("http://", "https://")):
            return NoCapture("no web address")
        kind = (("Content-Type", "text/html; charset=utf-8"),)
        body, origin = page.encode("utf-8", "replace"), json.dumps({"row": place})
        return Capture(url, url, 200, kind, body, at.replace(microsecond=0), observer=observer, origin=origin)
    published = row.get("published_at")
    byline = row.get("byline") or ()
    return written_down(
        url,
        at,
        observer,
        _paragraphs(row.get(names["text"])),
        headline=str(row.get(names["headline"]) or ""),
        standfirst=str(row.get("standfirst") or ""),
        byline=[str(b) for b in byline] if isinstance(byline, list) else [str(byline)] if byline else [],
        published_at=moment(published, zone or UTC) if published else None,
        language=str(row.get("language") or ""),
        row=place,
    )


def _paragraphs(said: object) -> list[Paragraph]:
    """A text, a list of texts, or paragraphs as `tracker show --json` tells them."""
    if not isinstance(said, list):
        return paragraphs_of(str(said or ""))
    found = []
    for one in said:
        kind = str(one.get("kind", "text")) if isinstance(one, dict) else "text"
        text = str(one.get("text", "")) if isinstance(one, dict) else str(one)
        found.append(Paragraph(text, Kind(kind) if kind in set(Kind) else Kind.TEXT))
    return found
