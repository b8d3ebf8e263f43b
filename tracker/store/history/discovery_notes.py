"""What discoveries of a source left out lately, and why: kept so that nothing is left out in silence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker.store.connection import rows, run, run_many, stamp, storable, sure_moment
from tracker.store.store import Store

LATELY = timedelta(hours=26)
"""How long a note is kept that no discovery repeats: an unchanged list says nothing until it is read whole, daily."""

_LENGTH = 300


@dataclass(frozen=True, slots=True)
class DiscoveryNote:
    """What was left out at a place (`sitemap https://…`) for one reason: how many the last time, and one of them."""

    place: str
    words: str
    number: int
    example: str
    since: datetime
    last_at: datetime

    def __str__(self) -> str:
        return (
            f"{self.place}: left out {self.number:,} {self.words}{f', such as {self.example}' if self.example else ''}"
        )


def noted(store: Store, source_id: str, notes: Sequence[tuple[str, str, int, str]], now: datetime) -> None:
    """Take in what one discovery left out: place, reason, how many, and an example of each.

    Runs inside the writer's transaction when there is one; needs a writable store.
    """
    with store.writing():
        run_many(
            store.db,
            "insert into discovery_notes (source_id, place, words, number, example, since, last_at) "
            "values (?, ?, ?, ?, ?, ?, ?) on conflict (source_id, place, words) do update set "
            "number = excluded.number, example = excluded.example, last_at = excluded.last_at",
            [
                (
                    source_id,
                    storable(place),
                    storable(words)[:_LENGTH],
                    number,
                    storable(example)[:_LENGTH],
                    stamp(now),
                    stamp(now),
                )
                for place, words, number, example in notes
            ],
        )
        run(
            store.db,
            "delete from discovery_notes where source_id = ? and last_at < ?",
            (source_id, stamp(now - LATELY)),
        )


def discovery_notes(store: Store, source_id: str) -> list[DiscoveryNote]:
    """What was left out of a source lately, by place."""
    found = rows(store.db, "select * from discovery_notes where source_id = ? order by place, words", (source_id,))
    return [
        DiscoveryNote(
            r["place"], r["words"], r["number"], r["example"], sure_moment(r["since"]), sure_moment(r["last_at"])
        )
        for r in found
    ]
