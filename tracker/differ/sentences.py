"""Paragraphs to sentences without loss.

Wikimedia's sentencex proposes the cuts, one paragraph at a time; our rules take back those that fall after an
abbreviation, an initial, an ordinal or inside a quotation. Where its wheel is missing a plain rule proposes them:
measured, the choice of splitter is second to the rules after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache

import regex

from tracker.differ.tables import abbreviations, base_language
from tracker.differ.tokens import grapheme_edges, may_join
from tracker.language.stamps import is_stamp
from tracker.model import Paragraph, Sentence

_BREAK = regex.compile(
    r"""[.!?…؟۔।]+["”’»)\]]*\s+(?=["“‘«(\[¿¡„]?\s?[\p{Lu}\p{Lo}\p{N}])   # scripts with spaces
      | [。！？]+[」』”’）]*\s*                                         # scripts without
      | \n+""",
    regex.VERBOSE,
)
_OPENING = regex.compile(r"(?<=\s)(?:[“”„\"«»‘‚'(\[]{1,2}|«\s)$")
_LAST_WORD = regex.compile(r"([\p{L}\p{N}.]+)\.$")
_LOWER = regex.compile(r"\p{Ll}")
_BRAND = regex.compile(r"i(?:Phone|Pad|OS|Cloud|Tunes)|eBay|macOS")
_CONTINUES = regex.compile(r"[,;:)\]、，»]|[”’」』](?:\s|$)")
_ORDINAL = regex.compile(r"(?<!\p{N})\p{N}{1,2}\.$")
_ORDINAL_LANGUAGES = frozenset(
    ("de", "da", "fi", "cs", "sk", "hu", "no", "sv", "pl", "is", "et", "lv", "sl", "hr", "sr", "tr")
)
# sentencex takes every full stop before a number for an ordinal's there; after a plain word it is none.
_BEFORE_NUMBER = regex.compile(r"(?<=\p{Ll}{4}[.!?][”’»“]?)\s+(?=\p{Nd})")
# nor does it see that a sentence in brackets ended: "(He was late.) She left."
_AFTER_BRACKET = regex.compile(r"(?<=\p{Ll}[.!?…][)\]])\s+(?=[\"“‘«]?\p{Lu})")
_AFTER_HOUR = regex.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:E|C|M|P)(?:S|D)?T\b|local|on\b")
_INITIAL = regex.compile(r"(?<![\p{L}.])\p{Lu}\.$|(?<!\p{L})(?:\p{Lu}\.\s)+\p{Lu}\.$")


def split(text: str, language: str = "") -> list[str]:
    """The sentences of one paragraph; joined they are the paragraph."""
    return list(_split(text, language)) if text else []


@lru_cache(maxsize=1024)
def _split(text: str, language: str) -> tuple[str, ...]:
    """`split`, remembered: both versions of an article share most paragraphs."""
    proposed = {_before_opening(text, cut) for cut in _proposed(text, base_language(language))}
    cuts = [cut for cut in sorted(proposed) if 0 < cut < len(text)]
    if may_join(text):
        edges = grapheme_edges(text)
        cuts = [cut for cut in cuts if cut in edges]
    pieces: list[str] = []
    start = 0
    for cut in cuts:
        if not _joins(text[start:cut], text[cut:], base_language(language)):
            pieces.append(text[start:cut])
            start = cut
    return (*pieces, text[start:])


def sentences(paragraphs: Iterable[Paragraph], language: str = "") -> tuple[Sentence, ...]:
    """The sentences of an article in reading order, each with its paragraph's index and kind.

    A line that only tells the time stays whole, whatever full stops its date has.
    """
    return tuple(
        Sentence(text, index, paragraph.kind)
        for index, paragraph in enumerate(paragraphs)
        for text in ([paragraph.text] if is_stamp(paragraph.text) else split(paragraph.text, language))
    )


def _plain_cuts(_language: str, text: str) -> list[int]:
    return [match.end() for match in _BREAK.finditer(text)]


def _maintained_splitter() -> Callable[[str, str], list[int]]:
    try:
        from sentencex import get_sentence_boundaries
    except ImportError:
        return _plain_cuts

    def cuts(language: str, text: str) -> list[int]:
        try:
            return [boundary["start_index"] for boundary in get_sentence_boundaries(language or "en", text)]
        except BaseException as failure:
            if not _is_panic(failure):
                raise
            return _plain_cuts(language, text)

    return cuts


def _is_panic(failure: BaseException) -> bool:
    """True for a native library's own failure, which is no `Exception`: it must not end what asked for sentences."""
    return isinstance(failure, Exception) or type(failure).__name__ == "PanicException"


_CUTS = _maintained_splitter()
_ODD_SPACE = regex.compile(r"[\p{Z}\u0085--[ \u2028\u2029]]", regex.VERSION1)
_SURROGATE = regex.compile(r"[\ud800-\udfff]")


def _proposed(text: str, language: str) -> list[int]:
    # One for one, so that offsets stay: the library takes a byte for a letter before "\u00a0.".
    cuts = _CUTS(language, _ODD_SPACE.sub(" ", _SURROGATE.sub("\ufffd", text)))
    if language in _ORDINAL_LANGUAGES:
        cuts += [match.end() for match in _BEFORE_NUMBER.finditer(text)]
    return cuts + [match.end() for match in _AFTER_BRACKET.finditer(text)]


def _before_opening(text: str, cut: int) -> int:
    """The cut moved before a quotation mark or bracket that opens the next sentence."""
    opening = _OPENING.search(text, max(0, cut - 4), cut)
    return opening.start() if opening else cut


def _joins(left: str, right: str, language: str) -> bool:
    """True when a proposed cut is none: the sentence goes on in `right`."""
    tail, head = left.rstrip(), right.lstrip()
    if not head or not tail:
        return True
    if _LOWER.match(head) and not _BRAND.match(head) and tail[-1] not in "。！？":
        return True
    if _CONTINUES.match(head):
        return True
    if tail.endswith(".") and not tail.endswith("..") and _after_abbreviation(tail, head, language):
        return True
    if tail[-1] in "」』" and regex.match(r"\p{Hiragana}", head):
        return True
    return not left[-1].isspace() and bool(regex.match(r"\p{Hangul}", head))


def _after_abbreviation(tail: str, head: str, language: str) -> bool:
    tail = tail[-40:]
    if language in _ORDINAL_LANGUAGES and _ORDINAL.search(tail):
        return True
    if tail.endswith((".m.", ".M.")) and _AFTER_HOUR.match(head):
        return True
    match = _LAST_WORD.search(tail)
    word = match.group(1) if match else ""
    last = word.rsplit(".", 1)[-1]
    if word.casefold() in abbreviations("always") or last.casefold() in abbreviations("always"):
        return True
    if last[:1].isupper() and last.casefold() in abbreviations("capitalised"):
        return True
    if head[0].isnumeric() and last.casefold() in abbreviations("numeric"):
        return True
    # "J. Smith", "J. R. R. Tolkien", but not "in the U.S. The" and not a list's "Plan B. Then"
    return bool(_INITIAL.search(tail)) and bool(regex.match(r"\p{Lu}", head))
