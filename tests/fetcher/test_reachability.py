"""An hour without a network: nobody is blamed for it, and a dead host among living ones still is."""

from __future__ import annotations

import errno
import socket
from collections.abc import Sequence
from typing import Any

import httpcore

from tests.fetcher.world import Dial, World
from tracker.fetcher import Limits
from tracker.fetcher.reachability import UNANSWERED
from tracker.model import Capture, Failure

PAGE = b"<p>The harbour is open.</p>"
HOSTS = [f"host{n}.test" for n in range(UNANSWERED + 2)]


async def _site_and_dead_hosts(world: World) -> None:
    site = await world.site("paper.test")
    site.page("/a", PAGE)
    for name in HOSTS:
        world.names[name] = ["93.184.216.99"]  # nobody answers there


def _ours(answers: Sequence[Capture | Failure]) -> list[bool]:
    return [isinstance(answer, Failure) and answer.ours for answer in answers]


async def test_without_a_name_server_no_host_is_to_blame(world: World) -> None:
    await _site_and_dead_hosts(world)
    known = dict(world.names)
    for name in known:
        world.names[name] = socket.gaierror(socket.EAI_AGAIN, "try again")
    async with world.fetcher() as fetcher:
        got = [await fetcher.get(f"http://{name}/a") for name in known]
        assert _ours(got)[1:] == [True] * (len(known) - 1), "from the second host on it is known"
        assert fetcher.offline
        assert "seems to have no network" in (got[2].error if isinstance(got[2], Failure) else "")
        assert fetcher.host(HOSTS[3]).failures == 0
        resting = await fetcher.get(f"http://{HOSTS[3]}/a")
        assert _ours([resting]) == [True], "what is not asked because of that is ours, too"
        world.names.update(known)
        world.clock.pass_time(minutes=3)
        assert isinstance(await fetcher.get("http://paper.test/a"), Capture)
        assert not fetcher.offline


async def test_dead_hosts_are_to_blame_while_another_answers(world: World) -> None:
    await _site_and_dead_hosts(world)
    async with world.fetcher() as fetcher:
        for name in HOSTS:
            failed = await fetcher.get(f"http://{name}/a")
            assert _ours([failed]) == [False]
            assert isinstance(await fetcher.get("http://paper.test/a"), Capture)
            world.clock.pass_time(seconds=30)


async def test_when_nobody_at_all_answers_it_is_us(world: World) -> None:
    await _site_and_dead_hosts(world)
    async with world.fetcher() as fetcher:
        got = [await fetcher.get(f"http://{name}/a") for name in HOSTS]
    assert _ours(got) == [False] * (UNANSWERED - 1) + [True] * 3


class _NoRoute(Dial):
    async def connect_tcp(self, host: str, port: int, **options: Any) -> httpcore.AsyncNetworkStream:
        try:
            raise OSError(errno.ENETUNREACH, "Network is unreachable")
        except OSError as error:
            raise httpcore.ConnectError(str(error)) from error


class _NoFiles(Dial):
    async def connect_tcp(self, host: str, port: int, **options: Any) -> httpcore.AsyncNetworkStream:
        raise httpcore.ConnectError("all connection attempts failed") from OSError(errno.EMFILE, "Too many open files")


async def test_a_limit_of_this_machine_is_no_fault_of_a_host(world: World) -> None:
    await _site_and_dead_hosts(world)
    async with world.fetcher(dial=_NoFiles(world)) as fetcher:
        for name in HOSTS:
            failed = await fetcher.get(f"http://{name}/a")
            assert isinstance(failed, Failure)
            assert failed.ours
            assert "ulimit -n" in failed.error
            assert fetcher.host(name).failures == 0
        assert not fetcher.offline


async def test_a_missing_route_is_no_fault_of_a_host(world: World) -> None:
    await _site_and_dead_hosts(world)
    async with world.fetcher(dial=_NoRoute(world)) as fetcher:
        got = [await fetcher.get(f"http://{name}/a") for name in HOSTS[:3]]
    assert _ours(got) == [False, True, True]


def test_who_has_failed_is_waited_for_a_shorter_time() -> None:
    limits = Limits(deadline=45.0)
    assert [limits.patience(failures) for failures in (0, 1, 2, 3, 50)] == [45.0, 22.5, 11.25, 10.0, 10.0]
    assert Limits(deadline=2.0).patience(3) == 2.0
