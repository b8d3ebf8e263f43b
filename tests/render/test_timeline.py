from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.render.samples import AFTER, BEFORE, HOSTILE, record
from tests.render.test_terminal import draw
from tracker.model import STOOD, Content, Event, EventKind, LaterNotice, Notice, Outcome, Paragraph, Version
from tracker.render import timeline

FIRST = Version(
    1, 7, 1, AFTER, BEFORE, None, Content(headline="Head", paragraphs=(Paragraph("One two."),)), 2, "", "", "", None
)
SECOND = replace(FIRST, number=2, first_seen_at=BEFORE, previous_seen_at=AFTER)


def test_versions_tell_when_they_came_and_what_changed() -> None:
    entries = [timeline.of_version(FIRST, None), timeline.of_version(SECOND, record(summary="headline changed"))]
    assert timeline.plain(entries) == (
        "2026-11-23T10:05:00Z  version 1\n"
        "  first seen at 10:05 UTC on 23 Nov 2026\n"
        "  Head\n"
        "  2 words\n"
        "2026-11-23T10:20:00Z  version 2\n"
        "  changed between 10:05 and 10:20 UTC on 23 Nov 2026\n"
        "  substantive, score 9, no notice seen\n"
        "  headline changed\n"
    )


def test_a_return_to_an_earlier_text_is_said() -> None:
    assert timeline.of_version(replace(SECOND, same_as=1), None).title == "version 2, back to the text of version 1"


def test_a_version_that_others_saw_names_them() -> None:
    entry = timeline.of_version(replace(SECOND, observer="web.archive.org"), None)
    assert "seen by web.archive.org, not by us" in entry.lines
    assert timeline.json(entry)["observer"] == "web.archive.org"
    assert timeline.json(timeline.of_version(SECOND, None))["observer"] is None


def test_noise_is_named() -> None:
    entry = timeline.of_version(SECOND, record(noise_rule="live-counter"))
    assert "taken for noise by the rule live-counter" in entry.lines
    assert timeline.json(entry)["noise_rule"] == "live-counter"


def test_a_text_that_was_accepted_because_it_stood_is_told_as_such() -> None:
    told = "accepted only because it stood for a day"
    assert told in timeline.of_version(SECOND, record(tags=(STOOD, "headline"))).lines
    assert told not in timeline.of_version(SECOND, record(tags=("headline",))).lines


def test_a_later_notice_is_told_where_the_silent_change_stands() -> None:
    entry = timeline.of_version(SECOND, record(later=LaterNotice(14, Notice.CORRECTION, 2.9, 3.1)))
    assert "substantive, score 9, correction seen 3 h later" in entry.lines
    assert timeline.json(entry)["later"] == {
        "change": 14,
        "notice": "correction",
        "hours_least": 2.9,
        "hours_most": 3.1,
    }


def test_events_tell_their_details() -> None:
    moved = Event(7, BEFORE, EventKind.MOVED, {"moved_to": "https://times.example/2", "status": 301, "error": ""})
    assert timeline.plain([timeline.of_event(moved)]) == (
        "2026-11-23T10:20:00Z  moved to another address\n  moved to: https://times.example/2\n  status: 301\n"
    )


def test_a_move_into_another_article_names_it() -> None:
    detail = {"from": "https://times.example/2", "article": 3, "reason": "the same story at another address"}
    assert timeline.plain([timeline.of_event(Event(7, BEFORE, EventKind.MOVED, detail))]).splitlines()[0] == (
        "2026-11-23T10:20:00Z  moved into article 3"
    )


def test_failed_checks_tell_how_often_and_why() -> None:
    later = AFTER + timedelta(hours=2)
    run = timeline.of_failures(AFTER, later, 3, Outcome.SERVER_ERROR, 503, "")
    once = timeline.of_failures(AFTER, AFTER, 1, Outcome.TIMEOUT, 0, "no answer in 30 s")
    assert timeline.plain([run, once]) == (
        "2026-11-23T10:05:00Z  3 checks ended with server error\n"
        "  between 10:05 and 12:05 UTC on 23 Nov 2026\n"
        "  HTTP 503\n"
        "2026-11-23T10:05:00Z  1 check ended with timeout\n"
        "  10:05 UTC on 23 Nov 2026\n"
        "  no answer in 30 s\n"
    )


def test_json_tells_the_moment_the_kind_and_the_facts() -> None:
    assert timeline.json(timeline.of_version(SECOND, record()))["class"] == "substantive"
    gone = Event(7, datetime(2026, 11, 23, tzinfo=UTC), EventKind.GONE, {"status": 410})
    assert timeline.json(timeline.of_event(gone)) == {
        "at": "2026-11-23T00:00:00Z",
        "kind": "event",
        "event": "gone",
        "detail": {"status": 410},
    }


def test_on_a_terminal_each_kind_has_its_sign() -> None:
    gone = Event(7, BEFORE, EventKind.GONE)
    entries = [
        timeline.of_version(FIRST, None),
        timeline.of_event(gone),
        timeline.of_failures(AFTER, AFTER, 1, Outcome.TIMEOUT, 0, ""),
    ]
    drawn = "".join(draw(part) for part in timeline.terminal(entries))
    assert [line[0] for line in drawn.split("\n") if line and not line.startswith(" ")] == ["●", "◆", "×"]


def test_hostile_text_is_harmless() -> None:
    version = replace(SECOND, content=Content(headline=HOSTILE))
    entries = [
        timeline.of_version(version, record(summary=HOSTILE, noise_rule=HOSTILE)),
        timeline.of_version(replace(version, number=1), None),
        timeline.of_event(Event(7, BEFORE, EventKind.MOVED, {HOSTILE: HOSTILE})),
        timeline.of_failures(AFTER, BEFORE, 2, Outcome.CONNECTION, 0, HOSTILE),
    ]
    shown = timeline.plain(entries) + "".join(draw(part) for part in timeline.terminal(entries))
    assert not set(shown) & set("\x1b\x9b\x07\u202e\u200b\ud800")
