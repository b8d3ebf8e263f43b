"""Addresses of articles: the form to fetch, the form that identifies, the host, the site."""

from __future__ import annotations

import functools
import ipaddress
import re
from collections.abc import Sequence
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

import idna
import re2
import tldextract
from w3lib.url import canonicalize_url, safe_url_string

from tracker.config.settings import NO_IDENTITY, UrlIdentity
from tracker.discovery.tracking import is_tracking

MAX_URL = 2083
"""Longest address taken from outside, in characters (the sitemap protocol's limit, rounded up by old browsers)."""

MAX_PATTERN = 500
"""Longest pattern in characters that a source may name."""

_DEFAULT_PORT = {"http": 80, "https": 443}
_REMOVED = re.compile(r"[\t\n\r]")  # what browsers take out of an address (WHATWG URL)
_HARMFUL = re.compile(r"[\x00-\x1f\x7f-\x9f\\\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_PLAIN = re.compile(
    r"https?://(?!\d+\.)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+"
    r"/[A-Za-z0-9/._~!$&()*+,;=:@-]*+(?:\?[A-Za-z0-9/._~!$&()*+,;=:@-]++)?+"
)
"""Addresses that are clean as they are: most of all, and not worth a tenth of a millisecond each."""

_SETTLED = re.compile(r"https?://[a-z0-9.-]+/(?:[A-Za-z0-9_~!$()*+,=:@-]++(?:\.[A-Za-z0-9_~-]++)*+/?+)*+")
"""Addresses that identify as they are: no query, no escapes, no dot segments, no parameters in the path."""

_HOST = re.compile(r"[a-z0-9_.-]{1,253}|\[[0-9a-f:.]+\]")


def clean(url: str, base: str = "") -> str:
    """The form to fetch: absolute http or https, host in lower case and ASCII, no fragment, no default port.

    Relative addresses are taken against `base`. Raises ValueError for everything else: other schemes, user names,
    backslashes, control characters, no host, too long.
    """
    if url.startswith("/") and not url.startswith("//") and "/." not in url:
        start = base.find("/", base.find("//") + 2)
        url = base[:start] + url if start > 0 else url
    if _PLAIN.fullmatch(url) and len(url) <= MAX_URL:
        return url
    url = _REMOVED.sub("", url.strip())
    if harmful := _HARMFUL.search(url):
        raise ValueError(f"the address contains {harmful.group()!a}: {url[:100]!a}")
    if len(url) > MAX_URL:
        raise ValueError(f"the address is longer than {MAX_URL} characters: {url[:100]!a}")
    parts = urlsplit(urljoin(base, url) if base else url)
    if parts.scheme not in _DEFAULT_PORT:
        raise ValueError(f"only http and https addresses can be followed: {url[:100]!a}")
    if "@" in parts.netloc:
        raise ValueError(f"the address carries a user name: {url[:100]!a}")
    name = _host(parts)
    port = parts.port
    netloc = name if port is None or port == _DEFAULT_PORT[parts.scheme] else f"{name}:{port}"
    safe = safe_url_string(urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, "")))
    if len(safe) > MAX_URL:
        raise ValueError(f"the address is longer than {MAX_URL} characters: {url[:100]!a}")
    return safe


