"""Which speakers of two versions are the same: a name by its last word, an office by its noun."""

from __future__ import annotations

from functools import cache

import regex

from tracker.differ.tables import base_language, table, word_list
from tracker.differ.tokens import words
from tracker.differ.voices.lists import Lists, lists, shared_words
from tracker.differ.voices.plain import plain_lists
from tracker.model.voices import VoiceKind

_POSSESSIVE = regex.compile(r"['’](?:s|S)?$")
_ARTICLE = regex.compile(r"(?i)^(?:al|el|ال)[-‐]?(?=\p{L}{3})")
_INFLECTED = frozenset(
    ["pl", "cs", "sk", "ru", "uk", "bg", "sr", "hr", "sl", "fi", "et", "hu", "lv", "lt", "el", "tr", "ro"]
)
_PARTICLES = frozenset(("von", "van", "der", "den", "ter", "zu"))
_STEM = 4
"""Code points that two forms of an inflected name share at the least."""
_ENDING = 3
"""Code points of the longest ending of one."""


def key_of(source: str, kind: VoiceKind, language: str) -> str:
    """What stands for a speaker: the last word of a name, the noun of an office, the bare phrase of others."""
    language = base_language(language)
    if kind is VoiceKind.PRONOUN:
        return ""
    if plain_lists(language) is not None:
        return _plain_key(source, kind, language)
    known = lists(language)
    bare = _bare(source, language)
    if kind is VoiceKind.NAME:
        names = [
            w for w in _before_of(bare, known) if w[0].isupper() and (known is None or not _is_head(w, known))
        ] or bare
        return _ARTICLE.sub("", names[-1]).casefold() if names else source.casefold()
    bare = _without_of(bare)
    head = next((word for word in bare if known is not None and _is_head(word, known)), "")
    if head:
        names = [] if known is None or known.noun_capitals else [w for w in bare if w[0].isupper() and w != head]
        return " ".join([head, *names]).casefold()
    return " ".join(bare).casefold() or source.casefold()


def offices_of(source: str, language: str) -> frozenset[str]:
    """The offices that a phrase names, with or without the person's name beside them."""
    known = lists(base_language(language))
    if known is None:
        plain = plain_lists(language)
        return frozenset(role for role in plain.roles if role in source) if plain else frozenset()
    return frozenset(word.casefold() for word in words(source) if word.casefold() in known.roles)


def same_name(a: str, b: str, language: str) -> bool:
    """True for one key, for an acronym and what it stands for, and for two forms of an inflected name."""
    if a == b:
        return True
    if not a or not b:
        return False
    language = base_language(language)
    if plain_lists(language) is not None:
        short, long = sorted((a, b), key=len)
        return len(short) >= 2 and (long.startswith(short) or long.endswith(short))
    if language not in _INFLECTED:
        return False
    shared = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return shared >= _STEM and max(len(a), len(b)) - shared <= _ENDING


def acronym(source: str, language: str) -> str:
    """The initials of a body of several words, "" for anything else: European Central Bank is ECB."""
    capitals = [word for word in _without_of(_bare(source, language)) if word[0].isupper()]
    return "".join(word[0] for word in capitals).casefold() if len(capitals) > 2 else ""


def is_named(key: str, text: str, language: str) -> bool:
    """True when a speaker's key is a word of a text without case, in an inflected language in any of its forms."""
    if plain_lists(language) is not None:
        return key in text
    inflected = base_language(language) in _INFLECTED
    stem = key[: max(_STEM, len(key) - _ENDING)] if inflected else key
    at = text.find(stem)
    while at >= 0:
        end = at + len(stem)
        while end < len(text) and text[end].isalnum():
            end += 1
        word = text[at:end]
        if not (at and text[at - 1].isalnum()) and (word == key or (inflected and same_name(key, word, language))):
            return True
        at = text.find(stem, at + 1)
    return False


def last_name(source: str, language: str) -> str:
    """The last capitalised word of a phrase, whatever stands before it: Luis de Guindos is also Guindos."""
    names = [word for word in _bare(source, language) if word[0].isupper()]
    return names[-1].casefold() if names else ""


def first_names(source: str, language: str) -> frozenset[str]:
    """The first word of a name of several."""
    if plain_lists(base_language(language)) is not None:
        return frozenset()
    known = lists(base_language(language))
    names = [w for w in _bare(source, language) if w[0].isupper() and (known is None or not _is_head(w, known))]
    return frozenset((names[0].casefold(),)) if len(names) > 1 else frozenset()


def _before_of(bare: list[str], known: Lists | None) -> list[str]:
    """A name without what it belongs to: Colin Marsh of the Parents' Group. A noble "von" belongs to the name."""
    small = shared_words("of") | (known.prepositions if known else frozenset())
    ends = (
        i for i, word in enumerate(bare) if i and word.casefold() in small - _PARTICLES and bare[i - 1][0].isupper()
    )
    cut = next(ends, len(bare))
    return bare[:cut]


def _is_head(word: str, known: Lists) -> bool:
    return word.casefold() in known.heads or word.casefold() in known.titles


def _bare(source: str, language: str) -> list[str]:
    """The words of a phrase without articles, titles, numbers and possessives, as they stand."""
    known = lists(base_language(language))
    small = word_list("function", base_language(language))
    drop = (small - shared_words("of") - (known.prepositions if known else frozenset())) | (
        known.determiners | known.titles | known.indefinite if known else frozenset()
    )
    found = [_POSSESSIVE.sub("", word) for word in words(source)]
    return [w for w in found if w and w.casefold() not in drop and not w.isdigit()]


def _without_of(bare: list[str]) -> list[str]:
    return [word for word in bare if word.casefold() not in shared_words("of")]


@cache
def _honorifics(language: str) -> tuple[str, ...]:
    entry = table("voices_plain")[language]
    return tuple(sorted(entry.get("honorific", "").split(), key=len, reverse=True))


def _plain_key(source: str, kind: VoiceKind, language: str) -> str:
    """A name without its title and honorific; another speaker's own words."""
    known = plain_lists(language)
    text = source.casefold()
    for honorific in _honorifics(language):
        text = text.removesuffix(honorific).rstrip()
    if known is None or kind is not VoiceKind.NAME:
        return text
    if known.spaced:
        rest = [word for word in text.split() if word not in known.roles]
        return " ".join(rest) or text
    ends = [at + len(role) for role in (*known.roles, "の") if (at := text.rfind(role)) >= 0]
    return text[max(ends, default=0) :] or text
