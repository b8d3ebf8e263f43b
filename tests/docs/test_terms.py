"""docs/terms.md explains every word that the program writes, and none that it does not."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest

from tracker.cli.commands import sources
from tracker.differ import noise
from tracker.model import TAGS, ChangeClass, Outcome, State
from tracker.model.change import OBSERVER, SEAM, VARIANT

GUIDE = (Path(__file__).parents[2] / "docs/terms.md").read_text("utf-8")


def explained(heading: str) -> set[str]:
    section = GUIDE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    first = section.partition("\n\n| floor")[0]
    return set(re.findall(r"(?m)^\| `([a-z _-]+)` \| \S", first))


def rules() -> set[str]:
    """The names in the differ's rules, from its source: they are the texts that look like one."""
    texts = {n.value for n in ast.walk(ast.parse(Path(noise.__file__).read_text())) if isinstance(n, ast.Constant)}
    named = {
        text for text in texts if isinstance(text, str) and re.fullmatch(r"[a-z]+-(?:only|line|changed|trifles)", text)
    }
    return (named - {"kind-changed"}) | {OBSERVER, SEAM, VARIANT}


@pytest.mark.parametrize(
    ("heading", "words"),
    [
        ("Class and score", set(map(str, ChangeClass))),
        ("Tags", set(TAGS)),
        ("Noise rules", rules()),
        ("States of an article", set(map(str, State))),
        ("States of a source", {"fine", "failing", *re.findall(r'"(idle|not [a-z ]+)"', inspect.getsource(sources))}),
        ("Outcomes of a check", set(map(str, Outcome))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_guide_explains_every_word_and_no_other(heading: str, words: set[str]) -> None:
    assert explained(heading) == words
