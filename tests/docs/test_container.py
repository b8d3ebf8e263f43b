"""The image and what starts it, as far as text can tell; `container/build` builds and tries it where buildah is."""

from __future__ import annotations

import configparser
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.waiting import HANG
from tracker.cli.catalogue import entries

ROOT = Path(__file__).parents[2]
FILE = (ROOT / "container/Containerfile").read_text("utf-8")
COMPOSE = yaml.safe_load((ROOT / "container/compose.yaml").read_text("utf-8"))


def test_the_image_is_made_of_the_lock_and_runs_as_nobody_special() -> None:
    assert "--require-hashes -r requirements.lock" in FILE
    last = FILE.rpartition("\nFROM ")[2]
    assert re.search(r"(?m)^USER 10001:10001$", last)
    assert 'CMD ["tracker", "status", "--json"]' in last
    assert "pip" not in last, "nothing is installed in the stage that is shipped"


@pytest.mark.parametrize("name", ["daemon", "web", "backup"])
def test_a_service_may_do_little(name: str) -> None:
    service = COMPOSE["services"][name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert service["user"] == "10001:10001"
    assert "no-new-privileges:true" in service["security_opt"]
    words = service.get("command") or re.findall(r"tracker (\w+)", " ".join(service["entrypoint"]))
    assert words[0] in entries()
    assert all(address.startswith("127.0.0.1:") for address in service.get("ports", ()))


def test_the_daemon_has_longer_to_end_than_it_promises() -> None:
    assert int(COMPOSE["services"]["daemon"]["stop_grace_period"].removesuffix("s")) > 30
    quadlet = configparser.RawConfigParser(strict=False)
    quadlet.read(ROOT / "contrib/quadlet/tracker.container", "utf-8")
    assert int(quadlet["Container"]["StopTimeout"]) > 30
    assert quadlet["Container"]["ReadOnly"] == "true"


@pytest.mark.parametrize("name", ["build", "try"])
def test_a_script_parses(name: str) -> None:
    script = ROOT / "container" / name
    assert subprocess.run(["bash", "-n", str(script)], check=False, timeout=HANG).returncode == 0
    assert script.stat().st_mode & 0o111
