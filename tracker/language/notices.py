"""Is this text the publisher speaking about the article itself, and what does it say?

A notice is known by what it does: it says that something was wrong, was added, was taken out, or is to be read
otherwise. The words that do so stand by language in `data/notices.toml`; here they are joined by a small grammar, the
same for every language. A reporter's sentence about somebody else's correction lacks the joint: it names no text of
the outlet's own. A line that only tells the time is a stamp (`stamps`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import re2

from tracker.language import stamps
from tracker.language.words import either, listed, near, options, pattern_set, plain, whole

_LONGEST = 2000
_HEAD = 2
"""Letters by which the stems that a word may begin with are told from the rest."""
_READ = 800
"""Characters of a text within which it says that it is a notice."""
_OPENING = 3
"""Sentences within which a paragraph says that it is a notice; later ones only follow."""
_WEAK = 45
"""Words that a sentence has at most, when the outlet's own text is only called "the article"."""
_SPACES = str.maketrans(dict.fromkeys("\"'.,:;!?()[]/<>|*_·•…।؟،؛。、-", " "))
_SENTENCE = re.compile(r"[.!?؟।]++[\"')\]]*+[ ]++|[。！？]++[\"')\]】]*+")
_QUOTED = re.compile(r'"[^"]{0,400}+"')
_JUNK = " *_•·▪-[(|/<>#\"'※【〔《▼■◆●+→►~"
_TAIL = re2.compile(
    r"""^(?:[ ]?[(\[][^)\]]{0,60}[)\]]|[ ,/\-]{0,3}(?:appended|notice|added|der redaktion)"""
    r"""|[ ,/\-]{1,3}[^:|\])】]{0,40}\pN[^:|\])】]{0,24}|[ ]?\pN[^:|\])】]{0,30}"""
    r"""|[ ]\pN{1,2}[:.]\pN{2}[^:|\])】]{0,12})?"""
    r"""[*_ ]{0,3}(?:(?P<sign>[:\])】|〕》]|[ ]-|-[ ]|[.。][ ])|$)""",
)
_LABELS = ("correction", "clarification", "update", "note")


class NoticeKind(StrEnum):
    """What a notice says, most telling first."""

    CORRECTION = "correction"
    CLARIFICATION = "clarification"
    REMOVAL = "removal"
    UPDATE = "update"
    TIMESTAMP = "timestamp"


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
    label, rest = _label(line)
    if label in ("correction", "clarification"):
        return NoticeKind(label)
    said = _said(rest)
    if said or label is None:
        return said
    return NoticeKind.UPDATE if label == "update" or line.lstrip(_JUNK).startswith(_named_notes()) else None


def is_notice(text: str) -> bool:
    """True when a text is the outlet's word about the article: more than the time of its last change."""
    return _notice(text) is not None and kind_of(text) is not NoticeKind.TIMESTAMP


def may_be_notice(text: str) -> bool:
    """True for a notice, and for what names the outlet's own text and something done to it, or opens with a label."""
    if is_notice(text):
        return True
    line = plain(text)
    if _label(line, signed=False)[0]:
        return True
    return any(_Said.of(language, line)("self|prior", "|".join(_DOES)) for language in _candidates(line))


def _stamped(line: str) -> NoticeKind:
    """ "Article updated on 7 January" speaks of the article and does not age by itself; "5 minutes ago" does."""
    return NoticeKind.TIMESTAMP if stamps.ages(line) else _said(line) or NoticeKind.TIMESTAMP


# -- labels -----------------------------------------------------------------------------------------------------------


def _label(line: str, signed: bool = True) -> tuple[str | None, str]:
    """The kind of label that a line opens with ("correction", "clarification", "update", "note"), and what follows it.

    `signed` asks for the sign that ends a label; without it a word that is a label elsewhere is enough.
    """
    text = line.lstrip(_JUNK)
    if not text.startswith(_label_texts()):
        return None, line
    for end in range(min(len(text), _longest_label()), 0, -1):
        kind = _label_kinds().get(text[:end])
        if kind is None:
            continue
        match = _TAIL.match(text[end : end + 160])
        rest = text[end + match.end() :] if match else ""
        if match and match.group("sign") and any(letter.isalnum() for letter in rest):
            return kind, rest
        if not signed and kind != "note" and not text[end : end + 1].isalnum():
            return kind, text[end:]
    return None, line


