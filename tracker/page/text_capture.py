"""Text captures: what somebody else read from a page, kept where the page itself was not.

The body is JSON of a headline, standfirst, byline, moment of publication and paragraphs. It is evidence of what another
program wrote down; reading it is trivial, and its reader is named `import-text` so that nobody takes it for ours.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from tracker.errors import Unreadable
from tracker.model import Capture, Content, Kind, Paragraph, iso, tidy

TYPE = "application/vnd.tracker.text+json"
READER = "import-text@1"


def body_of(
    paragraphs: Sequence[Paragraph],
    *,
    headline: str = "",
    standfirst: str = "",
    byline: Sequence[str] = (),
    published_at: datetime | None = None,
    language: str = "",
) -> bytes:
    """The body of a text capture; the same text is always the same bytes."""
    told = {
        "headline": " ".join(headline.split()),
        "standfirst": " ".join(standfirst.split()),
        "byline": [" ".join(name.split()) for name in byline if name.strip()],
        "published_at": iso(published_at),
        "language": language,
        "paragraphs": [[p.kind.value, text] for p in paragraphs if (text := " ".join(p.text.split()))],
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "replace")


def is_one(capture: Capture) -> bool:
    """Whether a capture is a text and no page."""
    return capture.header("content-type").partition(";")[0].strip().lower() == TYPE


def read(capture: Capture) -> Content:
    """What a text capture says. Raises Unreadable."""
    try:
        told = json.loads(capture.body)
        published = told["published_at"]
        return tidy(
            Content(
                headline=str(told["headline"]),
                standfirst=str(told["standfirst"]),
                byline=tuple(map(str, told["byline"])),
                language=str(told["language"]),
                published_at=datetime.fromisoformat(published) if published else None,
                paragraphs=tuple(Paragraph(str(text), Kind(kind)) for kind, text in told["paragraphs"]),
                extractor=READER,
            )
        )
    except (ValueError, KeyError, TypeError) as error:
        raise Unreadable(f"this text capture is damaged: {type(error).__name__}: {error}") from error
