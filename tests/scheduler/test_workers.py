"""Worker processes: their limits, and that only the task that breaks one fails."""

import asyncio
import multiprocessing
import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.scheduler import tasks
from tests.waiting import HANG
from tracker.errors import Unreadable, WorkerDied
from tracker.scheduler.workers import child
from tracker.scheduler.workers import local as workers_room
from tracker.scheduler.workers.local import Workers


def small(**limits: float) -> Workers:
    return Workers(1, preload=(), **{"seconds": HANG, **limits})  # type: ignore[arg-type]


async def test_a_task_runs_in_another_process_and_its_value_comes_back() -> None:
    async with small() as workers:
        assert await workers.run(tasks.double, 21) == 42
        assert await workers.run(tasks.own_pid) != os.getpid()


async def test_a_process_serves_many_tasks_and_is_replaced_after_its_share() -> None:
    async with small(tasks=2) as workers:
        pids = [await workers.run(tasks.own_pid) for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]
    assert workers.died == 0


async def test_a_worker_is_limited_as_promised() -> None:
    async with Workers(1, preload=()) as workers:
        limits = await workers.run(tasks.limits)
    assert (workers_room.TASK_SECONDS, workers_room.TASKS) == (15.0, 1000)
    assert limits["RLIMIT_AS"] == (1 << 30, 1 << 30)
    assert limits["RLIMIT_CORE"] == (0, 0)
    assert 15 <= limits["RLIMIT_CPU"][0] <= 15 + 2 + 3, "its task's 15 s, a little slack, and what its start took"


async def test_what_leaks_is_given_back_when_the_worker_is_replaced() -> None:
    async with small(tasks=3) as workers:
        kept = [await workers.run(tasks.leak, 10) for _ in range(7)]
        assert workers.died == 0
    assert kept == [10, 20, 30, 10, 20, 30, 10]


def test_a_task_that_only_computes_is_ended_by_the_kernel_itself() -> None:
    script = (
        "from tracker.scheduler.workers import child\n"
        "from tests.scheduler import tasks\n"
        "child.CPU_SLACK = 0\n"
        "child.limit_processor(0.5)\n"
        "tasks.burn()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[2], timeout=HANG, check=False)
    assert done.returncode == -signal.SIGXCPU


@pytest.mark.parametrize(
    ("name", "task", "seconds", "said"),
    [
        ("hangs", tasks.hang, 0.3, "no answer within 0.3 s"),
        ("crashes", tasks.crash, 5.0, "ended"),
        ("needs too much memory", tasks.bloat, 5.0, "too much memory"),
        ("answers with what cannot be pickled", tasks.unpicklable, 5.0, "cannot be sent back"),
    ],
)
async def test_a_task_that_breaks_a_limit_dies_alone(name: str, task: object, seconds: float, said: str) -> None:
    async with small(seconds=seconds) as workers:
        with pytest.raises(WorkerDied, match=said):
            await workers.run(task)  # type: ignore[arg-type]
        assert workers.died == 1, name
        assert workers.pids == ()
    async with small() as workers:
        assert await workers.run(tasks.double, 1) == 2


async def test_the_next_task_after_a_death_gets_a_fresh_process() -> None:
    async with small() as workers:
        with pytest.raises(WorkerDied):
            await workers.run(tasks.crash)
        assert await workers.run(tasks.double, 2) == 4


async def test_an_error_of_ours_comes_back_as_itself_and_the_process_lives_on() -> None:
    async with small() as workers:
        before = await workers.run(tasks.own_pid)
        with pytest.raises(Unreadable, match="no article on this page"):
            await workers.run(tasks.cannot_read)
        with pytest.raises(ZeroDivisionError) as caught:
            await workers.run(tasks.blunder)
        assert any("blunder" in note for note in caught.value.__notes__)
        assert await workers.run(tasks.own_pid) == before


async def test_closing_kills_a_task_that_hangs_and_leaves_no_process() -> None:
    workers = Workers(1, preload=(), seconds=60)
    await workers.run(tasks.double, 1)
    (pid,) = workers.pids
    hanging = asyncio.create_task(workers.run(tasks.hang))
    await asyncio.sleep(0)
    await asyncio.to_thread(workers.close)
    with pytest.raises(WorkerDied):
        await hanging
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(WorkerDied, match="stopping"):
        await workers.run(tasks.double, 1)


def test_a_worker_does_not_outlive_a_killed_parent() -> None:
    script = (
        "import asyncio, sys\n"
        "from tracker.scheduler.workers.local import Workers\n"
        "from tests.scheduler import tasks\n"
        "async def main():\n"
        "    workers = Workers(1, preload=())\n"
        "    print(await workers.run(tasks.own_pid), flush=True)\n"
        "    await workers.run(tasks.hang)\n"
        "asyncio.run(main())\n"
    )
    root = Path(__file__).parents[2]
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=root)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    orphan = os.pidfd_open(pid)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    parent.stdout.close()

    try:
        assert select.select([orphan], [], [], 10)[0], "the worker still runs"
    finally:
        os.close(orphan)


def test_the_child_answers_until_the_parent_hangs_up() -> None:
    ours, theirs = multiprocessing.Pipe()
    limited = []
    thread = threading.Thread(target=child.serve, args=(theirs,), kwargs={"before_task": lambda: limited.append(1)})
    thread.start()
    answers = []
    for task in (tasks.own_pid, tasks.cannot_read, tasks.unpicklable):
        ours.send((task, ()))
        answers.append(ours.recv())
    ours.close()
    thread.join(5)
    theirs.close()
    assert not thread.is_alive()
    assert answers[0] == ("done", os.getpid())
    assert answers[1][0] == "raised"
    assert answers[2][0] == "died"
    assert len(limited) == 3


def test_running_out_of_memory_is_an_answer_not_a_crash() -> None:
    def hungry() -> None:
        raise MemoryError

    assert child.attempt(hungry, ()) == ("died", "it needed too much memory")


def test_workers_live_with_a_lower_limit_of_the_machine() -> None:
    program = (
        "import asyncio, resource\n"
        "resource.setrlimit(resource.RLIMIT_AS, (700 << 20, 700 << 20))\n"
        "from tracker.scheduler.workers.local import Workers\n"
        "async def ask():\n"
        "    async with Workers(1) as workers:\n"
        "        return await workers.run(len, 'abc')\n"
        "print(asyncio.run(ask()))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=HANG)
    assert done.stdout == "3\n", done.stderr
