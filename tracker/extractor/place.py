"""Where the article's own paragraphs stand: what stands there too is never silently dropped for its words."""

from __future__ import annotations

from collections.abc import Iterable

from tracker.extractor import fold
from tracker.extractor.body import boilerplate
from tracker.extractor.body.region import shape
from tracker.extractor.document import TextBlock
from tracker.extractor.tags import LEAVES

DOUBT = "doubt: "
PROSE = 100  # characters from which any text is prose
_LONG = 12  # words from which a line without a full stop is prose all the same
_SHORT = 4  # words under which even a line with one may be a label
_ROWS = LEAVES - {"p", "pre"}  # list items, table rows, quotes: short lines are at home there


class Own:
    """The places of an article's own paragraphs: their paths, their containers, and the shapes they stand in."""

    def __init__(self, paragraphs: Iterable[TextBlock]) -> None:
        own = list(paragraphs)
        self.paths = {block.path for block in own}
        self.homes = {block.home for block in own}
        self.shapes = {shape(block) for block in own}

    def holds(self, block: TextBlock) -> bool:
        """True when a block that may be text stands as the article's own paragraphs do.

        It has their path, and their container or their whole shape; and it is prose, or a line of a list or a table.
        """
        if not (block.node.tag in _ROWS or is_prose(block.text)):
            return False
        return block.path in self.paths and (block.home in self.homes or shape(block) in self.shapes)


def is_prose(text: str) -> bool:
    """True when a text reads as a sentence or is too long for a label: what no counter does."""
    if len(text) > PROSE:
        return True
    words = fold.words(text)
    return words > _LONG or (words >= _SHORT and boilerplate.is_sentence(text))
