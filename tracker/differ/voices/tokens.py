"""A paragraph as tokens in which whole quotations count as one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import regex

from tracker.model.content import count_words

QUOTATION = "\ue000"
"""The token that stands for a quotation."""
_MOST = 20_000
"""Code points of a paragraph that are read."""
_SHORT = 18
"""Code points up to which a quotation of one or two words is text that somebody only doubts."""
_WORDS = 3
"""Words from which a quotation is somebody's speech."""

_QUOTED = regex.compile(
    r"''[^']{3,}(?:'[^']+)*''|“[^“”]*[”“]|„[^„“”\"]*[“”\"]|«[^«»]*»|»[^«»]*«|”[^”]*”|\"[^\"]*\"|「[^「」]*」|『[^『』]*』"
    r"|(?<![\p{L}\p{N}])[‘'](?=\p{L})[^‘’\"“”]*?[’'](?![\p{L}\p{N}])"
)
_DASHED = regex.compile(r"^\s*[–—-]\s+[^–—]+?(?=,\s*\p{Ll}|\s[–—-]\s\p{Ll})")
"""A paragraph that begins with a dash is speech up to the comma or dash before the verb."""
_TOKEN = regex.compile(
    r"\p{Lu}\.(?=\s?\p{Lu})|[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}.’'&-]|,(?=\p{N}))*[\p{L}\p{N}\p{M}]|[\p{L}\p{N}]\p{M}*|[^\s\p{L}\p{N}]"
)
"""A word, a person's initial with its full stop, a sign."""
_ELIDED = regex.compile(r"(?i)^(l|d|qu|n|s|c|j|m|t|un|dell|all|nell|sull|dall|quest)['’](?=\w)")
_ELIDING = ("fr", "it")
_WHOLE = ("d'après", "d'ailleurs", "s'inquiète", "s'interroge")
_ENDS = (".", "!", "?", "…")


@dataclass(frozen=True)
class Tokens:
    """The tokens of a paragraph: where each begins and ends, as written and folded."""

    text: str
    spans: tuple[tuple[int, int], ...]

    @cached_property
    def written(self) -> tuple[str, ...]:
        """The tokens as they stand; a quotation is `QUOTATION`."""
        quotes = set(self.quotations)
        return tuple(QUOTATION if span in quotes else self.text[slice(*span)] for span in self.spans)

    @cached_property
    def low(self) -> tuple[str, ...]:
        """The tokens without case."""
        return tuple(word.lower().replace("’", "'") for word in self.written)

    @cached_property
    def quotations(self) -> tuple[tuple[int, int], ...]:
        """Where somebody's speech stands."""
        return tuple(quotations(self.text))

    def sentence(self, index: int) -> tuple[int, int]:
        """The tokens of the sentence that holds one."""
        first = last = index
        while first > 0 and self.low[first - 1] not in _ENDS:
            first -= 1
        while last < len(self.low) and self.low[last] not in _ENDS:
            last += 1
        return first, last

    def is_start(self, index: int) -> bool:
        """True for a token that begins a sentence or follows a quotation."""
        return index == 0 or self.low[index - 1] in (*_ENDS, QUOTATION, ":")


def quotations(text: str) -> list[tuple[int, int]]:
    """Where quotations of three words and more stand in a text, marks included."""
    found = [m.span() for m in _QUOTED.finditer(text[:_MOST]) if _is_speech(m.group())]
    if not found and (dashed := _DASHED.match(text[:_MOST])):
        found = [dashed.span()]
    return found


def _is_speech(quoted: str) -> bool:
    return count_words(quoted) >= _WORDS or len(quoted) > _SHORT


def read(text: str, language: str) -> Tokens:
    """Cut a paragraph into tokens."""
    text = text[:_MOST]
    spans: list[tuple[int, int]] = []
    at = 0
    for first, last in [*quotations(text), (len(text), len(text))]:
        for match in _TOKEN.finditer(text, at, first):
            spans += _elided(match.span(), match.group(), language)
        if first < last:
            spans.append((first, last))
        at = last
    return Tokens(text, tuple(spans))


def _elided(span: tuple[int, int], word: str, language: str) -> list[tuple[int, int]]:
    """French and Italian articles stand apart from their noun: l'usine is two words."""
    if language not in _ELIDING or word.lower().replace("’", "'") in _WHOLE:
        return [span]
    article = _ELIDED.match(word)
    if article is None:
        return [span]
    edge = span[0] + article.end()
    return [(span[0], edge - 1), (edge, span[1])]
