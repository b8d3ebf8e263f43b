"""Who is heard in a content: headline, standfirst and every paragraph but captions and notices."""

from __future__ import annotations

from functools import lru_cache

from tracker.differ.voices import plain, spaced, tokens
from tracker.differ.voices.identity import key_of
from tracker.differ.voices.lists import Lists, lists
from tracker.model import Content, Kind, count_words
from tracker.model.voices import Voice, VoiceKind

HEADLINE, STANDFIRST = -2, -1
"""The places of headline and standfirst before paragraph 0."""

_SILENT = (Kind.NOTICE, Kind.CAPTION)


def voices(content: Content, language: str = "") -> tuple[Voice, ...]:
    """Everybody who is heard in a content, in reading order. Empty in a language without lists. Pure."""
    language = content.language or language
    if not is_read(language):
        return ()
    places = [(HEADLINE, content.headline), (STANDFIRST, content.standfirst)]
    places += [(number, p.text) for number, p in enumerate(content.paragraphs) if p.kind not in _SILENT]
    return tuple(voice for place, text in places if text for voice in in_text(text, language, place))


def is_read(language: str) -> bool:
    """True for a language whose speakers can be found."""
    return lists(language) is not None or plain.plain_lists(language) is not None


@lru_cache(maxsize=512)
def in_text(text: str, language: str, place: int = 0) -> tuple[Voice, ...]:
    """Everybody who is heard in one paragraph; two versions share nearly all of theirs."""
    known = lists(language)
    if known is not None:
        return _spaced(text, known, place)
    simple = plain.plain_lists(language)
    return _plain(text, simple, place) if simple is not None else ()


def _spaced(text: str, known: Lists, place: int) -> tuple[Voice, ...]:
    read = tokens.read(text, known.language)
    found = []
    for one in spaced.heard(read, known):
        start, end = read.spans[one.phrase[0]][0], read.spans[one.phrase[1] - 1][1]
        if one.kind is VoiceKind.PRONOUN and "-" in text[start:end]:
            start = text.rindex("-", start, end) + 1  # dit-il
        first, last = read.sentence(min(one.first, one.phrase[0]))
        first, last = max(0, first - 2), min(len(read.spans), last + 2)
        quoted = sum(
            count_words(text[slice(*read.spans[k])]) for k in range(first, last) if read.written[k] == tokens.QUOTATION
        )
        source = text[start:end]
        stance = known.stance.get(one.verb, "")
        key = key_of(source, one.kind, known.language)
        found.append(
            Voice(source, key, one.kind, place, start, end, one.verb, stance, one.pattern, bool(quoted), quoted)
        )
    return tuple(found)


def _plain(text: str, known: plain.PlainLists, place: int) -> tuple[Voice, ...]:
    quotes = tokens.quotations(text)
    found = []
    for one in plain.spoken(text, known):
        near = [q for q in quotes if not _stop_between(text, q, one)]
        quoted = sum(count_words(text[slice(*q)]) for q in near)
        key = key_of(one.source, one.kind, known.language)
        found.append(
            Voice(
                *(one.source, key, one.kind, place, one.start, one.end, one.verb, one.stance, one.pattern),
                direct=bool(near),
                quoted=quoted,
            )
        )
    return tuple(found)


def _stop_between(text: str, quote: tuple[int, int], one: plain.Spoken) -> bool:
    """True when a sentence ends between a quotation and its speaker."""
    between = text[quote[1] : one.start] if quote[1] <= one.start else text[max(one.last, one.end) : quote[0]]
    return any(mark in between for mark in "。.!?！？।")


def is_person(voice: Voice) -> bool:
    """True for a speaker that a view of speakers shows."""
    return voice.kind not in (VoiceKind.PRONOUN, VoiceKind.OTHER)
