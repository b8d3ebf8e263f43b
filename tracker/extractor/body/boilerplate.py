"""What stands inside the article's region and is not article: each block dropped with the name of the rule.

Structure decides first (links, forms, boxes, places), phrases second. A rule returns nothing for what it cannot tell.
"""

from __future__ import annotations

import re

from tracker.extractor import phrases
from tracker.extractor.body import witness
from tracker.extractor.body.region import Region
from tracker.extractor.document import TextBlock, in_h1
from tracker.extractor.labels import AD, BYLINE, CAPTION, COMMENTS, HIDDEN, MEDIA, PROMO, SERVICE, SOCIAL, TAGS
from tracker.extractor.tags import HEADINGS
from tracker.language.notices import is_notice

_APART = frozenset(("nav", "form", "figcaption", "figure", "footer"))
_NEVER_COUNTERS = frozenset((*HEADINGS, "tr", "td", "th"))
_SHORT_BUT_FINE = frozenset((*HEADINGS, "p", "li", "td", "th", "tr", "dd", "dt"))
_NAMED_ONLY = frozenset((PROMO, AD, SERVICE))  # names that stand around stories too: they need a second witness
_LINKED_PROSE = 12  # words of a paragraph that is one link
_LABEL_END = (":", "：", "»", "|", "–", "—")
_RIGHTS = re.compile(r"^\W{0,3}(?:©|\([cC]\)\s?\d{4}|copyright\b)")
_SENTENCE_END = re.compile(r"[.!?:…。！？][\"”’»)\]]?$")


def reason(block: TextBlock, region: Region) -> str:
    """Why a block of the region is not article text; an empty string when nothing speaks against it."""
    if block.hidden and not region.hidden_is_fine:
        return "hidden"
    if in_h1(block) or (block.node.tag in HEADINGS and block.index < region.prose and _says_headline(block, region)):
        return "headline"
    return _by_links(block, region) or _by_place(block, region) or _by_words(block, region)


def _says_headline(block: TextBlock, region: Region) -> bool:
    return region.evidence is not None and block.folded in region.evidence.titles


def _by_links(block: TextBlock, region: Region) -> str:
    if region.links_are_fine or any(n.tag == "blockquote" for _, n in zip(range(3), block.node.chain(), strict=False)):
        return ""
    if block.link_share > 0.8 and block.words < 40:
        if _is_linked_prose(block, region):
            return ""
        listed = block.node.tag == "li" and block.link_share < 0.95 and block.words > 12
        return "" if listed else "link"
    if label_and_link(block):
        return "label and link"
    if region.in_teaser(block):
        return "teaser"
    return ""


def _is_linked_prose(block: TextBlock, region: Region) -> bool:
    """True for a paragraph of the story that is one whole link: a full sentence; headlines end openly."""
    return (
        block.node.tag == "p"
        and block.words >= _LINKED_PROSE
        and block.text.endswith((".", "。"))
        and (region.at_home(block) and region.prose < block.index < region.prose_end)
    )


def label_and_link(block: TextBlock) -> bool:
    """A few words, then one link to the end: "Related: The other story". A sentence has no colon before its link."""
    if block.links != 1 or not block.linked_end or block.words > 30:
        return False
    label = block.text[: len(block.text) - block.link_chars].rstrip()
    ended = block.text.endswith((".", "!", "。")) and not label.endswith(_LABEL_END)
    return block.link_share >= 0.5 and len(label) < 40 and not ended


def is_sentence(text: str) -> bool:
    """True when a text ends as a sentence does."""
    return _SENTENCE_END.search(text) is not None


def _by_place(block: TextBlock, region: Region) -> str:
    flags, tags, form = region.around(block.node)
    if tags & _APART:
        return "apart: " + min(tags & _APART)
    if "aside" in tags and "blockquote" not in tags:
        return "apart: aside"
    if form and block.words < 60:
        return "form"
    if not flags:
        return ""
    words = block.words
    if flags & PROMO and region.begins(block):
        flags &= ~PROMO
    for bit, limit, name in (
        (PROMO, 1e9, "box: promotion"),
        (AD, 1e9, "box: advertisement"),
        (SERVICE, 60, "box: service"),
        (CAPTION, 40, "caption"),
        (BYLINE, 30, "byline"),
        (SOCIAL, 15, "box: social"),
        (TAGS, 1e9 if block.link_share > 0.6 else 12, "box: topics"),
        (MEDIA, 25, "box: player"),
        (HIDDEN, 30, "box: hidden"),
    ):
        if not flags & bit or words >= limit or (bit == SOCIAL and "blockquote" in tags):
            continue
        if bit not in _NAMED_ONLY or witness.speaks_against(block, bit, region):
            return name
    if flags & COMMENTS and witness.speaks_against(block, COMMENTS, region):
        return "box: comments"
    return ""


def _by_words(block: TextBlock, region: Region) -> str:
    """Why its words make a block furniture; what they say of the article itself never does."""
    why = _by_phrases(block, region)
    return "" if why and is_notice(block.text) else why


def _by_phrases(block: TextBlock, region: Region) -> str:
    words, text, tag = block.words, block.text, block.node.tag
    if words < 25 and (kind := phrases.opening(text)):
        return "phrase: " + kind
    if words <= 4 and phrases.is_label(block.folded):
        return "label"
    early = block.index < max(region.prose, region.start + (0 if tag == "li" else 6))
    at_home = tag == "li" or region.at_home(block)
    if words <= 8 and tag not in _NEVER_COUNTERS and (early or not at_home) and phrases.is_counter(text):
        return "counter"
    if (
        early
        and words < 12
        and phrases.has_clock(text)
        and not _SENTENCE_END.search(text)
        and tag not in _NEVER_COUNTERS
    ):
        return "stamp"
    if words < 4 and tag not in _SHORT_BUT_FINE and not (is_sentence(text) and region.beside(block)):
        return "fragment"
    if words < 12 and _RIGHTS.match(text):
        return "phrase: rights"
    return ""