@cache
def _label_kinds() -> Mapping[str, str]:
    """For each label as it is compared: its kind. The weightier kind wins where two languages share a word."""
    kinds: dict[str, str] = {}
    for kind in _LABELS:
        for words in _table().values():
            for entry in listed(words.get(f"label_{kind}", "")):
                kinds.setdefault(plain(entry.replace("_", " ")), kind)
    return kinds


@cache
def _label_texts() -> tuple[str, ...]:
    # a label that begins with another needs not be asked about
    labels = sorted(_label_kinds())
    return tuple(label for label in labels if not any(label != o and label.startswith(o) for o in labels))


@cache
def _longest_label() -> int:
    return max(map(len, _label_kinds()))


@cache
def _named_notes() -> tuple[str, ...]:
    """Labels that name the newsroom: what they introduce is a notice whatever it says; a bare "Note:" is not."""
    return tuple(label for label, kind in _label_kinds().items() if kind == "note" and (" " in label or "." in label))


# -- sentences --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Said:
    """What the words of one sentence do, by the names of the roles."""

    roles: frozenset[str]
    words: int

    @classmethod
    def of(cls, language: str, sentence: str) -> _Said:
        """What the words of a language do in a sentence."""
        roles, found = _roles(language)
        said = {roles[i] for i in found.Match(sentence) or ()}
        if "text" in said and not said.isdisjoint(_OWN_WORK):
            said.add("the")  # "the text" may be a law's; beside what was said at first, or wrongly, it is ours
        return cls(frozenset(said), len(sentence.split()))

    def joins(self) -> bool:
        """True when a text of the outlet's, or the outlet, is named: without it no sentence is a notice."""
        return not self.roles.isdisjoint(_BOUND)

    def __call__(self, *roles: str) -> bool:
        """True when the sentence has all these roles; `a|b` is one of two."""
        return all(not self.roles.isdisjoint(_either(role)) for role in roles)


@cache
def _either(role: str) -> tuple[str, ...]:
    return tuple(role.split("|"))


def _said(line: str) -> NoticeKind | None:
    """The weightiest that the sentences of a text say, in any language whose words they use."""
    spoken = [_spoken(language, line) for language in _candidates(line)]
    return min((kind for kind in spoken if kind), key=_STRENGTH.__getitem__, default=None)


def _spoken(language: str, line: str) -> NoticeKind | None:
    """What the sentences of a text say of the article, in the words of one language."""
    together: set[str] = set()
    kinds = []
    text = _QUOTED.sub('""', line)
    for number, sentence in enumerate(filter(None, (part.strip(_JUNK) for part in _SENTENCE.split(text)))):
        if number == 6:
            break
        said = _Said.of(language, sentence)
        together |= said.roles
        if not said.joins():
            continue
        if number < _OPENING and not text.rstrip().endswith(("?", "؟")):
            kinds.append(_clarifies(said) or _corrects(said) or _removes(said) or _updates(said))
    if together.isdisjoint(_BOUND):
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


# -- tables -----------------------------------------------------------------------------------------------------------


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(files("tracker.language").joinpath("data", "notices.toml").read_text(encoding="utf-8"))


@cache
def _roles(language: str) -> tuple[tuple[str, ...], re2.Set]:
    """The roles of a language, and the patterns by which a sentence is asked for all of them in one pass."""
    patterns = _patterns(language)
    return tuple(patterns), pattern_set(patterns.values())


def _patterns(language: str) -> dict[str, str]:
    """For each role that words of this language can play: the pattern that finds it."""
    words = _table()[language]
    spaced = not words.get("unspaced", False)
    clitics = listed(words.get("clitic", ""))
    clitic = f"(?:{'|'.join(map(plain, clitics))})?" if clitics else ""

    def of(name: str) -> str:
        entries = listed(words.get(name, ""))
        return either(entries, clitic) if entries else ""

    made: dict[str, list[str]] = {}

    def add(role: str, *patterns: str, between: int = 0, both: bool = False) -> None:
        if not all(patterns):
            return
        if len(patterns) == 1:
            made.setdefault(role, []).append(whole(patterns[0], spaced))
            return
        for pair in (patterns, patterns[::-1]) if both else (patterns,):
            made.setdefault(role, []).append(whole(near(pair[0], pair[1], between, spaced), spaced))

    for role in (
        "first",
        "falsely",
        "say",
        "error",
        "due",
        "sorry",
        "we",
        "correct",
        "clarify",
        "add",
        "remove",
        "part",
    ):
        add(role, of(role))
    for role in ("done", "right", "contrary", "said", "the", "text"):
        add(role, of(role))
    add("self", of("this"), of("noun"), between=2)
    if words.get("after"):
        add("self", of("noun"), of("this"), between=1)
    add("self", of("own"))
    add("prior", of("earlier"), of("version"), between=1)
    add("prior", of("version"), of("earlier"), between=3)
    add("version_of", of("version"), of("of"))
    add("misstated", of("misstate"))
    add("misstated", of("falsely"), of("say"), between=2, both=True)
    add("misinformed", of("wrong"), of("info"), between=2, both=True)
    if of("noun"):
        add("law", either(listed(words["noun"]), clitic), r"[0-9]{1,4}")
    for name in ("opens_correction", "opens_clarification", "opens_update"):
        if of(name):
            made[name] = ["^" + whole(of(name), spaced)]
    return {role: "|".join(patterns) for role, patterns in made.items()}


