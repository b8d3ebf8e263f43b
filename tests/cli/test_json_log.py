"""Whoever asks for JSON gets nothing else on stderr."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import HANG

_PROGRAM = """
import sys, threading, warnings
from tracker.cli import main
from tracker.cli.commands import run
def trouble(*_, **__):
    warnings.warn("beware\\nof the dog", stacklevel=1)
    thread = threading.Thread(target=lambda: 1 / 0)
    thread.start()
    thread.join()
    class Odd:
        def __del__(self):
            raise ValueError("odd")
    Odd()
    return 0
run._run = trouble
main(sys.argv[1:])
"""


def _lines(*command: str, cwd: Path) -> list[dict[str, object]]:
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, cwd=cwd, timeout=HANG)
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_warnings_and_errors_nobody_caught_are_lines_of_the_log(tmp_path: Path) -> None:
    (tmp_path / "p.py").write_text(_PROGRAM)
    lines = _lines("p.py", "run", "--log", "json", cwd=tmp_path)
    assert len(lines) == 3
    assert "beware" in str(lines[0]["event"])
    assert ["ZeroDivisionError" in str(lines[1]), "ValueError" in str(lines[2])] == [True, True]


@pytest.mark.parametrize("text", ["", "sources: 3\n", "contact: x\n"])
def test_what_keeps_it_from_running_is_json_too(tmp_path: Path, text: str) -> None:
    (tmp_path / "sources.yaml").write_text(text)
    [line] = _lines("-m", "tracker", "run", "--log", "json", cwd=tmp_path)
    assert line["event"] == "tracker cannot run"
    assert "sources.yaml" in str(line["problem"])
