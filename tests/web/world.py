"""A history for the pages: an edited story, a corrected one, noise, a hostile one, Arabic, Japanese, a dead one."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from datasette.app import Datasette

from tests.store.world import HOUR, LONG, NOW, follow, history, page, publish, result, says, told
from tracker.model import Event, EventKind, Notice, Outcome, Paragraph, State
from tracker.model.content import Kind
from tracker.store import Store
from tracker.store.history import changes, record

EVIL = (
    "<script>alert(1)</script><img src=x onerror=alert(2)> \u202egnp.exe\u202c {{7*7919}} {%raw%} ]]> &amp; "
    "\x1b[31m \x07 \ufffe \"'` javascript:alert(3) [-x-]{+<b>y</b>+}"
)
ENDLESS = "W" * 10_000
FEEDS = (
    *("/-/feed.atom", "/-/feed.json", "/-/feed.atom?class=substantive&notice=none", "/-/article/1/feed.atom"),
    *("/-/article/3/feed.json", "/-/outlet/example-times/feed.atom", "/-/outlet/example-post/feed.json"),
    *("/-/search.atom?q=pier", "/-/search.json?q=pier"),
)

PIER = [
    says(*LONG, headline="Old pier to close", standfirst="Forty boats must move", byline=("A. Reporter",)),
    says(
        LONG[0],
        "Fishing crews have used the pier since it was built in 1923, and 14 boats still do.",
        LONG[2],
        headline="Old pier to close at once",
        standfirst="Forty boats must move",
        byline=("A. Reporter",),
    ),
    says(
        LONG[0],
        "Fishing crews have used the pier since it was built in 1923, and 14 boats still do.",
        headline="Old pier to close at once",
        standfirst="Forty boats must move",
        byline=("A. Reporter", "B. Editor"),
    ),
]
CAPTURE = hashlib.sha256(page(PIER[0])).hexdigest()
PAGES = (
    *(f"/-/capture/{CAPTURE}", "/?outlett=example-post&class=huge", "/?text=nothingofthekind&tag=number"),
    *("/", "/?noise=1", "/?class=wording&notice=none&score=1&text=pier&since=2026-11-01&until=2026-12-01&tag=number"),
    *("/-/change/1", "/-/change/1?view=side", "/-/change/1/evidence", "/-/change/2", "/-/change/3?view=side"),
    *("/-/article/1", "/-/article/1?version=1", "/-/article/1?at=2026-11-23T10:30", "/-/article/1?view=blame"),
    *("/-/article/1?view=blame&removed=1", "/-/article/3", "/-/article/4", "/-/article/5", "/-/article/6"),
    *("/-/outlets", "/-/outlet/example-times", "/-/outlet/example-post?days=90", "/-/now"),
    *("/-/search", "/-/search?q=pier", "/-/search?q=1932&removed=1", "/-/search?q=nothingofthekind"),
    *("/-/find", "/-/find?url=https://times.example/nothing", "/-/find?url=%22%3E%3Cb%3E"),
)


def build(folder: Path, name: str = "tracker.db") -> Path:
    """The history on disk: 1 edited twice, 2 corrected, 3 hostile, 4 Arabic, 5 Japanese, 6 never read, 7 gone."""
    with history(folder, name=name) as store:
        told(store, PIER, "harbour")
        corrected(store)
        hostile(store)
        arabic = "قال رئيس الميناء يوم الاثنين إن الرصيف القديم سيغلق أمام {} قارباً."
        told(store, [says(arabic.format(n), headline="الرصيف القديم يغلق", language="ar") for n in (41, 14)], "rasif")
        japanese = "港長は月曜日、古い桟橋をすべての交通に対して閉鎖すると述べた。現在も{}隻が利用している。"
        told(store, [says(japanese.format(n), headline="古い桟橋を閉鎖", language="ja") for n in (41, 14)], "sanbashi")
        follow(store, "not-yet", "example-post")
        dies(store)
    return folder / name


def corrected(store: Store) -> None:
    """A story whose second version carries a notice, and whose third is taken for noise."""
    notice = Paragraph("Correction: an earlier version of this article gave a wrong year.", Kind.NOTICE)
    first = says(*LONG, headline="Council to inspect pier")
    second = replace(first, paragraphs=tuple(Paragraph(t.replace("1932", "1923")) for t in LONG), notices=(notice,))
    article_id = told(store, [first, second], "council", "example-post")
    third = replace(second, paragraphs=(*second.paragraphs, Paragraph("Share this article with friends.")))
    checked = result(store, article_id, NOW + 5 * HOUR, Outcome.CHANGED, third)
    assert checked.change is not None
    record.record(store, replace(checked, change=replace(checked.change, noise_rule="boilerplate", notice=Notice.NONE)))


def hostile(store: Store) -> None:
    """Everything a page may try, in every field, and a word without an end."""
    contents = [
        says(
            f"{EVIL} The council {word} the plan of 1932 in full.",
            ENDLESS,
            headline=f"{word} {EVIL}",
            standfirst=EVIL,
            byline=(EVIL,),
            section=EVIL,
            language='en"><script>alert(4)</script>',
        )
        for word in ("approves", "rejects")
    ]
    article_id = told(store, contents, "evil?x=<script>alert(5)</script>")
    changes.review(store, changes.change_of(store, article_id, 2).id, EVIL, EVIL, NOW)


def busy(store: Store) -> int:
    """A day before that fills the front page, and a headline that was tested to and fro: the id of its article."""
    for n in range(26):
        piers = follow(store, f"pier-{n}")
        publish(store, piers, says(f"Pier {n} holds 14 boats."), NOW - 5 * HOUR)
        publish(store, piers, says(f"Pier {n} holds 41 boats."), NOW - 4 * HOUR)
    tested = follow(store, "tested")
    for n in range(7):
        publish(store, tested, says(*LONG, headline=("Pier to close", "Why we close it")[n % 2]), NOW - (20 - n) * HOUR)
    return tested


def dies(store: Store) -> None:
    """A story that was read once and then went from the site."""
    article_id = told(store, [says(*LONG, headline="Short-lived story")], "short")
    at = NOW + 2 * HOUR
    event = Event(article_id, at, EventKind.GONE, {"status": 410, "reason": EVIL})
    record.record(
        store,
        result(store, article_id, at, Outcome.GONE, status=410, error=EVIL, lifecycle=State.GONE, events=(event,)),
    )


@asynccontextmanager
async def serving(path: Path, **settings: Any) -> AsyncIterator[Datasette]:
    """A Datasette on that history, started, as `datasette FILE` would be."""
    sheet: dict[str, Any] = settings.pop("sheet", {})
    options: dict[str, Any] = {"metadata": sheet} if sheet else {}
    if sheet and not hasattr(Datasette, "permission_allowed"):
        options["config"] = sheet
    datasette = Datasette([str(path)], settings={"suggest_facets": False, **settings}, **options)
    await datasette.invoke_startup()
    yield datasette