_OPENS = ("opens_correction", "opens_clarification", "opens_update")
_MENDS = ("correct", "clarify", "add", "remove", "misstated", "misinformed", "error", "sorry", "contrary", "prior")
_DOES = (*_MENDS, "first", *_OPENS)


_BOUND = ("self", "prior", "the", "due", "sorry", "we", "contrary", *_OPENS)
_NAMES = ("this", "own", "the", "text", "earlier", "due", "sorry", "we", "contrary", *_OPENS)
_WRONGS = ("misstate", "falsely", "wrong", "error", "version", "due", "contrary")
_TELLING = ("correct", "clarify", "add", "remove", "sorry", *_WRONGS, *_OPENS)
_ACTS = (*_TELLING, "right", "first")


def _candidates(line: str) -> list[str]:
    """The languages in whose words a text may be a notice: it names a text of ours, and something done to it.

    Most texts hold no word of doing and are spared the rest.
    """
    if _screen().search(line) is None:
        return []
    tokens = set(line.translate(_SPACES).split())
    heads = {token[:_HEAD] for token in tokens}
    found = []
    for language, names, acts in _first_words():
        if names.touches(tokens, heads, line) and acts.touches(tokens, heads, line):
            found.append(language)
    return found


@dataclass(frozen=True)
class _FirstWords:
    """The first words of some entries of one language: a quick look whether any of them can be in a text."""

    words: frozenset[str]
    stems: tuple[str, ...]
    heads: frozenset[str]
    inside: tuple[str, ...]

    @classmethod
    def of(cls, words: Mapping[str, Any], names: tuple[str, ...]) -> _FirstWords:
        """The first words of the entries of these lists."""
        entries = [plain(entry) for name in names for entry in listed(words.get(name, ""))]
        if words.get("unspaced"):
            return cls(frozenset(), (), frozenset(), tuple(entry.replace("_", " ").split("*")[0] for entry in entries))
        firsts = [re.split(r"[_ \"'.,:;!?()\[\]/<>|·•\-]+", entry.lstrip("("))[0] for entry in entries]
        clitics = ["", *map(plain, listed(words.get("clitic", "")))]
        exact = frozenset(clitic + first for first in firsts if "*" not in first for clitic in clitics)
        stems = {first.split("*")[0] for first in firsts if "*" in first}
        return cls(exact, tuple(stems), frozenset(stem[:_HEAD] for stem in stems), ())

    def touches(self, tokens: set[str], heads: set[str], line: str) -> bool:
        """True when one of the words, or a word of one of the stems, is among these."""
        if not self.words.isdisjoint(tokens):
            return True
        if not self.heads.isdisjoint(heads) and any(token.startswith(self.stems) for token in tokens):
            return True
        return any(part in line for part in self.inside)


@cache
def _first_words() -> tuple[tuple[str, _FirstWords, _FirstWords], ...]:
    """For each language the first words of what names a text, and of what is done to one."""
    return tuple(
        (language, _FirstWords.of(words, _NAMES), _FirstWords.of(words, _ACTS))
        for language, words in _table().items()
        if len(words) > 3
    )


@cache
def _screen() -> re2.Pattern[str]:
    """One pattern for every word of doing, of all languages."""
    spaced: list[str] = []
    inside: list[str] = []
    for words in _table().values():
        entries = [entry for name in _TELLING for entry in listed(words.get(name, ""))]
        clitics = listed(words.get("clitic", ""))
        (inside if words.get("unspaced") or clitics else spaced).extend(entries)
    return re2.compile(f"{whole(either(spaced))}|{either(inside)}", options())
