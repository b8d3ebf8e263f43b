"""tracker install-service: Write the systemd units, and say what to do with them.

Section: Steer the daemon
Place: 7
Example: tracker install-service --user
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

import click

from tracker.cli.context import CommandContext, with_context
from tracker.cli.installed import shipped
from tracker.cli.screen import say, write_plain
from tracker.errors import TrackerError, UsageError

UNITS = ("tracker.service", "tracker-web.service", "tracker-backup.service", "tracker-backup.timer")
SYSTEM, CONFIG, PROGRAM = Path("/etc/systemd/system"), "/etc/tracker/sources.yaml", "/opt/tracker/.venv/bin/tracker"

_HIDDEN = ("/home/", "/root/", "/run/user/", "/tmp/", "/var/tmp/")  # noqa: S108 - what the sandbox hides
_ROOTS_OWN = re.compile(
    r"(?m)^(?:User|Group|DynamicUser|ReadWritePaths|CapabilityBoundingSet|AmbientCapabilities|PrivateUsers|PrivateTmp|"
    r"PrivateDevices|PrivateNetwork|PrivateIPC|DevicePolicy|RemoveIPC|Protect\w+|ProcSubset|IPAddress\w+|"
    r"IOScheduling\w+|StateDirectory\w*|RuntimeDirectory)=.*\n"
)
"""What only the system's service manager can do; a user's would refuse to start the unit, or ignore it."""


@click.command(name="install-service")
@click.option("--user", is_flag=True, help="For this user's own service manager, without root.")
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), help="Write the units there instead.")
@click.option("--print", "--dry-run", "dry", is_flag=True, help="Print the units, write nothing.")
@with_context
def install_service(context: CommandContext, user: bool, folder: Path | None, dry: bool) -> None:
    """Write the systemd units, and say what to do with them.

    One for the daemon, one for the pages, and a nightly backup. They name the
    program that was called and the sources file of --config (without it
    /etc/tracker/sources.yaml; with --user the one in ~/.config/tracker).
    Nothing is started; what to do next is said at the end.
    """
    program = _program()
    config = (
        str(context.config_path.absolute()) if context.config_path else "%E/tracker/sources.yaml" if user else CONFIG
    )
    made = {name: unit(shipped("systemd", name).read_text("utf-8"), program, config, user=user) for name in UNITS}
    if dry:
        write_plain(f"# {name}\n{text}\n" for name, text in made.items())
        return
    folder = folder or (_users_own() if user else SYSTEM)
    if not user:
        _warn_of_hidden(program, config)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in made.items():
            (folder / name).write_text(text, "utf-8")
            (folder / name).chmod(0o644)
    except OSError as error:
        hint = "run it with sudo, or use --user or --to FOLDER" if isinstance(error, PermissionError) else "see --to"
        raise TrackerError(f"{folder}: the units cannot be written: {error.strerror}; {hint}") from error
    for line in _explanation(folder, config, user):
        say(line, as_it_is=line.startswith(" "))


def unit(text: str, program: str, config: str, *, user: bool) -> str:
    """A shipped unit made to fit: its program, its sources file, and whose service manager starts it.

    With `user` everything that needs root is taken out, and the history lies in ~/.local/share/tracker.
    """
    text = text.replace(f"{PROGRAM} --config {CONFIG}", f"{_quoted(program)} --config {_quoted(config)}")
    text = text.replace("Documentation=file:///opt/tracker/docs/operations.md\n", "")
    if user:
        text = _ROOTS_OWN.sub("", text)
        text = text.replace("/var/lib/tracker", "%h/.local/share/tracker").replace("/etc/tracker", "%E/tracker")
        text = text.replace("WantedBy=multi-user.target", "WantedBy=default.target")
        text = text.replace("Wants=network-online.target\nAfter=network-online.target\n", "")
        text = re.sub(r"(?m)^# (?:Where it may go|What it may touch|Who it is).*(?:\n#.*)*\n\n?", "", text)
    return text


def _quoted(text: str) -> str:
    """A word of ExecStart as systemd reads it back: quoted when it has spaces, its own signs doubled."""
    text = text.replace("$", "$$") if text.startswith("%E") else text.replace("%", "%%").replace("$", "$$")
    return f'"{text}"' if re.search(r"\s", text) else text


def _program() -> str:
    """The tracker that was called. Raises UsageError when it cannot be named in a unit."""
    beside = Path(sys.executable).parent / "tracker"
    found = str(beside) if beside.is_file() else shutil.which(sys.argv[0])
    if found is None or not os.access(found, os.X_OK):
        raise UsageError("no program named tracker to start: install the package (pip install .), then call it")
    return str(Path(found).absolute())


def _users_own() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def _warn_of_hidden(program: str, config: str) -> None:
    for path in (program, config):
        if path.startswith(_HIDDEN):
            say(f"{path} lies where the units' sandbox cannot see it: move it (/opt, /etc), or use --user.")


def _explanation(folder: Path, config: str, user: bool) -> list[str]:
    """What was written, and what to do now."""
    control = "systemctl --user" if user else "systemctl"
    lines = [
        f"Wrote to {folder}:",
        "  tracker.service          the daemon; started again when it fails or stands still",
        "  tracker-web.service      the browser pages, on this machine alone",
        "  tracker-backup.service   a verified copy of the history",
        "  tracker-backup.timer     starts it every night",
        "",
        f"Sources: {config.replace('%E', '~/.config')}   History: {'~/.local/share' if user else '/var/lib'}/tracker",
        "Secrets that sources.yaml names as ${NAME}: one NAME=value a line in secrets.env beside it, mode 0600.",
        "",
        "Then:",
    ]
    if not user:
        lines.append("  useradd --system --home-dir /var/lib/tracker --shell /usr/sbin/nologin tracker")
    lines += [
        f"  {control} daemon-reload",
        f"  {control} enable --now tracker.service tracker-backup.timer",
        f"  journalctl {'--user ' if user else ''}-u tracker -f",
    ]
    if user:
        lines.append("  loginctl enable-linger      # so that it runs while you are not logged in")
    return lines
