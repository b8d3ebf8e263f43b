"""What the addresses of an answer say: where it was asked for, where it ended, what it calls its own. Pure."""

from __future__ import annotations

import re
from urllib.parse import unquote, urljoin, urlsplit

from tracker.page.sketches import tokens

_HOST = re.compile(r"^(?:www|amp|m|mobile|mobil)\.")
_TAIL = re.compile(r"(?:/amp|/index\.\w{2,5}|\.amp\.html?)?/*$", re.IGNORECASE)
_NUMBER = re.compile(r"\d{5,}")
_SPLIT = re.compile(r"[-_+~./]+")

SLUG_WORDS = 3
"""From so many words on, the last part of an address is a headline's."""


def place(url: str) -> str:
    """Host and path of an address, without what one article's addresses differ in; empty when it is none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    host = _HOST.sub("", (parts.hostname or "").lower())
    path = re.sub("//+", "/", _TAIL.sub("", unquote(parts.path)))
    return f"{host}{path}" if host else ""


def names_another(claimed: str, own: tuple[str, ...], base: str) -> bool:
    """Whether a page calls an address its own that is none of those it is known under."""
    try:
        claimed = place(urljoin(base, claimed)) if claimed else ""
    except ValueError:
        return False
    return bool(claimed) and claimed not in map(place, own)


def is_gate(asked: str, final: str) -> bool:
    """Whether redirects ended where the way back is part of the address: a log-in, a consent page, an interstitial."""
    try:
        was, now = urlsplit(asked), urlsplit(final)
    except ValueError:
        return False
    query = unquote(unquote(now.query))
    return place(asked) != place(final) and len(was.path) > 1 and was.path in query


def strayed(asked: str, final: str) -> bool:
    """Whether redirects left an article's address for one that has nothing of it: a section, a welcome, an error page.

    A slug follows its headline and a short address becomes a long one: what ends at a slug or a number is no stray.
    """
    here, there = place(asked), place(final)
    if not here or not there or here == there:
        return False
    if is_gate(asked, final):
        return True
    if here.partition("/")[0] != there.partition("/")[0]:
        return False
    return not (_slug(there) or _NUMBER.search(there.partition("/")[2]) or _shares(here, there))


def linked(one: str, other: str) -> bool:
    """Whether two addresses look like one article's: the same number, or the same slug, on the same host."""
    here, there = place(one), place(other)
    if here == there or here.partition("/")[0] != there.partition("/")[0]:
        return here == there
    numbers = set(_NUMBER.findall(here.partition("/")[2])) & set(_NUMBER.findall(there.partition("/")[2]))
    slug = _slug(here)
    return bool(numbers) or bool(slug and slug == _slug(there))


def slug_words(url: str) -> frozenset[str]:
    """The words of the headline that an address carries; empty when it carries none."""
    return tokens(" ".join(_SPLIT.split(_slug(place(url)))))


def _slug(at: str) -> str:
    """The last part of a place that reads as a headline, else nothing."""
    for part in reversed(at.split("/")[1:]):
        words = [w for w in _SPLIT.split(part) if len(w) > 1 and not w.isdigit()]
        if len(words) >= SLUG_WORDS:
            return part
    return ""


def _shares(here: str, there: str) -> bool:
    """Whether the last part of an address is still part of the other one."""
    last = here.rpartition("/")[2]
    return len(last) > SLUG_WORDS and last in there
