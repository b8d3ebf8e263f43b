"""The outbox: written with the change, drained on its own, tried again, never twice to a file."""

import asyncio
import base64
import json
import logging
import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.alerts.receivers import a_hook, a_mail_server
from tests.scheduler.alert_world import HOUR, SECRET, a_crew, config, edited, told, waiting
from tests.scheduler.world import EIGHT, HandClock
from tests.store.world import NOW, POST, TIMES, fail, follow, heal, publish, result, says
from tests.waiting import until
from tracker import alerts
from tracker.alerts import AlertRules, Message, NotTaken, sink_name
from tracker.alerts.sinks import FileSink, signature
from tracker.config import Alert
from tracker.errors import StoreError
from tracker.model import Event, EventKind, Outcome
from tracker.scheduler.process.chores import Chores
from tracker.scheduler.process.outgoing import FIRST_PAUSE, LONGEST_PAUSE, Outgoing, pause_after
from tracker.store import Store
from tracker.store.history import record, sources
from tracker.store.queue import outbox
from tracker.store.upkeep import forget as store_forget
from tracker.store.upkeep import prune


async def test_a_change_is_queued_with_it_and_delivered_as_the_contract_says(tmp_path: Path) -> None:
    out = tmp_path / "alerts.jsonl"
    async with a_crew(tmp_path, Alert(f"file://{out}")) as runtime:
        [change] = await edited(runtime)
        assert waiting(runtime) == {"file": 1}
        runtime.clock.pass_(hours=2)  # type: ignore[attr-defined]
        await Outgoing(runtime, Chores()).drain()
        assert waiting(runtime) == {}
        runtime.writer.flush()
    [line] = told(out)
    assert (line["change"], line["source"], line["class"]) == (change.id, "example-times", "substantive")
    assert line["operations"][0]["edits"][0]["inserted"] == "1"
    assert len(line["alert"]) == 32


def test_a_change_that_is_rolled_back_leaves_no_alert(tmp_path: Path) -> None:
    with Store.open(tmp_path / "tracker.db", write=True) as store:
        sources.sync_sources(store, [TIMES, POST], NOW)
        store.announcer = AlertRules([Alert("file:///tmp/x.jsonl")])
        article = follow(store)
        publish(store, article, says(), NOW)
        good = result(store, article, NOW + HOUR, Outcome.CHANGED, says("Another text of the pier."))
        event = Event(article_id=99, at=NOW, kind=EventKind.GONE)  # no such article: the foreign key refuses it
        [answer] = record.commit_group(store, [replace(good, events=(event,))])
        assert isinstance(answer, StoreError)
        assert outbox.waiting(store) == []
        record.record(store, good)
        [row] = outbox.waiting(store)
        assert row.queued == 1


def test_an_event_is_queued_once_for_those_who_asked(tmp_path: Path) -> None:
    alert = Alert("file:///tmp/x.jsonl", events=(EventKind.GONE,))
    with Store.open(tmp_path / "tracker.db", write=True) as store:
        sources.sync_sources(store, [TIMES, POST], NOW)
        store.announcer = AlertRules([alert])
        article = follow(store)
        publish(store, article, says(), NOW)
        for minute in (0, 0, 5):
            at = NOW + timedelta(minutes=minute)
            gone = Event(article, at, EventKind.GONE, {"status": 410})
            record.record(store, result(store, article, at, Outcome.GONE, events=(gone,)))
        letters = outbox.due(store, sink_name(alert), NOW + HOUR, 10)
        assert [letter.due_at for letter in letters] == [NOW, NOW + timedelta(minutes=5)]


async def test_an_event_arrives_in_words_and_as_json(tmp_path: Path) -> None:
    out = tmp_path / "alerts.jsonl"
    async with a_crew(tmp_path, Alert(f"file://{out}", events=(EventKind.GONE,))) as runtime:

        def vanish(store: Store) -> None:
            article = follow(store)
            publish(store, article, says(), NOW)
            record.record(
                store, result(store, article, NOW, Outcome.GONE, events=(Event(article, NOW, EventKind.GONE),))
            )

        await asyncio.wrap_future(runtime.writer.submit(vanish))
        await Outgoing(runtime, Chores()).drain()
    [line] = told(out)
    assert (line["event"], line["source"], line["headline"]) == ("gone", "example-times", "Old pier to close")


