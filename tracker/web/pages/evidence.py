"""What stands behind a change: both captures as text, never rendered; their hashes; the chain, recomputed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from datasette import NotFound, Response

from tracker.errors import StoreError
from tracker.model import Article, Capture, Version
from tracker.page import decode
from tracker.render.safety import clean, clean_lines
from tracker.store import ChangeEvidence, Report, Store
from tracker.store.history import articles, captures
from tracker.store.proof import evidence as stored_evidence
from tracker.store.proof import integrity
from tracker.store.proof.evidence import Citation, cited
from tracker.web import query
from tracker.web.access import History, settings
from tracker.web.drawing import formatting
from tracker.web.response import guarded, page

_PIECE = 14_000
_LINKS_SHOWN = 40


def _allowed(datasette: Any) -> None:
    if not settings(datasette).get("evidence", True):
        raise NotFound("The operator of this page does not show captures.")


@guarded
async def evidence(datasette: Any, request: Any, history: History) -> Response:
    """`/-/change/N/evidence`."""
    _allowed(datasette)
    change_id = int(request.url_vars["id"])
    gathered, report, problem = await history.read(_read, change_id)
    record = gathered.change
    context = {
        "title": f"Evidence: {formatting.text(record.headline, 100)}",
        "record": record,
        "headline": formatting.text(record.headline, 300) or "(no headline)",
        "tongue": formatting.tongue(gathered.new.content.language),
        "sides": [side(gathered.old, gathered.old_capture), side(gathered.new, gathered.new_capture)],
        "chain": gathered.chain[-_LINKS_SHOWN:],
        "links": len(gathered.chain),
        "report": report,
        "finding": clean(str(report.finding)) if report and report.finding else "",
        "problem": clean(problem),
    }
    return await page(datasette, request, "evidence", context, database=history.name)


def _read(store: Store, change_id: int) -> tuple[ChangeEvidence, Report | None, str]:
    gathered = stored_evidence.evidence(store, change_id)
    try:
        return gathered, integrity.verify(store, gathered.article.id), ""
    except StoreError as error:
        return gathered, None, str(error)


@dataclass(frozen=True, slots=True)
class EvidenceSide:
    """One version and the capture it was read from, in words."""

    number: int
    capture: str
    kept: bool
    content: str
    link: str
    extractor: str
    fetched: datetime
    url: str
    status: int | str
    size: str
    headers: list[tuple[str, str]]
    redirects: list[tuple[int, str]]


def side(version: Version, capture: Capture | None) -> EvidenceSide:
    """One version and the capture it was read from."""
    return EvidenceSide(
        number=version.number,
        capture=version.capture_sha256,
        kept=capture is not None,
        content=version.content_sha256,
        link=version.chain_sha256,
        extractor=clean(version.content.extractor),
        fetched=capture.fetched_at if capture else version.first_seen_at,
        url=clean(capture.final_url) if capture else "",
        status=capture.status if capture else "",
        size=f"{len(capture.body):,}" if capture else "",
        headers=[(formatting.text(n, 60), formatting.text(v, 300)) for n, v in capture.headers][:40] if capture else [],
        redirects=[(status, formatting.text(url, 300)) for status, url in capture.redirects] if capture else [],
    )


@guarded
async def capture(datasette: Any, request: Any, history: History) -> Response:
    """`/-/capture/SHA256?article=N&from=0`: a piece of a capture as text."""
    _allowed(datasette)
    sha256 = request.url_vars["sha256"]
    article_id = query.number(request.args, "article")
    start = query.number(request.args, "from", 2**31) or 0
    taken, about, read = await history.read(_capture, sha256, article_id)
    text, encoding = decode.text(taken.body, taken.header("content-type"), pinned=taken.encoding)
    piece = clean_lines(text[start : start + _PIECE])
    context = {
        "title": f"Capture {sha256[:12]}: {formatting.text(about.headline, 100)}",
        "article": about.id,
        "headline": formatting.text(about.headline, 300) or "(no headline)",
        "tongue": formatting.tongue(about.language),
        "read": read[-_LINKS_SHOWN:],
        "sha256": sha256,
        "fetched": taken.fetched_at,
        "url": clean(taken.final_url),
        "text": piece,
        "start": start,
        "end": min(len(text), start + _PIECE),
        "length": len(text),
        "encoding": clean(encoding),
        "before": formatting.query({"article": article_id, "from": max(0, start - _PIECE)}) if start else "",
        "after": formatting.query({"article": article_id, "from": start + _PIECE})
        if start + _PIECE < len(text)
        else "",
    }
    return await page(datasette, request, "capture", context, database=history.name)


def _capture(store: Store, sha256: str, article_id: int | None) -> tuple[Capture, Article, list[Citation]]:
    taken = captures.capture(store, sha256, article_id=article_id)
    about, read = cited(store, sha256, article_id)
    return taken, articles.article(store, about), read
