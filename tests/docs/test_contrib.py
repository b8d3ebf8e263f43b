"""Files for operators: every figure in them is one that /metrics gives, and the programs they are for take them."""

from __future__ import annotations

import configparser
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.scheduler.test_metrics import TOLD
from tests.waiting import HANG
from tracker.scheduler.process import metrics

ROOT = Path(__file__).parents[2]
CONTRIB = ROOT / "contrib"
RULES = CONTRIB / "prometheus/tracker.rules.yml"
DASHBOARD = CONTRIB / "grafana/tracker.json"
_NAME = re.compile(r"\btracker_[a-z_]+\b")


def given() -> dict[str, set[str]]:
    """Every figure of /metrics with the names of its labels."""
    found: dict[str, set[str]] = {}
    for line in metrics.text(TOLD).splitlines():
        if match := re.fullmatch(r"(tracker_[a-z_]+)(?:\{(.*)\})? \S+", line):
            found[match[1]] = set(re.findall(r'(?:^|,)([a-z_]+)="', match[2] or ""))
    return found


def expressions() -> list[tuple[str, str]]:
    """Every expression of rules and dashboard with what is shown beside it."""
    groups = yaml.safe_load(RULES.read_text("utf-8"))["groups"]
    rules = [(rule["expr"], " ".join(rule["annotations"].values())) for group in groups for rule in group["rules"]]
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    return rules + [(target["expr"], target["legendFormat"]) for panel in panels for target in panel["targets"]]


@pytest.mark.parametrize(("expression", "words"), expressions(), ids=lambda value: str(value)[:40])
def test_every_figure_and_label_exists(expression: str, words: str) -> None:
    figures = given()
    named = _NAME.findall(expression)
    assert set(named) <= figures.keys()
    labels = set(re.findall(r"\{\{ ?(?:\$labels\.)?([a-z_]+) ?\}\}", words))
    labels |= {label for group in re.findall(r"by \(([a-z_, ]+)\)", expression) for label in group.split(", ")}
    assert labels - {"instance"} <= set().union(*(figures[name] for name in named))


def test_every_figure_of_what_goes_wrong_has_an_alarm() -> None:
    named = set(_NAME.findall(RULES.read_text("utf-8")))
    assert named >= {
        f"tracker_{name}"
        for name in ("lag_seconds", "last_commit_age_seconds", "problem", "alerts_waiting", "alerts_failed_total")
    } | {"tracker_backup_age_seconds", "tracker_disk_free_bytes", "tracker_source_last_success_seconds"}


@pytest.mark.slow
def test_promtool_takes_rules_and_figures() -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed")
    for command, text in ((["check", "rules", str(RULES)], ""), (["check", "metrics"], metrics.text(TOLD))):
        done = subprocess.run(["promtool", *command], input=text, capture_output=True, text=True, timeout=HANG)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("file", sorted((CONTRIB / "backup").glob("*.conf")), ids=lambda path: path.stem)
def test_a_drop_in_opens_what_the_backup_unit_closes_and_no_more(file: Path) -> None:
    unit, drop_in = (configparser.RawConfigParser(strict=False) for _ in range(2))
    unit.read(ROOT / "systemd/tracker-backup.service", "utf-8")
    drop_in.read(file, "utf-8")
    opened = set(drop_in["Service"]) - {"environment", "environmentfile", "execstartpost", "cachedirectory"}
    assert opened <= set(unit["Service"]) | {"ipaddressallow"}
    assert "/var/lib/tracker/backup" in drop_in["Service"]["execstartpost"] + file.read_text("utf-8")


def test_every_file_is_named_in_the_guide_of_the_folder() -> None:
    guide = (CONTRIB / "README.md").read_text("utf-8")
    for file in CONTRIB.rglob("*"):
        if file.is_file() and file.name != "README.md":
            assert f"({file.relative_to(CONTRIB)})" in guide
