"""How alike two sentences are: half the order of their words, half their rare words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import regex
from rapidfuzz.distance import Indel

_SINGLE = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD = regex.compile(rf"[{_SINGLE}]|[[\w\p{{M}}]--[{_SINGLE}]]+", regex.VERSION1)

_RAREST = 24
_MOST_PLACES = 60
_MOST_CANDIDATES = 12


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two sentences that might be one, and how alike they are (0 to 1)."""

    old: int
    new: int
    similarity: float


@dataclass(frozen=True, slots=True)
class _Measured:
    """A sentence's words as characters, how often each stands there, and how much all of them weigh."""

    mapped: str
    counts: Counter[str]
    weight: float


class Similarity:
    """Compares the sentences of two texts; rarity is counted over both."""

    def __init__(self, old_texts: Sequence[str], new_texts: Sequence[str]) -> None:
        self.old = [_words(text) for text in old_texts]
        self.new = [_words(text) for text in new_texts]
        count: Counter[str] = Counter()
        for sentence in (*self.old, *self.new):
            count.update(dict.fromkeys(sentence).keys())
        total = len(self.old) + len(self.new)
        self.rarity = {word: math.log(1 + total / places) for word, places in count.items()}
        # Words as single characters: the fastest thing to compare, and independent of the hash seed.
        self._ids = {word: chr(min(number, 0x10FFFF)) for number, word in enumerate(count)}
        self._measured: tuple[dict[int, _Measured], dict[int, _Measured]] = ({}, {})

    def candidates(self, old: Sequence[int], new: Sequence[int]) -> list[Candidate]:
        """The likely pairs among these sentences, found through their rarest words."""
        places: dict[str, list[int]] = {}
        for j in new:
            for word in dict.fromkeys(self.new[j]):
                places.setdefault(word, []).append(j)
        found = []
        for i in old:
            shared: dict[int, float] = {}
            for word in sorted(dict.fromkeys(self.old[i]), key=lambda w: (-self.rarity[w], w))[:_RAREST]:
                where = places.get(word, ())
                if len(where) <= _MOST_PLACES:
                    for j in where:
                        shared[j] = shared.get(j, 0.0) + self.rarity[word]
            likely = sorted(shared, key=lambda j: (-shared[j], abs(i - j), j))[:_MOST_CANDIDATES]
            found += [Candidate(i, j, self.of(i, j)) for j in likely]
        return found

    def of(self, old: int, new: int) -> float:
        """How alike an old and a new sentence are, 0 to 1."""
        a, b = self._measure(0, self.old, old), self._measure(1, self.new, new)
        weight = a.weight + b.weight
        if not weight:
            return 0.0
        order = Indel.normalized_similarity(a.mapped, b.mapped)
        return 0.5 * order + self._shared(a.counts, b.counts) / weight

    def _measure(self, side: int, sentences: Sequence[list[str]], index: int) -> _Measured:
        """What a sentence is compared by, made once: it is compared with many."""
        known = self._measured[side].get(index)
        if known is None:
            words = sentences[index]
            mapped = "".join(map(self._ids.__getitem__, words))
            weight = sum(self.rarity[word] for word in words)
            known = self._measured[side][index] = _Measured(mapped, Counter(words), weight)
        return known

    def rest_new(self, old: int, partner: int, new: int) -> float:
        """Share of a new sentence that an old one says and its partner does not say already."""
        return self._contained(Counter(self.new[new]), Counter(self.old[old]) - Counter(self.new[partner]))

    def rest_old(self, new: int, partner: int, old: int) -> float:
        """Share of an old sentence that a new one says and its partner did not say already."""
        return self._contained(Counter(self.old[old]), Counter(self.new[new]) - Counter(self.old[partner]))

    def _contained(self, part: Counter[str], whole: Counter[str]) -> float:
        weight = sum(self.rarity[word] * count for word, count in part.items())
        return self._shared(part, whole) / weight if weight else 0.0

    def _shared(self, a: Counter[str], b: Counter[str]) -> float:
        rarity = self.rarity
        return sum([rarity[word] * min(count, b[word]) for word, count in a.items() if word in b])


def _words(text: str) -> list[str]:
    found: list[str] = _WORD.findall(text.casefold())
    return found
