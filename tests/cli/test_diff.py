from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import SGR, Run
from tests.cli.world import objects


def test_diff_shows_the_latest_change(run: Run) -> None:
    text = run("diff", "1").stdout
    assert "Article:  1 (version 2 to 3)" in text
    assert "[-500-]{+400+}" in text


def test_diff_between_versions_far_apart_is_composed(run: Run) -> None:
    change = objects(run("diff", "1", "1", "3", "--json").stdout)[0]
    assert (change["change"], change["old_version"], change["new_version"]) == (None, 1, 3)
    assert change["operations"] == []
    assert (change["after"], change["before"]) == ("2026-11-23T10:00:00Z", "2026-11-23T12:00:00Z")


def test_versions_far_apart_are_no_change_with_a_number(run: Run) -> None:
    assert run("diff", "1", "1", "3").stdout.startswith("versions 1 to 3\n")
    shown = SGR.sub("", run("diff", "1", "1", "3", terminal=True).stdout)
    assert shown.startswith("example-times · article 1 · versions 1 to 3\n")


def test_diff_since_a_version_goes_to_the_newest(run: Run) -> None:
    assert objects(run("diff", "1", "2", "--json").stdout)[0]["new_version"] == 3


def test_diff_of_an_article_that_never_changed_points_to_its_text(run: Run) -> None:
    result = run("diff", "3")
    assert result.exit_code == 0
    assert "Article 3 has one version so far; `tracker show 3` shows it." in result.stderr


@pytest.mark.parametrize(
    ("form", "sign"),
    [
        ("inline", "{+500+}"),
        ("plain", "{+500+}"),
        ("side", "│"),
        ("unified", "+The alliance takes over the training mission. It sends 500"),
        ("html", "<!DOCTYPE html>"),
        ("json", '"inserted": "500"'),
        ("svg", "<svg "),
    ],
)
def test_diff_has_many_forms(form: str, sign: str, run: Run) -> None:
    assert sign in run("diff", "1", "1", "2", "--format", form).stdout


def test_diff_as_a_picture_is_bytes(run: Run) -> None:
    pytest.importorskip("resvg_py")
    assert run("diff", "1", "1", "2", "--format", "png").stdout_bytes.startswith(b"\x89PNG")


def test_diff_can_be_cut_down_to_the_words(run: Run) -> None:
    text = run("diff", "1", "1", "2", "--words", "--context", "1").stdout
    assert "~ …sends [-400-]{+500+} trainers…" in text


def test_no_colour_puts_brackets_on_the_terminal(run: Run) -> None:
    text = run("diff", "1", "1", "2", terminal=True, NO_COLOR="1").stdout
    assert "[-400-]{+500+}" in text
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("name", "env", "colour"),
    [
        ("dark unless told", {}, "48;2;16;48;92"),
        ("light when told", {"TRACKER_THEME": "light"}, "48;2;207;227;255"),
        ("light when the terminal's background is", {"COLORFGBG": "0;15"}, "48;2;207;227;255"),
    ],
)
def test_the_theme_follows_the_terminal(name: str, env: dict[str, str], colour: str, run: Run) -> None:
    assert colour in run("diff", "1", "1", "2", terminal=True, **env).stdout, name


def test_side_by_side_fits_the_terminal(run: Run) -> None:
    text = SGR.sub("", run("diff", "1", "1", "2", "--format", "side", terminal=True, COLUMNS="60").stdout)
    assert max(map(len, text.splitlines())) <= 60


@pytest.mark.skipif(shutil.which("patch") is None, reason="the patch program is not installed")
def test_the_unified_patch_applies_to_what_show_writes(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "old.txt"
    file.write_text(run("show", "1", "1").stdout)
    patch = run("diff", "1", "1", "2", "--format", "unified").stdout
    subprocess.run(["patch", "--silent", str(file)], input=patch, text=True, check=True)
    assert file.read_text() == run("show", "1", "2").stdout


def test_a_change_is_named_by_the_number_that_the_log_shows(run: Run) -> None:
    shown = objects(run("diff", "change:1", "--json").stdout)[0]
    assert (shown["change"], shown["article"], shown["old_version"], shown["new_version"]) == (1, 1, 1, 2)
    assert "leave the numbers of versions out" in run("diff", "change:1", "1").stderr
    assert "no change 999" in run("diff", "change:999").stderr
