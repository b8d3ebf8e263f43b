"""Speakers in languages without capitals or without spaces: the words before or after a verb of speech."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import regex

from tracker.differ.tables import base_language, table
from tracker.differ.voices.tokens import QUOTATION, quotations
from tracker.model.voices import VoiceKind

_UNSPACED = ("ja", "zh")
_LONGEST = {"ja": 24, "zh": 16}
"""Code points of the longest speaker where words are not written apart; elsewhere eight words."""
_WORDS = 8
_CHINESE_NAME = (2, 3, 4)
"""Characters of a Chinese person's name."""
_BREAK = regex.compile(rf"[{QUOTATION}，,。.؟?！!；;：:、،؛।…\n「」『』“”\"«»()（）—–-]")
_HIRAGANA_END = regex.compile(r"\p{Hiragana}$")
_FULL_STOP = regex.compile(r"[。！？!?.।؟\n]")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A speaker as code points of a paragraph, with the verb that lets him speak."""

    start: int
    end: int
    source: str
    first: int
    last: int
    verb: str
    stance: str
    kind: VoiceKind
    pattern: str


@dataclass(frozen=True, slots=True)
class PlainLists:
    """What `data/voices_plain.toml` says of a language."""

    language: str
    order: str
    verbs: regex.Pattern[str]
    stance: Mapping[str, str]
    markers: tuple[str, ...]
    that: frozenset[str]
    by_before: regex.Pattern[str] | None
    by_stop: tuple[str, ...]
    by_after: regex.Pattern[str] | None
    honorific: tuple[str, ...]
    roles: tuple[str, ...]
    anonymous: tuple[str, ...]
    documents: tuple[str, ...]
    aside: tuple[str, ...]
    pronouns: tuple[str, ...]

    @property
    def spaced(self) -> bool:
        """True where words are written apart."""
        return self.language not in _UNSPACED


@cache
def plain_lists(language: str) -> PlainLists | None:
    """The lists of a language, None where there are none."""
    language = base_language(language)
    entry = table("voices_plain").get(language)
    if entry is None:
        return None

    def words(name: str) -> tuple[str, ...]:
        return tuple(word.replace("_", " ") for word in entry.get(name, "").split())

    stance = {word.replace("_", " "): name for name, group in entry["stance"].items() for word in group.split()}
    spaced = language not in _UNSPACED
    return PlainLists(
        language=language,
        order=entry["order"],
        verbs=_any_of((*words("verbs"), *stance), words("prefixes"), apart=spaced and language not in ("ko",)),
        stance=stance,
        markers=words("marker"),
        that=frozenset(words("that")),
        by_before=_before(words("by_before"), spaced) if words("by_before") else None,
        by_stop=words("by_stop"),
        by_after=_any_of(words("by_after"), (), apart=False) if words("by_after") else None,
        honorific=words("honorific"),
        roles=words("roles"),
        anonymous=words("anonymous"),
        documents=words("documents"),
        aside=words("aside"),
        pronouns=words("pronouns"),
    )


def _any_of(words: tuple[str, ...], prefixes: tuple[str, ...], *, apart: bool) -> regex.Pattern[str]:
    body = "|".join(map(regex.escape, sorted(words, key=len, reverse=True)))
    lead = f"(?:{'|'.join(prefixes)})?" if prefixes else ""
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}]){lead}({body})(?![\p{{L}}\p{{M}}])" if apart else f"({body})")


def _before(words: tuple[str, ...], spaced: bool) -> regex.Pattern[str]:
    """Prepositions; an Arabic one may be written with the word after it."""
    body = "|".join(map(regex.escape, sorted(words, key=len, reverse=True)))
    return regex.compile(rf"(?<![\p{{L}}\p{{M}}])و?(?:{body})\s*" if spaced else rf"(?:{body})")


def spoken(text: str, lists: PlainLists) -> list[Spoken]:
    """Everybody who is heard in a paragraph, in reading order."""
    masked = text
    for first, last in quotations(text):
        masked = masked[:first] + QUOTATION * (last - first) + masked[last:]
    found: list[Spoken] = []
    for one in (*_by_preposition(masked, lists), *_by_verb(masked, lists)):
        if all(one.end <= other.start or one.start >= other.end for other in found):
            found.append(one)
    return sorted(found, key=lambda one: one.start)


def _by_preposition(text: str, lists: PlainLists) -> Iterator[Spoken]:
    if lists.by_before is not None:
        for match in lists.by_before.finditer(text):
            start, end = match.end(), _break_after(text, match.end())
            stops = [at for stop in lists.by_stop if (at := text.find(stop, start, end)) > start]
            yield from _made(text, lists, start, min(stops, default=end), match, match.group().strip(), "preposition")
    if lists.by_after is not None:
        for match in lists.by_after.finditer(text):
            start = _break_before(text, match.start())
            yield from _made(text, lists, start, match.start(), match, match.group(1), "postposition")


def _by_verb(text: str, lists: PlainLists) -> Iterator[Spoken]:
    for match in (*lists.verbs.finditer(text), *_unknown_verbs(text, lists)):
        verb = match.group(1)
        if lists.order in ("after", "both"):
            made = list(_made(text, lists, *_phrase_after(text, lists, match.end()), match, verb, "inverted"))
            if made:
                yield from made
                continue
        if lists.order in ("before", "both"):
            yield from _made(text, lists, *_phrase_before(text, lists, match.start()), match, verb, "subject")


_AFTER_QUOTATION = {
    "ja": regex.compile(rf"{QUOTATION}と(\p{{Han}}+\p{{Hiragana}}?)"),
    "he": regex.compile(rf"{QUOTATION}\s?[,–-]?\s(\p{{L}}{{3,}})(?=\s)"),
    "ar": regex.compile(rf"{QUOTATION}\s?[،,]?\s(\p{{L}}{{3,}})(?=\s)"),
}
"""Where the word after a quotation is a verb of speech, whatever it says else."""


def _unknown_verbs(text: str, lists: PlainLists) -> Iterator[regex.Match[str]]:
    """Verbs after a quotation that the lists do not hold."""
    pattern = _AFTER_QUOTATION.get(lists.language)
    if pattern is not None:
        yield from (m for m in pattern.finditer(text) if not lists.verbs.search(m.group()))


def _phrase_after(text: str, lists: PlainLists, start: int) -> tuple[int, int]:
    """The words after a verb, up to punctuation or the word for "that"."""
    end = _break_after(text, start)
    found = list(regex.finditer(r"\S+", text[start:end]))
    for number, word in enumerate(found):
        glued = lists.language == "he" and word.group().startswith("ש") and 0 < number < len(found) - 1
        if glued or word.group() in lists.that:
            end = start + word.start()
            break
    return start, end


def _phrase_before(text: str, lists: PlainLists, verb: int) -> tuple[int, int]:
    """The words before a verb: up to the subject's marker where there is one, else from the last punctuation on."""
    sentence = max((m.end() for m in _FULL_STOP.finditer(text, 0, verb)), default=0)
    if lists.markers:
        return _marked(text, lists, sentence, verb)
    start = _break_before(text, verb)
    if lists.language == "tr":  # the subject opens the sentence, its words stand before the verb
        end = _break_after(text, sentence)
        return (sentence, end) if end < verb and text[end] in ",،" else (verb, verb)
    return start, verb


