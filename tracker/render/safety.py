"""Text from a page made harmless: nothing in it can move a cursor, reorder a line or hide.

What is dangerous is replaced by something that can be seen; what only hides is dropped. Terminal escapes are
neutralised at their first byte (ESC, CSI), so their parameters stay readable as text. Sources: ECMA-48 (controls),
UAX 9 and CVE-2021-42574 (bidi), UTS 39 section 5 and UAX 31 (default ignorables and joiners).
"""

from __future__ import annotations

import re
import unicodedata

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"

# Format characters (Cf) that belong to honest text: direction marks, number signs of Arabic, Syriac and Kaithi.
_HONEST = frozenset(
    "\u200e\u200f\u061c\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
_JOINERS = frozenset("\u200c\u200d")
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Letters and marks that render as nothing at all.
_BLANK = frozenset("\u115f\u1160\u17b4\u17b5\u3164\uffa0\u034f\u180b\u180c\u180d\u180f")
_SELECTORS = range(0xFE00, 0xFE10)
_FLAG = "\U0001f3f4"
_TAGS = range(0xE0020, 0xE0080)
# A mark may stand on a mark, but a tower of them paints over the neighbouring lines.
_TOWER = 8

_LINE = re.compile("\r\n|[\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029]")
_DANGEROUS = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u0300-\u036f\u0483-\u0489\u0591-\u061c\u0610-\u061a\u064b-\u065f\u0600-\u0605\u06d6-\u06ed"
    "\u1100-\u11ff\u17b4\u17b5\u180b-\u180f\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u2028-\u202e\u2060-\u206f\u20d0-\u20ff"
    "\u3164\ud800-\udfff\ufdd0-\ufdef\ufe00-\ufe0f\ufe20-\ufe2f\ufeff\uffa0\ufff0-\uffff\U00010000-\U0010ffff]"
)

_NAMES = {" ": "␣", "\n": "⏎", "\t": "⇥", "\xa0": "⍽", "\u202f": "⍽", "\u2009": "⍽", "\u3000": "□"}


def clean(text: str) -> str:
    """The text on one line, harmless to a terminal and to the eye; line breaks and tabs become spaces."""
    return _harmless(_LINE.sub(" ", text).replace("\t", " ")) if _DANGEROUS.search(text) else text


def clean_lines(text: str) -> str:
    """Like `clean`, but line breaks stay, every kind of them as a line feed."""
    if not _DANGEROUS.search(text):
        return text
    return "\n".join(_harmless(line.replace("\t", " ")) for line in _LINE.split(text))


def visible(text: str) -> str:
    """The text with all that cannot be seen spelled out, for a change that consists of nothing else."""
    return "".join(_NAMES.get(c) or (f"⟨U+{ord(c):04X}⟩" if _unseen(c) else c) for c in text)


def is_unseen(text: str) -> bool:
    """True when nothing of the text leaves a mark on the page: white space and characters without a shape."""
    return bool(text) and all(c.isspace() or _unseen(c) for c in text)


def _unseen(char: str) -> bool:
    category = unicodedata.category(char)
    return (
        category in ("Cc", "Cs", "Zl", "Zp")
        or (category == "Cf" and char not in _HONEST)
        or char in _BLANK
        or char in "\u200e\u200f\u061c"
        or ord(char) in _SELECTORS
        or (category == "Zs" and char not in _NAMES)
    )


def _harmless(line: str) -> str:
    """One line without its dangers; looks at each character with the shown one before it."""
    shown: list[str] = []
    marks = 0
    for char in line:
        form = _shown(char, shown[-1] if shown else "")
        if not form:
            continue
        marks = marks + 1 if unicodedata.category(form) in ("Mn", "Me") else 0
        if marks <= _TOWER:
            shown.append(form)
    return "".join(shown)


def _shown(char: str, last: str) -> str:
    """What is shown for a character after `last`: itself, a visible stand-in, or nothing."""
    code = ord(char)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\N{SYMBOL FOR DELETE}"
    if code < 0xA0 and code > 0x7F:
        return REPLACEMENT
    if char in _BIDI or 0xD800 <= code <= 0xDFFF or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF:
        return REPLACEMENT
    if char in _JOINERS:
        return char if _may_join(last) else ""
    if code in _TAGS:
        return char if last == _FLAG or (last and ord(last) in _TAGS) else ""
    if code in _SELECTORS or 0xE0100 <= code <= 0xE01EF:
        return char if last and not unicodedata.category(last).startswith(("M", "Z", "C")) else ""
    if char in _BLANK:
        return REPLACEMENT if unicodedata.category(char) == "Lo" else ""
    if 0xFFF9 <= code <= 0xFFFB:
        return REPLACEMENT
    if unicodedata.category(char) == "Cf" and char not in _HONEST:
        return ""
    return char


def _may_join(last: str) -> bool:
    """Joiners shape Arabic, Indic and emoji; after Latin, Greek, Cyrillic, CJK or nothing they only hide."""
    if not last or last in _JOINERS:
        return False
    return ord(last) >= 0x0590 and not 0x1E00 <= ord(last) <= 0x1FFF and not 0x2E80 <= ord(last) <= 0xD7FF
