"""The package as somebody gets it who has no checkout: what is in it, and that it works in an empty environment."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tarfile
import venv
import zipfile
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from hatch_build import described, read_version
from tests.waiting import HANG
from tracker import __version__
from tracker.cli import manual, reference
from tracker.cli.commands.install_service import UNITS
from tracker.cli.installed import version

ROOT = Path(__file__).parents[2]
ADDRESS = "https://forge.example/desk/tracker"


def test_every_relative_link_of_the_readme_leads_to_the_release_or_is_plain_text() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    relative = re.findall(r"\]\((?!https?:|#)([^)]+)\)", readme)
    assert relative
    absolute = described(readme, ADDRESS, "1.2.3")
    for target in relative:
        assert re.search(rf"\]\({re.escape(ADDRESS)}/(?:raw|blob)/v1\.2\.3/{re.escape(target)}\)", absolute)
        assert (ROOT / target.partition("#")[0]).exists()
    for text in (absolute, described(readme, "", "1.2.3")):
        assert not re.findall(r"\]\((?!https?:|#)", text)
    assert "![" not in described(readme, "", "1.2.3")


def test_the_version_is_the_release_and_between_releases_its_commit() -> None:
    assert re.fullmatch(rf"{re.escape(__version__)}(\+g[0-9a-f]{{8,}})?", read_version(ROOT))
    assert version() == read_version(ROOT)


def test_a_source_archive_keeps_the_version_it_was_made_with(tmp_path: Path) -> None:
    (tmp_path / "PKG-INFO").write_text("Metadata-Version: 2.4\nName: x\nVersion: 9.8.7+gabc\n")
    assert read_version(tmp_path) == "9.8.7+gabc"


def test_there_is_a_manual_page_of_every_command_and_no_line_of_it_is_a_command_of_roff() -> None:
    text = reference.text()
    pages = manual.pages(text, "1.2.3")
    commands = re.findall(r"(?m)^#{2,3} (tracker.*)$", text)
    assert set(pages) == {f"{command.replace(' ', '-')}.1" for command in commands}
    allowed = {".TH", ".SH", ".nf", ".fi"}
    for page in pages.values():
        assert {line.split()[0] for line in page.splitlines() if line.startswith((".", "'"))} <= allowed
    assert "TRACKER_THEME" in pages["tracker.1"]
    hostile = manual.pages("# x\n\n## tracker\n\n```text\nUsage\n\n  Say.\n\n.SH pwn\n'so /etc \\n-\n```\n", "1")
    assert "\n\\&.SH pwn\n\\&'so /etc \\en\\-\n" in hostile["tracker.1"]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the wheel and the source archive of this checkout."""
    folder = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=HANG, env=os.environ | {"TRACKER_ADDRESS": ADDRESS}
    )
    assert done.returncode == 0, done.stderr
    return folder


def _wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


@pytest.fixture(scope="module")
def metadata(built: Path) -> Message:
    with zipfile.ZipFile(_wheel(built)) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return message_from_bytes(archive.read(name))


@pytest.mark.slow
def test_the_metadata_say_who_what_and_where(metadata: Message) -> None:
    assert metadata["Version"] == read_version(ROOT)
    urls = metadata.get_all("Project-URL")
    assert urls is not None
    assert {url.partition(",")[0] for url in urls} >= {"Homepage", "Documentation", "Changelog", "Issues"}
    assert metadata["Author"]
    assert metadata["License-Expression"] == "Apache-2.0"
    assert not re.findall(r"\]\((?!https?:|#)", metadata.get_payload())


@pytest.mark.slow
def test_the_wheel_holds_documents_units_manual_pages_and_what_operators_take(built: Path) -> None:
    with zipfile.ZipFile(_wheel(built)) as archive:
        names = archive.namelist()
    inside = {*(f"tracker/systemd/{unit}" for unit in UNITS)}
    for folder in ("docs", "contrib"):
        inside |= {f"tracker/{path.relative_to(ROOT)}" for path in (ROOT / folder).rglob("*") if path.is_file()}
    assert inside <= set(names)
    assert any(name.endswith(".data/data/share/man/man1/tracker-diff.1") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/"))]


@pytest.mark.slow
def test_the_source_archive_makes_the_same_wheel(built: Path, tmp_path: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        archive.extractall(tmp_path, filter="data")
    [tree] = tmp_path.iterdir()
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "again")]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=HANG)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(_wheel(built)) as one, zipfile.ZipFile(_wheel(tmp_path / "again")) as other:
        assert one.namelist() == other.namelist()


@pytest.mark.slow
def test_outside_the_checkout_it_starts_from_nothing(built: Path, tmp_path: Path) -> None:
    """The environment is empty but for the libraries, which are those of this one: no network is needed."""
    home = tmp_path / "environment"
    venv.create(home, with_pip=False)
    [site] = home.glob("lib/python*/site-packages")
    own = next(path for path in sys.path if path.endswith("site-packages"))
    (site / "libraries.pth").write_text(f"{own}\n")
    with zipfile.ZipFile(_wheel(built)) as archive:
        archive.extractall(site)
    program = home / "bin/tracker"
    program.write_text(f"#!{home}/bin/python -P\nfrom tracker.cli import main\nmain()\n")
    program.chmod(0o755)
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}

    def run(*arguments: str, code: int = 0) -> str:
        command = [str(program), *arguments]
        done = subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=HANG, check=False
        )
        assert done.returncode == code, done.stderr
        return done.stdout + done.stderr

    where = run("--version")
    assert where.strip() == f"tracker, version {read_version(ROOT)}"
    run("init")
    assert (tmp_path / "sources.yaml").exists()
    run("demo", "--for", "8s")
    assert json.loads(run("--database", "db/demo.db", "stats", "--json").splitlines()[0])
    assert "[Unit]" in run("install-service", "--print")
    assert (site / "tracker/docs/operations.md").exists()