async def test_a_digest_waits_for_the_end_of_its_window_and_comes_as_one(tmp_path: Path) -> None:
    clock = HandClock(NOW)
    async with a_hook() as hook:
        alert = Alert(f"http://127.0.0.1:{hook.port}/", digest=timedelta(days=1), secret=SECRET)
        async with a_crew(tmp_path, alert, clock=clock) as runtime:
            outgoing = Outgoing(runtime, Chores())
            await edited(runtime, times=3)
            clock.pass_(hours=13)
            await outgoing.drain()
            assert not hook.requests
            clock.pass_(hours=2)
            await outgoing.drain()
            [(_, body)] = hook.requests
            assert len(json.loads(body)["data"]["alerts"]) == 3
            assert waiting(runtime) == {}


async def test_what_is_not_taken_is_tried_again_later_and_later_under_the_same_key(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock, times = HandClock(NOW), 4
    async with a_hook() as hook:
        hook.refusals = ["500 Oops\r\n"] * times
        alert = Alert(f"http://127.0.0.1:{hook.port}/", secret=SECRET)
        async with a_crew(tmp_path, alert, clock=clock) as runtime:
            outgoing = Outgoing(runtime, Chores(), dice=random.Random(1))
            [change] = await edited(runtime)
            clock.pass_(hours=2)
            tried = []
            with caplog.at_level(logging.INFO, "tracker"):
                while not hook.requests:
                    before = len(hook.refusals)
                    await outgoing.drain()
                    if len(hook.refusals) < before or hook.requests:
                        tried.append(clock.now())
                        assert bool(outgoing.problems()) is not bool(hook.requests)
                    clock.pass_(seconds=5)
            gaps = [(late - early).total_seconds() for early, late in pairwise(tried)]
            assert len(tried) == times + 1
            assert gaps == sorted(gaps)
            assert gaps[0] >= 27
            assert gaps[-1] >= 27 * 2 ** (times - 1)
            assert len(hook.requests) == 1
            assert json.loads(hook.requests[0][1])["data"]["change"] == change.id
    said = [r.getMessage() for r in caplog.records]
    assert sum("alerts are not taken" in line for line in said) == 1
    assert sum("go out again" in line for line in said) == 1


def test_a_pause_doubles_to_a_limit() -> None:
    dice = random.Random(3)
    pauses = [pause_after(n, dice) for n in range(1, 60)]
    assert FIRST_PAUSE * 0.9 <= pauses[0] <= FIRST_PAUSE * 1.1
    assert all(pause <= LONGEST_PAUSE * 1.1 for pause in pauses)
    assert pauses[-1] >= LONGEST_PAUSE * 0.9


async def test_what_was_taken_but_could_not_be_noted_is_not_sent_again(tmp_path: Path) -> None:
    clock = HandClock(NOW)
    async with (
        a_hook() as hook,
        a_crew(tmp_path, Alert(f"http://127.0.0.1:{hook.port}/", secret=SECRET), clock=clock) as runtime,
    ):
        outgoing = Outgoing(runtime, Chores())
        await edited(runtime)
        clock.pass_(hours=2)
        runtime.writer.submit(partial(fail, statement="update on outbox")).result()
        await outgoing.drain()
        [said] = outgoing.problems().values()
        assert "disk is full" in said
        runtime.writer.submit(heal).result()
        await outgoing.drain()
        assert len(hook.requests) == 1
        assert waiting(runtime) == {}
        assert not outgoing.problems()


async def test_a_sink_that_is_taken_out_keeps_what_waits_and_another_one_goes_on(tmp_path: Path) -> None:
    first, second = (Alert(f"file://{tmp_path}/{name}.jsonl") for name in ("first", "second"))
    clock = HandClock(NOW)
    async with a_crew(tmp_path, first, clock=clock) as runtime:
        await edited(runtime)
        clock.pass_(hours=2)
        await asyncio.wrap_future(runtime.use(config(tmp_path, second)))
        outgoing = Outgoing(runtime, Chores())
        await edited(runtime, "quay", at=clock.now())
        clock.pass_(hours=2)
        await outgoing.drain()
        assert len(told(tmp_path / "second.jsonl")) == 1
        assert waiting(runtime) == {"file": 1}
        await asyncio.wrap_future(runtime.use(config(tmp_path, first, second)))
        await outgoing.drain()
        assert len(told(tmp_path / "first.jsonl")) == 1


async def test_ticks_serve_every_sink_side_by_side_and_none_twice(tmp_path: Path) -> None:
    gate, taken = asyncio.Event(), []

    class Slow:
        together = False

        async def deliver(self, messages: Sequence[Message], now: datetime) -> None:
            taken.append(messages[0].key)
            await gate.wait()

    out = tmp_path / "alerts.jsonl"
    slow = Alert("mailto:slow@operator.example")
    async with a_crew(tmp_path, slow, Alert(f"file://{out}")) as runtime:
        chores = Chores()
        outgoing = Outgoing(runtime, chores)
        outgoing._current()[sink_name(slow)].sink = Slow()
        await edited(runtime)
        runtime.clock.pass_(hours=2)  # type: ignore[attr-defined]
        for _ in range(3):
            outgoing.tick()
            await asyncio.sleep(0)
        await until(lambda: len(chores) <= 1)
        assert len(told(out)) == 1
        gate.set()
        await chores.finish(10)
        assert len(taken) == 1
        assert waiting(runtime) == {}


async def test_a_mailbox_that_is_refused_is_tried_by_itself_and_the_others_get_one_mail(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = HandClock(NOW)
    async with a_mail_server() as server:
        server.refused = {"gone@o.example": "550 no such user here"}
        alert = Alert(f"mailto:desk@o.example,gone@o.example,night@o.example?smtp=127.0.0.1:{server.port}")
        async with a_crew(tmp_path, alert, clock=clock) as runtime:
            outgoing = Outgoing(runtime, Chores())
            await edited(runtime)
            for _ in range(3):
                clock.pass_(hours=7)
                await outgoing.drain()
            assert sorted(_receiver(mail) for mail in server.mails) == ["desk@o.example", "night@o.example"]
            said = f"mail server 127.0.0.1:{server.port}: it refuses this mailbox: 550 no such user here"
            assert outgoing.problems() == {"alerts[0] (mailto 2 of 3)": said}
            assert len([line for line in caplog.messages if "alerts are not taken" in line]) == 1
            [left] = outbox.waiting(runtime.reader)
            assert (left.queued, left.error) == (1, said)
            server.refused.clear()
            clock.pass_(hours=7)
            await outgoing.drain()
            assert [_receiver(mail) for mail in server.mails[2:]] == ["gone@o.example"]
            assert (waiting(runtime), outgoing.problems()) == ({}, {})


def _receiver(mail: str) -> str:
    return next(line.removeprefix("To: ") for line in mail.splitlines() if line.startswith("To: "))


async def test_a_forgotten_article_takes_its_alerts_along(tmp_path: Path) -> None:
    out = tmp_path / "alerts.jsonl"
    async with a_crew(tmp_path, Alert(f"file://{out}")) as runtime:
        [change] = await edited(runtime)
        forget = runtime.writer.submit(lambda store: store_forget.forget(store, change.article_id, "asked", EIGHT))
        await asyncio.wrap_future(forget)
        assert waiting(runtime) == {}


async def test_the_hourly_sweep_forgets_old_rows_and_counts_those_given_up(tmp_path: Path) -> None:
    async with a_crew(tmp_path, Alert(f"file://{tmp_path}/a.jsonl"), Alert("mailto:a@b.example")) as runtime:
        await edited(runtime, times=3)
        name = sink_name(runtime.config.alerts[0])

        def arrive(store: Store) -> None:
            outbox.delivered(store, outbox.due(store, name, NOW + 9 * HOUR, 9), NOW)

        await asyncio.wrap_future(runtime.writer.submit(arrive))
        later = NOW + timedelta(days=31)
        gone = await asyncio.wrap_future(runtime.writer.submit(lambda store: prune.prune(store, later)))
        assert (gone.alerts.delivered, gone.alerts.given_up) == (3, 3)


async def test_a_file_whose_write_was_not_noted_before_the_end_is_not_written_twice(tmp_path: Path) -> None:
    out = tmp_path / "alerts.jsonl"
    async with a_crew(tmp_path, Alert(f"file://{out}")) as runtime:
        await edited(runtime, times=2)
        runtime.clock.pass_(hours=9)  # type: ignore[attr-defined]
        await Outgoing(runtime, Chores()).drain()
        assert len(told(out)) == 2
        # As if the process had been killed between the write and its note.
        await asyncio.wrap_future(
            runtime.writer.submit(lambda store: store.db.execute("update outbox set delivered_at = null").rowcount)
        )
        await Outgoing(runtime, Chores()).drain()
        assert len(told(out)) == 2
        assert waiting(runtime) == {}


async def test_a_refusal_of_the_file_is_said_and_goes_by(tmp_path: Path) -> None:
    with pytest.raises(NotTaken):
        await FileSink(tmp_path).deliver([], NOW)


async def test_an_alert_that_cannot_be_put_into_words_keeps_no_other_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, clock, real = tmp_path / "alerts.jsonl", HandClock(NOW), alerts.compose
    async with a_crew(tmp_path, Alert(f"file://{out}"), clock=clock) as runtime:
        changes = await edited(runtime, times=3)

        async def compose(store: Store, letter: outbox.QueuedAlert, run: Any) -> Message | None:
            if letter.change_id == changes[0].id:
                raise ZeroDivisionError("of ours")
            return await real(store, letter, run)

        clock.pass_(hours=9)
        outgoing = Outgoing(runtime, Chores())
        monkeypatch.setattr(alerts, "compose", compose)
        await outgoing.drain()
        assert [line["change"] for line in told(out)] == [change.id for change in changes[1:]]
        assert waiting(runtime) == {"file": 1}
        monkeypatch.setattr(alerts, "compose", real)
        clock.pass_(minutes=1)
        await outgoing.drain()
        assert waiting(runtime) == {}
        assert not outgoing.problems()


async def test_a_sink_that_fails_in_a_way_nobody_foresaw_rests_like_any_other(tmp_path: Path) -> None:
    tries = []

    class Broken:
        together = False

        async def deliver(self, messages: Sequence[Message], now: datetime) -> None:
            tries.append(now)
            raise ZeroDivisionError("of ours")

    alert, clock = Alert("mailto:desk@operator.example"), HandClock(NOW)
    async with a_crew(tmp_path, alert, clock=clock) as runtime:
        chores = Chores()
        outgoing = Outgoing(runtime, chores)
        outgoing._current()[sink_name(alert)].sink = Broken()
        await edited(runtime)
        clock.pass_(hours=2)
        for _ in range(3):
            outgoing.tick()
            await until(lambda: not len(chores))
        assert len(tries) == 1
        assert "a fault in tracker" in next(iter(outgoing.problems().values()))
        clock.moment -= timedelta(days=1)  # set back: the rest was planned by a clock that ran ahead
        name = sink_name(alert)
        again = clock.now()
        await asyncio.wrap_future(
            runtime.writer.submit(
                lambda store: outbox.failed(store, outbox.due(store, name, NOW + 9 * HOUR, 9), "", again)
            )
        )
        outgoing.tick()
        await chores.finish(10)
        assert len(tries) == 2


async def test_a_secret_that_was_changed_is_in_force_from_the_next_delivery_on(tmp_path: Path) -> None:
    clock, other = HandClock(NOW), "whsec_" + base64.b64encode(b"n" * 32).decode()
    async with a_hook() as hook:
        alert = Alert(f"http://127.0.0.1:{hook.port}/", secret=SECRET)
        async with a_crew(tmp_path, alert, clock=clock) as runtime:
            outgoing = Outgoing(runtime, Chores())
            await edited(runtime)
            clock.pass_(hours=2)
            await outgoing.drain()
            await asyncio.wrap_future(runtime.use(config(tmp_path, replace(alert, secret=other))))
            await edited(runtime, "quay", at=clock.now())
            clock.pass_(hours=2)
            await outgoing.drain()
    signed = []
    for head, body in hook.requests:
        at = datetime.fromtimestamp(int(head["webhook-timestamp"]), UTC)
        keys = [
            secret
            for secret in (SECRET, other)
            if signature(secret, head["webhook-id"], at, body) == head["webhook-signature"]
        ]
        signed += keys
    assert signed == [SECRET, other]
