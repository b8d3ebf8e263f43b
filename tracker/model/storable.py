"""Text and contents as they can be stored: UTF-8 without lone surrogates, NUL, and the operator's secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from tracker.model.content import Content, Paragraph
from tracker.model.secret_values import redacted

# SQLite text is UTF-8: a lone surrogate cannot be written, and SQL functions stop reading at a NUL.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with what SQLite cannot keep (lone surrogates, NUL) replaced by U+FFFD; mostly the text itself.

    What is secret is replaced, too: no secret is written, and what is looked up is found as it was written.
    """
    text = redacted(text)
    if "\x00" not in text:
        if text.isascii():
            return text
        try:
            text.encode()
        except UnicodeEncodeError:
            pass
        else:
            return text
    return _UNSTORABLE.sub("\ufffd", text)


def tidy(content: Content) -> Content:
    """The content as SQLite can keep it: lone surrogates and NUL replaced. Nearly always the content itself."""
    if _clean(content):
        return content

    def tidied(paragraphs: Iterable[Paragraph]) -> tuple[Paragraph, ...]:
        return tuple(Paragraph(storable(p.text), p.kind) for p in paragraphs)

    return replace(
        content,
        headline=storable(content.headline),
        standfirst=storable(content.standfirst),
        byline=tuple(map(storable, content.byline)),
        section=storable(content.section),
        language=storable(content.language),
        paragraphs=tidied(content.paragraphs),
        captions=tidied(content.captions),
        notices=tidied(content.notices),
        headlines={storable(k): storable(v) for k, v in content.headlines.items()},
        extractor=storable(content.extractor),
    )


def _clean(content: Content) -> bool:
    words = [
        content.headline,
        content.standfirst,
        *content.byline,
        content.section,
        content.language,
        *content.headlines,
        *content.headlines.values(),
        content.extractor,
        *(p.text for p in content.everything),
    ]
    joined = "".join(words)
    return storable(joined) is joined
