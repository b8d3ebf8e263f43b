"""When an article was published and modified, as the page says it: aware, with the offset that was found.

`tracker.model.iso` writes them as UTC; the offset stays for whoever asks for the outlet's own day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from tracker.extractor.metadata import moments
from tracker.extractor.story import StoryBox
from tracker.extractor.structured import Structured

_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "og:published_time",
    "cxenseparse:recs:publishtime",
    "parsely-pub-date",
    "sailthru.date",
    "publish-date",
    "publishdate",
    "publication_date",
    "article.published",
    "date",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "dcterms.date",
    "pubdate",
    "last-modified-original",
    "article_date_original",
    "timestamp",
)
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified", "lastmod")
_IN_URL = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=\D|$)")
_NEAR = timedelta(days=3)  # two dates of one page that are no further apart prove each other
_MONTH_FIRST = ("en-us", "en-ph", "en")  # languages that write the month before the day
_DAY_FIRST_HOSTS = (".uk", ".ie", ".au", ".nz", ".in", ".za", ".ng", ".ke", ".sg", ".pk", ".eu", ".mt")
_LONGEST_LINE = 120  # characters of a line that tells a date


class Dates:
    """The dates of one page, read in the order of day and month that its language and its other dates prove."""

    def __init__(self, story: StoryBox, data: Structured, language: str) -> None:
        self.story = story
        self.data = data
        self.language = language.split("-")[0]
        self._month_first = self._order(language.lower())

    def published(self, above: Sequence[str] = ()) -> datetime | None:
        """When the article was published: JSON-LD, meta tags, the story's own times, the address, the lines `above`."""
        data = self.data
        return (
            self._first([data.text("datePublished"), data.text("dateCreated"), data.text("uploadDate")])
            or self._first(value for name in _PUBLISHED for value in data.metas.get(name, ())[:1])
            or self._first(self.story.times())
            or _from_url(self.story.url)
            or self._first(line for line in above if len(line) < _LONGEST_LINE)
            or self._first([data.text("dateModified")])
        )

    def modified(self) -> datetime | None:
        """When the page says the article was last modified."""
        data = self.data
        return self._first(
            [data.text("dateModified"), *(v for name in _MODIFIED for v in data.metas.get(name, ())[:1])]
        )

    def _first(self, candidates: Iterable[str]) -> datetime | None:
        for text in candidates:
            if text and (moment := moments.parse(text, self.language, month_first=self._month_first(text))):
                return moment
        return None

    def _order(self, language: str) -> _Order:
        said = [self.data.text(name) for name in ("datePublished", "dateModified", "dateCreated")]
        said += [v for name in (*_PUBLISHED, *_MODIFIED) for v in self.data.metas.get(name, ())]
        host = urlsplit(self.story.url).hostname or ""
        usual = language in _MONTH_FIRST and not (language == "en" and host.endswith(_DAY_FIRST_HOSTS))
        return _Order(usual, said, _from_url(self.story.url))


class _Order:
    """Whether a date in numbers begins with its month. Called with the date's text."""

    def __init__(self, usual: bool, said: Sequence[str], known: datetime | None) -> None:
        self.usual = usual
        pairs = [m.groups() for text in said if (m := moments.NUMBERS.search(text))]
        self.proved: bool | None = None
        if any(int(first) > 12 for first, *_ in pairs):
            self.proved = False
        elif any(int(second) > 12 for _, _, second, _ in pairs):
            self.proved = True
        plain = [moments.parse(text) for text in said if text[:4].isdigit()]
        self.known = [moment for moment in (*plain, known) if moment is not None]

    def __call__(self, text: str) -> bool:
        if not moments.NUMBERS.search(text):
            return self.usual
        if self.proved is not None:
            return self.proved
        ways = {way: moments.parse(text, month_first=way) for way in (True, False)}
        near = [w for w, m in ways.items() if m and any(abs(m - other) <= _NEAR for other in self.known)]
        return near[0] if len(near) == 1 else self.usual


def _from_url(url: str) -> datetime | None:
    match = _IN_URL.search(url)
    if not match:
        return None
    try:
        return datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=UTC)
    except ValueError:
        return None
