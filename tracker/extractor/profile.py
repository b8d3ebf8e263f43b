"""What is learned about a source: texts that stand on several of its articles are furniture there.

The profile is a small JSON object that explains itself:

    {"seen": {article: [fingerprint, …]}, "furniture": {fingerprint: {"text": …, "articles": n}}, "containers": {…: n}}

It never speaks against a text that stood in the article before, nor against a notice: a correction is the article's,
however many articles carry one. What stands where the article's own paragraphs stand is only doubted (see `place`).
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from tracker.extractor import fold, place
from tracker.extractor.document import TextBlock
from tracker.extractor.tags import HEADINGS
from tracker.language.notices import may_be_notice
from tracker.model import Content, FurnitureText, SourceProfile
from tracker.model.plain import JsonObject

ENOUGH = 2  # other articles that must show a text before it is held to be the source's furniture, at a first look
_ARTICLES = 12  # articles that are remembered
_BLOCKS = 80  # texts remembered of each
_HEAD = place.PROSE  # characters of a text that are compared
_COPY = 0.5  # of an article's paragraphs that another shares when it is the same one at another address
_LONGEST = 60  # words: longer texts are stories that the outlet ran twice
_SHOWN = 60  # characters of a furniture text that explain it
_CONTAINERS = 8


class Profile:
    """A profile made ready to be asked. Built from what `learn` returned, from anything else it is empty.

    `before` is the last reading of the article that is read now: nothing that stood in it is spoken against.
    """

    def __init__(self, data: SourceProfile | None, before: Content | None = None) -> None:
        entries = _mapping(data, "furniture")
        self.furniture = {
            name: int(entry.get("articles", 0)) for name, entry in entries.items() if isinstance(entry, Mapping)
        }
        counts = {k: v for k, v in _mapping(data, "containers").items() if isinstance(v, int) and v >= ENOUGH}
        self.container = max(counts, key=lambda k: counts[k], default="")
        self._data = data
        self._before = before
        self.stood = (
            frozenset(fold.key(p.text) for p in before.everything) if before is not None and data else frozenset()
        )

    def speaks_against(self, block: TextBlock) -> str:
        """Why a block that is new to its article is furniture of this source; empty when it is not."""
        if not self._data or block.words > _LONGEST or block.node.tag in HEADINGS:
            return ""
        if may_be_notice(block.text) or block.folded in self.stood:
            return ""
        known = self.furniture if self._before is None else self._sightings
        count = known.get(fingerprint(block.text), 0)
        return f"source: stands on {count} of its articles" if count else ""

    @cached_property
    def _sightings(self) -> dict[str, int]:
        """In how many of the source's other articles each text stood: what is new here and stands there is no news.

        An article that has half of this one's paragraphs is another copy of it.
        """
        blocks = self._before.blocks if self._before is not None else ()
        own = {fingerprint(block.text) for block in blocks if block.kept}
        seen = [set(prints) for prints in _mapping(self._data, "seen").values() if isinstance(prints, list)]
        others = (prints for prints in seen if not own or len(own & prints) < _COPY * len(own))
        return dict(Counter(text for prints in others for text in prints))


def fingerprint(text: str) -> str:
    """What recognises a text on another page: 8 hex digits of its folded beginning.

    Numbers are set aside in counters alone: two sentences that differ in a number are two reports.
    """
    folded = fold.key(text[:_HEAD])
    return _digest(folded if place.is_prose(text) else fold.digitless(folded))


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()


def learn(profile: SourceProfile | None, content: Content, *, article: str = "") -> SourceProfile:
    """The profile with one more article's reading in it; reading the same article again adds nothing.

    `article` identifies it (an id or address); without one its canonical address or headline does.
    """
    seen = {str(k): list(v) for k, v in _mapping(profile, "seen").items() if isinstance(v, list)}
    name = _digest(article or content.canonical_url.split("?")[0] or content.headline)
    known = name in seen
    texts: dict[str, str] = {}
    for block in content.blocks:
        if block.reason != "outside" and block.reason != "headline" and len(block.text.split()) <= _LONGEST:
            texts.setdefault(fingerprint(block.text), block.text)
    seen[name] = list(texts)[:_BLOCKS]
    for oldest in list(seen)[: max(0, len(seen) - _ARTICLES)]:
        del seen[oldest]
    counts = Counter(text for prints in seen.values() for text in set(prints))
    earlier = _mapping(profile, "furniture")
    furniture: dict[str, FurnitureText] = {
        text: {"text": texts.get(text, "")[:_SHOWN] or _shown(earlier.get(text)), "articles": count}
        for text, count in sorted(counts.items())
        if count >= ENOUGH
    }
    containers = {k: v for k, v in _mapping(profile, "containers").items() if isinstance(v, int)}
    if not known and (container := _container(content)):
        containers[container] = containers.get(container, 0) + 1
    best = sorted(containers.items(), key=lambda entry: -entry[1])[:_CONTAINERS]
    return {"seen": seen, "furniture": furniture, "containers": dict(best)}


def _container(content: Content) -> str:
    """The signature of the box that holds most of the article's text, when it has a name."""
    sizes: Counter[str] = Counter()
    for block in content.blocks:
        if block.kept and ">" in block.path:
            sizes[block.path.rsplit(">", 1)[0]] += len(block.text)
    name = max(sizes, key=lambda k: sizes[k], default="")
    return name if "." in name else ""


def _mapping(data: SourceProfile | None, name: str) -> JsonObject:
    value = data.get(name) if isinstance(data, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _shown(entry: Any) -> str:
    return str(entry.get("text", "")) if isinstance(entry, Mapping) else ""
