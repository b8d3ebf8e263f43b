"""Secrets of the operator, known by value from the moment they are read, so that no door writes one.

What `${NAME}` in sources.yaml brings from the environment is told here (`learn`). In the settings stands a placeholder
in its place, `redacted-name`, which may be stored, logged and shown, and which survives whatever is done to an address:
lower case, percent-encoding, host names. Whoever writes text out takes the values out of it first (`redacted`). Only
the fetcher puts a value back (`revealed`), and only into an address whose scheme and host sources.yaml gives it to: a
feed that names `https://elsewhere/?x=redacted-name` learns nothing.
"""

from __future__ import annotations

import html
import json
import string
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import quote, quote_plus, unquote, urlsplit

SHORTEST = 4
"""A shorter value is no secret: it would be found in every other text."""

LONGEST_WORD = 9
"""Letters of one case and no more of them than this are a word (`guardian`): hidden in settings, not in every text."""


@dataclass(slots=True)
class _Secret:
    """One value, what stands for it, and the origins (scheme, host) that sources.yaml gives it to."""

    value: str
    placeholder: str
    spellings: tuple[str, ...]
    origins: set[tuple[str, str]] = field(default_factory=set)


_known: dict[str, _Secret] = {}
_searched: list[tuple[str, str]] = []
_searched_raw: list[tuple[bytes, bytes]] = []


def learn(name: str, value: str) -> str:
    """Know the value of an environment variable from now on; what stands for it. A short value stands for itself."""
    if len(value) < SHORTEST:
        return value
    if value not in _known:
        _known[value] = _secret(value, _free_placeholder(name))
        _sort()
    return _known[value].placeholder


def give(value: str, url: str) -> None:
    """Allow that a value is put back into addresses of the scheme and host of this one."""
    origin = _origin(url)
    if value in _known and origin and all(origin):
        _known[value].origins.add(origin)


def forget_all() -> None:
    """Know of no secret any more. For tests, which live in one process."""
    _known.clear()
    _sort()


def redacted(text: str) -> str:
    """The text with the placeholder of every known value in the value's place; nearly always the text itself."""
    for spelling, placeholder in _searched:
        if spelling in text:
            text = text.replace(spelling, placeholder)
    return text


def redacted_bytes(data: bytes) -> bytes:
    """Bytes as they came from the network, without the known values."""
    for spelling, placeholder in _searched_raw:
        if spelling in data:
            data = data.replace(spelling, placeholder)
    return data


def revealed(url: str) -> str:
    """An address as it is asked for: values in place of placeholders where sources.yaml gives them to its origin."""
    held = [secret for secret in _by_length() if secret.placeholder in url]
    if not held:
        return url
    meant = _origin(_filled(url, held))
    return _filled(url, [secret for secret in held if meant in secret.origins])


def _filled(url: str, secrets: Iterable[_Secret]) -> str:
    for secret in secrets:
        url = url.replace(secret.placeholder, secret.value)
    return url


def _origin(url: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url)
        return parts.scheme, parts.hostname or ""
    except ValueError:
        return None


def _secret(value: str, placeholder: str) -> _Secret:
    """The value with all the ways it is spelled in addresses, JSON, HTML and Python's quotes."""
    spellings = {
        *(value, quote(value, safe=""), quote(value), quote_plus(value), html.escape(value), repr(value)[1:-1]),
        *(json.dumps(value, ensure_ascii=plain)[1:-1] for plain in (False, True)),
        *(quote(value, safe=string.punctuation), unquote(value)),  # as it goes over the wire, and as it is read there
    }
    spellings |= {each.lower() for each in spellings}
    spellings = set() if _is_word(value) else {each for each in spellings if len(each) >= SHORTEST}
    return _Secret(value, placeholder, tuple(spellings))


def _is_word(value: str) -> bool:
    return len(value) <= LONGEST_WORD and value.isalpha() and (value.islower() or value.isupper() or value.istitle())


def _free_placeholder(name: str) -> str:
    stem = "redacted-" + "".join(c if c.isascii() and c.isalnum() else "-" for c in name.lower()).strip("-")
    taken = {secret.placeholder for secret in _known.values()}
    number, found = 1, stem
    while found in taken:
        number += 1
        found = f"{stem}-{number}"
    return found


def _by_length() -> list[_Secret]:
    """The longest placeholder first: one may begin like another."""
    return sorted(_known.values(), key=lambda secret: len(secret.placeholder), reverse=True)


def _sort() -> None:
    """What is searched for, the longest first: one value may hold another."""
    pairs = [(spelling, secret.placeholder) for secret in _known.values() for spelling in secret.spellings]
    pairs.sort(key=lambda pair: len(pair[0]), reverse=True)
    _searched[:] = pairs
    _searched_raw[:] = [
        (spelling.encode(charset, "surrogatepass"), mark.encode(charset))
        for charset in ("utf-8", "utf-16-le", "utf-16-be")
        for spelling, mark in pairs
    ]
