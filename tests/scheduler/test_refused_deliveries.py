"""Deliveries that are refused for good, and receivers whose rules are written anew while something waits for them."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

from tests.alerts.receivers import a_hook
from tests.scheduler.alert_world import SECRET, a_crew, edited, waiting
from tests.scheduler.world import HandClock
from tests.store.world import NOW
from tracker import alerts
from tracker.alerts import sink_name
from tracker.config import Alert
from tracker.scheduler.process.chores import Chores
from tracker.scheduler.process.outgoing import LETTER_TRIES, Outgoing
from tracker.store.queue import outbox


async def test_a_delivery_that_a_receiver_dislikes_does_not_hold_up_the_next(tmp_path: Path) -> None:
    async with a_hook() as hook:
        alert = Alert(f"http://127.0.0.1:{hook.port}/", secret=SECRET)
        clock = HandClock(NOW)
        async with a_crew(tmp_path, alert, clock=clock) as runtime:
            await edited(runtime, times=3)
            clock.pass_(hours=13)
            outgoing = Outgoing(runtime, Chores())
            hook.refusals = ["413 Too large\r\n"] * 5
            await outgoing.drain()
            # Three answers were 413s, so all three wait; the receiver is well, and nothing is said against it.
            assert (len(hook.requests), outgoing.problems()) == (0, {})
            assert list(outgoing.refusals().values()) == [3]
            clock.pass_(hours=1)
            await outgoing.drain()
            assert (len(hook.requests), waiting(runtime)) == (1, {"http": 2})
            clock.pass_(hours=1)
            await outgoing.drain()
            assert (len(hook.requests), waiting(runtime)) == (3, {})


async def test_a_delivery_that_is_disliked_again_and_again_is_left(tmp_path: Path) -> None:
    async with a_hook() as hook:
        clock = HandClock(NOW)
        async with a_crew(tmp_path, Alert(f"http://127.0.0.1:{hook.port}/", secret=SECRET), clock=clock) as runtime:
            await edited(runtime)
            hook.refusals = ["400 Bad\r\n"] * 100
            for _ in range(20):
                clock.pass_(hours=7)
                await Outgoing(runtime, Chores()).drain()
            assert len(hook.refusals) == 100 - LETTER_TRIES


async def test_what_waits_for_a_digest_arrives_when_the_digest_is_another(tmp_path: Path) -> None:
    async with a_hook() as hook:
        clock = HandClock(NOW)
        daily = Alert(f"http://127.0.0.1:{hook.port}/", digest=timedelta(days=1), secret=SECRET)
        async with a_crew(tmp_path, daily, clock=clock) as runtime:
            await edited(runtime, times=2)
            runtime.config = replace(runtime.config, alerts=(replace(daily, digest=None),))
            clock.pass_(days=2)
            await Outgoing(runtime, Chores()).drain()
            assert (len(hook.requests), waiting(runtime)) == (2, {})


async def test_what_waits_under_the_name_of_an_earlier_release_arrives(tmp_path: Path) -> None:
    async with a_hook() as hook:
        clock = HandClock(NOW)
        daily = Alert(f"http://127.0.0.1:{hook.port}/", digest=timedelta(days=1), secret=SECRET)
        async with a_crew(tmp_path, daily, clock=clock) as runtime:
            await edited(runtime, times=2)
            former = partial(outbox.renamed, former=sink_name(daily), name=alerts.former_sink_name(daily))
            await asyncio.wrap_future(runtime.writer.submit(former))
            clock.pass_(days=2)
            outgoing = Outgoing(runtime, Chores())
            await outgoing.drain()
            runtime.writer.flush()
            await outgoing.drain()
            assert (len(hook.requests), waiting(runtime)) == (1, {})


async def test_a_wrong_receiver_rests_six_hours_or_until_its_rule_is_written_anew(tmp_path: Path) -> None:
    async with a_hook() as hook:
        clock = HandClock(NOW)
        alert = Alert(f"http://127.0.0.1:{hook.port}/", secret=SECRET)
        async with a_crew(tmp_path, alert, clock=clock) as runtime:
            await edited(runtime, times=3)
            clock.pass_(hours=13)
            chores = Chores()
            outgoing = Outgoing(runtime, chores)
            hook.refusals = ["401 Who are you\r\n"]
            await outgoing.drain()
            assert "wrong" in outgoing.problems()["alerts[0] (http)"]
            clock.pass_(hours=5)
            outgoing.tick()
            assert not len(chores)
            runtime.config = replace(runtime.config, alerts=(replace(alert, secret="whsec_" + "B" * 32),))
            outgoing.tick()
            assert len(chores) == 1
            await chores.finish()
            assert len(hook.requests) == 2
