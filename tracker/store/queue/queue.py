"""What is due, and the hot state of each article."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from tracker.errors import NotFound
from tracker.model import (
    Article,
    ArticleState,
    CheckResult,
    LastCheck,
    Outcome,
    RevisitState,
    Signal,
    SuspectedState,
    Suspicion,
    Validators,
    WaitingText,
    iso,
)
from tracker.model.plain import WrongType, from_plain, to_plain
from tracker.store.article_row import article_of
from tracker.store.connection import StoredRow, dump, moment, row, rows, run, storable
from tracker.store.store import Store

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Due:
    """An article whose next check has come, with its state."""

    article: Article
    state: ArticleState


NEWEST = 300
"""How many of a source's newest articles are looked through for those that are due."""


def state_of(r: StoredRow) -> ArticleState:
    """A state from a row with the columns of `article_state`."""
    return ArticleState(
        article_id=r["article_id"],
        next_check_at=moment(r["next_check_at"]),
        last_check_at=moment(r["last_check_at"]),
        last_seen_at=moment(r["last_seen_at"]),
        checks=r["checks"],
        outcome=Outcome(r["outcome"]) if r["outcome"] else None,
        outcome_since=moment(r["outcome_since"]),
        outcome_run=r["outcome_run"],
        validators=Validators(r["etag"], r["last_modified"]),
        body_sha256=r["body_sha256"],
        encoding=r["encoding"],
        suspicion=_suspicion(r["suspicion"]),
        rate=_rate(r["rate"]),
    )


def _suspicion(text: str) -> Suspicion:
    """What awaits confirmation. What cannot be read is forgotten, so that an article is looked at all the same."""
    told = _object(text)
    failures = told.get("failures")
    return Suspicion(
        lifecycle=_readable(SuspectedState, told.get("lifecycle")),
        text=_readable(WaitingText, told.get("text")),
        failures=failures if isinstance(failures, int) else 0,
    )


def _rate(text: str) -> RevisitState:
    """What the policy remembers; earlier releases wrote `hint` for `signal`. What cannot be read is forgotten."""
    told = _object(text)
    signal = _readable(Signal, told.pop("signal", None) or told.pop("hint", None))
    return replace(_readable(RevisitState, told) or RevisitState(), signal=signal)


def _readable(kind: type[T], told: object) -> T | None:
    try:
        return None if told is None else from_plain(kind, told)
    except WrongType:
        return None


def _object(text: str) -> dict[str, object]:
    return dict(json.loads(text)) if text != "{}" else {}


def state(store: Store, article_id: int) -> ArticleState:
    """What the next check of an article needs to know. Raises NotFound."""
    found = row(store.db, "select * from article_state where article_id = ?", (article_id,))
    if found is None:
        raise NotFound(f"no article {article_id}; tracker articles lists them")
    return state_of(found)


def apparently_gone(store: Store, article_ids: Iterable[int]) -> set[int]:
    """Those of the articles that seem to be gone, while that is not confirmed yet."""
    sql = (
        "select s.* from json_each(?) j cross join article_state s on s.article_id = j.value where s.suspicion <> '{}'"
    )
    states = map(state_of, rows(store.db, sql, (dump(list(article_ids)),)))
    return {state.article_id for state in states if state.suspicion.apparently_gone}


def due(store: Store, now: datetime, limit: int, but: Set[int] = frozenset()) -> list[Due]:
    """The articles whose check is due, longest due first; none of a source that is not followed now, or paused.

    `but` are the ids of those that are not wanted. They are passed over before anything else of them is read: a busy
    dispatcher has a thousand of them, and asks every second.
    """
    ids = rows(
        store.db,
        "select article_id from article_state where next_check_at <= ? and rests = 0 order by next_check_at limit ?",
        (iso(now), limit + len(but)),
    )
    return _due(store, [r["article_id"] for r in ids if r["article_id"] not in but][:limit])


def due_of(store: Store, source_id: str, now: datetime, limit: int, but: Set[int] = frozenset()) -> list[Due]:
    """The newest articles of one source whose check is due, without those of `but`.

    What is due of one source is found however much of others is due before it. Only its newest are looked through.
    """
    ids = rows(
        store.db,
        "select s.article_id from (select id from articles where source_id = ? order by id desc limit ?) a "
        "cross join article_state s on s.article_id = a.id where s.next_check_at <= ? and s.rests = 0",
        (source_id, NEWEST, iso(now)),
    )
    return _due(store, [r["article_id"] for r in ids if r["article_id"] not in but][:limit])


