"""The differ's data files, read once: word lists, number words, abbreviations, notice wording, scores."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files

import regex

from tracker.model import ChangeClass
from tracker.model.plain import JsonObject

_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")


@cache
def table(name: str) -> JsonObject:
    """The data file of that name, parsed."""
    return tomllib.loads(files("tracker.differ").joinpath("data", f"{name}.toml").read_text(encoding="utf-8"))


@lru_cache(maxsize=256)
def base_language(tag: str) -> str:
    """The language of a tag such as `pt-BR` or `zh_TW`; Norwegian in both its forms is `no`."""
    base = tag.replace("_", "-").split("-")[0].casefold()
    return "no" if base in ("nb", "nn") else base


@cache
def word_list(concept: str, language: str) -> frozenset[str]:
    """The words of a concept in a language; of all languages where this one is unknown or not listed."""
    lists = table("words")[concept]
    language = base_language(language)
    return frozenset(lists[language].split() if language in lists else " ".join(lists.values()).split())


@cache
def concepts(language: str) -> Mapping[str, tuple[str, ...]]:
    """For each word that turns, hedges, dates or attributes a statement: which of these it does."""
    found: dict[str, tuple[str, ...]] = {}
    for concept in ("negation", "hedge", "date", "attribution"):
        for word in word_list(concept, language):
            found[word] = (*found.get(word, ()), concept)
    return found


@cache
def same_hedges() -> Mapping[str, str]:
    """For each hedge that others say the same as: the name of their group."""
    return {word: name for name, group in table("words")["same_hedge"].items() for word in group.split()}


@cache
def grammar_groups() -> tuple[frozenset[str], ...]:
    """Words that carry only grammar, in groups that stand for each other."""
    return tuple(frozenset(group.split()) for group in table("words")["article"].values())


@cache
def abbreviations(kind: str) -> frozenset[str]:
    """Words after which a full stop does not end a sentence: `always`, `capitalised` or `numeric` ones."""
    return frozenset(table("abbreviations")[kind].split())


@cache
def number_words(language: str) -> Mapping[str, float]:
    """The value of each number word of a language, of all languages where it is unknown; scales not included."""
    values: dict[str, float] = {}
    for entry in _number_tables(language):
        first = 0
        for value, word in enumerate(entry["small"].split(), first):
            values.setdefault(word, float(value))
        for value, word in enumerate(entry["tens"].split(), 3):
            values.setdefault(word, float(10 * value))
        values.update(_pairs(entry["other"]))
        for word in entry["one"].split():
            values.setdefault(word, 1.0)
    values.pop("_", None)
    return values


@cache
def joined_number_words(language: str) -> Mapping[str, float]:
    """The forms that number words of a language have only inside a longer one: vent(uno)."""
    return _pairs(table("numbers").get(base_language(language), {}).get("joined", ""))


@cache
def number_scales(language: str) -> Mapping[str, float]:
    """The value of each magnitude word (`hundred`, `Mrd`, `万`) of a language, of all where it is unknown."""
    scales: dict[str, float] = {}
    for entry in _number_tables(language):
        for word, value in _pairs(entry["scale"]).items():
            scales.setdefault(word, value)
    return scales


@cache
def words_for_one(language: str) -> frozenset[str]:
    """Words for "one", which are articles or pronouns as often as numbers."""
    return frozenset(word for entry in _number_tables(language) for word in entry["one"].split())


@cache
def units() -> Mapping[str, str]:
    """The canonical name of each word or sign for what numbers count, in any language."""
    return {word.casefold(): unit for unit, names in table("numbers")["unit"].items() for word in names.split()}


@cache
def unit_phrases() -> Mapping[str, str]:
    """For each unit of several words, the first single word of the same unit."""
    phrases: dict[str, str] = {}
    for names in table("numbers")["unit"].values():
        first = names.split()[0]
        phrases |= {name.casefold().replace("-", " "): first for name in names.split() if _is_phrase(name)}
    return phrases


@cache
def measures() -> Mapping[str, tuple[str, float]]:
    """The dimension of each unit that can be converted, and its size in that dimension."""
    dimensions = table("numbers")["measure"].items()
    return {unit: (dimension, size) for dimension, sizes in dimensions for unit, size in _pairs(sizes).items()}


def _is_phrase(name: str) -> bool:
    """True for names that no single token is: joined by hyphens, or several characters of a script without spaces."""
    return len(name) > 1 and ("-" in name or bool(_UNSPACED.match(name)))


def class_score(class_: ChangeClass) -> int:
    """Points for a class."""
    return int(table("scores")["class"][class_.value])


def tag_score(tag: str) -> int:
    """Points for a tag; 0 for tags that only explain."""
    return int(table("scores")["tag"].get(tag, 0))


def operation_score(operation: str) -> int:
    """Points for an operation that changed no word."""
    return int(table("scores")["operation"][operation])


def _number_tables(language: str) -> list[Mapping[str, str]]:
    tables = table("numbers")
    language = base_language(language)
    languages = {name: entry for name, entry in tables.items() if name not in ("unit", "measure", "han", "kind")}
    return [languages[language]] if language in languages else list(languages.values())


def _pairs(text: str) -> dict[str, float]:
    return {word: float(value) for word, value in (pair.split("=") for pair in text.split())}
