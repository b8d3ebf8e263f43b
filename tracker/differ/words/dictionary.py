"""Which words a language has, and under which entry each stands: simplemma's lists, read when first asked for.

A list is kept as one sorted block of bytes instead of a dictionary: a tenth of the memory, and a look-up is a dozen
steps. A language without a list knows no word, so that the rules fall back on spelling alone.
"""

from __future__ import annotations

import lzma
import pickle
from array import array
from functools import lru_cache
from importlib.metadata import version
from itertools import accumulate

from simplemma.strategies.dictionaries.dictionary_factory import DATA_FOLDER, SUPPORTED_LANGUAGES

from tracker.differ.tables import base_language

VERSION = f"simplemma{'.'.join(version('simplemma').split('.')[:2])}"
"""Name and version of the lists: with another one the same edit may be judged otherwise."""

_LIST_OF = {"no": "nb", "hr": "hbs", "sr": "hbs", "bs": "hbs"}


class _Words:
    """The word forms of a language in order, and the entry of each."""

    def __init__(self, language: str) -> None:
        # Read as the library reads it, without its copy in strings: half the time and memory for a large language.
        with lzma.open(DATA_FOLDER / f"{language}.plzma", "rb") as file:
            entries: dict[bytes, bytes] = pickle.load(file)  # noqa: S301 - a file of the installed library
        lines = sorted(b"%b\t%b" % entry for entry in entries.items())
        self._lines = b"\n".join(lines)
        self._starts = array("I", accumulate((len(line) + 1 for line in lines), initial=0))

    def entry(self, form: str) -> str | None:
        """The dictionary entry of a form as it is written, or None."""
        wanted = f"{form}\t".encode()
        low, high = 0, len(self._starts) - 1
        while low < high:
            middle = (low + high) // 2
            if self._line(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        line = self._line(low) if low < len(self._starts) - 1 else b""
        return line.rpartition(b"\t")[2].decode() if line.startswith(wanted) else None

    def _line(self, number: int) -> bytes:
        return self._lines[self._starts[number] : self._starts[number + 1] - 1]


@lru_cache(maxsize=6)
def _words(name: str) -> _Words:
    return _Words(name)


def has_dictionary(language: str) -> bool:
    """True for a language of which the words are known."""
    return _list_of(language) in SUPPORTED_LANGUAGES


def _list_of(language: str) -> str:
    base = base_language(language)
    return _LIST_OF.get(base, base)


@lru_cache(maxsize=16384)
def lemma(word: str, language: str) -> str | None:
    """The entry of a word in the dictionary of a language, lower-cased; None for a word it does not hold."""
    name = _list_of(language)
    if name not in SUPPORTED_LANGUAGES or not word:
        return None
    words = _words(name)
    lower = word.casefold()
    for form in dict.fromkeys((word, lower, lower[0].upper() + lower[1:])):
        entry = words.entry(form)
        if entry is not None:
            return entry.casefold()
    return None


def two_words(a: str, b: str, language: str) -> bool:
    """True when the dictionary holds both words, under entries of which neither is the other word's."""
    first, second = lemma(a, language), lemma(b, language)
    if first is None or second is None or first == second:
        return False
    return first != b.casefold() and second != a.casefold()
