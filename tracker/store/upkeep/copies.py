"""Which dated copies stay: so many of the newest, or one for each of the last days, weeks and months."""

from __future__ import annotations

import glob
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tracker.store.connection import captures_path
from tracker.store.upkeep.backup import heads_path

_DAY = re.compile(r"-([0-9]{4}-[0-9]{2}-[0-9]{2})\.db")
_PLAN = re.compile(r"([1-9][0-9]{0,3})([dwm]?)")


@dataclass(frozen=True, slots=True)
class Plan:
    """How many copies stay: the `newest`, and the newest of each of so many days, weeks and months that have one."""

    newest: int = 1
    days: int = 0
    weeks: int = 0
    months: int = 0


def read_plan(text: str) -> Plan:
    """`7`: the seven newest. `7d,4w,12m`: of the last seven days, four weeks and twelve months one each.

    Raises ValueError.
    """
    found: dict[str, int] = {}
    for part in text.split(","):
        match = _PLAN.fullmatch(part.strip())
        if match is None or match[2] in found:
            raise ValueError("is no number of copies; write 7, or 7d,4w,12m for days, weeks and months")
        found[match[2]] = int(match[1])
    return Plan(found.get("", 1), found.get("d", 0), found.get("w", 0), found.get("m", 0))


def kept(days: Sequence[date], plan: Plan) -> set[date]:
    """Which of the days of copies stay. The newest of a week or month stands for it; the newest of all stays."""
    newest_first = sorted(set(days), reverse=True)
    stay = set(newest_first[: plan.newest])
    spans = ((plan.days, "%Y-%m-%d"), (plan.weeks, "%G-%V"), (plan.months, "%Y-%m"))
    for most, form in spans:
        first: dict[str, date] = {}
        for day in newest_first:
            first.setdefault(day.strftime(form), day)
        stay |= set(list(first.values())[:most])
    return stay


def dated(folder: Path, stem: str) -> dict[date, Path]:
    """The dated copies of a history in a folder, oldest first."""
    found = {}
    for path in sorted(folder.glob(f"{glob.escape(stem)}-*.db")):
        match = _DAY.fullmatch(path.name[len(stem) :])
        try:
            day = date.fromisoformat(match[1]) if match else None
        except ValueError:
            continue
        if day is not None:
            found[day] = path
    return found


def thin_out(folder: Path, stem: str, plan: Plan) -> list[Path]:
    """Let go of the dated copies that the plan does not keep, and of nothing else in that folder; which those were."""
    found = dated(folder, stem)
    stay = kept(list(found), plan)
    gone = [path for day, path in found.items() if day not in stay]
    for old in gone:
        for path in (old, captures_path(old), heads_path(old)):
            path.unlink(missing_ok=True)
    return gone
