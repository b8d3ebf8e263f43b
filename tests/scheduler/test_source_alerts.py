"""Sources that break and heal, told to those who asked for it."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

from tests.alerts.receivers import a_hook
from tests.scheduler.alert_world import HOUR, SECRET, a_crew, told, waiting
from tests.scheduler.world import HandClock
from tests.store.world import NOW, POST, TIMES
from tracker import alerts
from tracker.alerts import AlertRules, sink_name
from tracker.config import Alert
from tracker.model import SourceEventKind
from tracker.scheduler.process.chores import Chores
from tracker.scheduler.process.outgoing import Outgoing
from tracker.store import Store
from tracker.store.history import record, source_health, sources
from tracker.store.queue import clock_set_back, outbox

BROKEN_OR_HEALED = (SourceEventKind.BROKEN, SourceEventKind.HEALED)


def fails_and_heals(store: Store) -> None:
    """The feed of TIMES fails for three hours; its sitemap fails later, while the source is broken already."""
    feed, sitemap = "feed https://times.example/rss.xml: HTTP 404", "sitemap https://times.example/map.xml: timed out"
    for hour, problems in enumerate(([feed], [feed], [feed, sitemap], [sitemap], [], [])):
        source_health.record_problems(store, TIMES.id, problems, NOW + hour * HOUR)


async def test_a_source_that_breaks_and_heals_is_told_once_each_in_words_and_as_json(tmp_path: Path) -> None:
    out, clock = tmp_path / "alerts.jsonl", HandClock(NOW + 9 * HOUR)
    async with a_hook() as hook:
        signed = Alert(f"http://127.0.0.1:{hook.port}/", events=BROKEN_OR_HEALED, secret=SECRET)
        all_three = (Alert(f"file://{out}", events=BROKEN_OR_HEALED), Alert("mailto:desk@operator.example"), signed)
        async with a_crew(tmp_path, *all_three, clock=clock) as runtime:
            await asyncio.wrap_future(runtime.writer.submit(fails_and_heals))
            assert waiting(runtime) == {"file": 2, "http": 2}, "who asked for changes alone is not told"
            [first, _] = outbox.due(runtime.reader, sink_name(signed), clock.now(), 9)
            message = await alerts.compose(runtime.reader, first, runtime.workers.run)
            for _ in range(2):
                await Outgoing(runtime, Chores()).drain()
            assert waiting(runtime) == {}
    broken, healed = told(out)
    assert {key: value for key, value in broken.items() if key != "alert"} == {
        "event": "broken",
        "source": "example-times",
        "at": "2026-11-23T11:00:00Z",
        "since": "2026-11-23T10:00:00Z",
        "problem": "feed https://times.example/rss.xml: HTTP 404",
    }
    assert (healed["event"], healed["at"], healed["since"]) == ("healed", "2026-11-23T14:00:00Z", broken["since"])
    assert broken["alert"] != healed["alert"]
    assert [json.loads(body)["type"] for _, body in hook.requests] == ["source.event"] * 2
    assert message is not None
    assert message.subject == "example-times: the source is broken"
    assert "Problem:  feed https://times.example/rss.xml: HTTP 404\n" in message.text


def test_a_source_event_that_is_rolled_back_leaves_no_alert(tmp_path: Path) -> None:
    with Store.open(tmp_path / "tracker.db", write=True) as store:
        sources.sync_sources(store, [TIMES, POST], NOW)
        store.announcer = AlertRules([Alert("file:///tmp/x.jsonl", events=BROKEN_OR_HEALED)])

        def break_off(store: Store) -> None:
            fails_and_heals(store)
            assert [each.queued for each in outbox.waiting(store)] == [2]
            raise ZeroDivisionError

        [answer] = record.commit_group(store, [break_off])
        assert isinstance(answer, ZeroDivisionError)
        assert (outbox.waiting(store), source_health.source_events(store, TIMES.id)) == ([], [])


def test_an_event_of_a_source_that_a_fast_clock_put_off_is_brought_forward(tmp_path: Path) -> None:
    alert = Alert("file:///tmp/x.jsonl", events=BROKEN_OR_HEALED, digest=24 * HOUR)
    with Store.open(tmp_path / "tracker.db", write=True) as store:
        sources.sync_sources(store, [TIMES, POST], NOW)
        store.announcer = AlertRules([alert])
        fails_and_heals(store)
        before = NOW - timedelta(days=30)
        clock_set_back.bring_back(store, before)
        assert len(outbox.due(store, sink_name(alert), before + 24 * HOUR, 9)) == 2
