"""Speakers in languages that write words apart and names with a capital."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from tracker.differ.voices.cues import Cue, cue_at
from tracker.differ.voices.lists import Lists
from tracker.differ.voices.phrases import Phrase, before_relative, kind, left, right, trimmed
from tracker.differ.voices.tokens import QUOTATION, Tokens
from tracker.model.voices import VoiceKind

_FRENCH_INVERTED = regex.compile(r"(.+?)-(?:t-)?(il|elle|on|ils|elles)")
_OPENS = frozenset((QUOTATION, ",", "—", "–", "-", "”", '"', "'", "»", "“", "’"))
_ENDS = frozenset((",", ".", ";", ":", QUOTATION, "—", "–", "-", "(", "!", "?", ""))
_MARKS = (",", ".", "!", "?", "…")
_NAME = 6
"""Tokens of the longest speaker behind a verb that is not known."""
_DASHES = frozenset((",", "—", "–", "-"))
_PEOPLE = (VoiceKind.NAME, VoiceKind.OFFICE, VoiceKind.ANONYMOUS)
_FULL = (VoiceKind.NAME, VoiceKind.OFFICE, VoiceKind.ANONYMOUS, VoiceKind.DOCUMENT)
_VAGUE_AFTER = ("einem", "einer", "ersten", "eigenen", "dem")
"""Last words of German prepositions that only papers and unnamed people follow: after a report, not after a match."""
_OWN = frozenset(("son", "sa", "ses", "su", "sus", "leur", "un", "une", "una"))


@dataclass(frozen=True, slots=True)
class Heard:
    """A speaker as tokens: his phrase, the cue, what he is, and by which pattern he was found."""

    phrase: Phrase
    first: int
    last: int
    verb: str
    word: str
    kind: VoiceKind
    pattern: str


def heard(tokens: Tokens, lists: Lists) -> list[Heard]:
    """Everybody who is heard in a paragraph, in reading order; overlapping cues count once."""
    found: list[Heard] = []
    for index, word in enumerate(tokens.low):
        if word == QUOTATION:
            quoted = _after_quotation(tokens, lists, index)
            if quoted is not None and quoted.word not in lists.cues:
                found.append(quoted)
            continue
        if word not in lists.cues and not ("-" in word and lists.language == "fr"):
            continue
        one = (
            _by_preposition(tokens, lists, index)
            or _by_postposition(tokens, lists, index)
            or _by_pronoun(tokens, lists, index)
            or _by_verb(tokens, lists, index)
            or _by_frame(tokens, lists, index)
        )
        if one is not None and all(one.last <= other.first or one.first >= other.last for other in found):
            found.append(one)
    return found


def _made(tokens: Tokens, lists: Lists, phrase: Phrase | None, cue: Cue, pattern: str) -> Heard | None:
    """A speaker from a phrase; None when the phrase names nobody. Somebody else than a person must be quoted."""
    if phrase is None or (short := trimmed(tokens, lists, phrase)) is None:
        return None
    what = kind(tokens, lists, short)
    if what in (None, VoiceKind.OTHER) and pattern == "preposition":
        what = VoiceKind.ANONYMOUS if tokens.low[short[0]] in lists.indefinite else VoiceKind.OTHER
    if what is None:
        return None
    one = Heard(short, cue.first, cue.last, cue.verb, cue.word, what, pattern)
    sure = what is not VoiceKind.OTHER or pattern == "preposition"
    return one if sure or _is_direct(tokens, one) else None


def _is_direct(tokens: Tokens, one: Heard) -> bool:
    first, last = tokens.sentence(min(one.first, one.phrase[0]))
    return QUOTATION in tokens.low[max(0, first - 2) : last + 2]


def _by_preposition(tokens: Tokens, lists: Lists, index: int) -> Heard | None:
    """According to X."""
    for phrase in lists.before:
        after = index + len(phrase)
        if tokens.low[index:after] != phrase:
            continue
        found = right(tokens, lists, after + (_at(tokens.low, after) in lists.verbs))
        if found is None:
            continue
        what = kind(tokens, lists, found)
        vague = lists.language != "en" and what is VoiceKind.OTHER and tokens.low[found[0]] not in _OWN
        papers = phrase[-1] in _VAGUE_AFTER and what not in (VoiceKind.DOCUMENT, VoiceKind.ANONYMOUS)
        if not vague and not papers and what is not VoiceKind.PRONOUN:
            words = " ".join(phrase)
            return _made(tokens, lists, found, Cue(index, after, words, words), "preposition")
    return None


def _by_postposition(tokens: Tokens, lists: Lists, index: int) -> Heard | None:
    word = tokens.low[index]
    if word not in lists.after or not index:
        return None
    return _made(tokens, lists, left(tokens, lists, index - 1), Cue(index, index + 1, word, word), "postposition")


def _by_pronoun(tokens: Tokens, lists: Lists, index: int) -> Heard | None:
    """French dit-il, a-t-elle déclaré: verb and pronoun in one word."""
    if lists.language != "fr" or (match := _FRENCH_INVERTED.fullmatch(tokens.low[index])) is None:
        return None
    verb = match.group(1)
    if verb in lists.aux:
        verb = next((word for word in tokens.low[index + 1 : index + 4] if word in lists.participles), "")
    elif verb not in lists.verbs:
        return None
    if not verb:
        return None
    return Heard((index, index + 1), index, index + 1, verb, verb, VoiceKind.PRONOUN, "inverted")


def _by_frame(tokens: Tokens, lists: Lists, index: int) -> Heard | None:
    """German "…, so X.", Dutch "…, aldus X."."""
    low = tokens.low
    if low[index] not in lists.frames or not index or low[index - 1] not in (",", QUOTATION, "“", '"'):
        return None
    following = low[index + 1] if index + 1 < len(low) else ""
    if following in lists.verbs | lists.aux | lists.stop or following in lists.prepositions:
        return None
    phrase = right(tokens, lists, index + 1)
    if phrase is None or not (_at(low, phrase[1]) in _ENDS or _at(low, phrase[1]) in lists.prepositions | lists.stop):
        return None
    return _made(tokens, lists, phrase, Cue(index, index + 1, low[index], low[index]), "frame")


def _after_quotation(tokens: Tokens, lists: Lists, index: int) -> Heard | None:
    """“…”, VERB X: whoever stands behind a verb right after a quotation speaks, whatever the verb."""
    low = tokens.low
    verb = index + 1
    while verb < len(low) and low[verb] in _DASHES:
        verb += 1
    if verb == index + 1 and tokens.text[tokens.spans[index][1] - 2] not in _MARKS:
        return None  # words that go on with the clause around them
    if verb >= len(low) or not low[verb].isalpha() or not tokens.written[verb][0].islower():
        return None
    small = lists.prepositions | lists.stop | lists.determiners | lists.aux | lists.skip | lists.pronouns
    phrase = None if low[verb] in small else right(tokens, lists, verb + 1)
    if phrase is None or phrase[0] != verb + 1 or kind(tokens, lists, phrase) not in _PEOPLE:
        return None
    if _at(low, phrase[1]) not in _ENDS or phrase[1] - phrase[0] > _NAME:
        return None
    return _made(tokens, lists, phrase, Cue(verb, verb + 1, low[verb], low[verb]), "inverted")


def _by_verb(tokens: Tokens, lists: Lists, index: int) -> Heard | None:
    """X said, said X: the subject left of the verb, or right of a verb that a quotation or comma opens."""
    cue = cue_at(tokens, lists, index)
    if cue is None:
        return None
    low, before = tokens.low, cue.first - 1
    opens = (
        before < 0 or low[before] in _OPENS or low[before] in lists.inversion_words or low[before] in (".", "!", "?")
    )
    subject = None if before < 0 or low[before] == QUOTATION else left(tokens, lists, before)
    subject = _person_left(tokens, lists, subject)
    if not cue.clear:  # of a verb that may be another one: only a paper shows or finds without "that"
        document = subject is not None and kind(tokens, lists, subject) is VoiceKind.DOCUMENT
        return _made(tokens, lists, subject, cue, "subject") if document else None
    inverted = _inverted(tokens, lists, cue)
    if lists.noun_capitals and subject and inverted and not _is_better(tokens, lists, subject, inverted):
        subject = None
    after_comma = before >= 0 and low[before] == "," and not (before >= 1 and low[before - 1] == QUOTATION)
    if opens and inverted and not (after_comma and subject and kind(tokens, lists, subject) in _FULL):
        return _made(tokens, lists, inverted, cue, "inverted")
    if (subject is None or kind(tokens, lists, subject) is None) and before > 0:
        subject = before_relative(tokens, lists, before) or subject
    if subject and kind(tokens, lists, subject):
        return _made(tokens, lists, subject, cue, "subject")
    if inverted and (opens or lists.noun_capitals):
        return _made(tokens, lists, inverted, cue, "inverted")
    return None


def _inverted(tokens: Tokens, lists: Lists, cue: Cue) -> Phrase | None:
    """The subject right of a verb, where its phrase ends like one."""
    low = tokens.low
    at = cue.last
    while at < len(low) and low[at] in lists.skip and low[at] not in lists.determiners:
        at += 1
    if at >= len(low) or (low[at] in lists.prepositions and low[at] not in lists.determiners):
        return None
    phrase = right(tokens, lists, at)
    if phrase is None or cue.word.endswith("ing"):
        return None
    after = _at(low, phrase[1])
    what = kind(tokens, lists, phrase)
    ends = after in _ENDS or after in lists.prepositions or after in lists.stop or after in lists.time
    ends = ends or (lists.noun_capitals and after.islower())
    if what in (None, VoiceKind.OTHER) or not ends:
        return None
    if lists.language == "en" and what is VoiceKind.PRONOUN and after in lists.stop:
        return None
    return phrase


def _person_left(tokens: Tokens, lists: Lists, phrase: Phrase | None) -> Phrase | None:
    """A phrase left of the verb that can be its subject: "In Washington the spokesman", not "In Washington"."""
    if phrase is None:
        return None
    first, last = phrase
    low = tokens.low
    if lists.noun_capitals:
        led = first and low[first - 1] in lists.badleft
        odd = low[first] in lists.prepositions or low[first].isdigit() or low[first] in lists.adverb
        return None if led or odd else phrase
    if low[first] in lists.prepositions and not tokens.written[first][0].islower():
        inside = next((k for k in range(first, last) if low[k] in lists.determiners | lists.pronouns), last)
        return None if inside + 1 >= last else phrase
    return phrase


def _is_better(tokens: Tokens, lists: Lists, subject: Phrase, inverted: Phrase) -> bool:
    """True when the phrase left of a German verb is a speaker and not an adverb before the verb's place."""
    person = kind(tokens, lists, inverted) in (VoiceKind.NAME, VoiceKind.PRONOUN)
    return not person or kind(tokens, lists, subject) in (
        *(VoiceKind.NAME, VoiceKind.PRONOUN, VoiceKind.ANONYMOUS, VoiceKind.OFFICE),
    )


def _at(low: tuple[str, ...], index: int) -> str:
    return low[index] if index < len(low) else ""
