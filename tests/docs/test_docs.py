"""What the documents say is so: every key explained, every link leads somewhere, every shipped file works."""

from __future__ import annotations

import configparser
import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.render.samples import record
from tests.waiting import HANG
from tracker import config
from tracker.config import reader
from tracker.differ import diff
from tracker.model import Content, Paragraph
from tracker.render import json_

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(
    [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("db/*.md"), *ROOT.glob("benchmarks/*.md")]
)
UNITS = sorted(ROOT.glob("systemd/*.service"))

KEYS = [
    *reader.CONFIG_KEYS,
    *reader.SOURCE_KEYS,
    *(f"sections.{key}" for key in reader.SECTION_KEYS),
    "robots.ignore",
    *(f"identity.{key}" for key in reader.IDENTITY_KEYS),
    *reader.EXTRACT_KEYS,
    *reader.NETWORK_KEYS,
    *reader.CAPTURE_KEYS,
    *reader.WAYBACK_KEYS,
    *(key for key in reader.ALERT_KEYS),
    *(f"when.{key}" for key in reader.WHEN_KEYS),
]


@pytest.mark.parametrize("key", KEYS)
def test_every_key_has_a_row_in_the_guide(key: str) -> None:
    rows = [line for line in (ROOT / "docs/sources.md").read_text("utf-8").splitlines() if line.startswith("| `")]
    assert any(f"`{key}`" in row.split("|")[1] for row in rows)


def test_the_guide_explains_no_key_that_does_not_exist() -> None:
    rows = re.findall(r"(?m)^\| ((?:`[a-z_.]+`(?:, )?)+) \|", (ROOT / "docs/sources.md").read_text("utf-8"))
    explained = {key for row in rows for key in re.findall(r"`([a-z_.]+)`", row)}
    assert explained == set(KEYS)


def test_the_whole_file_in_the_guide_loads(tmp_path: Path) -> None:
    guide = (ROOT / "docs/sources.md").read_text("utf-8")
    example = re.search(r"## The whole file\n\n```yaml\n(.*?)```", guide, re.DOTALL)
    assert example is not None
    file = tmp_path / "sources.yaml"
    file.write_text(example[1])
    read = config.load(file, environ={})
    assert read.sources[0].sections[0].links == r"/20\d\d/"
    assert read.alerts[0].when.grep == "minister"


def test_the_shipped_sources_load_and_span_the_world() -> None:
    read = config.load(ROOT / "sources.yaml", environ={})
    assert len(read.sources) >= 20
    assert len({source.language for source in read.sources}) >= 12
    assert all(source.name and source.tags and not source.robots_ignored for source in read.sources)


@pytest.mark.parametrize(
    "text", [config.template(), (ROOT / "sources.yaml").read_text("utf-8")], ids=["template", "file"]
)
def test_a_commented_alert_works_when_its_comment_signs_are_taken_away(text: str, tmp_path: Path) -> None:
    opened = re.sub(r"(?m)^alerts: \[\]\n", "alerts:\n", text)
    opened = re.sub(r"(?ms)^alerts:\n.*", lambda match: re.sub(r"(?m)^# ?", "", match[0]), opened)
    file = tmp_path / "sources.yaml"
    file.write_text(opened, "utf-8")
    read = config.load(file, environ={"ALERT_URL": "mailto://desk@operator.example"})
    assert read.alerts[0].to == "mailto://desk@operator.example"


def test_the_source_with_everything_in_the_template_works(tmp_path: Path) -> None:
    text = config.template()
    commented = re.search(r"(?ms)^  # - id: example-times.*?(?=\n\n)", text)
    assert commented is not None
    file = tmp_path / "sources.yaml"
    file.write_text(text.replace(commented[0], re.sub(r"(?m)^  # ", "  ", commented[0])), "utf-8")
    last = config.load(file, environ={}).sources[-1]
    assert (last.id, last.rules[0].body) == ("example-times", "article .story")


