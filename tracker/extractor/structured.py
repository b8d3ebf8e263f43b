"""What a page says about itself for machines: JSON-LD (schema.org) and meta tags."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from tracker.extractor import fold
from tracker.model.plain import JsonObject

_ARTICLE = re.compile(r"article|posting|reportage|^report$|liveblog|review$|newsvideo", re.I)
_PAGE = re.compile(r"webpage|itempage|videoobject|recipe|podcastepisode", re.I)
_TAGS = re.compile(r"<[^<>]+>")
_TITLED = 0.6  # likeness of an object's headline to the page's title
_DEEPEST = 40  # levels of JSON that are searched for an article


class Structured:
    """Meta tags by lower-case name, and the JSON-LD object that describes the article (empty when there is none)."""

    def __init__(self, root: Any) -> None:
        self.metas: dict[str, list[str]] = {}
        for element in root.iter("meta"):
            get = element.get
            name = (get("property") or get("name") or get("itemprop") or "").strip().lower()
            content = get("content")
            if name and content and content.strip():
                self.metas.setdefault(name, []).append(content)
        self.article: JsonObject = {}
        self.by_id: dict[str, JsonObject] = {}
        self._read_json(root)

    def meta(self, *names: str) -> str:
        """The first meta tag of the first of these names that the page has, tidied."""
        for name in names:
            if values := self.metas.get(name):
                return fold.tidy(html.unescape(values[0]))
        return ""

    def text(self, *path: str) -> str:
        """A text property of the article object, following references, tidied and without markup."""
        value: Any = self.article
        for name in path:
            if isinstance(value, list):
                value = value[0] if value else None
            if not isinstance(value, Mapping):
                return ""
            value = value.get(name)
        if isinstance(value, list):
            value = value[0] if len(value) == 1 else " ".join(v for v in value if isinstance(v, str))
        return plain(value) if isinstance(value, str) else ""

    def corrections(self) -> list[str]:
        """What the article object's `correction` says, in order: texts, or schema.org's CorrectionComment objects."""
        value = self.article.get("correction")
        said = [_said(self.resolve(entry)) for entry in (value if isinstance(value, list) else [value])]
        return list(dict.fromkeys(text for text in said if text))

    def resolve(self, value: Any) -> Any:
        """The object that an `@id` reference points to, or the value itself."""
        if isinstance(value, Mapping) and set(value) <= {"@id", "@type"} and "@id" in value:
            return self.by_id.get(str(value["@id"]), value)
        return value

    def _read_json(self, root: Any) -> None:
        found: list[tuple[int, int, JsonObject]] = []
        for script in root.iter("script"):
            if "ld+json" not in (script.get("type") or "") or not script.text:
                continue
            for thing in _things(_loads(script.text), 0):
                identity = thing.get("@id")
                if isinstance(identity, str) and len(thing) > 2:
                    self.by_id.setdefault(identity, thing)
                if rank := _rank(thing):
                    found.append((rank, -len(found), thing))
        if len(found) == 1:
            self.article = found[0][2]
        elif found:
            titles = [self.meta("og:title"), fold.tidy(root.findtext(".//title") or "")]
            self.article = max(found, key=lambda entry: (_is_titled(entry[2], titles), *entry[:2]))[2]


def _is_titled(thing: JsonObject, titles: list[str]) -> bool:
    """True when an article object bears the page's own title: others describe the stories that follow or are linked."""
    said = thing.get("headline") or thing.get("name")
    return isinstance(said, str) and any(fold.likeness(plain(said), title) >= _TITLED for title in titles if title)


def _said(correction: Any) -> str:
    """The words of a correction: a text, or what a CorrectionComment holds of one."""
    if isinstance(correction, Mapping):
        correction = next((correction[name] for name in ("text", "description", "name") if correction.get(name)), "")
    return plain(correction) if isinstance(correction, str) else ""


def plain(text: str) -> str:
    """Text of a metadata value: entities resolved (twice escaped ones too), markup dropped, tidied."""
    text = html.unescape(html.unescape(text))
    return fold.tidy(_TAGS.sub(" ", text) if "<" in text else text)


def _loads(text: str) -> Any:
    text = text.strip().removeprefix("<![CDATA[").removesuffix("]]>").strip().rstrip(";")
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        pass
    try:  # line breaks inside strings and a comma too many are the common faults
        return json.loads(re.sub(r",\s*([}\]])", r"\1", " ".join(text.split())), strict=False)
    except (ValueError, RecursionError):
        return None


def _things(value: Any, depth: int) -> Iterator[JsonObject]:
    """Every object that may be the article: top level, lists, `@graph` and `mainEntity`, not teasers in lists."""
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for entry in value:
            yield from _things(entry, depth + 1)
    elif isinstance(value, dict):
        yield value
        for name in ("@graph", "mainEntity", "mainEntityOfPage", "article"):
            if isinstance(value.get(name), list | dict):
                yield from _things(value[name], depth + 1)


def _rank(thing: JsonObject) -> int:
    kinds = thing.get("@type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    names = [k for k in kinds if isinstance(k, str)]
    if any(_ARTICLE.search(k) for k in names):
        return 3 + bool(thing.get("headline")) + bool(thing.get("articleBody"))
    if any(_PAGE.search(k) for k in names) and (thing.get("headline") or thing.get("datePublished")):
        return 2
    return 0
