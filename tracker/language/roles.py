"""What words do in a notice: the roles of each language as patterns, and which languages a text may be one in."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import re2

from tracker.language.words import either, listed, near, pattern_set, plain, whole
from tracker.model.plain import JsonObject

_SPACES = str.maketrans(dict.fromkeys("\"'.,:;!?()[]/<>|*_·•…।؟،؛。、-", " "))
_NONE: Mapping[str, int] = {}
_HEAD = 2
"""Letters by which the stems that a word may begin with are told from the rest."""


@cache
def table() -> Mapping[str, JsonObject]:
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
    add("misstated", of("say"), of("wrong"), between=3)
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
    names, acts = _first_words()
    both = names.languages(tokens, line) & acts.languages(tokens, line)
    return [language for bit, language in enumerate(table()) if both >> bit & 1] if both else []


class _FirstWords:
    """The first words of some entries of all languages: a quick look in which of them a text may hold one.

    A set of languages is a number with one bit for each, in the table's order.
    """

    def __init__(self, lists: tuple[str, ...]) -> None:
        self._words: dict[str, int] = {}
        self._stems: dict[str, dict[str, int]] = {}
        self._inside: dict[str, int] = {}
        for bit, words in enumerate(table().values()):
            if len(words) > 3:
                self._add(words, lists, 1 << bit)

    def _add(self, words: JsonObject, lists: tuple[str, ...], language: int) -> None:
        entries = [plain(entry) for name in lists for entry in listed(words.get(name, ""))]
        if words.get("unspaced"):
            for entry in entries:
                part = entry.replace("_", " ").split("*")[0]
                self._inside[part] = self._inside.get(part, 0) | language
            return
        clitics = ["", *map(plain, listed(words.get("clitic", "")))]
        for entry in entries:
            first = re.split(r"[_ \"'.,:;!?()\[\]/<>|·•\-]+", entry.lstrip("("))[0]
            stem, star, _ = first.partition("*")
            if star:
                stems = self._stems.setdefault(stem[:_HEAD], {})
                stems[stem] = stems.get(stem, 0) | language
            else:
                for clitic in clitics:
                    self._words[clitic + first] = self._words.get(clitic + first, 0) | language

    def languages(self, tokens: set[str], line: str) -> int:
        """The languages of which one of the words, or a word of one of the stems, is among these."""
        found = 0
        for token in tokens:
            found |= self._words.get(token, 0)
            for stem, languages in self._stems.get(token[:_HEAD], _NONE).items():
                if token.startswith(stem):
                    found |= languages
        for part, languages in self._inside.items():
            if part in line:
                found |= languages
        return found


@cache
def _first_words() -> tuple[_FirstWords, _FirstWords]:
    """The first words of what names a text, and of what is done to one."""
    return _FirstWords(_NAMES), _FirstWords(_ACTS)


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
