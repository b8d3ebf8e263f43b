"""A closed history on a read-only file system, as it is on a copied disc: everything that reads it works."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import HANG

_SHUT = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && cd "$1" && shift && exec "$@"'


def shut(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command where the folder's file system is read-only, in a namespace of its own."""
    words = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", _SHUT, "sh", str(folder), *command]
    return subprocess.run(words, capture_output=True, text=True, timeout=HANG)


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (("verify",), "All of it holds"),
        (("log", "--all", "--json"), '"change"'),
        (("search", "mission"), "training"),
        (("doctor",), "its form is whole"),
        (("evidence", "1", "OUT/evidence.zip"), "SHA-256"),
        (("backup", "OUT/copy.db"), "The copy holds"),
        (("web", "--sheet", "OUT/sheet.yaml"), "Wrote"),
    ],
)
def test_a_closed_history_that_cannot_be_written_is_read(
    spare: Path, tmp_path_factory: pytest.TempPathFactory, command: tuple[str, ...], says: str
) -> None:
    if shutil.which("unshare") is None or shut(spare.parent, "true").returncode:
        pytest.skip("no namespaces for this user")
    assert shut(spare.parent, "touch", "x").returncode != 0
    out = str(tmp_path_factory.mktemp("out"))
    words = [word.replace("OUT", out) for word in command]
    done = shut(spare.parent, sys.executable, "-m", "tracker", "--database", str(spare), *words)
    assert says in done.stdout + done.stderr
    assert "cannot be opened" not in done.stdout + done.stderr
