"""What a link in a feed means: the address behind what feeds write for one.

Feeds are written by templates. A base address that was joined twice, a scheme left out, an ampersand escaped once too
often and a counter put before the publisher's own address are each common enough that feed readers understand them.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urljoin, urlsplit

from tracker.config.values import without_feed_scheme
from tracker.discovery import urls

_ESCAPED_AMPERSAND = re.compile(r"&(?:amp|#38|#x26);", re.IGNORECASE)
_DOUBLED = re.compile(r"(?:https?:?/{0,2})+(?=https?:/{0,2}\w)|(?:https?:/{0,2})+(?=https?//\w)", re.IGNORECASE)
_ONE_SCHEME = re.compile(r"(https?):?/{0,5}(?=[\w\[])", re.IGNORECASE)
_WHOLE = re.compile(r"https?://(?!/)", re.IGNORECASE)
_NAMED_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*(?::\d{1,5})?(?=[/?#]|$)", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"[<>{}]|%3C|%7B", re.IGNORECASE)

WRAPPERS: dict[str, tuple[str, ...]] = {
    "google.com": ("url", "q"),  # Google Alerts: www.google.com/url?rct=j&sa=t&url=…
    "bing.com": ("url",),  # Bing News: www.bing.com/news/apiclick.aspx?…&url=…
    "facebook.com": ("u",),  # l.facebook.com/l.php?u=…
    "slack-redir.net": ("url",),
    "vk.com": ("to",),  # vk.com/away.php?to=…
}
"""Sites whose links lead on to the address in one of these parameters."""

MAX_WRAPPINGS = 3
"""Most addresses inside one another that are unwrapped."""


def understood(link: str, base: str, *, site: str = "") -> str:
    """The address a feed's link leads to, in its form to fetch.

    `base` is what relative links are relative to, `site` the address that the feed gives as its site's own. Raises
    ValueError when the link names no place on the web.
    """
    link = _ESCAPED_AMPERSAND.sub("&", link.strip())
    link = without_feed_scheme(link)
    if _PLACEHOLDER.search(link.partition("?")[0]):
        raise ValueError(f"the template left a placeholder in the link: {link[:100]!a}")
    return unwrapped(urls.clean(_with_scheme(link, base), base), site or base)


def _with_scheme(link: str, base: str) -> str:
    """The link with one scheme: those doubled or half written are mended, one left out before a host is added."""
    if doubled := _DOUBLED.match(link):
        link = link[doubled.end() :]
    if (scheme := _ONE_SCHEME.match(link)) and not _WHOLE.match(link):
        rest = link[scheme.end() :]
        if "/" in scheme.group() or ":" in scheme.group():
            return f"{scheme[1].lower()}://{rest}" if _NAMED_HOST.match(rest) else urljoin(base, f"/{rest}")
    host = _NAMED_HOST.match(link)
    if host and (link.lower().startswith("www.") or urls.same_site(f"http://{host.group()}/", base)):
        return f"{urlsplit(base).scheme or 'https'}://{link}"
    return link


def unwrapped(address: str, site: str) -> str:
    """The address that a counter or a redirecting service wraps, or the address itself.

    A service is told by its name, or because it wraps an address of the feed's own `site` while it belongs to another.
    """
    for _ in range(MAX_WRAPPINGS):
        inner = _inner(address, site)
        if not inner:
            break
        address = inner
    return address


def _inner(address: str, site: str) -> str:
    parts = urlsplit(address)
    if not parts.query:
        return ""
    names = WRAPPERS.get(urls.site(parts.netloc), ())
    foreign = not urls.same_site(address, site)
    for name, value in parse_qsl(parts.query):
        if not value.lower().startswith(("http://", "https://")):
            continue
        try:
            inner = urls.clean(value)
        except ValueError:
            continue
        if name.lower() in names or (foreign and urls.same_site(inner, site)):
            return inner
    return ""
