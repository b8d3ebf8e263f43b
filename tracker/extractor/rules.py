"""A source's own rules: CSS selectors through BeautifulSoup, written into the page as marks before it is read."""

from __future__ import annotations

import soupsieve
from bs4 import BeautifulSoup, Tag

from tracker.errors import UsageError
from tracker.extractor import fold
from tracker.extractor.document import MARK
from tracker.model import Rules

FIELDS = ("headline", "standfirst", "byline")


def apply(html: str, rules: Rules) -> tuple[str, dict[str, list[str]]]:
    """The page without what `remove` selects and with the `body` marked, and the texts of the selected fields.

    Raises `UsageError` for a selector that CSS does not know.
    """
    soup = BeautifulSoup(html, "lxml")
    for element in _select(soup, f"[{MARK}]"):  # no page may speak in our name
        del element[MARK]
    for selector in rules.remove:
        for element in _select(soup, selector):
            element.decompose()
    fields = {
        name: [fold.tidy(element.get_text(" ")) for element in _select(soup, selector)]
        for name in FIELDS
        if (selector := getattr(rules, name))
    }
    if rules.body:
        for element in _select(soup, rules.body):
            element[MARK] = "body"
    return str(soup), {name: found for name, texts in fields.items() if (found := [t for t in texts if t])}


def _select(soup: BeautifulSoup, selector: str) -> list[Tag]:
    try:
        return list(soup.select(selector))
    except soupsieve.SelectorSyntaxError as error:
        reason = str(error).splitlines()[0]
        raise UsageError(f"the selector {selector!r} in sources.yaml is not CSS: {reason}") from None
