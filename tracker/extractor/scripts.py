"""The story of a page that comes by script: what JSON-LD states as its body, or what the page's scripts hold as data.

Where a page shows no story, the data is written out as a page (objects as boxes named by their keys, texts as
paragraphs), which is then read by the same rules as any other.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any

from tracker.errors import Unreadable
from tracker.extractor import fold
from tracker.extractor.document import Document
from tracker.extractor.structured import Structured

_MOST_TEXT = 4_000_000  # characters of scripts that are searched
_MOST_VALUES = 24  # JSON values that are taken from them
_MOST_NODES = 60_000  # objects, lists and texts that are written out
_DEEPEST = 60
_SMALLEST = 400  # characters of a script that may hold a story
_ASSIGNED = re.compile(r"(?:\A|=|\()\s*(?=[{\[])")  # a whole script, an assignment, a call
_FEWEST = 4  # words of a text that may be a paragraph
_KEY = re.compile(r"[^A-Za-z0-9]+")
_MARKUP = re.compile(r"<(?:p|br|div|h[1-6]|ul|li|blockquote|b|i|em|strong|a)\b", re.I)
_PARAGRAPH = re.compile(r"<p\b", re.I)
_TEXT_KEYS = ("text", "value", "content")
_INLINE = frozenset(("text", "span", "link", "a", "strong", "em", "bold", "italic", "hyperlink"))
_LINES = re.compile(r"\s*\n\s*")
_DECODER = json.JSONDecoder(strict=False)


def documents(document: Document, data: Structured) -> Iterator[Document]:
    """Pages made of what the page's JSON-LD states and of what its scripts hold, one after the other."""
    stated = data.article.get("articleBody")
    if isinstance(stated, list):
        stated = "\n".join(text for text in stated if isinstance(text, str))
    if isinstance(stated, str) and stated.strip():
        yield from _made(_texts(html.unescape(stated)), document)
    values = list(_values(document.root))
    if values:
        budget = [_MOST_NODES]
        yield from _made("".join(_boxes(value, "", 0, budget) for value in values), document)


def _made(body: str, document: Document) -> Iterator[Document]:
    """The page of that body, with the head of the page that it was taken from; none when it cannot be read."""
    try:
        made = Document(f"<html><body>{body}</body></html>", document.url)
    except Unreadable:
        return
    made.root = document.root
    made.title = document.title
    yield made


def _values(root: Any) -> Iterator[Any]:
    """The JSON values in the page's scripts, bounded in number and size."""
    left, found = _MOST_TEXT, 0
    for script in root.iter("script"):
        text = script.text or ""
        if len(text) < _SMALLEST or "ld+json" in (script.get("type") or ""):
            continue
        left -= len(text)
        if left < 0:
            return
        for value in _parsed(text):
            yield value
            found += 1
            if found >= _MOST_VALUES:
                return


def _parsed(text: str) -> Iterator[Any]:
    """The objects and lists that a script is, or assigns; what is no JSON is passed over."""
    at = 0
    for _ in range(_MOST_VALUES):
        match = _ASSIGNED.search(text, at)
        if match is None:
            return
        at = match.end()
        try:
            value, end = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError):
            continue
        if end - at >= _SMALLEST // 2:
            yield value
        at = end


def _boxes(value: Any, key: str, depth: int, budget: list[int]) -> str:
    """A JSON value as HTML: objects and lists as boxes, texts as paragraphs, all else as nothing."""
    budget[0] -= 1
    if depth > _DEEPEST or budget[0] < 0:
        return ""
    if isinstance(value, str):
        return _texts(value, key)
    if isinstance(value, list):
        if line := _joined(value):
            return _texts(line)
        inner = "".join(_boxes(entry, "", depth + 1, budget) for entry in value)
    elif isinstance(value, dict):
        inner = "".join(_boxes(entry, str(name), depth + 1, budget) for name, entry in value.items())
    else:
        return ""
    return f'<div class="{_named(key)}">{inner}</div>' if inner else ""


def _joined(entries: list[Any]) -> str:
    """The line that a list of inline pieces makes: "The ", "board" in bold, " voted."; empty for any other list."""
    pieces = []
    for entry in entries:
        if not isinstance(entry, dict) or entry.get("type", "text") not in _INLINE:
            return ""
        piece = next((entry[name] for name in _TEXT_KEYS if isinstance(entry.get(name), str)), None)
        if piece is None:
            return ""
        pieces.append(piece)
    ended = sum(piece.rstrip().endswith((".", "!", "?", "。")) for piece in pieces)
    return "".join(pieces) if len(pieces) == 1 or ended <= len(pieces) // 2 else ""


def _texts(text: str, key: str = "") -> str:
    """A text as paragraphs: its own markup, or one for each of its lines; nothing for names and addresses."""
    name = f' class="{_named(key)}"' if key else ""
    if "<" in text and _MARKUP.search(text):
        return f"<div{name}>{text}</div>" if _PARAGRAPH.search(text) else f"<p{name}>{text}</p>"
    lines = (line for line in _LINES.split(text.strip()) if _is_said(line))
    return "".join(f"<p{name}>{html.escape(html.unescape(line), quote=False)}</p>" for line in lines)


def _named(key: str) -> str:
    return _KEY.sub("-", key).lower()


def _is_said(line: str) -> bool:
    return fold.words(line) >= _FEWEST or (line.endswith((".", "!", "?", "。")) and " " in line)
