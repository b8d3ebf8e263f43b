"""A host's line: who goes first, who must go, and how often in an hour."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tracker.scheduler.process.host_queue import HOUR, HostQueue, Hourly

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

gains = st.lists(st.floats(0, 100) | st.just(float("inf")), min_size=1, max_size=30)


@given(gains, st.integers(1, 10))
def test_a_full_line_holds_those_with_the_most_to_gain_and_serves_them_first(gains: list[float], room: int) -> None:
    line: HostQueue[int] = HostQueue()
    lost = []
    for number, gain in enumerate(gains):
        gone = line.offer(number, gain, room)
        if gone is not None:
            lost.append(gone[0])
            assert gone[1] >= gains[gone[0]], "it lost to nobody better"
    served = [line.pop() for _ in range(len(line))]
    assert sorted(served + lost) == list(range(len(gains))), "everybody is served or told"
    assert [gains[n] for n in served] == sorted(gains, reverse=True)[:room]


def test_of_equals_the_first_to_come_is_served_first_and_stays() -> None:
    line: HostQueue[str] = HostQueue()
    for name in ("one", "two", "three"):
        line.offer(name, 1.0, 3)
    assert line.offer("four", 1.0, 3) == ("four", 1.0)
    assert [line.pop() for _ in range(3)] == ["one", "two", "three"]


def test_what_somebody_asked_for_goes_first_and_is_never_crowded_out() -> None:
    line: HostQueue[str] = HostQueue()
    line.offer("due", 2.0, 2)
    line.offer("wish", 0.1, 2)
    line.ask("wish")
    assert len(line) == 2
    assert line.offer("breaking", float("inf"), 2) == ("due", float("inf"))
    assert line.pop() == "wish"
    line.clear()
    line.ask("only wishes")
    assert line.offer("newcomer", 9.0, 1) == ("newcomer", 9.0)


def test_those_who_wait_are_weighed_anew() -> None:
    line: HostQueue[str] = HostQueue()
    line.offer("old", 3.0, 5)
    line.offer("young", 1.0, 5)
    line.weigh({"old": 3.5, "young": 4.0}.__getitem__)
    assert line.pop() == "young"


@given(st.lists(st.integers(0, 7200), max_size=60), st.integers(1, 20))
def test_no_hour_has_more_visits_than_it_may(seconds: list[int], most: int) -> None:
    hourly, visits = Hourly(), []
    for second in sorted(seconds):
        now = NOON + timedelta(seconds=second)
        if hourly.room(most, now):
            hourly.count(now)
            visits.append(now)
        else:
            opens = hourly.opens(most, now)
            assert now < opens <= now + HOUR
    for visit in visits:
        assert sum(visit - HOUR < other <= visit for other in visits) <= most


def test_a_full_hour_opens_for_a_tenth_at_once() -> None:
    hourly = Hourly()
    for minute in range(20):
        hourly.count(NOON + timedelta(minutes=minute))
    now = NOON + timedelta(minutes=30)
    assert hourly.room(20, now) == 0
    opens = hourly.opens(20, now)
    assert hourly.room(20, opens) == 2


def test_a_clock_set_back_closes_no_host() -> None:
    hourly = Hourly()
    for _ in range(5):
        hourly.count(NOON)
    assert hourly.room(5, NOON - timedelta(days=1)) == 5
