"""One word, one meaning: what a class is called, nothing else is called; and what the glossary has left stays left."""

from __future__ import annotations

import ast
import tokenize
from collections import defaultdict
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent.parent / "tracker"


def test_no_public_class_name_stands_twice() -> None:
    places = defaultdict(list)
    for path in PACKAGE.rglob("*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(str(path.relative_to(PACKAGE)))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


@pytest.mark.parametrize(
    ("rooms", "left", "word"),
    [
        (("scheduler", "discovery", "store"), {"hint", "hints", "Hint", "Hints"}, "signal"),
        (
            ("store", "scheduler", "cli", "web", "alerts", "newsroom"),
            {"trouble", "troubles", "troubled", "ailment", "ailments", "complaint", "complaints", "Letter"},
            "problem (and QueuedAlert)",
        ),
        (("scheduler", "cli", "web", "alerts"), {"crew", "Crew", "open_crew"}, "runtime"),
        (("cli",), {"desk", "Desk", "pass_desk"}, "context"),
    ],
)
def test_the_code_uses_the_glossary_s_word(rooms: tuple[str, ...], left: set[str], word: str) -> None:
    found = set()
    for room in rooms:
        for path in (PACKAGE / room).rglob("*.py"):
            with path.open("rb") as file:
                names = {t.string for t in tokenize.tokenize(file.readline) if t.type == tokenize.NAME}
            found |= {f"{path.relative_to(PACKAGE)}: {name}" for name in names & left}
    assert found == set(), f"the word is {word}"
