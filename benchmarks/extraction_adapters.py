"""Extractors in the shape that the shared benchmarks expect: `f(html, url, lang) -> {title, authors, date, body}`."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import Any

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "bench"
sys.path.insert(0, str(SHARED))

from tracker.extractor import extract  # noqa: E402
from tracker.model import Content  # noqa: E402


def shared(name: str) -> Any:
    """A module of ../shared/bench by its name."""
    module = importlib.import_module(name)
    if name == "mutations":
        _hold_elements(module)
    return module


def _hold_elements(module: Any) -> None:
    """Keep every element's proxy for a while: the script tells elements apart by `id()`, which is reused otherwise."""
    parse, alive = module.parse, []

    def parse_and_hold(html: str) -> Any:
        tree = parse(html)
        alive.append(list(tree.iter()))
        del alive[:-4]
        return tree

    module.parse = parse_and_hold


def _fields(content: Content) -> dict[str, Any]:
    return {
        "title": content.headline,
        "authors": content.byline,
        "date": content.published_at.isoformat() if content.published_at else None,
        "body": content.text,
    }


def tracker(html: str, url: str, lang: str | None = None) -> dict[str, Any]:
    """Our first look."""
    return _fields(extract(html, url))


def tracker_second(html: str, url: str, lang: str | None = None, state: Any = None) -> tuple[dict[str, Any], Any]:
    """Our second look, when there is a state: the content of the last reading."""
    content = extract(html, url, previous=state)
    return _fields(content), content


tracker_second.stateful = True  # type: ignore[attr-defined]


def trafilatura_default(html: str, url: str, lang: str | None = None) -> dict[str, Any]:
    """trafilatura with its metadata, comments off."""
    return _trafilatura(html, url)


def trafilatura_precision(html: str, url: str, lang: str | None = None) -> dict[str, Any]:
    """trafilatura, favouring precision."""
    return _trafilatura(html, url, favor_precision=True)


def _trafilatura(html: str, url: str, **options: bool) -> dict[str, Any]:
    import trafilatura

    document = trafilatura.bare_extraction(html, url=url, include_comments=False, with_metadata=True, **options)
    if document is None:
        return {"body": ""}
    return {"title": document.title, "authors": document.author, "date": document.date, "body": document.text}


def readability(html: str, url: str, lang: str | None = None) -> dict[str, Any]:
    """readability-lxml; it knows neither authors nor dates."""
    import lxml.html
    from readability import Document

    document = Document(html)
    body = lxml.html.fromstring(document.summary())
    for element in body.iter("p", "div", "li", "h1", "h2", "h3", "h4", "br", "tr", "blockquote"):
        element.tail = "\n" + (element.tail or "")
    return {"title": document.short_title(), "body": body.text_content()}


def newspaper4k(html: str, url: str, lang: str | None = None) -> dict[str, Any]:
    """newspaper4k, without fetching."""
    import newspaper

    article = newspaper.Article(url, fetch_images=False)
    article.download(input_html=html)
    article.parse()
    return {"title": article.title, "authors": article.authors, "date": article.publish_date, "body": article.text}


ALL = {
    "tracker": tracker,
    "trafilatura": trafilatura_default,
    "trafilatura precision": trafilatura_precision,
    "readability-lxml": readability,
    "newspaper4k": newspaper4k,
}
