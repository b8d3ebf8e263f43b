"""`tracker install-service`: what it writes, that systemd takes it, and that the program lives inside its sandbox."""

import configparser
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.end_to_end.machine import ENVIRONMENT, a_machine
from tests.waiting import HANG
from tracker.cli import main
from tracker.cli.commands.install_service import UNITS, unit
from tracker.cli.installed import shipped

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SERVICES = [name for name in UNITS if name.endswith(".service")]


def install(*arguments: str, exit_code: int = 0) -> str:
    done = CliRunner().invoke(main, ["install-service", *arguments])
    assert done.exit_code == exit_code, done.output
    return done.output


def parsed(text: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(text)
    return parser


def test_it_writes_every_unit_with_the_program_that_was_called_and_says_what_to_do(folder: Path) -> None:
    said = install("--to", "units")
    assert {path.name for path in (folder / "units").iterdir()} == set(UNITS)
    for name in SERVICES:
        command = parsed((folder / "units" / name).read_text())["Service"]["ExecStart"].split()
        assert Path(command[0]).samefile(Path(sys.executable).parent / "tracker")
        assert command[1:3] == ["--config", "/etc/tracker/sources.yaml"]
    for word in ("daemon-reload", "enable --now tracker.service", "useradd", "/var/lib/tracker"):
        assert word in said


def test_the_sources_file_that_was_named_is_the_one_it_follows(folder: Path) -> None:
    done = CliRunner().invoke(main, ["--config", "my 100% papers.yaml", "install-service", "--to", "units"])
    assert done.exit_code == 0
    line = parsed((folder / "units/tracker.service").read_text())["Service"]["ExecStart"]
    assert f'--config "{folder}/my 100%% papers.yaml" run' in line


def test_a_dry_run_prints_and_writes_nothing(folder: Path) -> None:
    for flag in ("--print", "--dry-run"):
        said = install(flag, "--to", "units")
        assert all(f"# {name}\n" in said for name in UNITS)
        assert "ExecStart=" in said
    assert not list(folder.iterdir())


def test_where_it_may_not_write_it_says_what_to_do(folder: Path) -> None:
    (folder / "file").write_text("")
    said = install("--to", "file/units", exit_code=1)
    assert "cannot be written" in said


def test_a_users_units_ask_for_nothing_that_needs_root(folder: Path) -> None:
    said = install("--user", "--to", "units")
    assert "systemctl --user" in said
    for name in SERVICES:
        service = parsed((folder / "units" / name).read_text())["Service"]
        assert not {"User", "Group", "CapabilityBoundingSet", "ProtectSystem", "IPAddressDeny"} & set(service)
        assert service["NoNewPrivileges"] == service["MemoryDenyWriteExecute"] == "yes"
        assert "/etc" not in service["ExecStart"]
        assert service["Environment"].startswith("PYTHON") or "%h/.local/share/tracker" in service["Environment"]
    assert "multi-user" not in "".join(path.read_text() for path in (folder / "units").iterdir())


@pytest.mark.parametrize("user", [False, True], ids=["system", "user"])
def test_systemd_has_nothing_to_complain_about(folder: Path, user: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("systemd-analyze") is None:
        return
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    install("--to", "units", *(["--user"] if user else []))
    units = [str(folder / "units" / name) for name in UNITS]
    command = ["systemd-analyze", *(["--user"] if user else []), "verify", *units]
    done = subprocess.run(command, capture_output=True, text=True, timeout=HANG, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.parametrize(("name", "most"), [(SERVICES[0], 15), (SERVICES[1], 15), (SERVICES[2], 6)])
def test_the_sandbox_scores_as_promised(folder: Path, name: str, most: int) -> None:
    """Exposure in tenths, as `systemd-analyze security --threshold` counts it."""
    if shutil.which("systemd-analyze") is None:
        return
    install("--to", "units")
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={most}", f"units/{name}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=HANG, check=False)
    assert done.returncode == 0, done.stdout[-300:]


def test_the_wheel_brings_the_units_and_the_sheets_of_the_pages(tmp_path: Path) -> None:
    built = tmp_path / "built"
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(built)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=HANG,
    )
    [wheel] = built.iterdir()
    with zipfile.ZipFile(wheel) as archive:
        assert all(
            archive.read(f"tracker/systemd/{name}").decode() == shipped("systemd", name).read_text("utf-8")
            for name in UNITS
        )
        for name in (
            "datasette.yaml",
            "datasette-public.yaml",
        ):  # `tracker.web.metadata` looks for them in its own folder
            assert archive.read(f"tracker/web/{name}") == (ROOT / "db" / name).read_bytes()


INSIDE = """
import ctypes, os, sys
state, *command = sys.argv[1:]
libc = ctypes.CDLL(None, use_errno=True)
def mount(source, target, kind, flags):
    if libc.mount(source.encode(), target.encode(), kind, flags, None):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), target)
BIND, REC, REMOUNT, RDONLY, PRIVATE, NOSUID, NODEV = 4096, 16384, 32, 1, 1 << 18, 2, 4
mount("none", "/", None, REC | PRIVATE)
mount("/", "/", None, BIND | REC)
mount(state, state, None, BIND)
os.chroot("/proc/self/fd/" + str(os.open("/", os.O_PATH)))  # into the mount that now lies over the root
mount("none", "/", None, REMOUNT | BIND | RDONLY)
if os.path.isdir("/home"):
    mount("none", "/home", b"tmpfs", NOSUID | NODEV)
os.chdir(state)
libc.prctl(38, 1, 0, 0, 0)  # NoNewPrivileges
libc.prctl(65, 1, 0, 0, 0)  # MemoryDenyWriteExecute, where the kernel knows it (6.3)
try:
    open(os.path.join(sys.prefix, "intruder"), "w")
    sys.exit("the tree can be written")
except OSError:
    pass
os.execvp(command[0], command)
"""


INSIDE_ENVIRONMENT = {
    **{name: value for name, value in ENVIRONMENT.items() if not name.startswith("COVERAGE")},  # it writes to the tree
    "PYTHONPATH": str(ROOT),
    "PYTHONDONTWRITEBYTECODE": "1",
}


def sandboxed(state: Path, *command: str, net: bool) -> list[str]:
    """The command in namespaces of its own: the tree read-only but for its state, /home hidden, the units' limits."""
    namespaces = ["--user", "--map-root-user", "--mount", "--ipc", *([] if net else ["--net"])]
    limits = ["prlimit", "--core=0", "--nofile=4096", "--nproc=4096"]
    return ["unshare", *namespaces, *limits, sys.executable, "-c", INSIDE, str(state), *command]


def test_the_program_lives_in_the_sandbox_of_its_units(tmp_path: Path) -> None:
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-Urm", "true"], check=False).returncode:
        return  # a machine that lets nobody make namespaces
    with a_machine(tmp_path) as machine:
        tracker = [sys.executable, "-m", "tracker", "--config", str(machine.config)]

        def run(*arguments: str, net: bool) -> subprocess.CompletedProcess[str]:
            command = sandboxed(tmp_path, *tracker, *arguments, net=net)
            return subprocess.run(
                command, capture_output=True, text=True, timeout=HANG, env=INSIDE_ENVIRONMENT, check=False
            )

        first = run("-v", "run", "--once", net=True)
        assert first.returncode == 0, first.stderr[-2000:]
        assert json.loads(machine.tracker("articles", "--json").stdout.splitlines()[0])["versions"] == 1
        os.makedirs(tmp_path / "safe")
        backup = run("backup", str(tmp_path / "safe/copy.db"), net=False)
        assert backup.returncode == 0, backup.stderr[-2000:]
        assert (tmp_path / "safe/copy.db").stat().st_size > 10_000


def test_a_unit_keeps_what_it_does_not_need_to_change() -> None:
    text = shipped("systemd", "tracker.service").read_text("utf-8")
    made = unit(text, "/srv/t/bin/tracker", "/etc/tracker/sources.yaml", user=False)
    gone = set(text.splitlines()) - set(made.splitlines())
    assert {line.partition("=")[0] for line in gone} == {"ExecStart", "Documentation"}