def _marked(text: str, lists: PlainLists, sentence: int, verb: int) -> tuple[int, int]:
    """The subject between the sentence's start or a break and its marker: 田中さんは, 장관은, मंत्री ने."""
    for start in (sentence, *(m.end() for m in _BREAK.finditer(text, sentence, verb))):
        end = _break_after(text, start)
        clause = text[start : min(end, verb)]
        places = [at for marker in lists.markers if (at := _marker(clause, marker, lists)) > 0]
        if places:
            return start, start + min(places)
    return verb, verb


def _marker(clause: str, marker: str, lists: PlainLists) -> int:
    """Where a marker stands in a clause, -1 where it does not."""
    if lists.language == "ja":
        return clause.find(marker)
    if lists.language == "ko":
        found = regex.search(rf"(?<=\p{{L}}){marker}(?=\s|$)", clause)
    else:
        found = regex.search(rf"(?<![\p{{L}}\p{{M}}]){marker}(?![\p{{L}}\p{{M}}])", clause)
    return found.start() if found else -1


def _break_after(text: str, start: int) -> int:
    found = _BREAK.search(text, start)
    return found.start() if found else len(text)


def _break_before(text: str, end: int) -> int:
    return max((m.end() for m in _BREAK.finditer(text, 0, end)), default=0)


