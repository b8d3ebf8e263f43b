"""The cookies of one chain of redirects: some sites bounce a visitor once to set one. Small, bounded, soon forgotten.

The standard library's jar reads `Set-Cookie2` and dates of any length, seconds a header. Here a header is cut at its
semicolons and compared, no more; a date means nothing to a jar that lives for seconds, `Max-Age=0` takes a cookie away.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import httpx

MOST = 20
"""Cookies that are kept at a time; the oldest make room."""

LONGEST = 4096
"""Longest `Set-Cookie` that is read, and most that is sent back, in characters."""

HEADERS = 50
"""How many `Set-Cookie` of one answer are looked at."""


@dataclass(frozen=True, slots=True)
class _Cookie:
    name: str
    value: str
    domain: str
    below: bool
    path: str
    secure: bool

    def fits(self, url: httpx.URL) -> bool:
        """Whether it is sent to an address (RFC 6265 section 5.4)."""
        host = url.host == self.domain or (self.below and url.host.endswith("." + self.domain))
        path = url.path == self.path or url.path.startswith(self.path.rstrip("/") + "/")
        return host and path and (url.scheme == "https" or not self.secure)


class Jar:
    """The cookies that the answers of one chain have set."""

    def __init__(self) -> None:
        self._cookies: dict[tuple[str, str, str], _Cookie] = {}

    def __len__(self) -> int:
        return len(self._cookies)

    def take(self, url: httpx.URL, headers: Iterable[str]) -> None:
        """Keep what the `Set-Cookie` headers of an answer from this address set."""
        for number, header in enumerate(headers):
            if number == HEADERS:
                return
            if len(header) <= LONGEST:
                self._take(url, header)

    def _take(self, url: httpx.URL, header: str) -> None:
        pair, *rest = header.split(";")
        name, equals, value = pair.partition("=")
        name, value = name.strip(), value.strip()
        if not equals or not name or not _sendable(name + value):
            return
        attributes = {key.strip().lower(): said.strip() for key, _, said in (each.partition("=") for each in rest)}
        domain = attributes.get("domain", "").lower().lstrip(".")
        below = bool(domain) and "." in domain and not _is_address(url.host)
        if domain and domain != url.host and not (below and url.host.endswith("." + domain)):
            return
        path = attributes.get("path", "")
        if not path.startswith("/"):
            path = url.path.rpartition("/")[0] or "/"
        cookie = _Cookie(name, value, domain if below else url.host, below, path, "secure" in attributes)
        key = (cookie.domain, cookie.path, cookie.name)
        self._cookies.pop(key, None)
        if attributes.get("max-age", "") != "0" and not attributes.get("max-age", "").startswith("-"):
            self._cookies[key] = cookie
        while len(self._cookies) > MOST:
            del self._cookies[next(iter(self._cookies))]

    def header(self, url: httpx.URL) -> str:
        """What is sent to an address as `Cookie`; empty for nothing."""
        said = ""
        for cookie in sorted(self._cookies.values(), key=lambda each: len(each.path), reverse=True):
            more = f"{'; ' if said else ''}{cookie.name}={cookie.value}"
            if cookie.fits(url) and len(said) + len(more) <= LONGEST:
                said += more
        return said


def _sendable(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _is_address(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()
