"""What words do in a notice: the roles of each language as patterns, and which languages a text may be one in."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import re2

from tracker.language.words import either, listed, near, pattern_set, plain, whole

_SPACES = str.maketrans(dict.fromkeys("\"'.,:;!?()[]/<>|*_·•…।؟،؛。、-", " "))
_HEAD = 2
"""Letters by which the stems that a word may begin with are told from the rest."""


@cache
def table() -> Mapping[str, Mapping[str, Any]]:
    """The word lists of `data/notices.toml` by language."""
    return tomllib.loads(files("tracker.language").joinpath("data", "notices.toml").read_text(encoding="utf-8"))


@cache
def roles_of(language: str) -> tuple[tuple[str, ...], re2.Set]:
    """The roles of a language, and the patterns by which a sentence is asked for all of them in one pass."""
    patterns = _patterns(language)
    return tuple(patterns), pattern_set(patterns.values())


def _patterns(language: str) -> dict[str, str]:
    """For each role that words of this language can play: the pattern that finds it."""
    words = table()[language]
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
DOES = (*_MENDS, "first", *_OPENS)


BOUND = ("self", "prior", "the", "due", "sorry", "we", "contrary", *_OPENS)
_NAMES = ("this", "own", "the", "text", "earlier", "due", "sorry", "we", "contrary", *_OPENS)
_WRONGS = ("misstate", "falsely", "wrong", "error", "version", "due", "contrary")
_TELLING = ("correct", "clarify", "add", "remove", "sorry", *_WRONGS, *_OPENS)
_ACTS = (*_TELLING, "right", "first")


def candidates(line: str) -> list[str]:
    """The languages in whose words a text may be a notice: it names a text of ours, and something done to it.

    Most texts hold no word of doing and are spared the rest.
    """
    if not _screen().Match(line):
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
        for language, words in table().items()
        if len(words) > 3
    )


@cache
def _screen() -> re2.Set:
    """One pattern for every word of doing, of all languages."""
    spaced: list[str] = []
    inside: list[str] = []
    for words in table().values():
        entries = [entry for name in _TELLING for entry in listed(words.get(name, ""))]
        clitics = listed(words.get("clitic", ""))
        (inside if words.get("unspaced") or clitics else spaced).extend(entries)
    return pattern_set((f"{whole(either(spaced))}|{either(inside)}",))
