from __future__ import annotations

import json
import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from errno import EACCES
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from tests.cli.conftest import TERMINAL, Run
from tests.waiting import HANG
from tracker.cli import main, reference
from tracker.cli.catalogue import entries
from tracker.cli.reference import context
from tracker.cli.screen import say
from tracker.errors import AlreadyRunning, ConfigError, TrackerError, UsageError

ROOT = Path(__file__).parent.parent.parent
Tracker = Callable[..., "subprocess.CompletedProcess[str]"]


def test_the_help_of_the_program_imports_no_command_and_no_library_but_click() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from tracker.cli import main\n"
        "before = set(sys.modules)\n"
        "assert 'log' in CliRunner().invoke(main, ['--help']).output\n"
        "loaded = {m.partition('.')[0] for m in sys.modules}\n"
        "print(sorted(m for m in sys.modules if m.startswith('tracker.')))\n"
        "assert not loaded & {'rich', 'httpx', 'sqlite_utils', 'lxml', 'yaml', 'asyncio'} - {m for m in before}\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['tracker.cli', 'tracker.cli.catalogue', 'tracker.errors']\n"


@pytest.mark.parametrize("name", entries())
def test_the_list_of_commands_says_what_each_commands_own_help_says(name: str) -> None:
    assert context(name).command.get_short_help_str(100) == entries()[name].summary


@pytest.mark.parametrize("name", entries())
def test_no_help_is_wider_than_a_terminal(name: str) -> None:
    assert max(map(len, context(name).get_help().split("\n"))) < 80


@pytest.mark.parametrize("name", entries())
def test_every_option_and_command_is_explained(name: str) -> None:
    shown = context(name).command
    assert shown.help
    for option in shown.params:
        assert isinstance(option, click.Argument) or option.help, f"{name} {option.name}"  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", entries())