def _due(store: Store, wanted: Sequence[int]) -> list[Due]:
    """These articles with their states, in this order."""
    found = rows(
        store.db,
        "select s.*, a.* from article_state s cross join articles a on a.id = s.article_id "
        "where s.article_id in (select value from json_each(?))",
        (dump(list(wanted)),),
    )
    # A row looks each column up along all the names; a mapping made once does not.
    told = {r["article_id"]: dict(zip(r.keys(), r, strict=True)) for r in found}
    return [Due(article_of(told[i]), state_of(told[i])) for i in wanted if i in told]


def next_due_at(store: Store) -> datetime | None:
    """When the next check of all is due; None when nothing is followed. Sources that are paused do not count."""
    found = row(
        store.db,
        "select next_check_at from article_state where next_check_at is not null and rests = 0 "
        "order by next_check_at limit 1",
    )
    return moment(found["next_check_at"]) if found else None


def reschedule(store: Store, article_id: int, at: datetime | None) -> None:
    """Set an article's next check; None ends its checks. Raises NotFound."""
    with store.writing():
        changed = run(
            store.db, "update article_state set next_check_at = ? where article_id = ?", (iso(at), article_id)
        ).rowcount
        if not changed:
            raise NotFound(f"no article {article_id}; tracker articles lists them")


def bring_forward(store: Store, article_id: int, at: datetime, signal: Signal | None = None) -> bool:
    """Make an article's next check no later than `at`; False when it was not later, or has ended.

    The signal is noted in the article's `rate` either way, and stays there until a check has seen the article.
    """
    with store.writing():
        if signal is not None:
            noted = "update article_state set rate = json_set(rate, '$.signal', json(?)) where article_id = ?"
            run(store.db, noted, (dump(to_plain(signal)), article_id))
        return bool(
            run(
                store.db,
                "update article_state set next_check_at = ? where article_id = ? and next_check_at > ?",
                (iso(at), article_id, iso(at)),
            ).rowcount
        )


def prior_state(store: Store, article_id: int) -> sqlite3.Row:
    """The raw row before a check is recorded. Raises NotFound."""
    found = row(
        store.db,
        "select last_check_at, last_seen_at, checks, outcome, outcome_since, outcome_run, status, error "
        "from article_state where article_id = ?",
        (article_id,),
    )
    if found is None:
        raise NotFound(f"no article {article_id} to record a check of; was it forgotten meanwhile?")
    return found


def last_check(prior: sqlite3.Row) -> LastCheck:
    """Which check a row of `prior_state` is the state after."""
    outcome = Outcome(prior["outcome"]) if prior["outcome"] else None
    return LastCheck(prior["last_check_at"], prior["checks"], outcome, prior["outcome_run"])


_ERROR_LENGTH = 300


def write_state(store: Store, result: CheckResult) -> None:
    """Replace an article's state with the one after this check, in one statement."""
    s = result.state
    run(
        store.db,
        "update article_state set next_check_at = case when (select state from articles where id = article_id) "
        "in ('moved', 'retired') then null else ? end, last_check_at = ?, last_seen_at = ?, checks = ?, outcome = ?, "
        "outcome_since = ?, outcome_run = ?, etag = ?, last_modified = ?, body_sha256 = ?, encoding = ?, "
        "suspicion = ?, rate = ?, status = ?, error = ? where article_id = ?",
        (
            iso(s.next_check_at),
            iso(s.last_check_at or result.ended_at),
            iso(s.last_seen_at),
            s.checks,
            (s.outcome or result.outcome).value,
            iso(s.outcome_since or result.ended_at),
            s.outcome_run,
            s.validators.etag,
            s.validators.last_modified,
            s.body_sha256,
            s.encoding,
            dump(to_plain(s.suspicion, brief=True)),
            dump(to_plain(s.rate, brief=True)),
            result.status,
            storable(result.error)[:_ERROR_LENGTH],
            result.article_id,
        ),
    )
