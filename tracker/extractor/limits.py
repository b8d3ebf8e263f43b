"""What a page may be before it is parsed: no page, however built, may stall or exhaust the reader."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tracker.errors import Unreadable
from tracker.markup import is_text

CHARACTERS = 12_000_000
TAGS = 150_000
ATTRIBUTES = 2_000  # of one tag
DEPTH = 400  # browsers stop at 512

_LONG_TAG = 8_000  # characters from which a tag's attributes are counted
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


def check(html: str, url: str) -> None:
    """Raise `Unreadable` when a page is no text, or too large to be parsed safely: by size, tags, or one tag's size."""
    if not html or html.isspace():
        raise Unreadable(f"{url}: the page is empty")
    if len(html) > CHARACTERS:
        raise Unreadable(f"{url}: the page has {len(html):,} characters; the limit is {CHARACTERS:,}")
    if not is_text(html):
        raise Unreadable(f"{url}: this is no page but binary data; an `exclude` rule in sources.yaml keeps it out")
    tags = html.count("<")
    if tags > TAGS:
        raise Unreadable(f"{url}: the page has {tags:,} tags; the limit is {TAGS:,}")
    for part in _long_parts(html):
        if part[:1].isalpha():
            attributes = len(_QUOTED.sub("", part.split(">")[0]).split())
            if attributes > ATTRIBUTES:
                raise Unreadable(f"{url}: one tag has about {attributes:,} attributes; the limit is {ATTRIBUTES:,}")


def _long_parts(html: str) -> Iterator[str]:
    """What stands between two opening brackets more than `_LONG_TAG` characters apart, or after the last one."""
    at = html.find("<") + 1
    while 0 < at < len(html) - _LONG_TAG:
        last = html.rfind("<", at, at + _LONG_TAG + 1)
        if last >= 0:
            at = last + 1
            continue
        end = html.find("<", at)
        yield html[at : end if end >= 0 else len(html)]
        if end < 0:
            return
        at = end + 1
