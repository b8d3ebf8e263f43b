"""What a page says of itself besides its text: its addresses, that it is an article, a log-in, half a page. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker import markup
from tracker.model import Capture
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
    """What a page says of itself. Addresses are as written; `refresh` is where it leads on to at once."""

    title: str = ""
    canonical: str = ""
    og_url: str = ""
    article: bool = False
    published: str = ""
    noindex: bool = False
    password: bool = False
    gated: bool = False
    consent: bool = False
    challenge: bool = False
    missing: bool = False
    ended: bool = True
    refresh: str = ""

    @property
    def marks(self) -> str:
        """What is remembered of a page beside its text: one letter for each sign that its article's pages share."""
        signs = (("a", self.article), ("p", bool(self.published)), ("n", self.noindex), ("w", self.password))
        return "".join(letter for letter, there in (*signs, ("g", self.gated), ("e", self.ended)) if there)


def read(html: str, capture: Capture) -> Signs:
    """The signs of a page. Never raises; linear in the page's length."""
    page, folded = markup.visible(html), html.lower()
    metas: dict[str, str] = {}
    canonical = refresh = ""
    password = gated = False
    for tag in markup.tags(page, "meta", "link", "input", "div", "section", "aside", "form"):
        if tag.name == "meta":
            name = (tag.get("property") or tag.get("name") or tag.get("http-equiv")).lower()
            metas.setdefault(name, tag.get("content"))
        elif tag.name == "link":
            canonical = canonical or (tag.get("href") if "canonical" in tag.get("rel").lower().split() else "")
        elif tag.name == "input":
            password = password or tag.get("type").lower() == "password"
        else:
            gated = gated or bool(_GATE.search(f"{tag.get('class')} {tag.get('id')}"))
    for value in (capture.header("refresh"), metas.get("refresh", "")):
        leads = _REFRESH.match(value)
        if leads and int(leads[1]) <= _SOON:
            refresh = refresh or leads[2].strip()
    title = next((markup.text_until(page, t.end, "title") for t in markup.tags(page, "title")), "")
    tier = metas.get("article:content_tier", "").lower()
    return Signs(
        title=title,
        canonical=canonical,
        og_url=metas.get("og:url", ""),
        article=claims_to_be_article(html),
        published=metas.get("article:published_time", "")
        or (dated[1] or dated[2] if (dated := _DATED.search(html)) else ""),
        noindex="noindex" in metas.get("robots", "").lower(),
        password=password,
        gated=gated or tier in _TIERS or bool(_NOT_FREE.search(html)),
        consent=any(mark in folded for mark in CONSENT),
        challenge=any(mark in folded for mark in BOT_WALL),
        missing=bool(_MISSING.search(title)),
        ended="</html" in folded[-4000:],
        refresh=refresh,
    )
