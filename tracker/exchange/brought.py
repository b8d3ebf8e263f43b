"""What a reader of somebody else's archive brings: captures, and for what is none, the reason why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from tracker.errors import UsageError
from tracker.model import Capture, Paragraph
from tracker.page import text_capture

LARGEST = 16 * 1024 * 1024
"""Most bytes of a page that are taken in, as when we fetch one ourselves."""


@dataclass(frozen=True, slots=True)
class NoCapture:
    """A record that is no capture of a page, and why; reasons are few, so that they can be counted."""

    reason: str


Brought = Capture | NoCapture


def written_down(
    url: str,
    at: datetime,
    observer: str,
    paragraphs: Sequence[str | Paragraph],
    *,
    headline: str = "",
    standfirst: str = "",
    byline: Sequence[str] = (),
    published_at: datetime | None = None,
    language: str = "",
    **origin: object,
) -> Brought:
    """A text capture of what another program wrote down; refused without an address or a text."""
    said = [p if isinstance(p, Paragraph) else Paragraph(p) for p in paragraphs]
    if not any(p.text.strip() for p in said):
        return NoCapture("no text")
    if not url.startswith(("http://", "https://")):
        return NoCapture("no web address")
    body = text_capture.body_of(
        said, headline=headline, standfirst=standfirst, byline=byline, published_at=published_at, language=language
    )
    return Capture(
        url=url,
        final_url=url,
        status=200,
        headers=(("Content-Type", text_capture.TYPE),),
        body=body,
        fetched_at=at.astimezone(UTC).replace(microsecond=0),
        observer=observer,
        origin=json.dumps(origin, ensure_ascii=False, default=str),
    )


def moment(text: object, zone: tzinfo | None) -> datetime | None:
    """A moment as a table has it: ISO 8601 or seconds since 1970; None for what is none.

    One that names no zone is of `zone`. Raises UsageError when that is needed and not known.
    """
    said = str(text).strip()
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        try:
            return datetime.fromtimestamp(float(said), UTC)
        except (ValueError, OverflowError, OSError):
            return None
    if found.tzinfo is None:
        if zone is None:
            raise UsageError(f"{said!r} names no time zone: say which it is of, as in --zone Europe/Berlin")
        found = found.replace(tzinfo=zone)
    try:
        return found.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
