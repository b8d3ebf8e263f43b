"""What a page says of itself besides its text: its addresses, that it is an article, a log-in, half a page. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker import markup
from tracker.model import Capture
from tracker.page.addresses import names_another
from tracker.page.article import claims_to_be_article
from tracker.page.marks import BOT_WALL, CONSENT

_REFRESH = re.compile(r"\s*([0-9]{1,6})(?:\.[0-9]*)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?\s*([^\"'\s][^\"']*)", re.IGNORECASE)
_SOON = 10
"""A page that leads on within so many seconds is only a step on the way."""

_GATE = re.compile(
    r"paywall|regwall|bezahlschranke|(?:subscri(?:be|ption)|abo|premium|register)[-_]?(?:wall|box|prompt|required|overlay)",
    re.IGNORECASE,
)
"""Names of elements in which publishers ask for money (`class`, `id`)."""

_HIDDEN = re.compile(r"(?:^|[\s_-])hidden(?:$|\s)|display:\s*none", re.IGNORECASE)
_BOX, _ASKING = 20_000, (3, 80)
"""How much markup a box in which money is asked has at most, and how many words it says."""

_TIERS = frozenset({"locked", "metered", "premium", "paid"})
"""Values of `article:content_tier` for what is not free (Meta's documentation names free, metered, locked)."""

_NOT_FREE = re.compile(r"\"isAccessibleForFree\"\s*:\s*\"?false", re.IGNORECASE)
_DATED = re.compile(r"\"datePublished\"\s*:\s*\"([^\"]{4,40})|<time\b[^<>]*?\bdatetime=[\"']?([^\"'<>\s]{4,40})")
"""When a page says itself that it was published; a date in an address is no sign of what the page is."""

_MISSING = re.compile(
    r"\b404\b|not found|does not exist|nicht gefunden|introuvable|no encontrad|non trovat|niet gevonden|não encontrad",
    re.IGNORECASE,
)
"""Titles of pages that stand where nothing is."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What a page says of itself. Addresses are as written; `refresh` is where it leads on to at once.

    `gated` is anything that says the page is not free, also where all of it is shown; `asks` is a box on it in which
    readers are asked for money. `elsewhere` is the other address that it calls its own.
    """

    title: str = ""
    canonical: str = ""
    og_url: str = ""
    article: bool = False
    published: str = ""
    noindex: bool = False
    password: bool = False
    gated: bool = False
    asks: bool = False
    consent: bool = False
    challenge: bool = False
    missing: bool = False
    ended: bool = True
    refresh: str = ""
    elsewhere: str = ""

    @property
    def marks(self) -> str:
        """What is remembered of a page beside its text: one letter for each sign that its article's pages share."""
        signs = (("a", self.article), ("p", bool(self.published)), ("n", self.noindex), ("w", self.password))
        others = (("g", self.gated), ("m", self.asks), ("e", self.ended), ("c", bool(self.elsewhere)))
        return "".join(letter for letter, there in (*signs, *others) if there)


def read(html: str, capture: Capture) -> Signs:
    """The signs of a page. Never raises; linear in the page's length."""
    page, folded = markup.visible(html), html.lower()
    metas: dict[str, str] = {}
    canonical = refresh = ""
    password = gated = asks = False
    for tag in markup.tags(page, "meta", "link", "input", "div", "section", "aside", "form"):
        if tag.name == "meta":
            name = (tag.get("property") or tag.get("name") or tag.get("http-equiv")).lower()
            metas.setdefault(name, tag.get("content"))
        elif tag.name == "link":
            canonical = canonical or (tag.get("href") if "canonical" in tag.get("rel").lower().split() else "")
        elif tag.name == "input":
            password = password or tag.get("type").lower() == "password"
        elif _GATE.search(f"{tag.get('class')} {tag.get('id')}"):
            gated, asks = True, asks or _asks(page, tag)
    for value in (capture.header("refresh"), metas.get("refresh", "")):
        leads = _REFRESH.match(value)
        if leads and int(leads[1]) <= _SOON:
            refresh = refresh or leads[2].strip()
    title = next((markup.text_until(page, t.end, "title") for t in markup.tags(page, "title")), "")
    tier = metas.get("article:content_tier", "").lower()
    own = (capture.url, capture.final_url)
    claims = (claim for claim in (canonical, metas.get("og:url", "")) if names_another(claim, own, capture.final_url))
    return Signs(
        title=title,
        canonical=canonical,
        og_url=metas.get("og:url", ""),
        article=claims_to_be_article(html),
        published=metas.get("article:published_time", "")
        or (dated[1] or dated[2] if (dated := _DATED.search(html)) else ""),
        noindex="noindex" in metas.get("robots", "").lower(),
        password=password,
        asks=asks,
        gated=gated or tier in _TIERS or bool(_NOT_FREE.search(html)),
        consent=any(mark in folded for mark in CONSENT),
        challenge=any(mark in folded for mark in BOT_WALL),
        missing=bool(_MISSING.search(title)),
        ended="</html" in folded[-4000:],
        refresh=refresh,
        elsewhere=next(claims, ""),
    )


def _asks(page: str, tag: markup.Tag) -> bool:
    """Whether a box that is named for money says something to its readers, and does not hold the article itself."""
    if "hidden" in tag.attributes or _HIDDEN.search(f"{tag.get('class')} {tag.get('style')}"):
        return False
    depth, end = 1, 0
    for match in re.compile(rf"<(/?){tag.name}\b", re.IGNORECASE).finditer(page, tag.end, tag.end + _BOX):
        depth += -1 if match[1] else 1
        if not depth:
            end = match.start()
            break
    return bool(end) and _ASKING[0] <= len(markup.text(page[tag.end : end]).split()) <= _ASKING[1]
