"""Tags and their attributes from a page, without a tree: linear in the page's length whatever the page does.

Tree builders can be made to hang (200,000 attributes in one tag stop lxml for 20 s), and links and head elements need
no tree. This lies at the bottom of the house because several stages read markup, and stages never import each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

MAX_CHARACTERS = 3 << 20
"""How much of a page is looked at."""

_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9]{0,15})(?=[\s/>])([^<>]*+)>")
_ATTRIBUTE = re.compile(r"""([^\s"'<>/=]++)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'>]++)))?+""")
_MARKUP = re.compile(r"<[^<>]*+>")
_SAMPLE = 16 * 1024  # characters from which it is told whether a page is text
_BINARY = 0.06  # of them are controls or could not be decoded in what is none; random bytes have a tenth and more
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd]")
_SPACE = re.compile(r"\s+")
_UNSEEN = (("<!--", "-->"), ("<script", "</script"), ("<style", "</style"), ("<template", "</template"))


@dataclass(frozen=True, slots=True)
class Tag:
    """A start tag: name in lower case, its attributes unescaped, and where it ends in the page."""

    name: str
    attributes: dict[str, str]
    end: int

    def get(self, name: str) -> str:
        """An attribute, or an empty string."""
        return self.attributes.get(name, "").strip()


def is_text(html: str) -> bool:
    """Whether this is text at all, and not an image or an archive that is called a page."""
    sample = html[:_SAMPLE]
    return len(_NO_TEXT.findall(sample)) <= _BINARY * len(sample)


def visible(html: str) -> str:
    """The page without comments, scripts and styles; an unclosed one takes the rest along, as in browsers."""
    html = html[:MAX_CHARACTERS]
    for opening, closing in _UNSEEN:
        lower = html.lower()
        folded = lower if len(lower) == len(html) else html
        pieces, at = [], 0
        while (start := folded.find(opening, at)) >= 0:
            pieces.append(html[at:start])
            end = folded.find(closing, start + len(opening))
            at = len(html) if end < 0 else end + len(closing)
        pieces.append(html[at:])
        html = " ".join(pieces)
    return html


def tags(html: str, *names: str) -> Iterator[Tag]:
    """The start tags of those names, in page order."""
    for match in _TAG.finditer(html):
        name = match[1].lower()
        if name in names:
            yield Tag(name, _attributes(match[2]), match.end())


def _attributes(inside: str) -> dict[str, str]:
    """The first of each attribute; at most 200, more is no markup."""
    found: dict[str, str] = {}
    for count, match in enumerate(_ATTRIBUTE.finditer(inside)):
        if count >= 200:
            break
        value = next((v for v in match.group(2, 3, 4) if v is not None), "")
        found.setdefault(match[1].lower(), unescape(value))
    return found


def text(html: str) -> str:
    """A piece of markup as text, white space collapsed."""
    return _SPACE.sub(" ", unescape(_MARKUP.sub(" ", html))).strip()


def text_until(html: str, start: int, closing: str, most: int = 1000) -> str:
    """The text from a tag's end up to the closing tag of that name, at most that many characters of markup."""
    piece = html[start : start + most]
    end = piece.lower().find(f"</{closing}")
    return text(piece[:end]) if end >= 0 else text(piece.rpartition("<")[0] or piece)
