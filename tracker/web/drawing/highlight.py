"""The passage of a text around the words that were asked for."""

from __future__ import annotations

import re

from markupsafe import Markup

from tracker.render.pieces import head, tail
from tracker.render.safety import clean
from tracker.store.search.search import parse

_AROUND = 30


def highlighted(text: str, q: str) -> Markup:
    """The passage around the first of the words that were asked for, each of them marked."""
    words = [w for term in parse(q).terms if not term.negated for w in re.findall(r"\w+", term.text)]
    shown = clean(text)
    if not words:
        return Markup("{}").format(head(shown, 2 * _AROUND))
    pattern = re.compile("|".join(re.escape(w) for w in sorted(words, key=len, reverse=True)), re.IGNORECASE)
    first = pattern.search(shown)
    if first is None:
        return Markup("{}").format(head(shown, 2 * _AROUND))
    shown = tail(shown[: first.start()], _AROUND) + head(shown[first.start() :], 2 * _AROUND)
    parts: list[Markup] = []
    at = 0
    for found in pattern.finditer(shown):
        parts += [Markup("{}").format(shown[at : found.start()]), Markup("<mark>{}</mark>").format(found.group())]
        at = found.end()
    parts.append(Markup("{}").format(shown[at:]))
    return Markup("").join(parts)
