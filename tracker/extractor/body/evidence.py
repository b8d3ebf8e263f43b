"""What a page says of its own story elsewhere than in its text, and how far a text agrees with that.

The headline, the description (often the first paragraph) and JSON-LD `articleBody` tell one story on a page from
another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cached_property

from tracker.extractor import fold
from tracker.extractor.document import TextBlock
from tracker.extractor.structured import Structured, plain

_WORD = re.compile(r"(?:[^\W_]|[\u064b-\u065f\u0900-\u0dff\u1000-\u109f\u1780-\u17ff]){4,}|\d{2,}")  # with their marks
_SIGNS = re.compile(r"[\u30a1-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}|[\u0e00-\u0e7f]{4,}")
_BEGINNING = 6  # letters of a word that stand in its other forms too
_SHORT = 4  # letters of a word that tells something in a headline alone
_MOST = 28  # words that are looked for
_FEWEST = 3  # under which agreement tells nothing
_TITLE = 12  # letters from which a headline is told from a label
_STATED = 200  # characters from which `articleBody` tells something
_OPENING = 40  # letters of a description that a paragraph repeats


class Evidence:
    """The words of the page's headlines and description, its description, and the key of its `articleBody`."""

    def __init__(self, data: Structured, headlines: Iterable[str]) -> None:
        self.data = data
        self.headlines = list(headlines)
        self.titles = frozenset(key for text in self.headlines if len(key := fold.key(text)) >= _TITLE)
        self.described = data.text("description") or data.meta("og:description", "description", "twitter:description")
        self._description = fold.key(self.described)
        self._masks: dict[TextBlock, int] = {}
        self._titled = 0  # how many of `words` are the headlines'

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Beginnings of the words that the story can be known by: the headlines' first, then the description's."""
        found = dict.fromkeys(word for text in self.headlines for word in _beginnings(text))
        self._titled = min(len(found), _MOST)
        found.update(dict.fromkeys(word for word in _beginnings(self.described) if len(word) != _SHORT))
        return tuple(found)[:_MOST]

    @cached_property
    def stated(self) -> str:
        """The key of `articleBody`, see `stated_body`."""
        return stated_body(self.data)

    def mask(self, block: TextBlock) -> int:
        """Which of `words` stand in a block, one bit each; a block that is the description is no witness for itself."""
        if (known := self._masks.get(block)) is not None:
            return known
        text = block.text.casefold() if block.text.isascii() else _fold(block.text)
        words = self.words
        if self.describes(block):
            words = words[: self._titled]
        found = 0
        for bit, word in enumerate(words):
            if word in text:
                found |= 1 << bit
        self._masks[block] = found
        return found

    def share(self, mask: int) -> float:
        """The share of `words` that a mask holds, the headlines' counted twice; 1 when there are too few to tell."""
        if len(self.words) < _FEWEST:
            return 1.0
        titled = (mask & ((1 << self._titled) - 1)).bit_count()
        return (mask.bit_count() + titled) / (len(self.words) + self._titled)

    def describes(self, block: TextBlock) -> bool:
        """True when the description is, or begins as, this block: the story's opening or its standfirst."""
        begun = self._description[:_OPENING]
        return len(begun) >= _OPENING // 2 and (
            begun in block.folded or (len(block.folded) >= _OPENING and block.folded in self._description)
        )


def stated_body(data: Structured) -> str:
    """The key of JSON-LD `articleBody`, or an empty string when it is missing or too short to tell anything."""
    text = data.article.get("articleBody")
    if isinstance(text, list):
        text = " ".join(t for t in text if isinstance(t, str))
    return fold.key(plain(text)) if isinstance(text, str) and len(text) > _STATED else ""


def is_stated(block: TextBlock, stated: str) -> bool:
    """True when the page's own `articleBody` holds this block, or its beginning."""
    return bool(stated) and len(block.folded) > 30 and (block.folded in stated or block.folded[:30] in stated)


def _beginnings(text: str) -> list[str]:
    folded = _fold(text)
    words = [word[:_BEGINNING] for word in _WORD.findall(folded) if not _SIGNS.search(word)]
    return words + [run[i : i + 2] for run in _SIGNS.findall(folded) for i in range(0, len(run) - 1, 2)]


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text.casefold())
