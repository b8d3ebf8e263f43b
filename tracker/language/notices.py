"""Is this text the publisher speaking about the article itself, and what does it say?

A notice is known by what it does: it says that something was wrong, was added, was taken out, or is to be read
otherwise. The words that do so stand by language in `data/notices.toml`; here they are joined by a small grammar, the
same for every language. A reporter's sentence about somebody else's correction lacks the joint: it names no text of
the outlet's own. A line that only tells the time is a stamp (`stamps`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from tracker.language import stamps
from tracker.language.labels import JUNK, label, named_notes
from tracker.language.roles import BOUND, DOES, candidates, roles_of
from tracker.language.words import plain

_LONGEST = 2000
_READ = 800
"""Characters of a text within which it says that it is a notice."""
_BEGINNING = 300
"""Characters of a text that is asked whether it may be one."""
_OPENING = 3
"""Sentences within which a paragraph says that it is a notice; later ones only follow."""
_WEAK = 45
"""Words that a sentence has at most, when the outlet's own text is only called "the article"."""
_SENTENCE = re.compile(r"[.!?؟।]++[\"')\]]*+[ ]++|[。！？]++[\"')\]】]*+")
_QUOTED = re.compile(r'"[^"]{0,400}+"')


class NoticeKind(StrEnum):
    """What a notice says, most telling first."""

    CORRECTION = "correction"
    CLARIFICATION = "clarification"
    REMOVAL = "removal"
    UPDATE = "update"
    TIMESTAMP = "timestamp"


_CORRECTIONS = (NoticeKind.CORRECTION, NoticeKind.CLARIFICATION, NoticeKind.REMOVAL)
_OWN_WORK = ("first", "misstated", "misinformed", "sorry", "we", "contrary")
_STRENGTH = {kind: number for number, kind in enumerate(NoticeKind)}


@lru_cache(maxsize=4096)
def kind_of(text: str) -> NoticeKind | None:
    """The kind of notice a text is, or None when it is the article's own."""
    kind = _notice(text)
    if stamps.is_stamp(text):
        return _stamped(plain(text))
    return kind


@lru_cache(maxsize=4096)
def _notice(text: str) -> NoticeKind | None:
    """The kind of notice by label and words, stamps not told apart."""
    if not 4 <= len(text) <= _LONGEST:
        return None
    line = plain(text[:_READ])
    opening, rest = label(line)
    if opening in ("correction", "clarification"):
        return NoticeKind(opening)
    said = _said(rest)
    if said or opening is None:
        return said
    return NoticeKind.UPDATE if opening == "update" or line.lstrip(JUNK).startswith(named_notes()) else None


def is_notice(text: str) -> bool:
    """True when a text is the outlet's word about the article: more than the time of its last change."""
    return _notice(text) is not None and kind_of(text) is not NoticeKind.TIMESTAMP


def is_correction(text: str) -> bool:
    """True when a text says that the article was corrected or clarified, or that something was taken out of it."""
    return kind_of(text) in _CORRECTIONS


def may_be_notice(text: str) -> bool:
    """True for a notice, and for what names the outlet's own text and something done to it, or opens with a label.

    The beginning of the text is asked: for callers that must not take a notice for furniture.
    """
    begun = text[:_BEGINNING]
    if is_notice(begun):
        return True
    line = plain(begun)
    if label(line, signed=False)[0]:
        return True
    return any(_Said.of(language, line)("self|prior", "|".join(DOES)) for language in candidates(line))


def _stamped(line: str) -> NoticeKind:
    """ "Article updated on 7 January" speaks of the article and does not age by itself; "5 minutes ago" does."""
    return NoticeKind.TIMESTAMP if stamps.ages(line) else _said(line) or NoticeKind.TIMESTAMP


