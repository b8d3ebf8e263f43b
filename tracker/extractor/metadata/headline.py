"""The headline as the reader sees it, and every other headline the page gives itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tracker.extractor import fold
from tracker.extractor.document import Document, Node, TextBlock
from tracker.extractor.structured import Structured

_SEPARATED = re.compile(r"\s+[|–—·•»›:-]{1,2}\s+|\s*\|\s*")
_EDGES = " |–—·•»›:/-"
_ALIKE = 0.5  # likeness from which two headlines are of one story
_CLEAR = 0.8  # likeness at which two headlines are the same but for a kicker


def variants(document: Document, data: Structured) -> dict[str, str]:
    """Every headline by where it stood: `h1`, `json-ld`, `og`, `title`, `trail` (an h1 that ends a breadcrumb trail
    above the headline proper); empty ones left out.
    """
    site = data.meta("og:site_name") or data.text("publisher", "name")
    machine = {
        "json-ld": data.text("headline"),
        "og": without_site(data.meta("og:title", "twitter:title"), site),
        "title": without_site(document.title, site),
    }
    seen, trail = _on_page(document, [text for text in machine.values() if text], fold.key(site))
    return {place: text for place, text in {"h1": seen, "trail": trail, **machine}.items() if text}


def choose(found: Mapping[str, str], before: Mapping[str, str] | None = None, chosen: str = "") -> str:
    """What the reader sees: the heading on the page when it resembles what the page says of itself, else the machine's.

    `before` and `chosen` are the variants and the choice of the last reading. Of two headings that say the headline,
    the one that moved last is reported; at a first look that is one which the page's metadata do not say yet.
    """
    headline = next((found[place] for place in ("h1", "json-ld", "og", "title") if place in found), "")
    trail = found.get("trail", "")
    if before is None and trail and not _is_known(trail, found):
        return trail
    same = before is not None and headline == before.get("h1") and bool(before.get("trail"))
    if same and trail and before is not None and (trail != before["trail"] or chosen == trail):
        return trail
    return headline


def _is_known(trail: str, found: Mapping[str, str]) -> bool:
    """True when the other heading or the metadata say a heading too, or there are no metadata to tell."""
    machine = [found[place] for place in ("json-ld", "og", "title") if place in found]
    return not machine or any(fold.key(trail) in fold.key(text) for text in (found.get("h1", ""), *machine))


def without_site(title: str, site: str) -> str:
    """A title with the site's name cut off: a short part at either end that names the site."""
    parts = _SEPARATED.split(title)
    if len(parts) < 2:
        return title
    known = fold.key(site)
    last, first = parts[-1], parts[0]
    if _names_site(last, known) and len(title) - len(last) > max(12, len(last)):
        return title[: title.rindex(last)].rstrip(_EDGES)
    if known and fold.key(first) == known:
        return title[title.index(first) + len(first) :].lstrip(_EDGES)
    return title


def _names_site(part: str, known: str) -> bool:
    folded = fold.key(part)
    if known and folded and (folded in known or known in folded):
        return True
    return not known and 0 < fold.words(part) <= 3


def _on_page(document: Document, references: list[str], site: str) -> tuple[str, str]:
    """The heading that says the headline, and the last step of the trail when that is another one.

    The first-level heading that resembles the page's own headlines best; a lone one needs no witness. Some outlets
    end their breadcrumb trail with the h1 and set the headline as an h2.
    """
    score, text, blocks = _best_h1(document, references, signposts=False)
    if score >= _ALIKE:
        return _with_kicker(document.blocks, blocks[0].index, text, references), ""
    trail_score, trail, _ = _best_h1(document, references, signposts=True)
    trail = trail if trail_score >= _ALIKE else ""
    if second := _h2(document, references):
        return second, trail
    if trail:
        return trail, ""
    alone = len({b.node for b in document.h1s if not _is_signpost(b)}) == 1
    return (text, "") if alone and fold.words(text) >= 3 and fold.key(text) != site else ("", "")


def _best_h1(document: Document, references: list[str], signposts: bool) -> tuple[float, str, list[TextBlock]]:
    groups: dict[Node, list[TextBlock]] = {}
    for block in document.h1s:
        if not block.hidden and _is_signpost(block) == signposts:
            node = block.node if block.node.tag == "h1" or block.node.parent is None else block.node.parent
            groups.setdefault(node, []).append(block)
    best: tuple[float, str, list[TextBlock]] = (0.0, "", [])
    for node, blocks in groups.items():
        text = _without_kicker(node.element, " ".join(b.text for b in blocks), references)
        score = max((fold.likeness(text, reference) for reference in references), default=_ALIKE)
        if node.element.get("itemprop") == "headline":
            score += _ALIKE  # the page's own word for it
        if score > best[0] or not best[2]:
            best = (score, text, blocks)
    return best


def _is_signpost(block: TextBlock) -> bool:
    """True for a heading that leads elsewhere: a link as a whole, or the last step of a breadcrumb trail."""
    if block.link_share > 0.9:
        return True
    near = [node for _, node in zip(range(4), block.node.chain(), strict=False)]
    return any(node.tag in ("nav", "li") or "breadcrumb" in node.label for node in near)


def _h2(document: Document, references: list[str]) -> str:
    """A second-level heading that ends with one of the page's own headlines, or any line that is one: that headline."""
    known = {fold.key(reference): reference for reference in references if len(reference) > 12}
    for block in document.blocks:
        if len(block.text) > 300 or block.hidden or block.link_share > 0.5 or _is_signpost(block):
            continue
        if block.folded in known:
            return known[block.folded]
        if block.node.tag == "h2":
            for folded, reference in known.items():
                if block.folded.endswith(folded):
                    return reference
    return ""


def _without_kicker(element: Any, text: str, references: list[str]) -> str:
    """The headline without a kicker that stands in an element of its own at its start.

    A kicker it is when one of the page's own headlines goes without it. Glued parts are taken apart by the way.
    """
    parts = [fold.tidy("".join(child.itertext())) for child in element if isinstance(child.tag, str)]
    first = next((p for p in parts if p), "")
    if not first or not text.startswith(first) or len(first) >= len(text):
        return text
    rest = text[len(first) :].lstrip(_EDGES)
    if len(rest.split()) < 2 and len(rest) < 12:
        return text
    kicker = fold.tokens(first)
    for reference in references:
        if fold.likeness(rest, reference) >= _CLEAR and not kicker & (fold.tokens(reference) - fold.tokens(rest)):
            return rest
    same = next((r for r in references if fold.key(r) == fold.key(text)), "")
    return same if same and not text[len(first)].isspace() else text


def _with_kicker(blocks: Sequence[TextBlock], index: int, text: str, references: list[str]) -> str:
    """The headline with the kicker above it, when the page's own headlines say it so: "Kenya: The city from below"."""
    if index == 0 or blocks[index - 1].words > 8:
        return text
    kicker = blocks[index - 1].text.strip(_EDGES)
    if not kicker:
        return text
    for reference in reversed(references):
        start, rest = reference[: len(kicker)], reference[len(kicker) :]
        if (
            start == kicker
            and rest[:1] == ":"
            and not text.startswith(kicker)
            and fold.likeness(rest.lstrip(_EDGES), text) >= _CLEAR
        ):
            separator = rest[: len(rest) - len(rest.lstrip(_EDGES))]
            return f"{kicker}{separator}{text}"
    return text
