"""Is this paragraph the publisher speaking about the article itself, and what does it say?

Four kinds are told apart: a correction, a clarification, an update and a mere timestamp. The wording stands in
`data/notices.toml`. A line is a notice when it opens with a label ("Correction:", "Korrektur vom 3. Mai -") or says
so in a phrase ("This article was amended on"); a reporter's sentence that happens to contain "updated" is neither.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache, lru_cache

import regex

from tracker.differ.folding import fold
from tracker.differ.tables import table

_DIGIT = regex.compile(r"\p{Nd}")
_FIRST_WORD = regex.compile(r"\p{L}[\p{L}\p{M}]*")
_LONGEST = 2000
_LONGEST_STAMP = 160
_STAMP_WORDS = 4
"""Words besides labels, dates and small words that a timestamp line may hold (a byline often stands in it)."""


class NoticeKind(StrEnum):
    """What a notice says, most telling first."""

    CORRECTION = "correction"
    CLARIFICATION = "clarification"
    UPDATE = "update"
    TIMESTAMP = "timestamp"


@lru_cache(maxsize=4096)
def kind_of(text: str) -> NoticeKind | None:
    """The kind of notice a paragraph is, or None when it is the article's own text."""
    line = fold(text)
    if not 4 <= len(line) <= _LONGEST:
        return None
    if is_timestamp(line):
        # "Article updated on 7 January" speaks of the article, and does not age by itself.
        speaks = _phrase(NoticeKind.UPDATE).search(line) and not _relative().search(line)
        return NoticeKind.UPDATE if speaks else NoticeKind.TIMESTAMP
    for kind in (NoticeKind.CORRECTION, NoticeKind.CLARIFICATION):
        if _labelled(kind, line):
            return kind
    speaks = _hinted(line, "phrase")
    for kind in (NoticeKind.CLARIFICATION, NoticeKind.CORRECTION):
        if speaks and _phrase(kind).search(line):
            return kind
    if _labelled(NoticeKind.UPDATE, line):
        return NoticeKind.UPDATE
    if speaks and len(line) < 600 and _phrase(NoticeKind.UPDATE).search(line):
        return NoticeKind.UPDATE
    return None


@lru_cache(maxsize=4096)
def is_timestamp(text: str) -> bool:
    """True for a line that only says when the page was published or changed."""
    line = fold(text)
    if not 4 <= len(line) <= _LONGEST_STAMP:
        return False
    relative = _hinted(line, "relative") and bool(_relative().search(line))
    if not relative and not _DIGIT.search(line):
        return False
    if not relative and not (_stamp_word().search(line) and _moment().search(line)):
        return False
    rest = _filler().sub(" ", _stamp_word().sub(" ", _relative().sub(" ", line)))
    rest = regex.sub(r"\p{N}+\s*\p{L}{3,}\.?|\p{L}{3,9}\.?\s*\p{N}+", " ", rest)
    left = regex.findall(r"\p{L}{2,}", rest)
    if relative and not _stamp_word().search(line):
        return not left
    # Names may stand in such a line; a word in lower case is part of a sentence.
    return len(left) <= _STAMP_WORDS and not any(word[0].islower() for word in left if word not in _itself())


def is_relative(text: str) -> bool:
    """True for a timestamp line that ages by itself ("5 minutes ago") and so says nothing about an edit."""
    return is_timestamp(text) and bool(_relative().search(fold(text)))


def _labelled(kind: NoticeKind, line: str) -> bool:
    first = _FIRST_WORD.search(line)
    if not first or first.group().casefold() not in _label_starts(kind):
        return False
    return bool(_label(kind).match(line)) and _says_something(line)


@cache
def _label_starts(kind: NoticeKind) -> frozenset[str]:
    """The first words of the labels of a kind: nearly every line begins with none of them."""
    labels = table("notices")[kind.value]["label"].split()
    return frozenset(match.group().casefold() for label in labels if (match := _FIRST_WORD.search(fold(label))))


def _hinted(line: str, kind: str) -> bool:
    """True when a line holds one of the stems without which no pattern can match."""
    lower = line.casefold()
    return any(stem in lower for stem in _stems(kind))


@cache
def _stems(kind: str) -> tuple[str, ...]:
    return tuple(stem.replace("-", " ").casefold() for stem in table("notices")["hint"][kind].split())


def _says_something(line: str) -> bool:
    return len(line.split()) >= 4 or not regex.search(r"[\p{Latin}\p{Cyrillic}\p{Greek}]", line)


def _alternatives(words: str) -> str:
    found = sorted((fold(word.replace("-", " ")) for word in words.split()), key=len, reverse=True)
    return "|".join(regex.escape(word).replace(r"\ ", r"[\s-]+").replace(" ", r"[\s-]+") for word in found)


@cache
def _label(kind: NoticeKind) -> regex.Pattern[str]:
    date = r"\p{L}{3,9}\.?\s\d{1,2},?\s?\d{0,4}|\d{1,2}\.?\s\p{L}{3,9}\.?\s?\d{0,4}|\d{1,2}[./]\d{1,2}[./]?\d{0,4}"
    prepositions = r"(?:du|vom|del|van|am|on|à|um|at|av|den|z|ze|от|від|dne)\s[^:]{3,40}"
    return regex.compile(
        rf"""^[\s*_•·▪\-\[(|/<>#"']*
             (?:\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}\s*[:-]\s*)?
             (?:{_alternatives(table("notices")[kind.value]["label"])})
             \s*(?:\([^)]{{0,60}}\)|\[[^\]]{{0,60}}\]|[,-]?\s*(?:appended|notice|added|{date}|{prepositions}|\d{{1,2}}[.:h]\d{{2}}[^:]{{0,15}}))?
             \s*[:\-)\]】|]""",
        regex.VERBOSE | regex.IGNORECASE,
    )


@cache
def _phrase(kind: NoticeKind) -> regex.Pattern[str]:
    return regex.compile("|".join(table("notices")[kind.value]["phrase"]), regex.IGNORECASE)


@cache
def _stamp_word() -> regex.Pattern[str]:
    stamps = table("notices")["timestamp"]
    return regex.compile(
        rf"\b(?:{_alternatives(stamps['word'])})\b|(?:{_alternatives(stamps['word_cjk'])})", regex.IGNORECASE
    )


@cache
def _moment() -> regex.Pattern[str]:
    return regex.compile("|".join(table("notices")["timestamp"]["moment"]), regex.IGNORECASE)


@cache
def _relative() -> regex.Pattern[str]:
    return regex.compile("|".join(table("notices")["timestamp"]["relative"]), regex.IGNORECASE)


@cache
def _itself() -> frozenset[str]:
    return frozenset(table("notices")["timestamp"]["itself"].split())


@cache
def _filler() -> regex.Pattern[str]:
    months = " ".join(table("words")["date"].values())
    words = table("notices")["timestamp"]["filler"] + " " + months
    return regex.compile(rf"(?<![\p{{L}}])(?:{_alternatives(words)})(?![\p{{L}}])", regex.IGNORECASE)