def test_the_change_in_the_guide_is_what_the_differ_says_and_every_key_is_explained() -> None:
    guide = (ROOT / "docs/research.md").read_text("utf-8")
    block = re.search(r"```json\n(.*?)```", guide, re.DOTALL)
    assert block is not None
    shown = json.loads(block[1])
    old, new = (
        Content(headline, language="en", paragraphs=tuple(map(Paragraph, texts)))
        for headline, *texts in (
            ["Fire kills 12 in Port Merrow", "The 🔥 killed at least 12 people.", "The mayor will speak at noon."],
            ["Fire kills 15 in Port Merrow", "The 🔥 killed at least 15 people.", "Two of the dead were firefighters."],
        )
    )
    change = diff(old, new)
    made = json_.change(record(change, url="https://times.example/mill", headline=new.headline), change)
    assert shown == made
    rows = re.findall(r"(?m)^\| ((?:`\w+`(?:, )?)+) \|", guide)
    explained = {key for row in rows for key in re.findall(r"`(\w+)`", row)}
    assert explained >= set(re.findall(r'"(\w+)": ', block[1]))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_to_a_file_leads_to_one(document: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text("utf-8"))
    missing = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    assert not missing


@pytest.mark.parametrize(
    "room", sorted(path.name for path in (ROOT / "tracker").iterdir() if (path / "__init__.py").exists())
)
def test_every_room_is_on_the_map(room: str) -> None:
    assert f"`tracker/{room}/`" in (ROOT / "CONTRIBUTING.md").read_text("utf-8")


@pytest.mark.parametrize("decision", sorted(ROOT.glob("docs/decisions/*.md")), ids=lambda path: path.stem)
def test_a_decision_says_context_decision_evidence_and_consequences(decision: Path) -> None:
    assert re.fullmatch(r"\d{3}-[a-z0-9-]+", decision.stem)
    text = decision.read_text("utf-8")
    assert text.startswith(f"# {decision.stem[:3]} ")
    assert re.findall(r"(?m)^\*\*(\w+)\.\*\*", text) == ["Context", "Decision", "Evidence", "Consequences"]


def test_the_lock_holds_every_dependency_and_names_no_index() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert "://" not in lock
    assert "file:" not in lock
    locked = {normal(name) for name in re.findall(r"(?m)^([A-Za-z0-9._-]+)==", lock)}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [
        *project["project"]["dependencies"],
        *project["dependency-groups"]["dev"],
        *project["build-system"]["requires"],
    ]
    wanted += [name for extra in project["project"]["optional-dependencies"].values() for name in extra]
    names = {normal(re.split(r"[^A-Za-z0-9._-]", requirement)[0]) for requirement in wanted}
    assert names <= locked


def normal(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_unit_runs_as_nobody_special_in_a_sandbox(unit: Path) -> None:
    parser = configparser.RawConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(unit, "utf-8")
    service = dict(parser["Service"])
    assert service["User"] == "tracker"
    assert service["ProtectSystem"] == "strict"
    assert service["NoNewPrivileges"] == service["PrivateUsers"] == service["MemoryDenyWriteExecute"] == "yes"
    assert service["CapabilityBoundingSet"] == ""
    assert "IPAddressDeny" in service


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.stem)
def test_a_unit_scores_well_with_systemd_itself(unit: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        return
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=15", str(unit)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=HANG, check=False)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr


def test_continuous_integration_is_a_script_that_parses() -> None:
    for script in (ROOT / ".ci").iterdir():
        assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
        assert script.stat().st_mode & 0o111


def test_the_template_is_the_same_language_as_the_shipped_file() -> None:
    shipped, template = (
        yaml.safe_load(text) for text in ((ROOT / "sources.yaml").read_text("utf-8"), config.template())
    )
    assert shipped["defaults"] == template["defaults"]
    assert shipped["network"] == template["network"]
    assert shipped["captures"] == template["captures"]
