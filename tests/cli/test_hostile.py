"""What a page says never reaches a terminal raw, whatever the command and wherever its output goes."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import ATTACK, SGR, Run

COMMANDS = [
    ["log", "--all"],
    ["log", "--all", "--patch"],
    ["log", "--all", "--json"],
    ["diff", "2", "--all"],
    ["diff", "2", "--words"],
    ["diff", "2", "--format", "side"],
    ["diff", "2", "--format", "plain"],
    ["diff", "2", "--format", "unified"],
    ["diff", "2", "--format", "html"],
    ["diff", "2", "--format", "svg"],
    ["diff", "2", "--json"],
    ["show", "2"],
    ["show", "2", "--json"],
    ["history", "2"],
    ["history", "2", "--json"],
    ["articles"],
    ["articles", "--json"],
    ["search", "evil"],
    ["search", "evil", "--json"],
    ["sources"],
    ["diff", ATTACK],
    ["log", "--source", ATTACK],
]
DANGERS = "\x1b\x07\x9b\u202e\u202c\u200b"


@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_control_no_escape_no_bidi_override_comes_through(command: list[str], terminal: bool, run: Run) -> None:
    result = run(*command, terminal=terminal)
    shown = SGR.sub("", result.output + result.stderr)
    assert shown
    assert not set(shown) & set(DANGERS)
    if "--format" not in command and "--json" not in command and command[0] != "sources" and ATTACK not in command:
        assert "[bold]b[/bold]" in " ".join(shown.split())


def test_json_keeps_the_text_as_it_was(run: Run) -> None:
    assert json.loads(run("show", "2", "1", "--json").stdout)["standfirst"] == ATTACK


def test_html_escapes_every_tag(run: Run) -> None:
    page = run("diff", "2", "--format", "html", "--all").stdout
    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize("options", [[], ["--json"], ["--text"]], ids=["blocks", "json", "text"])
def test_a_hostile_page_is_extracted_harmless(options: list[str], terminal: bool, run: Run, tmp_path: Path) -> None:
    attack = ATTACK.replace("<", "&lt;")
    said = ("The mayor", "A spokeswoman for the harbour", "The skipper of the second boat", "Nobody on the old pier")
    text = "".join(f"<p>{who} said that {attack} is what stands in a sentence, and went home.</p>" for who in said)
    page = f"<title>{attack}</title><body><nav>{attack}</nav><article><h1>{attack}</h1>{text}</article></body>"
    file = tmp_path / "page.html"
    file.write_text(page)
    shown = SGR.sub("", run("extract", str(file), *options, terminal=terminal).output)
    assert "is what stands in a sentence" in " ".join(shown.split())
    assert not set(shown) & set(DANGERS)
