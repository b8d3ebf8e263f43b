"""Two articles that are one story: joining them, and taking them apart again."""

from __future__ import annotations

import json
from datetime import datetime

from tracker.errors import NotFound, UsageError
from tracker.model import Event, EventDetail, EventKind, State
from tracker.store.connection import row, rows, run, stamp
from tracker.store.history import checks
from tracker.store.store import Store

SAME_STORY = "the same story at another address"
"""Why an article gave way to another one, as its event says."""

BY_HAND = "taken apart by hand"


def join(store: Store, article_id: int, to: int, now: datetime) -> bool:
    """Make an article part of the one of its source that tells the same story; False when there is none to join.

    Both histories stay as they are. What a person took apart is not joined again. Runs inside the caller's transaction.
    """
    both = [
        row(store.db, "select source_id, state from articles where id = ?", (number,)) for number in (article_id, to)
    ]
    if article_id == to or any(r is None or r["state"] in (State.MOVED.value, State.RETIRED.value) for r in both):
        return False
    ours, theirs = both
    if ours is None or theirs is None or ours["source_id"] != theirs["source_id"]:
        return False
    if _taken_apart(store, article_id, to) or _taken_apart(store, to, article_id):
        return False
    give_way(store, article_id, to, now)
    return True


def give_way(store: Store, article_id: int, to: int, now: datetime) -> None:
    """Make an article's addresses those of another one; it is marked moved, names that one, and is not checked again.

    The histories of both keep an event of it, by which `joins.separate` undoes it. Nobody is alerted: the publisher
    did nothing, two addresses were found to be one.
    """
    url, state = _known(store, article_id)
    if state is State.MOVED:
        return
    own = [r["url"] for r in rows(store.db, "select url from article_urls where article_id = ?", (article_id,))]
    detail: EventDetail = {"from": url, "article": to, "reason": SAME_STORY, "addresses": own}
    taken: EventDetail = {"from": url, "article": article_id, "reason": SAME_STORY}
    events = [Event(article_id, now, EventKind.MOVED, detail), Event(to, now, EventKind.JOINED, taken)]
    checks.add_events(store, events)
    run(store.db, "update article_urls set article_id = ?, role = 'alias' where article_id = ?", (to, article_id))
    run(store.db, "update articles set state = 'moved' where id = ?", (article_id,))
    run(store.db, "update article_state set next_check_at = null where article_id = ?", (article_id,))


def separate(store: Store, article_id: int, now: datetime) -> int:
    """Follow an article again that had given way to another one; the id of that one.

    It gets back the addresses it had, and is never joined to that one again. Raises NotFound; UsageError when it did
    not give way to another one.
    """
    with store.writing():
        own, state = _known(store, article_id)
        joined = _last_join(store, article_id)
        if state is not State.MOVED or joined is None:
            raise UsageError(f"article {article_id} was not joined to another one; its state is {state.value}")
        other, addresses = joined
        for url in addresses or [own]:
            run(
                store.db,
                "update article_urls set article_id = ?, role = case when url = ? then 'canonical' else role end "
                "where article_id = ? and url = ?",
                (article_id, own, other, url),
            )
        detail: EventDetail = {"was": State.MOVED.value, "article": other, "reason": BY_HAND}
        checks.add_events(store, [Event(article_id, now, EventKind.RESTORED, detail)])
        run(store.db, "update articles set state = 'live' where id = ?", (article_id,))
        run(store.db, "update article_state set next_check_at = ? where article_id = ?", (stamp(now), article_id))
        return other


def _known(store: Store, article_id: int) -> tuple[str, State]:
    """An article's address and its place in life. Raises NotFound."""
    found = row(store.db, "select url, state from articles where id = ?", (article_id,))
    if found is None:
        raise NotFound(f"no article {article_id}; tracker articles lists them")
    return found["url"], State(found["state"])


def _last_join(store: Store, article_id: int) -> tuple[int, list[str]] | None:
    """To which article one gave way because it is the same story, and the addresses it had; None when it did not."""
    found = row(
        store.db,
        "select detail from events where article_id = ? and kind = 'moved' order by at desc, id desc limit 1",
        (article_id,),
    )
    detail = json.loads(found["detail"]) if found else {}
    if detail.get("reason") != SAME_STORY:
        return None
    return int(detail["article"]), [str(url) for url in detail.get("addresses", [])]


def _taken_apart(store: Store, article_id: int, other: int) -> bool:
    return (
        row(
            store.db,
            "select 1 from events where article_id = ? and kind = 'restored' and json_extract(detail, '$.article') = ?",
            (article_id, other),
        )
        is not None
    )