def _host(parts: SplitResult) -> str:
    """The host in ASCII and lower case, IPv6 in brackets. Raises ValueError."""
    name = (parts.hostname or "").rstrip(".")
    if not name:
        raise ValueError("the address names no host")
    if "%" in name:
        raise ValueError("the host name is not valid: it names a network interface or is escaped")
    if ":" in name:
        return f"[{ipaddress.IPv6Address(name).compressed}]"
    if not name.isascii():
        try:
            name = idna.encode(name, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise ValueError(f"the host name is not valid: {error}") from error
    name = name.lower()
    if not _HOST.fullmatch(name):
        raise ValueError(f"the host name is not valid: {name[:100]!a}")
    return name


def key(url: str, identity: UrlIdentity = NO_IDENTITY) -> str:
    """The form that identifies: `clean`, without tracking parameters, query sorted, dot segments resolved.

    Idempotent. A source's `identity` may keep and drop other parameters. Those that are not known to track stay, and so
    do trailing slashes and `www.`: sites exist where each names another page. Raises ValueError as `clean` does.
    """
    url = clean(url)
    if _SETTLED.fullmatch(url):
        return url
    parts = urlsplit(url)
    kept = "&".join(p for p in parts.query.split("&") if p and _identifies(p.partition("=")[0], identity))
    return clean(canonicalize_url(urlunsplit(parts._replace(query=kept))))


def untracked(url: str) -> str:
    """An address without its tracking parameters, all else as it stands; empty when it has none."""
    parts = urlsplit(url)
    kept = "&".join(p for p in parts.query.split("&") if p and not is_tracking(p.partition("=")[0]))
    return "" if kept == parts.query else urlunsplit(parts._replace(query=kept))


def _identifies(name: str, identity: UrlIdentity) -> bool:
    """Whether a query parameter of this name is part of what identifies."""
    named = name.lower()
    if any(named == each.lower() for each in identity.drop):
        return False
    return not is_tracking(name) or any(named == each.lower() for each in identity.keep)


def whole_key(url: str) -> str:
    """As `key`, tracking parameters included: for lists that are joined later, when the source is known."""
    url = clean(url)
    return url if _SETTLED.fullmatch(url) else clean(canonicalize_url(url))


def number(url: str, identity: UrlIdentity) -> str:
    """What the source's `identity.id` finds in an address, its groups if it has any; empty when it finds nothing."""
    found = pattern(identity.id).search(clean(url)) if identity.id else None
    if found is None:
        return ""
    return "/".join(group or "" for group in found.groups()) if found.groups() else str(found.group())


def same(one: str, other: str, identity: UrlIdentity) -> bool:
    """Whether two addresses of a source are one article's. Raises ValueError as `clean` does."""
    numbers = number(one, identity), number(other, identity)
    return numbers[0] == numbers[1] if all(numbers) else key(one, identity) == key(other, identity)


@functools.lru_cache(maxsize=4096)
def host(url: str) -> str:
    """The host that is asked: `name`, or `name:port` when the port is not the scheme's own. Raises ValueError."""
    return urlsplit(clean(url)).netloc


@functools.cache
def _suffixes() -> tldextract.TLDExtract:
    """The public suffix list that comes with tldextract: never fetched, never cached on disk."""
    return tldextract.TLDExtract(cache_dir=None, suffix_list_urls=())


@functools.lru_cache(maxsize=4096)
def site(name: str) -> str:
    """The registrable domain of a host (`name` or `name:port`); a host that has none stands for itself.

    Below suffixes that the list does not know, two labels count (the list's own prevailing rule).
    """
    bare = name if name.endswith("]") else name.rpartition(":")[0] or name
    found = _suffixes().extract_str(bare)
    if found.domain and found.suffix:
        return f"{found.domain}.{found.suffix}"
    labels = bare.split(".")
    return (
        name if found.suffix or len(labels) < 2 or labels[-1].isdigit() or bare.endswith("]") else ".".join(labels[-2:])
    )


def same_site(a: str, b: str) -> bool:
    """Whether two addresses belong to one registrable domain, or to the same host and port. False for unusable ones."""
    try:
        return site(host(a)) == site(host(b))
    except ValueError:
        return False


@functools.lru_cache(maxsize=1024)
def pattern(text: str) -> re2.Pattern[str]:
    """A source's pattern, compiled with RE2, which takes linear time. Raises ValueError with what is wrong."""
    if len(text) > MAX_PATTERN:
        raise ValueError(f"the pattern is longer than {MAX_PATTERN} characters")
    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(text, options)
    except re2.error as error:
        said = error.args[0] if error.args else ""
        said = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        raise ValueError(f"not an RE2 pattern: {said}") from error


def excluded(url: str, patterns: Sequence[str]) -> bool:
    """Whether one of a source's `exclude` patterns is found in the address. Raises ValueError for a bad pattern."""
    return any(pattern(p).search(url) is not None for p in patterns)
