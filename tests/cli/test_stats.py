from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli.conftest import SGR, Run
from tests.cli.world import objects
from tests.waiting import HANG
from tracker.cli.commands import stats


def test_stats_count_articles_edits_and_silence(run: Run) -> None:
    [post, times] = objects(run("stats", "--since", "2026-11-23", "--until", "2026-11-24", "--json").stdout)
    assert (times["source"], times["articles"], times["edited"], times["edits"]) == ("example-times", 3, 1, 2)
    assert (times["substantive"], times["silent"], times["share_silent"]) == (2, 1, 0.5)
    assert [hour for hour, n in enumerate(times["by_hour"]) if n] == [11, 12]  # type: ignore[arg-type]
    assert post["gone"] in (0, 1)
    assert times["by_day"] == {"2026-11-23": 2}


def test_stats_of_one_source_are_told_in_full(run: Run) -> None:
    text = run("stats", "example-times", "--since", "2026-11-23", "--until", "2026-11-24").stdout
    assert "edited since           1 (33 %)" in text
    assert "no notice seen       1 (50 %)" in text
    assert "█" in text
    plain = run("stats", "example-times", "--since", "2026-11-23", "--until", "2026-11-24", "--ascii").stdout
    assert plain.isascii()
    assert "@@" in plain


def test_stats_fall_back_to_ascii_where_blocks_cannot_be_written(database: Path) -> None:
    import subprocess
    import sys

    env = os.environ | {"TRACKER_DATABASE": str(database), "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "tracker", "stats", "--since", "2026-11-23", "--until", "2026-11-24"]
    done = subprocess.run(command, env=env, capture_output=True, timeout=HANG)
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    assert len(done.stdout.splitlines()) == 2


def test_stats_fit_a_terminal(run: Run) -> None:
    lines = SGR.sub("", run("stats", "--since", "2026-11-23", terminal=True).stdout).splitlines()
    assert max(map(len, lines)) <= 80
    assert any("example-times" in line for line in lines)


@pytest.mark.parametrize(
    ("name", "values", "drawn"),
    [
        ("nothing", [0, 0], "  "),
        ("one", [0, 1], " █"),
        ("a little is seen", [1, 1000], "▁█"),
        ("half", [4, 8], "▄█"),
    ],
)
def test_bars_are_as_high_as_their_share(name: str, values: list[int], drawn: str) -> None:
    assert stats.bars(values, stats.BLOCKS) == drawn, name


def test_edits_a_day_are_those_of_the_time_followed(run: Run) -> None:
    for window, since in ((["--since", "2026-10-23"], "2026-11-23T10:00:00Z"), (["--since", "2026-11-24"], None)):
        [_, times] = objects(run("stats", *window, "--until", "2026-11-26", "--json").stdout)
        assert times["followed_since"] == (since or times["since"])
    [_, times] = objects(run("stats", "--since", "2026-10-23", "--until", "2026-11-25T10:00Z", "--json").stdout)
    assert times["edits_per_day"] == 1
