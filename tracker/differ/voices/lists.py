"""The word lists of one language, from `data/voices.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from tracker.differ.tables import base_language, table

Words = frozenset[str]
Phrases = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Lists:
    """The words of a language that lead to a speaker and say what he is; `data/voices.toml` explains each list."""

    language: str
    verbs: Words
    participles: Words
    separable: Mapping[str, Words]
    lookalike: Words
    aux: Words
    passive: Words
    passive_after: Words
    reflexive: Words
    not_before: Words
    skip: Words
    pronouns: Words
    determiners: Words
    indefinite: Words
    inner: Words
    stop: Words
    time: Words
    badleft: Words
    adverb: Words
    before: Phrases
    after: Words
    frames: Words
    inversion_words: Words
    titles: Words
    roles: Words
    anonymous: Words
    agents: tuple[str, ...]
    documents: Words
    stance: Mapping[str, str]
    prepositions: Words
    """Words inside a description that are no article."""
    heads: Words
    """Nouns that say what a speaker is."""
    cues: Words
    """Words at which somebody may be heard."""

    @property
    def noun_capitals(self) -> bool:
        """True where every noun has a capital."""
        return self.language == "de"


@cache
def lists(language: str) -> Lists | None:
    """The lists of a language, None where there are none."""
    language = base_language(language)
    entry = table("voices").get(language)
    if entry is None or language == "shared":
        return None

    def words(name: str) -> Words:
        return frozenset(entry.get(name, "").split())

    before = tuple(tuple(phrase.split("_")) for phrase in entry.get("before", "").split())
    separable: dict[str, set[str]] = {}
    for pair in entry.get("separable", "").split():
        verb, particle = pair.split("=")
        separable.setdefault(verb, set()).add(particle)
    return Lists(
        language=language,
        verbs=words("verbs"),
        participles=words("participles"),
        separable={verb: frozenset(particles) for verb, particles in separable.items()},
        lookalike=words("lookalike"),
        aux=words("aux"),
        passive=words("passive"),
        passive_after=words("passive_after"),
        reflexive=words("reflexive"),
        not_before=words("not_before"),
        skip=words("skip") | words("aux"),
        pronouns=words("pronouns"),
        determiners=words("determiners"),
        indefinite=words("indefinite"),
        inner=words("inner"),
        stop=words("stop"),
        time=words("time"),
        badleft=words("badleft"),
        adverb=words("adverb"),
        before=before,
        after=words("after"),
        frames=words("frames"),
        inversion_words=words("inversion_words"),
        titles=words("titles"),
        roles=words("roles"),
        anonymous=words("anonymous"),
        agents=tuple(entry.get("agents", "").split()),
        documents=words("documents"),
        stance={word.replace("_", " "): name for name, group in entry["stance"].items() for word in group.split()},
        prepositions=words("inner") - words("determiners") - {"&"},
        heads=words("roles") | words("anonymous") | words("documents"),
        cues=words("verbs")
        | words("participles")
        | words("after")
        | words("frames")
        | separable.keys()
        | {phrase[0] for phrase in before},
    )


@cache
def shared_words(name: str) -> Words:
    """A list that holds for all languages: `conjunctions` or `of`."""
    return frozenset(table("voices")["shared"][name].split())
