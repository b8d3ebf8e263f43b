"""How long readers waited for a notice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tracker.differ.lag import closures
from tracker.model import ChangeClass, Notice, RecordedChange

START = datetime(2026, 5, 3, tzinfo=UTC)


def change(number: int, hour: float, *, class_=ChangeClass.SUBSTANTIVE, notice=Notice.NONE, ack=False, noise=None):
    before = START + timedelta(hours=hour)
    return RecordedChange(
        id=number,
        article_id=1,
        url="https://times.example/a",
        source_id="times",
        headline="h",
        old_version=number,
        new_version=number + 1,
        after=before - timedelta(hours=1),
        before=before,
        class_=class_,
        score=6,
        tags=(),
        headline_changed=False,
        words_added=1,
        words_removed=1,
        sentences_added=0,
        sentences_deleted=0,
        sentences_edited=1,
        sentences_moved=0,
        notice=notice,
        acknowledged=ack,
        noise_rule=noise,
        summary="",
        excerpt_old="",
        excerpt_new="",
    )


def test_a_later_notice_closes_every_open_change_with_an_interval():
    found = closures([change(3, 10, notice=Notice.CORRECTION, ack=True), change(1, 2), change(2, 5)])
    assert [(c.change, c.closed_by, c.hours_least, c.hours_most) for c in found] == [(1, 3, 7.0, 9.0), (2, 3, 4.0, 6.0)]


def test_a_change_is_closed_once():
    notices = [change(n, 3 * n, notice=Notice.UPDATE, ack=True) for n in (2, 3)]
    assert [(c.change, c.closed_by, c.notice) for c in closures([change(1, 1), *notices])] == [(1, 2, Notice.UPDATE)]


def test_minor_acknowledged_and_noise_changes_are_never_open():
    earlier = [change(1, 1, class_=ChangeClass.MINOR), change(2, 2, ack=True), change(3, 3, noise="dates-only")]
    assert closures([*earlier, change(4, 9, notice=Notice.CORRECTION)]) == ()


def test_without_a_notice_nothing_is_closed():
    assert closures([change(1, 1), change(2, 2)]) == ()
