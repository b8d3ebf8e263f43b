"""A unified patch between two versions: `patch` applies it to the old text and yields the new one.

The texts are those of `plain.document`, which `tracker show ARTICLE N` writes to a file or pipe.
"""

from __future__ import annotations

import difflib

from tracker.model import Content
from tracker.render.plain import document


def patch(old: Content, new: Content, *, old_name: str = "old", new_name: str = "new", context: int = 3) -> str:
    """The patch, empty when the texts are the same. Names must not hold white space: `patch` would cut them there."""
    lines = difflib.unified_diff(
        _lines(document(old)), _lines(document(new)), f"a/{old_name}", f"b/{new_name}", n=context, lineterm="\n"
    )
    return "".join(lines)


def _lines(text: str) -> list[str]:
    """Lines split at line feeds only: `str.splitlines` would also split at separators that `patch` does not know."""
    return [line + "\n" for line in text.removesuffix("\n").split("\n")]