@dataclass(frozen=True)
class _Said:
    """What the words of one sentence do, by the names of the roles."""

    roles: frozenset[str]
    words: int

    @classmethod
    def of(cls, language: str, sentence: str) -> _Said:
        """What the words of a language do in a sentence."""
        roles, found = roles_of(language)
        said = {roles[i] for i in found.Match(sentence) or ()}
        if "text" in said and not said.isdisjoint(_OWN_WORK):
            said.add("the")  # "the text" may be a law's; beside what was said at first, or wrongly, it is ours
        return cls(frozenset(said), len(sentence.split()))

    def joins(self) -> bool:
        """True when a text of the outlet's, or the outlet, is named: without it no sentence is a notice."""
        return not self.roles.isdisjoint(BOUND)

    def __call__(self, *roles: str) -> bool:
        """True when the sentence has all these roles; `a|b` is one of two."""
        return all(not self.roles.isdisjoint(_either(role)) for role in roles)


@cache
def _either(role: str) -> tuple[str, ...]:
    return tuple(role.split("|"))


def _said(line: str) -> NoticeKind | None:
    """The weightiest that the sentences of a text say, in any language whose words they use."""
    spoken = [_spoken(language, line) for language in candidates(line)]
    return min((kind for kind in spoken if kind), key=_STRENGTH.__getitem__, default=None)


def _spoken(language: str, line: str) -> NoticeKind | None:
    """What the sentences of a text say of the article, in the words of one language."""
    together: set[str] = set()
    kinds = []
    text = _QUOTED.sub('""', line)
    for number, sentence in enumerate(filter(None, (part.strip(JUNK) for part in _SENTENCE.split(text)))):
        if number == 6:
            break
        said = _Said.of(language, sentence)
        together |= said.roles
        if not said.joins():
            continue
        if number < _OPENING and not text.rstrip().endswith(("?", "؟")):
            kinds.append(_clarifies(said) or _corrects(said) or _removes(said) or _updates(said))
    if together.isdisjoint(BOUND):
        return None
    whole_text = _Said(frozenset(together), len(line.split()))
    if whole_text.words <= 80 and _corrects_together(whole_text):
        kinds.append(NoticeKind.CORRECTION)
    return min((kind for kind in kinds if kind), key=_STRENGTH.__getitem__, default=None)


def _clarifies(said: _Said) -> NoticeKind | None:
    if said("opens_clarification") or (said("clarify", "self|done", "self|the") and not _third(said)):
        return None if said("misstated") else NoticeKind.CLARIFICATION
    return None


def _corrects(said: _Said) -> NoticeKind | None:
    """A version that was, something wrong in the text at hand, an apology for it, or the mending of it."""
    ours = said("self") or (said("the") and not _third(said))
    return (
        NoticeKind.CORRECTION
        if said("opens_correction")
        or said("contrary")
        or said("prior", "self|the")
        or (said("prior", "misstated|misinformed|we") and not said("version_of"))
        or said("self", "correct|misstated")
        or said("self", "error|misinformed|falsely", "first|sorry|we|due|correct")
        or said("self", "first", "say")
        or (ours and said("correct", "done"))
        or (ours and said("misstated"))
        or (ours and said("first", "say|misinformed|error"))
        or (said("due") and (ours or said("misstated|prior|we|misinformed|first")))
        or (said("we", "misstated") and not said("said"))
        or (said("we", "correct", "error|the|self|misinformed|prior") and not said("said"))
        or (said("sorry", "error|self|the") and not said("said"))
        else None
    )


def _corrects_together(said: _Said) -> bool:
    """What no sentence says alone: "It says here first … That is wrong"."""
    if said("said"):
        return False
    return (
        said("right", "first|misstated|prior", "self|the|we|prior")
        or said("self|the", "sorry")
        or said("error", "correct", "done", "self|the|prior|first")
        or said("misstated|misinformed|error", "sorry")
    )


def _removes(said: _Said) -> NoticeKind | None:
    ours = (
        said("remove", "self", "done|we")
        or said("remove", "we", "part|the")
        or said("remove", "part", "self|the", "done")
    )
    return NoticeKind.REMOVAL if ours and not _third(said) else None


def _updates(said: _Said) -> NoticeKind | None:
    ours = said("add", "self", "done|we") or said("add", "the", "done") or said("add", "we", "self|the")
    return NoticeKind.UPDATE if said("opens_update") or (ours and not _third(said)) else None


def _third(said: _Said) -> bool:
    """True for a sentence that quotes somebody, names an article of a law, or is long for a notice."""
    return said("said|law") or said.words > _WEAK
