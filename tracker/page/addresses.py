"""What the addresses of an answer say: where it was asked for, where it ended, what it calls its own. Pure."""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from tracker.page.sketches import tokens

_HOST = re.compile(r"^(?:www|amp|m|mobile|mobil)\.")
_TAIL = re.compile(r"(?:/amp|/index\.\w{2,5}|\.amp\.html?)?/*$", re.IGNORECASE)
_SUFFIX = re.compile(r"\.(?:[sx]?html?|php\d?|aspx?|jsp|cfm)$", re.IGNORECASE)
_NUMBER = re.compile(r"\d{5,}")
_SPLIT = re.compile(r"[-_+~./]+")

_NAME = 20  # characters of a made-up name
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


def strayed(asked: str, final: str, *, abroad: bool = False) -> bool:
    """Whether redirects left an article's address for one that has nothing of it: a section, a welcome, an error page.

    A slug follows its headline and a short address becomes a long one: what ends at a slug or a number is no stray.
    What ends at another host is one only `abroad`: counters and shorteners lead to stories of any form of address.
    """
    here, there = place(asked), place(final)
    if not here or not there or here == there:
        return False
    if is_gate(asked, final):
        return True
    if not abroad and here.partition("/")[0] != there.partition("/")[0]:
        return False
    return not (_slug(there) or _NUMBER.search(there.partition("/")[2]) or _shares(here, there))


def nowhere(url: str) -> str:
    """An address beside an article's own at which nothing can have been published; empty when there is none beside."""
    parts = urlsplit(url)
    folder, _, last = parts.path.rstrip("/").rpartition("/")
    if not last:
        return ""
    name = hashlib.sha256(url.encode("utf-8", "surrogatepass")).hexdigest()[:_NAME]
    return urlunsplit((parts.scheme, parts.netloc, f"{folder}/{name}{PurePosixPath(last).suffix}", "", ""))


def linked(one: str, other: str) -> bool:
    """Whether two addresses look like one article's: the same number, or the same slug, on the same host."""
    here, there = place(one), place(other)
    if here == there or here.partition("/")[0] != there.partition("/")[0]:
        return here == there
    numbers = set(_NUMBER.findall(here.partition("/")[2])) & set(_NUMBER.findall(there.partition("/")[2]))
    slug = _slug(here)
    return bool(numbers) or bool(slug and slug == _slug(there))


def twins(one: str, other: str) -> bool:
    """Whether two addresses of a host differ only in the folder: the same slug, and the same numbers all along.

    A report of each day has the same slug, too, but not the same date before it.
    """
    here, there = place(one), place(other)
    numbers = [re.findall(r"\d+", at.partition("/")[2]) for at in (here, there)]
    return numbers[0] == numbers[1] and bool(_slug(here)) and linked(one, other)


def slug_words(url: str) -> frozenset[str]:
    """The words of the headline that an address carries; empty when it carries none."""
    return tokens(" ".join(_SPLIT.split(_slug(place(url)))))


def _slug(at: str) -> str:
    """The last part of a place that reads as a headline, else nothing."""
    for part in reversed(_SUFFIX.sub("", at).split("/")[1:]):
        words = [w for w in _SPLIT.split(part) if len(w) > 1 and not w.isdigit()]
        if len(words) >= SLUG_WORDS:
            return part
    return ""


def _shares(here: str, there: str) -> bool:
    """Whether the last part of an address is still part of the other one."""
    last = here.rpartition("/")[2]
    return len(last) > SLUG_WORDS and last in there
