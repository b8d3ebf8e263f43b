"""Telling systemd how we are: the sd_notify protocol, which is one datagram to one socket (man 3 sd_notify)."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Mapping

from tracker.model.secret_values import redacted

READY = "READY=1"
STOPPING = "STOPPING=1"
WATCHDOG = "WATCHDOG=1"


def send(message: str, *, environ: Mapping[str, str] = os.environ) -> bool:
    """Send newline-separated assignments such as `READY=1` to the service manager.

    Returns False, and does nothing, when no service manager listens (`NOTIFY_SOCKET` unset or gone).
    """
    address = environ.get("NOTIFY_SOCKET", "")
    if not address.startswith(("/", "@")):
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.sendto(redacted(message).encode("utf-8", "replace"), address)
    except OSError:
        return False
    return True


def status(text: str, *, environ: Mapping[str, str] = os.environ) -> bool:
    """Show one line of text in `systemctl status`."""
    return send("STATUS=" + text.replace("\n", " "), environ=environ)


def reloading(*, environ: Mapping[str, str] = os.environ) -> bool:
    """Say that the configuration is being read again; `READY=1` must follow."""
    return send(f"RELOADING=1\nMONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}", environ=environ)


def watchdog_seconds(*, environ: Mapping[str, str] = os.environ, pid: int | None = None) -> float | None:
    """How long systemd waits for a sign of life, in seconds; None when it does not watch this process."""
    if environ.get("WATCHDOG_PID", str(pid or os.getpid())) != str(pid or os.getpid()):
        return None
    try:
        microseconds = int(environ.get("WATCHDOG_USEC", "0"))
    except ValueError:
        return None
    return microseconds / 1e6 if microseconds > 0 else None
