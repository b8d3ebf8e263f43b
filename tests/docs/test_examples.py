"""Every line of a shell example in the guides names a command and options that there are."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click
import pytest

from tracker.cli import main, reference

ROOT = Path(__file__).parents[2]
GUIDES = [ROOT / "README.md", *sorted(ROOT.glob("docs/*.md"))]


def lines() -> list[tuple[str, str]]:
    found = []
    for guide in GUIDES:
        for block in re.findall(r"```sh\n(.*?)```", guide.read_text("utf-8"), re.DOTALL):
            for line in block.replace("\\\n", " ").splitlines():
                for command in re.findall(r"(?:^|(?<= ))(?:\S*/)?tracker (?!&&)[^|;#>]*", line):
                    if not re.search(
                        r"(?:clone|-C|-t|-b|install|--tag|useradd|systemctl|uvx|build).*$", line.partition(command)[0]
                    ):
                        found.append((guide.name, command.strip()))
    return found


@pytest.mark.parametrize(("guide", "line"), lines(), ids=lambda value: value[:60])
def test_a_line_names_what_there_is(guide: str, line: str) -> None:
    words = shlex.split(line)[1:]
    roots = {option for p in main.params for option in p.opts}
    while words and words[0] in roots:
        words = words[2:] if words[0] in ("--config", "--database") else words[1:]
    if not words:
        return
    context = reference.context(words.pop(0))
    while isinstance(context.command, click.Group) and words:
        command = context.command.get_command(context, words.pop(0))
        assert command is not None
        context = click.Context(command, parent=context)
    known = {o for p in context.command.params if isinstance(p, click.Option) for o in (*p.opts, *p.secondary_opts)}
    given = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
    assert given <= known | {"-h", "--help"}


def test_the_examples_are_many() -> None:
    assert len(lines()) > 20
