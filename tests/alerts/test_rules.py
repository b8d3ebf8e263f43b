"""Which changes and events call for an alert: `alerts` of sources.yaml, case by case."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.world import NOW, follow, history, publish, says
from tracker.alerts import AlertRules, receivers, sink_name
from tracker.config import Alert
from tracker.differ import diff
from tracker.model import (
    Change,
    ChangeClass,
    ChangeFilter,
    Event,
    EventKind,
    RecordedChange,
    SourceEvent,
    SourceEventKind,
    Told,
)
from tracker.store.history import articles

OLD = says("The minister said that 12 people were hurt.", "The pier is closed.")
NEW = says("The minister said that 15 people were hurt.", "The pier is closed.")
DESK = "mailto:desk@operator.example"


@pytest.fixture
def seen(tmp_path: Path) -> tuple[RecordedChange, Change]:
    """A changed number: substantive, no notice, of example-times."""
    with history(tmp_path) as store:
        article = follow(store)
        publish(store, article, OLD, NOW)
        recorded = publish(store, article, NEW, NOW + timedelta(hours=1))
        assert recorded is not None
        return recorded, diff(OLD, NEW)


@pytest.mark.parametrize(
    ("name", "when", "told"),
    [
        ("no condition", ChangeFilter(), True),
        ("its class", ChangeFilter(class_=ChangeClass.SUBSTANTIVE), True),
        ("a lighter class", ChangeFilter(class_=ChangeClass.MINOR), True),
        ("not acknowledged", ChangeFilter(told=Told.SILENT), True),
        ("acknowledged", ChangeFilter(told=Told.AT_ONCE), False),
        ("its source", ChangeFilter(sources=("example-post", "example-times")), True),
        ("another source", ChangeFilter(sources=("example-post",)), False),
        ("a word of the changed sentence", ChangeFilter(grep="MINISTER"), True),
        ("a word of what was before", ChangeFilter(grep=r"\b12\b"), True),
        ("a word of a sentence that stayed", ChangeFilter(grep="closed"), False),
        ("what came", ChangeFilter(added="15 people"), True),
        ("what went, as if it had come", ChangeFilter(added="12 people"), False),
        ("what stands on both sides", ChangeFilter(removed="minister"), False),
        ("its tag", ChangeFilter(tags=("number",)), True),
        ("its tag and another", ChangeFilter(tags=("number", "headline")), False),
        ("a score beyond its own", ChangeFilter(min_score=100), False),
        ("its text", ChangeFilter(field="body"), True),
        ("another field", ChangeFilter(field="headline"), False),
        ("one condition fails", ChangeFilter(class_=ChangeClass.MINOR, sources=("example-post",)), False),
    ],
)
def test_all_conditions_must_hold(
    seen: tuple[RecordedChange, Change], name: str, when: ChangeFilter, told: bool
) -> None:
    assert bool(AlertRules([Alert(DESK, when)]).of_change(*seen, NOW)) is told


def test_a_rule_about_events_tells_of_no_change(seen: tuple[RecordedChange, Change]) -> None:
    assert not AlertRules([Alert(DESK, events=(EventKind.GONE,))]).of_change(*seen, NOW)


def test_a_class_is_a_floor_and_noise_is_told_to_nobody(seen: tuple[RecordedChange, Change]) -> None:
    recorded, change = seen
    rules = AlertRules([Alert(DESK, ChangeFilter(class_=ChangeClass.WORDING))])
    assert not rules.of_change(replace(recorded, class_=ChangeClass.MINOR), change, NOW)
    assert rules.of_change(replace(recorded, class_=ChangeClass.WORDING), change, NOW)
    assert not rules.of_change(replace(recorded, noise_rule="counter"), change, NOW)


def test_a_receiver_that_several_rules_name_is_told_once(seen: tuple[RecordedChange, Change]) -> None:
    other = Alert("mailto:other@operator.example")
    postings = AlertRules([Alert(DESK), Alert(DESK, digest=timedelta(hours=1)), other]).of_change(*seen, NOW)
    assert [p.sink for p in postings] == [sink_name(Alert(DESK)), sink_name(other)]


def test_an_event_is_told_to_those_who_name_its_kind(tmp_path: Path) -> None:
    with history(tmp_path) as store:
        article = articles.article(store, follow(store))
    gone = Event(article.id, NOW, EventKind.GONE)
    assert AlertRules([Alert(DESK, events=(EventKind.GONE, EventKind.MOVED))]).of_event(gone, article)
    assert not AlertRules([Alert(DESK, events=(EventKind.MOVED,)), Alert(DESK)]).of_event(gone, article)
    assert not AlertRules([Alert(DESK, ChangeFilter(sources=("x",)), (EventKind.GONE,))]).of_event(gone, article)


@pytest.mark.parametrize(
    ("name", "events", "when", "told"),
    [
        ("its kind among others", (EventKind.GONE, SourceEventKind.BROKEN), ChangeFilter(), True),
        ("the other kind", (SourceEventKind.HEALED,), ChangeFilter(), False),
        ("changes", (), ChangeFilter(), False),
        ("its source", (SourceEventKind.BROKEN,), ChangeFilter(sources=("example-times",)), True),
        ("another source", (SourceEventKind.BROKEN,), ChangeFilter(sources=("example-post",)), False),
        ("a word of its problem", (SourceEventKind.BROKEN,), ChangeFilter(grep=r"HTTP 4\d\d"), True),
        ("a word of another problem", (SourceEventKind.BROKEN,), ChangeFilter(grep="timed out"), False),
    ],
)
def test_an_event_of_a_source_is_told_to_those_who_name_it(
    name: str, events: tuple[EventKind | SourceEventKind, ...], when: ChangeFilter, told: bool
) -> None:
    broken = SourceEvent("example-times", NOW, SourceEventKind.BROKEN, NOW - timedelta(hours=1), "feed x: HTTP 404")
    twice = AlertRules([Alert(DESK, when, events), Alert(DESK, when, events)])  # told once, however many rules hold
    assert [p.due_at for p in twice.of_source(broken)] == ([NOW] if told else []), name


def test_the_outbox_names_a_receiver_without_its_address() -> None:
    name = sink_name(Alert("https://desk.example/hook/t0ken"))
    assert name.startswith("https:")
    assert "t0ken" not in name
    assert name == sink_name(Alert("https://desk.example/hook/t0ken", digest=timedelta(hours=1)))


def test_each_mailbox_of_an_address_is_a_receiver_of_its_own(seen: tuple[RecordedChange, Change]) -> None:
    several = Alert("mailto://a@o.example,b%40o.example,a@o.example?smtp=mail.o.example&user=u&password=p")
    assert [one.to for one in receivers(several)] == [
        "mailto:a@o.example?smtp=mail.o.example&user=u&password=p",
        "mailto:b%40o.example?smtp=mail.o.example&user=u&password=p",
    ]
    other = Alert("mailto:a@o.example?smtp=mail.o.example&user=u&password=p", digest=timedelta(hours=1))
    told = AlertRules([several, other]).of_change(*seen, NOW)
    assert [p.sink for p in told] == [sink_name(one) for one in receivers(several)]
    hook = Alert("https://o.example/a,b")
    assert receivers(hook) == (hook,)


@given(
    st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.integers(1, 10 * 86_400),
)
def test_a_digest_goes_out_at_the_end_of_its_window_and_never_late(at: datetime, seconds: int) -> None:
    window = timedelta(seconds=seconds)
    rules = AlertRules([Alert(DESK, events=(EventKind.GONE,), digest=window)])
    article = _ARTICLE
    [posting] = rules.of_event(Event(1, at, EventKind.GONE), article)
    assert timedelta(0) < posting.due_at - at <= window
    [next_one] = rules.of_event(Event(1, posting.due_at - timedelta(microseconds=1), EventKind.GONE), article)
    assert next_one.due_at == posting.due_at


def test_the_windows_of_a_digest_are_counted_from_1970_on_whoever_asks() -> None:
    rules = AlertRules([Alert(DESK, events=(EventKind.GONE,), digest=timedelta(days=7))])
    for day, due in ((0, 7), (6, 7), (7, 14), (8, 14)):
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(weeks=2900, days=day)
        [posting] = rules.of_event(Event(1, at, EventKind.GONE), _ARTICLE)
        assert posting.due_at == datetime(1970, 1, 1, tzinfo=UTC) + timedelta(weeks=2900, days=due)


_ARTICLE: Any = type("Article", (), {"source_id": "a", "headline": "A"})()


def test_a_mailbox_stays_the_same_with_another_password_and_no_other_does() -> None:
    one, same, *others = (
        sink_name(Alert(to))
        for to in (
            "mailto:desk@o.example?smtp=mail.o.example&user=me&password=old",
            "mailto:desk@o.example?smtp=mail.o.example&user=you&password=new",
            "mailto:night@o.example?smtp=mail.o.example&user=me&password=old",
            "mailto:desk@o.example?smtp=other.o.example&user=me&password=old",
            "https://o.example/hook?user=me&password=old",
            "https://o.example/hook?user=me&password=new",
        )
    )
    assert one == same
    assert len({one, *others}) == 5
