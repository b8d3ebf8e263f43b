"""What a shell completes: what the program has, of the history that is meant, quickly and without a word of trouble."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from tests.store.world import NOW, follow, history, publish, says
from tests.waiting import HANG
from tracker.cli import main, reference
from tracker.cli.catalogue import entries
from tracker.cli.commands.completion import SHELLS
from tracker.completion import suggestions
from tracker.model import TAGS
from tracker.store import Store

PROGRAM = str(Path(sys.executable).parent / "tracker")


def values(*words: str, incomplete: str = "") -> list[str]:
    return [each.value for each in suggestions(words, incomplete)]


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    with history(tmp_path) as store:
        for name, headline in (("pier", "Pier \x1b[31mto\u202e close\n"), ("wall", "Wall to cost more")):
            publish(store, follow(store, name), says("A boat.", headline=headline), NOW)
        path: Path = store.path
    monkeypatch.setenv("TRACKER_DATABASE", str(path))
    return path


def test_every_command_and_every_option_of_it_is_known() -> None:
    assert set(values()) == set(entries())
    for name in entries():
        command = reference.context(name).command
        wanted = {o for p in command.params if isinstance(p, click.Option) for o in p.opts if o.startswith("--")}
        missing = {o for o in wanted if o not in values(name, incomplete="--")}
        # A switch's second name stands behind its first in the help.
        named = {p.opts[0] for p in command.params if isinstance(p, click.Option)}
        assert not missing & named, name


def test_choices_and_tags_are_those_of_the_program() -> None:
    assert values("diff", "--format", incomplete="s") == ["side", "svg"]
    assert set(values("log", "--tag")) == set(TAGS)
    assert values("sources", incomplete="te") == ["test"]
    assert values("completion") == list(SHELLS)


def test_articles_and_sources_are_those_of_the_history(database: Path) -> None:
    assert values("diff") == ["2", "1"]
    assert values("diff", incomplete="2") == ["2"]
    assert values("log", "--source") == values("pause")
    assert values("pause")
    assert [url for url in values("history", incomplete="https://") if "pier" in url]
    assert values("diff", "1") == [], "the versions of an article are not guessed"


def test_a_headline_shows_nothing_that_a_terminal_obeys(database: Path) -> None:
    told = {each.value: each.about for each in suggestions(["show"], "")}
    assert told["2"] == "Wall to cost more"
    assert told["1"].isprintable()
    assert "\x1b" not in told["1"]


def test_the_history_is_found_as_the_program_finds_it(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRACKER_DATABASE")
    folder = database.parent
    (folder / "mine.yaml").write_text(f"contact: x\ndatabase: {database.name}  # here\n")
    monkeypatch.chdir(folder)
    assert values("diff") == []
    assert values("--config", "mine.yaml", "diff") == ["2", "1"]
    assert values("--database", database.name, "diff") == ["2", "1"]


def test_whatever_is_wrong_nothing_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, content in (("none.db", None), ("text.db", b"no database at all, only words"), ("empty.db", b"")):
        file = tmp_path / name
        if content is not None:
            file.write_bytes(content)
        monkeypatch.setenv("TRACKER_DATABASE", str(file))
        assert values("diff") == []
    assert values("no-such-command") == []
    assert values("diff", "--no-such-option", "1", "2", "3", "4") == []


def test_a_writer_does_not_make_one_wait(database: Path) -> None:
    with Store.open(database, write=True) as store, store.writing():
        begun = time.perf_counter()
        assert values("diff") == ["2", "1"]
        assert time.perf_counter() - begun < 2


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_of_a_shell_asks_us(shell: str) -> None:
    done = CliRunner().invoke(main, ["completion", shell], catch_exceptions=False)
    assert "_TRACKER_COMPLETE" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("shell", SHELLS)
def test_the_shell_takes_its_script(shell: str, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    file = tmp_path / "script"
    file.write_text(subprocess.run([PROGRAM, "completion", shell], capture_output=True, text=True, check=True).stdout)
    done = subprocess.run([shell, "-n", str(file)], capture_output=True, text=True, timeout=HANG)
    assert done.returncode == 0, done.stderr


@pytest.mark.slow
def test_an_answer_costs_little_more_than_python_itself(database: Path) -> None:
    def seconds(command: list[str], **environment: str) -> float:
        """Processor time of the best of five runs."""
        spent = []
        for _ in range(5):
            before = os.times()
            done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, timeout=HANG)
            assert done.returncode == 0, done.stderr
            after = os.times()
            spent.append(sum(after[2:4]) - sum(before[2:4]))
        return min(spent)

    asked = seconds([PROGRAM], _TRACKER_COMPLETE="bash_complete", COMP_WORDS="tracker diff ", COMP_CWORD="2")
    helped = seconds([PROGRAM, "diff", "--help"])
    assert asked < helped / 2