def test_the_example_of_every_help_is_understood(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.html").touch()
    shown = context(name).get_help().split("\n")[-1].strip()
    assert shown.startswith(f"Example: tracker {name}")
    context(name).command.make_context(name, shlex.split(shown)[3:])  # raises where the command does not know it


def test_the_guide_is_the_help() -> None:
    assert (ROOT / "docs/cli.md").read_text("utf-8") == reference.text(), "run `make docs`"


def test_lists_have_json_and_a_limit() -> None:
    for name in ("log", "articles", "sources", "history", "search"):
        assert {"as_json", "limit"} <= {p.name for p in context(name).command.params}, name


@pytest.mark.parametrize(
    ("name", "typed", "meant"),
    [("swapped letters", "lgo", "log"), ("a plural", "checks", "check"), ("nothing like it", "zzz", "--help")],
)
def test_an_unknown_command_is_answered_with_the_nearest(name: str, typed: str, meant: str, run: Run) -> None:
    result = run(typed)
    assert result.exit_code == 2
    assert f"No such command '{typed}'." in result.stderr
    assert meant in result.stderr, name


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").output.startswith("tracker, version ")


def failing(error: BaseException, *options: str) -> Result:
    """How the program ends when a command raises."""

    @click.command()
    def fail() -> None:
        raise error

    program = type(main)("tracker", callback=lambda **_: None, params=[click.Option(["-v", "--verbose"], count=True)])
    program.get_command = lambda ctx, name: fail  # type: ignore[method-assign]
    return CliRunner().invoke(program, [*options, "log"])


@pytest.mark.parametrize(
    ("name", "error", "code", "said"),
    [
        ("wrong use", UsageError("no such thing"), 2, "tracker: no such thing\n"),
        ("another runs", AlreadyRunning("busy"), 75, "tracker: busy\n"),
        ("bad settings", ConfigError("line 3"), 78, "tracker: line 3\n"),
        ("anything else of ours", TrackerError("so it is"), 1, "tracker: so it is\n"),
        (
            "a file that resists",
            PermissionError(EACCES, "Permission denied", "db/a.yaml"),
            1,
            "tracker: db/a.yaml: cannot be read or written: Permission denied\n",
        ),
        ("several lines stay lines", TrackerError("one\ntwo"), 1, "tracker: one\ntwo\n"),
        ("hostile words in an error", TrackerError("bad \x1b[2J\u202e name"), 1, "tracker: bad ␛[2J� name\n"),
        ("interrupted", KeyboardInterrupt(), 130, "\n"),
    ],
)
def test_errors_end_with_their_message_and_their_code(name: str, error: BaseException, code: int, said: str) -> None:
    result = failing(error)
    assert (result.exit_code, result.stderr) == (code, said), name


def test_a_mistake_of_ours_says_so_without_a_traceback() -> None:
    result = failing(ZeroDivisionError("oops \x1b[2J"))
    assert result.exit_code == 1
    assert result.stderr == (
        "tracker: unexpected ZeroDivisionError: oops ␛[2J\nThis is a mistake of ours; -vv shows where it happened.\n"
    )


def test_who_asks_twice_gets_the_traceback() -> None:
    error = TrackerError("so it is")
    assert failing(error, "-v").exception is not error
    assert failing(error, "-vv").exception is error


def test_exit_codes_reach_the_shell(tracker: Tracker, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_text("sources: 3\n")
    assert tracker("--help").returncode == 0
    assert tracker("diff").returncode == 2
    assert tracker("--config", "bad.yaml", "check").returncode == 78
    done = tracker("log")
    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no history yet" in done.stderr


def test_without_a_sources_file_the_way_to_one_is_told(tracker: Tracker) -> None:
    done = tracker("check")
    assert done.returncode == 78
    assert "tracker init" in done.stderr


def test_a_closed_pipe_ends_quietly(database: Path) -> None:
    command = [sys.executable, "-m", "tracker", "--database", str(database), "log", "--all", "--json", "--limit", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    _, said = process.communicate(timeout=HANG)
    assert said == b""


def test_a_terminal_that_lacks_a_character_gets_its_number(database: Path) -> None:
    command = [sys.executable, "-m", "tracker", "--database", str(database), "show", "2"]
    env = os.environ | {"PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, env=env, capture_output=True, timeout=HANG)
    assert done.returncode == 0
    assert b"\\u241b[2J" in done.stdout


def test_an_interrupt_ends_with_130(database: Path) -> None:
    code = (
        "import signal, time\nfrom tracker.cli import main\nimport tracker.store\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started the tests may have it ignored\n"
        "def stop(*_, **__): signal.raise_signal(signal.SIGINT); time.sleep(9)\n"
        "tracker.store.Store.open = classmethod(stop)\nmain(['log'])\n"
    )
    env = os.environ | {"TRACKER_DATABASE": str(database)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=HANG)
    assert (done.returncode, done.stderr.strip()) == (130, "")
    assert signal.SIGINT


def test_the_database_may_come_from_the_sources_file(folder: Path, database: Path) -> None:
    contact = "contact: https://operator.example/bot\n"
    (folder / "sources.yaml").write_text(f"database: {database}\n{contact}sources: []\n")
    result = CliRunner().invoke(main, ["articles", "--json", "--limit", "1"])
    assert json.loads(result.stdout)["article"] == 4


@pytest.mark.parametrize("typed", ["export", "forgt", "forgett", "format"])
def test_a_slip_never_leads_to_what_cannot_be_taken_back(typed: str, run: Run) -> None:
    result = run(typed)
    assert result.exit_code == 2
    assert "forget" not in result.stderr.replace(f"'{typed}'", "")


def test_the_pages_on_a_port_that_is_taken_are_refused_in_words(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = run("web", "--port", str(port))
    assert result.exit_code == 2
    assert result.stderr.startswith(f"tracker: the pages cannot have port {port}: Address already in use.")


def test_the_pages_on_an_address_that_is_not_here_are_refused_in_words(run: Run) -> None:
    result = run("web", "--host", "192.0.2.1", "--port", "0")
    assert (result.exit_code, "another --host" in result.stderr) == (2, True)


def test_on_a_terminal_a_word_to_the_person_is_broken_between_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {**TERMINAL, "COLUMNS": "30"}.items():
        monkeypatch.setenv(name, value)
    say("Two articles are not due before noon.\n  post: https://times.example/a/very/long/address: not found at all")
    say("  tracker --config db/demo.yaml log --patch", as_it_is=True)
    assert capsys.readouterr().err.split("\n") == [
        "Two articles are not due",
        "before noon.",
        "  post:",
        "    https://times.example/a/very/long/address:",
        "    not found at all",
        "  tracker --config db/demo.yaml log --patch",
        "",
    ]


def test_in_a_pipe_a_word_to_the_person_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    say("Two articles are not due before noon.")
    assert capsys.readouterr().err == "Two articles are not due before noon.\n"


def test_output_to_a_full_disk_is_no_mistake_of_ours(database: Path) -> None:
    command = [sys.executable, "-m", "tracker", "--database", str(database), "log"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=HANG)
    assert (done.returncode, done.stderr) == (
        1,
        "tracker: the output: cannot be read or written: No space left on device\n",
    )


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("no such source", ["log", "--source", "nope"], "no source 'nope'"),
        ("no such article", ["diff", "99"], "no article 99"),
        ("no such URL", ["history", "https://times.example/nope"], "no article is known under"),
        ("no such version", ["show", "1", "9"], "version 9"),
        ("a moment that is none", ["log", "--since", "soon"], "'soon' is no moment"),
        ("never visited", ["show", "4"], "article 4 was not read yet"),
        ("nothing read to compare", ["diff", "4"], "article 4 was not read yet"),
        ("a version that is not there", ["diff", "1", "9"], "article 1 has no version 9;"),
        ("two of them", ["diff", "1", "9", "8"], "article 1 has no version 9;"),
        ("a tag like another", ["log", "--tag", "numbers"], "no tag 'numbers'; did you mean number?"),
        ("a tag like none", ["log", "--tag", "zzz"], "no tag 'zzz'; there are headline, "),
        ("a window that ends first", ["log", "--since", "1d", "--until", "2d"], "nothing lies between them"),
        (
            "the same of the figures",
            ["stats", "--since", "2026-11-24", "--until", "2026-11-23"],
            "is not before --until",
        ),
        ("the newer one first", ["diff", "1", "3", "2"], "name the older one first"),
        ("nothing to compare", ["diff", "3", "--format", "json"], "one version so far"),
    ],
)
def test_what_cannot_be_done_is_explained(name: str, options: list[str], said: str, run: Run) -> None:
    result = run(*options)
    assert result.exit_code == 2, name
    assert said in result.stderr
    assert result.stdout == ""


def test_help_names_a_command_too() -> None:
    assert CliRunner().invoke(main, ["help", "diff"]).output == CliRunner().invoke(main, ["diff", "--help"]).output
    assert CliRunner().invoke(main, ["help"]).output == CliRunner().invoke(main, ["--help"]).output
    assert "No such command 'lgo'. Did you mean log?" in CliRunner().invoke(main, ["help", "lgo"]).output


@pytest.mark.parametrize("arguments", [["articles"], ["articles", "--json"], ["log", "--all", "--json"]])
def test_a_reader_that_has_had_enough_is_no_failure(arguments: list[str], spare: Path) -> None:
    program = [sys.executable, "-m", "tracker", "--database", str(spare), *arguments]
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(program, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (0, "")
