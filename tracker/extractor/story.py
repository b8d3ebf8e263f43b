"""Which elements of a page stand with the story that was read: its own times and authors, not those beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import lxml.etree as etree

from tracker.extractor import fold, labels
from tracker.extractor.document import TextBlock
from tracker.extractor.first import BlockDecisions
from tracker.extractor.labels import COMMENTS, NAVIGATION, RELATED

_ABOVE = 12  # blocks before the text in which headline, byline and date are looked for
_ELSEWHERE = frozenset(("nav", "aside", "figure", "figcaption", "blockquote", "form", "li"))
_BOXES = frozenset(("article", "section", "div", "main"))
_CARD_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
# Not "//*", for which libxml2 makes a set of every node first.
_PUBLISHED = etree.XPath('descendant-or-self::*[@itemprop="datePublished"]')
_AUTHORS = (etree.XPath('descendant::*[@rel="author"]'), etree.XPath('descendant::*[@itemprop="author"]'))


class StoryBox:
    """The story on its page: the blocks that lead to its text, and the elements that stand in its own box."""

    def __init__(self, reading: BlockDecisions) -> None:
        self.reading = reading
        self.url = reading.document.url
        start = reading.kept[0]
        earliest = max(0, start - _ABOVE)
        headings = [b.index for b in reading.document.h1s if earliest <= b.index < start]
        self._first = max(earliest, headings[-1] if headings else 0)
        self._titled = bool(headings)

    @property
    def above(self) -> list[TextBlock]:
        """The lines between the headline (a little above the text, when it has none) and the second paragraph."""
        return self.reading.document.blocks[self._first : self.reading.kept[0] + 2]

    @property
    def lines(self) -> list[str]:
        """The texts of those lines that are not the story itself."""
        reasons = self.reading.reasons
        return [block.text for block in self.above if reasons[block.index] or block.words < 8]

    def times(self) -> Iterator[str]:
        """The story's machine-readable times: microdata first, then `<time datetime>`, in page order."""
        marked: Any = _PUBLISHED(self._box)
        for element in self._own(marked):
            yield element.get("content") or element.get("datetime") or " ".join(element.itertext())
        for element in self._own(self._box.iter("time")):
            yield element.get("datetime") or ""

    def authors(self) -> Iterator[str]:
        """What the story's own elements with `rel=author` say; without any, those with `itemprop=author`."""
        for expression in _AUTHORS:
            marked: Any = expression(self._box)
            found = list(self._own(marked))
            yield from (fold.tidy(" ".join(element.itertext())) for element in found)
            if found:
                return

    @cached_property
    def _box(self) -> Any:
        """The smallest element around the headline and the text, or its `<article>` when no headline is seen."""
        blocks, kept = self.reading.document.blocks, self.reading.kept
        around = [blocks[kept[0]], blocks[kept[-1]], *([blocks[self._first]] if self._titled else [])]
        chains = [[node.element for node in block.node.chain()] for block in around]
        shared = [element for element in chains[0] if all(element in chain for chain in chains[1:])]
        if not shared:
            return self.reading.document.root
        if not self._titled:
            return next((element for element in shared if element.tag in ("article", "main")), shared[0])
        return shared[0]

    @cached_property
    def _holders(self) -> set[Any]:
        """The elements around the story's own paragraphs."""
        blocks = self.reading.document.blocks
        return {node.element for i in self.reading.kept for node in blocks[i].node.chain()}

    def _own(self, elements: Iterable[Any]) -> Iterator[Any]:
        """Those of the elements that stand in the story's box, and in no box of something else inside it."""
        for element in elements:
            if not any(self._is_elsewhere(outer) for outer in self._between(element)):
                yield element

    def _between(self, element: Any) -> Iterator[Any]:
        """The element and those around it that hold none of the story, nearest first."""
        node = element
        while node is not None and node is not self._box and node not in self._holders:
            yield node
            node = node.getparent()

    def _is_elsewhere(self, element: Any) -> bool:
        """True for an element of another kind: navigation, pictures, comments, a card with a heading of its own."""
        if element.tag in _ELSEWHERE or element.tag == "article":
            return True
        label = " ".join((element.get("class") or "", element.get("id") or "")).lower()
        if labels.flags(label) & (COMMENTS | NAVIGATION | RELATED):
            return True
        return element.tag in _BOXES and any(child.tag in _CARD_HEADINGS for child in element.iterdescendants())
