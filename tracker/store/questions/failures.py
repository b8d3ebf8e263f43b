"""What failed at a source of late: the articles that a check did not see, and how it ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.model import Outcome
from tracker.store.connection import rows, stamp, sure_moment
from tracker.store.questions.pages import WINDOW
from tracker.store.store import Store


@dataclass(frozen=True, slots=True)
class UnseenArticle:
    """An article that a check did not see, with how its latest such check ended."""

    article_id: int
    headline: str
    language: str
    outcome: Outcome
    status: int
    error: str
    at: datetime


def failures(store: Store, source_id: str, since: datetime, limit: int) -> list[UnseenArticle]:
    """The articles of a source that some check since then did not see, the latest first, each once.

    Runs of checks that ended and the one that goes on count alike; of either at most `WINDOW` are looked at.
    """
    well = [o.value for o in Outcome if o.saw_the_article]
    failed = f"outcome not in ({', '.join('?' * len(well))})"
    found = rows(
        store.db,
        "select f.*, max(f.at) as latest, a.headline, a.language from ("  # noqa: S608 - parts are ours
        "select r.article_id, r.outcome, r.status, r.error, r.ended_at as at from "
        "(select * from check_runs where ended_at >= ? order by ended_at desc limit ?) r "
        f"where r.{failed} union all "
        "select s.article_id, s.outcome, s.status, s.error, s.last_check_at as at from "
        "(select id from articles where source_id = ? order by first_seen_at desc limit ?) n "
        f"cross join article_state s on s.article_id = n.id where s.last_check_at >= ? and s.{failed}"
        ") f cross join articles a on a.id = f.article_id where a.source_id = ? "
        "group by f.article_id order by latest desc, f.article_id desc limit ?",
        [stamp(since), WINDOW, *well, source_id, WINDOW, stamp(since), *well, source_id, limit],
    )
    return [
        UnseenArticle(
            r["article_id"],
            r["headline"],
            r["language"],
            Outcome(r["outcome"]),
            r["status"],
            r["error"],
            sure_moment(r["latest"]),
        )
        for r in found
    ]
