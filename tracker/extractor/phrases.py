"""What furniture says, in 25 languages: the tables of `phrases.json`, made ready to be asked.

Structure decides first (see `boilerplate`); a phrase is the second witness.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib import resources

from tracker.extractor import fold

FURNITURE = ("promo", "service", "social", "ad", "stamp", "rights")
_LEADING = re.compile(r"^[^\w©【\[ⓒ]+")
_QUOTES = "’‘`´"

# Numbers with the units that counters and clocks count, and nothing else of weight around them.
_COUNTER = re.compile(
    r"""^\W*(?:
        (?:[^\W\d]+\W+){0,3}?             # "Updated", "Vor"
        \d[\d.,:/]*[kKmM]?\+?\W*           # "1,203", "5", "2k"
    ){1,3}
    (?:[^\W\d]+\W*){0,4}$               # "minutes ago", "comments"
    """,
    re.X,
)
_CLOCK = re.compile(
    r"\b(?:ago|minutes?|mins?|hours?|hrs?|vor|minuten?|stunden?|uhr|il y a|minutes?|heures?|hace|minutos?"
    r"|horas?|fa|minuti|ore"
    r"|geleden|minuten|uur|sedan|minuter|timmar|siden|minutter|timer|sitten|minuuttia|temu|minut|godzin|před|hodin"
    r"|önce|dakika|saat|назад|минут\w*|час\w*|тому|хвилин\w*|πριν|λεπτά|前|分前|時間前|分钟前|小时前|분 전|시간 전"
    r"|gmt|utc|cet|est|edt|pst|bst|ist|am|pm)\b|\d{1,2}[:.h]\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\b(?:19|20)\d\d\b"
    r"|\d\s*(?:分前|時間前|日前|分钟前|小时前|분 전|시간 전)|\d年|\d月|년|월",
    re.I,
)


class _Tables:
    """The phrases of all languages by kind: openings for `str.startswith`, whole blocks as a set."""

    def __init__(self) -> None:
        data = json.loads(resources.files("tracker.extractor").joinpath("phrases.json").read_text("utf-8"))
        languages = [table for name, table in data.items() if not name.startswith("_")]
        self.openings = {
            kind: tuple(sorted({p for table in languages for p in table.get(kind, ())})) for kind in FURNITURE
        }
        self.alone = frozenset(
            fold.key(p) for table in languages for kind in ("alone", *FURNITURE) for p in table.get(kind, ())
        )


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    return _Tables()


def opening(text: str) -> str:
    """The kind of furniture phrase that a block opens with, or an empty string."""
    folded = _opening(text)
    for kind in FURNITURE:
        if _starts(folded, _tables().openings[kind]):
            return kind
    return ""


def is_label(folded: str) -> bool:
    """True when the whole block (as a key) is a known label such as "Share" or "Anzeige"."""
    return folded in _tables().alone


def is_counter(text: str) -> bool:
    """True when a short text is a number with a few words and no sentence: "12 comments", "Updated 5 minutes ago"."""
    return len(text) < 80 and not text.endswith((".", "!", "?", "”", '"')) and _COUNTER.match(text) is not None


def has_clock(text: str) -> bool:
    """True when a text names a time, a date or a span such as "5 minutes ago"."""
    return _CLOCK.search(text) is not None


def _opening(text: str) -> str:
    """The beginning of a text as phrases are written in the tables; the Turkish capital I with a dot loses its dot."""
    head = text[:80] if text[:1].isalnum() else _LEADING.sub("", text[:80])
    if not head.isascii() or "`" in head:
        for quote in _QUOTES:
            head = head.replace(quote, "'")
    return head.casefold().replace("i\u0307", "i")


def _starts(folded: str, openings: tuple[str, ...]) -> bool:
    if not folded.startswith(openings):
        return False
    # "sharepoint" does not open with "share": a phrase ends at a word's end (scripts without spaces excepted)
    for phrase in openings:
        if folded.startswith(phrase):
            rest = folded[len(phrase) : len(phrase) + 1]
            if not rest or not rest.isalnum() or not phrase[-1].isalnum() or ord(phrase[-1]) > 0x2E80:
                return True
    return False
