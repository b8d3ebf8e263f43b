"""One date as a page writes it, read without a calendar at hand: what it does not say itself is not known.

A date without its year, month or day is no date. The clock is never asked: the same text is the same moment on any day.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

# The beginnings of the twelve months' names, folded, by language; a slash stands between other names of one month.
_MONTHS = {
    "en": "januar februar march april may june july august septem octob novem decem",
    "de": "januar/janner februar/feber marz/maerz/mrz april mai juni juli august septem oktob novem dezem",
    "fr": "janvi fevri mars avril mai juin juillet aout septem octob novem decem",
    "es": "enero febrer marzo abril mayo junio julio agosto septiem/setiem octubr noviem diciem",
    "it": "gennai febbrai marzo aprile maggio giugno luglio agosto settem ottobr novem dicem",
    "pt": "janeir feverei marco abril maio junho julho agosto setem outub novem dezem",
    "ca": "gener febrer marc abril maig juny juliol agost setem octub novem desem",
    "nl": "januari februari maart/mrt april mei juni juli augustus septem oktob novem decem",
    "sv": "januari februari mars april maj juni juli augusti septem oktob novem decem",
    "no": "januar februar mars april mai juni juli august septem oktob novem desem",
    "da": "januar februar marts april maj juni juli august septem oktob novem decem",
    "is": "januar februar mars april mai juni juli agust septem oktob novem desem",
    "fi": "tammi helmi maalis huhti touko kesa heina elo syys loka marras joulu",
    "et": "jaanuar veebruar marts aprill mai juuni juuli august septem oktoob novem detsem",
    "lv": "janvar februar mart april maij junij julij august septem oktob novem decem",
    "lt": "saus vasar kov baland geguz birzel liep rugpj rugs spal lapkr gruod",
    "pl": "stycz lut mar kwie maj czerw lip sierp wrze pazdz listop grud",
    "cs": "led unor brez dub kvet cervn/cerven cervenc/cervenec srp zari rij listop prosin",
    "sk": "januar februar marec/marca april maj jun jul august septem oktob novem decem",
    "sl": "januar februar marec/marca april maj junij julij avgust septem oktob novem decem",
    "hr": "sijec velj ozuj travn svib lip srp kolov ruj listop studen prosin",
    "sr": "januar/јануар februar/фебруар mart/март april/април maj/мај jun/јун jul/јул avgust/август septem/септем"
    " oktob/октоб novem/новем decem/децем",
    "hu": "januar februar marci april maju juni juli augusz szeptem oktob novem decem",
    "ro": "ianuar februar marti aprili mai iuni iuli august septem octomb noiem decem",
    "tr": "ocak subat mart nisan mayıs haziran temmuz agustos eylul ekim kasım aralık",
    "ru": "январ феврал март апрел май/мая июн июл август сентяб октяб нояб декаб",
    "uk": "січ лют берез квіт трав черв лип серп верес жовт листоп груд",
    "bg": "януари февруари март април май юни юли август септем октом ноем декем",
    "el": "ιανουαρ φεβρουαρ μαρτ απριλ μαιο/μαιου ιουνι ιουλι αυγουστ σεπτεμ οκτωβ νοεμ δεκεμ",
    "id": "januari februari maret april mei juni juli agustus septem oktob novem desem",
    "ar": "يناير فبراير مارس ابريل مايو يونيو يوليو اغسطس سبتمبر اكتوبر نوفمبر ديسمبر",
    "he": "ינואר פברואר מרץ/מרס אפריל מאי יוני יולי אוגוסט ספטמבר אוקטובר נובמבר דצמבר",
    "hi": "जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितंबर/सितम्बर अक्टूबर नवंबर/नवम्बर दिसंबर/दिसम्बर",
    "th": "มกราคม กุมภาพันธ์ มีนาคม เมษายน พฤษภาคม มิถุนายน กรกฎาคม สิงหาคม กันยายน ตุลาคม พฤศจิกายน ธันวาคม",
}
_ZONES = {
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "CET": 1, "CEST": 2,
    "MEZ": 1, "MESZ": 2, "BST": 1, "IST": 5.5, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "SAST": 2, "EAT": 3,
    "MSK": 3, "TRT": 3, "WIB": 7, "EET": 2, "EEST": 3, "WET": 0, "WEST": 1, "UTC": 0, "GMT": 0, "Z": 0,
}  # fmt: skip
_LONGEST = 160  # characters of a line in which a date is looked for
_PIVOT = 70  # two-digit years from here on are of the last century

_YEAR_FIRST = re.compile(
    r"(?<!\d)(?P<y>\d{4})(?:[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})|(?P<m2>[01]\d)(?P<d2>[0-3]\d))(?!\d)"
)
_SIGNS = re.compile(r"(?P<y>\d{4})\s*[年년]\s*(?P<m>\d{1,2})\s*[月월]\s*(?P<d>\d{1,2})\s*[日일]")
_VIETNAMESE = re.compile(r"(?P<d>\d{1,2})\s+tháng\s+(?P<m>\d{1,2}),?\s+(?:năm\s+)?(?P<y>\d{4})", re.I)
NUMBERS = re.compile(r"(?<![\d./-])(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?![\d/-]|\.\d)")
_WORD = r"[^\s\d.,/()|·•:]{3,}"
_DAY = r"(?<!\d)(?P<d>\d{1,2})(?:st|nd|rd|th|er|º|ª|°|\.|-?[ея])?"
_WORDS = (
    re.compile(
        rf"{_DAY}(?:\s+|-)(?:de\s+|d['’]\s?|of\s+)?(?P<m>{_WORD})\.?(?:,?\s+|-)(?:de\s+|del\s+)?(?P<y>\d{{4}})(?!\d)",
        re.I,
    ),
    re.compile(rf"(?P<m>{_WORD})\.?\s+{_DAY},?\s+(?P<y>\d{{4}})(?!\d)", re.I),
    re.compile(rf"(?<!\d)(?P<y>\d{{4}})(?:\.|\s+m\.|\.\s+gada)?\s+(?P<m>{_WORD})\.?\s+{_DAY}", re.I),
    re.compile(rf"(?<!\d)(?P<y>\d{{4}})\.\s+gada\s+{_DAY}\s+(?P<m>{_WORD})", re.I),
    re.compile(rf"(?P<m>{_WORD})\s+{_DAY}\s+[\d:]{{5,8}}\s+(?:[A-Z]{{3,4}}\s+)?(?P<y>\d{{4}})(?!\d)", re.I),
)  # fmt: skip
_CLOCK = re.compile(
    r"(?<![\d.,:])(?P<h>[01]?\d|2[0-4])(?:[:h.]|\s?[時时点시]\s?)(?P<m>[0-5]\d)?(?:[:.](?P<s>[0-5]\d)(?:[.,]\d+)?)?"
    r"\s*(?P<half>[ap])?\.?(?(half)m)?",
    re.I,
)
_OFFSET = re.compile(r"(?P<sign>[+−-])(?P<h>\d{1,2}):?(?P<m>\d{2})?(?!\d)")
_ZONE = re.compile(r"\b(?:" + "|".join(_ZONES) + r")\b")


def parse(text: str, language: str = "", *, month_first: bool = False) -> datetime | None:
    """The moment that a text of any common form names, aware, with the offset found; without one it is taken as UTC.

    None where the text names no whole day. `language` decides between months of one name, `month_first` what
    "04/03/2024" is.
    """
    text = " ".join(text.split())[:_LONGEST]
    if text.isascii() and text.isdigit() and len(text) in (10, 13):
        return _within(datetime.fromtimestamp(int(text[:10]), UTC))
    day, rest = _day(text, language, month_first)
    if day is None:
        return None
    return _within(_at(day, rest))


def _day(text: str, language: str, month_first: bool) -> tuple[datetime | None, str]:
    """The day that a text names and what follows it (or stands before it, when nothing does)."""
    for pattern in (_YEAR_FIRST, _SIGNS, _VIETNAMESE):
        if match := pattern.search(text):
            found = match.groupdict()
            number, day = found["m"] or found.get("m2"), found["d"] or found.get("d2")
            return _made(found["y"], number, day), _beside(text, match)
    if match := NUMBERS.search(text):
        one, dot, two, year = match.groups()
        if (month_first and dot != "." and int(one) <= 12) or int(two) > 12:
            one, two = two, one
        whole = year if len(year) == 4 else str(int(year) + (1900 if int(year) >= _PIVOT else 2000))
        return _made(whole, two, one), _beside(text, match)
    for pattern in _WORDS:
        for match in pattern.finditer(text):
            if named := month(match["m"], language):
                return _made(match["y"], str(named), match["d"]), _beside(text, match)
    return None, ""


def _beside(text: str, match: re.Match[str]) -> str:
    after = text[match.end() :]
    return after if any(c.isdigit() for c in after) else text[: match.start()]


def _made(year: str, month: str | None, day: str | None) -> datetime | None:
    number = int(year)
    if 2400 < number < 2700:  # the Buddhist era, as Thai pages count
        number -= 543
    try:
        return datetime(number, int(month or 0), int(day or 0), tzinfo=UTC)
    except ValueError:
        return None


def _at(day: datetime, rest: str) -> datetime:
    """The day with the clock and the offset that stand beside it, when they do."""
    clock = _CLOCK.search(rest.lstrip("T ,"))
    if clock is None:
        return day
    hour, minute, second = int(clock["h"]), int(clock["m"] or 0), int(clock["s"] or 0)
    half = (clock["half"] or "").lower()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour == 24:
        hour, day = 0, day + timedelta(days=1)
    return day.replace(hour=hour, minute=minute, second=second, tzinfo=_zone(rest.lstrip("T ,")[clock.end() :]))


def _zone(text: str) -> timezone:
    if (offset := _OFFSET.search(text)) and int(offset["h"]) <= 14:
        minutes = int(offset["h"]) * 60 + int(offset["m"] or 0)
        return timezone(timedelta(minutes=minutes if offset["sign"] == "+" else -minutes)) if minutes else UTC
    if name := _ZONE.search(text):
        return timezone(timedelta(hours=_ZONES[name[0]])) if _ZONES[name[0]] else UTC
    return UTC


def _within(moment: datetime) -> datetime | None:
    return moment if 1990 <= moment.year < 2100 else None


def _fold(text: str) -> str:
    """A word without case and marks, as the table of months writes it."""
    whole = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in whole if not unicodedata.combining(c)).strip("-'’")


@lru_cache(maxsize=1024)
def month(word: str, language: str = "") -> int:
    """The month that a word names: in the page's language, in English, or in all that know it; 0 for any other word."""
    folded = _fold(word)
    for name in (language, "en"):
        if name in _MONTHS and (found := _named(folded, name)):
            return found
    everywhere = {found for name in _MONTHS if (found := _named(folded, name))}
    return everywhere.pop() if len(everywhere) == 1 else 0


def _named(folded: str, language: str) -> int:
    if language == "he":
        folded = folded.removeprefix("ב")
    best, longest = 0, 0
    for number, names in enumerate(_MONTHS[language].split(), 1):
        for stem in map(_fold, names.split("/")):
            whole = folded.startswith(stem) and len(folded) <= len(stem) + 6
            if (whole or (len(folded) >= 3 and stem.startswith(folded))) and len(stem) > longest:
                best, longest = number, len(stem)
    return best