def _made(
    text: str, lists: PlainLists, start: int, end: int, cue: regex.Match[str], verb: str, pattern: str
) -> Iterator[Spoken]:
    """A speaker from a stretch of text, unless it is empty or too long to name anybody."""
    while start < end and (text[start].isspace() or text[start] == QUOTATION):
        start += 1
    for word in lists.aside:
        if text.startswith(word, start, end):
            start += len(word)
    while end > start and text[end - 1].isspace():
        end -= 1
    if lists.language == "tr" and _capitalised_run(text, lists, start, end) < end:
        return  # a clause, of which only the first word has a capital
    source = text[start:end]
    if not any(c.isalpha() for c in source):
        return
    size = len(source.split()) if lists.spaced else len(source)
    if size > _LONGEST.get(lists.language, _WORDS):
        return
    what = _kind(source, lists)
    if what is not None:
        yield Spoken(
            *(start, end, source, cue.start(), cue.end(), verb, lists.stance.get(verb, ""), what, pattern),
        )


def _capitalised_run(text: str, lists: PlainLists, start: int, end: int) -> int:
    """Where the capitalised words and offices at the start of a Turkish clause end: what follows is what was said."""
    last = start
    for word in regex.finditer(r"\S+", text[start:end]):
        if not (word.group()[0].isupper() or word.group().casefold() in lists.roles + lists.anonymous):
            break
        last = start + word.end()
    return last


def _kind(source: str, lists: PlainLists) -> VoiceKind | None:
    words = source.split() if lists.spaced else [source]
    folded = [word.casefold() for word in words]

    def has(group: tuple[str, ...]) -> bool:
        if lists.spaced:
            return any(word in group or (lists.language == "ko" and word.endswith(group)) for word in folded)
        return source.endswith(group) or any(member in source for member in group)

    if any(c.isdigit() for c in source):
        return None
    if source in lists.pronouns:
        return VoiceKind.PRONOUN
    if not lists.spaced and lists.pronouns and source.startswith(lists.pronouns):
        return None
    if has(lists.anonymous):
        return VoiceKind.ANONYMOUS
    if has(lists.documents):
        return VoiceKind.DOCUMENT
    if lists.honorific and source.endswith(lists.honorific):
        return VoiceKind.NAME
    if not lists.spaced and _name_after_role(source, lists):
        return VoiceKind.NAME
    if has(lists.roles):
        named = len([word for word in folded if word not in lists.roles]) >= 2 and lists.spaced
        return VoiceKind.NAME if named else VoiceKind.OFFICE
    if lists.spaced:
        return VoiceKind.NAME if len(words) <= 4 and _may_name(words, lists) else None
    return VoiceKind.NAME if len(source) <= 8 and not _HIRAGANA_END.search(source) else None


def _name_after_role(source: str, lists: PlainLists) -> str:
    """The name after an office where words are not written apart: 市长李明; "" where there is none."""
    ends = [at + len(role) for role in lists.roles if (at := source.rfind(role)) >= 0]
    rest = source[max(ends, default=len(source)) :]
    return rest if len(rest) in _CHINESE_NAME and lists.language == "zh" else ""


def _may_name(words: list[str], lists: PlainLists) -> bool:
    """Turkish has capitals; where there are none, two words and more are taken for a name."""
    if lists.language == "tr":
        return all(word[0].isupper() for word in words)
    return len(words) >= 2 or lists.language in ("ko", "fa")
