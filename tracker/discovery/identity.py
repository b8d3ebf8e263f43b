"""Several addresses, one article: what a page claims about its own address, and which claims are believed. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from tracker import markup
from tracker.config.settings import NO_IDENTITY, UrlIdentity
from tracker.discovery import urls

_FRONT = re.compile(r"/?(?:index\.\w{2,4}|home|[a-z]{2}(?:[-_][a-z]{2})?)?/?", re.IGNORECASE)
_AMP_PATH = re.compile(r"(?:/amp(?=/|$)|\.amp(?=\.html?$|$)|(?<=[/-])amp(?=\.html?$))", re.IGNORECASE)
_AMP_PARAMETERS = {"amp", "outputtype", "output", "_amp", "amp_js_v"}
_MOBILE_HOST = re.compile(r"^(?:amp|m|mobile|mobil)\.(?=[^.]+\.)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a page says about its addresses, each in its form to fetch or empty."""

    canonical: str = ""
    og_url: str = ""
    amp: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """Whether a claimed address is believed to be the same article, and the reason either way."""

    believed: bool
    reason: str


def claims(html: str, url: str) -> Claims:
    """Read `rel=canonical`, `og:url` and `rel=amphtml` of a page that came from `url`; the first of each counts."""
    found: dict[str, str] = {}
    for tag in markup.tags(markup.visible(html), "link", "meta"):
        relations = tag.get("rel").lower().split()
        for relation in ("canonical", "amphtml"):
            if relation in relations:
                found.setdefault(relation, _clean(tag.get("href"), url))
        if (tag.get("property") or tag.get("name")).lower() == "og:url":
            found.setdefault("og:url", _clean(tag.get("content"), url))
    return Claims(found.get("canonical", ""), found.get("og:url", ""), found.get("amphtml", ""))


def join(url: str, claimed: str, rule: UrlIdentity = NO_IDENTITY) -> Joined:
    """Whether the article at `url` is the one at `claimed`, as its page says and by what its source says of addresses.

    Never raises.
    """
    try:
        own, other = urls.key(url, rule), urls.key(claimed, rule)
        numbers = urls.number(url, rule), urls.number(claimed, rule)
    except ValueError:
        return Joined(False, "the claimed address cannot be used")
    if all(numbers) and numbers[0] != numbers[1]:
        return Joined(False, "the claimed address has another number, by which the source tells its articles")
    if own == other:
        return Joined(True, "the same address")
    if not urls.same_site(url, claimed):
        return Joined(False, "the claimed address belongs to another site")
    if url.startswith("https:") and not claimed.startswith("https:"):
        return Joined(False, "the claimed address is less secure")
    if is_front(claimed):
        return Joined(False, "the claimed address is a front page")
    own_path, other_path = (urlsplit(u).path.rstrip("/") for u in (own, other))
    if own_path.startswith(other_path + "/") and plain(own) != plain(other):
        return Joined(False, "the claimed address is the section that the article lies in")
    return Joined(True, "the page names it as its own address")


def is_front(url: str) -> bool:
    """Whether an address is a site's front page, languages included."""
    parts = urlsplit(url)
    return not parts.query and bool(_FRONT.fullmatch(parts.path))


def plain(url: str) -> str:
    """The address an AMP or mobile page probably stands for; the same address when it is neither. Raises ValueError."""
    parts = urlsplit(urls.key(url))
    host = _MOBILE_HOST.sub("", parts.netloc)
    host = host if urls.site(host) == urls.site(parts.netloc) else parts.netloc
    kept = "&".join(
        p for p in parts.query.split("&") if p and not _is_amp_parameter(*(parse_qsl(p, True) or [("", "")])[0])
    )
    return urls.key(urlunsplit((parts.scheme, host, _AMP_PATH.sub("", parts.path) or "/", kept, "")))


def _is_amp_parameter(name: str, value: str) -> bool:
    """`?amp`, `?amp=1`, `?outputType=amp`; but not `?output=pdf`."""
    name, value = name.lower(), value.lower()
    return name in _AMP_PARAMETERS and (name in ("amp", "_amp", "amp_js_v") or value.startswith("amp"))


def twins(url: str) -> tuple[str, ...]:
    """Identity keys under which the same article may be known: its own, and its plain form with and without `www.`.

    To be looked up before an address is taken for a new article, never to be fetched or stored: they are guesses.
    """
    try:
        own, bare = urls.key(url), plain(url)
    except ValueError:
        return ()
    found = [own, bare]
    if bare != own:
        parts = urlsplit(bare)
        host = parts.netloc.removeprefix("www.") if parts.netloc.startswith("www.") else f"www.{parts.netloc}"
        found.append(urls.key(urlunsplit(parts._replace(netloc=host))))
    return tuple(dict.fromkeys(found))


def _clean(link: str, base: str) -> str:
    try:
        return urls.clean(link, base) if link else ""
    except ValueError:
        return ""
