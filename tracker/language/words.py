"""Text and word lists made plain alike, and lists of words made into patterns that are linear in the text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

import re2

_PLAIN = str.maketrans(
    {
        **dict.fromkeys("“”„«»‟〝〞＂「」『』", '"'),
        **dict.fromkeys("‘’‚‹›´`′ʼ＇", "'"),
        **dict.fromkeys("–—‑−‐―", "-"),
        **dict.fromkeys("\u00a0\u202f\u2007\u2009\u200a\u2002\u2003\u3000\n\t", " "),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u061cـ", None),
        **{chr(code): None for code in range(0x64B, 0x653)},  # Arabic vowel signs
        **dict.fromkeys("أإآ", "ا"),
        **dict(zip("يىكةۀ", "ییکهه", strict=True)),
        **dict(zip("：（）［］", ":()[]", strict=True)),
        "ё": "е",
        "ı": "i",
        "\u0307": None,  # what is left of a Turkish capital I with a dot
    }
)
# Most texts hold few of these, and to look every letter of a text up would cost ten times as much.
_TURNED = re.compile(f"[{re.escape(''.join(map(chr, _PLAIN)))}]+")
# Signs that end a word, spelled out: the classes of Unicode make automata of a hundred times the size.
_SIGNS = r" \"'.,:;!?()\[\]/<>|*_·•…।؟،؛。、\-"
_BEFORE = f"(?:^|[{_SIGNS}])"
_AFTER = f"(?:[{_SIGNS}]|$)"
_LETTERS = f"[^{_SIGNS}]"
_MEMORY = 64 << 20


def plain(text: str) -> str:
    """The text in lower case, with one kind of quote, dash and space: as the word lists are compared with it."""
    lower = text.lower()
    if lower.isascii():
        return lower
    whole_letters = lower.encode("utf-8", "replace").decode("utf-8")  # a page may hold half of a surrogate pair
    return _TURNED.sub(_turn, unicodedata.normalize("NFC", whole_letters))


def _turn(found: re.Match[str]) -> str:
    return found.group().translate(_PLAIN)


def options() -> re2.Options:
    """How every pattern here is compiled: bounded memory, nothing captured."""
    chosen = re2.Options()
    chosen.max_mem = _MEMORY
    chosen.never_capture = True
    chosen.log_errors = False
    return chosen


def pattern_set(patterns: Iterable[str]) -> re2.Set:
    """Patterns that are looked for in one pass; `Match` gives the numbers of those that a text holds."""
    made = re2.Set.SearchSet(options())
    for pattern in patterns:
        made.Add(pattern)
    made.Compile()
    return made


def either(entries: Iterable[str], clitic: str = "") -> str:
    """A pattern for one of these entries: `_` is a space, `*` further letters, `clitic` a prefix."""
    made = "|".join(sorted({_entry(entry) for entry in entries}, key=len, reverse=True))
    return f"{clitic}(?:{made})"


def whole(pattern: str, spaced: bool = True) -> str:
    """The pattern as whole words, where the script sets spaces between them."""
    return f"{_BEFORE}(?:{pattern}){_AFTER}" if spaced else f"(?:{pattern})"


def near(first: str, second: str, most: int, spaced: bool = True) -> str:
    """The first pattern and then the second, at most so many words between (letters, in a script without spaces)."""
    if not spaced:
        return f"(?:{first}).{{0,{4 * most}}}(?:{second})"
    return f"(?:{first})(?:[ '\",()-]{{1,2}}[^ '\",()]+){{0,{most}}}[ '\",()-]{{1,2}}(?:{second})"


def _entry(entry: str) -> str:
    # an entry may hold signs, which are escaped; the space in it may be a hyphen in the text
    parts = plain(entry).split("*")
    return f"{_LETTERS}*".join(re2.escape(part).replace("_", r"[ \-]{1,2}") for part in parts)


def listed(words: str | Sequence[str]) -> list[str]:
    """The entries of a list as the tables write it."""
    return words.split() if isinstance(words, str) else list(words)
