"""Answers that call themselves a success and are not an article: consent pages, bot walls, front pages, pictures."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from tracker.model import Capture, Outcome
from tracker.page.marks import (
    BOT_WALL,
    BOT_WALL_TITLE,
    CONSENT,
    CONSENT_ADDRESS,
    CONSENT_TITLE,
    FRONT_PAGE,
    WALL_WORDS,
)

_PAGE_TYPES = ("text/", "application/xhtml", "application/xml", "application/octet-stream")
_OTHER_TYPES = ("image/", "audio/", "video/", "font/", "application/pdf")
_MARKUP = re.compile(r"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
"""How a page begins, whatever its server calls it (WHATWG MIME Sniffing, "Identifying a resource with an unknown MIME
type"): servers that are set up wrongly send `html` or `application/x-httpd-php`."""

_TITLE = re.compile(r"<title[^<>]*+>([^<]{0,300})", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*+>")
_WIDE = r"\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af"
_WORD = re.compile(rf"[{_WIDE}]{{1,2}}|[^\W{_WIDE}]+")
_UNSEEN = re.compile(r"<(script|style|noscript|svg|template)\b", re.IGNORECASE)


def wall_of(capture: Capture, html: str) -> Outcome | None:
    """What a successful answer really is, when it is not an article: pure, and never raises.

    EMPTY, HOMEPAGE, CONSENT, BLOCKED (a bot wall) or UNREADABLE (a picture, a PDF); None when nothing speaks against
    an article. A paywall is never judged by its phrases: see `belief.walled`.
    """
    if capture.status == 304:
        return None
    if not html.strip():
        return Outcome.EMPTY
    kind = capture.header("content-type").strip().lower()
    if kind.startswith(_OTHER_TYPES) or (kind and not kind.startswith(_PAGE_TYPES) and not _MARKUP.match(html[:1024])):
        return Outcome.UNREADABLE
    if _sent_to_consent(capture):
        return Outcome.CONSENT
    if _sent_home(capture):
        return Outcome.HOMEPAGE
    folded = html.lower()
    title = _TITLE.search(html)
    walled = (title is not None and BOT_WALL_TITLE.search(title[1])) or any(m in folded for m in BOT_WALL)
    consent = (title is not None and CONSENT_TITLE.search(title[1])) or any(m in folded for m in CONSENT)
    if (walled or consent) and visible_words(html, WALL_WORDS + 1) <= WALL_WORDS:
        return Outcome.BLOCKED if walled else Outcome.CONSENT
    return None


def _split(url: str) -> tuple[str, str]:
    """Host and path of an address; empty when it cannot be read."""
    try:
        parts = urlsplit(url)
        return parts.hostname or "", parts.path
    except ValueError:
        return "", ""


def _sent_to_consent(capture: Capture) -> bool:
    """Whether redirects ended where visitors are asked to agree to something."""
    host, path = _split(capture.final_url)
    first_host, first_path = _split(capture.url)
    if not capture.redirects or (host, path) == (first_host, first_path):
        return False
    return bool(CONSENT_ADDRESS.search(host + ".") or CONSENT_ADDRESS.search(path)) and not CONSENT_ADDRESS.search(
        first_path
    )


def _sent_home(capture: Capture) -> bool:
    """Whether redirects ended on a front page although the article's own address is none."""
    path, asked = _split(capture.final_url)[1], _split(capture.url)[1]
    return bool(capture.redirects and FRONT_PAGE.fullmatch(path) and not FRONT_PAGE.fullmatch(asked))


def visible_words(html: str, enough: int) -> int:
    """Roughly how many words a reader sees, counted up to `enough`. Linear in the page's length."""
    folded = html.lower() if len(html.lower()) == len(html) else html
    words, at = 0, 0
    while at < len(html) and words < enough:
        unseen = _UNSEEN.search(html, at)
        words += _count(html[at : unseen.start() if unseen else len(html)], enough - words)
        end = folded.find(f"</{unseen[1].lower()}", unseen.end()) if unseen else -1
        at = len(html) if end < 0 else end
    return words


def _count(piece: str, enough: int) -> int:
    """Words of a piece of markup, at most `enough`."""
    total = 0
    for total, _ in enumerate(_WORD.finditer(_TAG.sub(" ", piece)), 1):
        if total >= enough:
            break
    return total
