"""The schema for editors: its keys are the reader's, what loads is valid, what is wrong in its form is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from tracker.cli import main
from tracker.config import load, reader, template
from tracker.config.schema import schema
from tracker.errors import ConfigError

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/sources.md").read_text("utf-8")
jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")

WHOLE = [
    template(),
    (ROOT / "sources.yaml").read_text("utf-8"),
    *re.findall(r"## The whole file\n\n```yaml\n(.*?)```", GUIDE, re.DOTALL),
    "contact: https://o.example\nsources:\n  - {id: a, feeds: [https://a.example], language: no}\n",
    "contact: https://o.example\nalerts:\n  - {to: '${X}', digest: '${Y}', when: {tag: [number], source: a}}\n",
]


def wrong(text: str) -> list[str]:
    return [e.message for e in jsonschema.Draft202012Validator(schema()).iter_errors(yaml.safe_load(text))]


def key_sets(node: Any) -> Iterator[set[str]]:
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict):
            yield set(node["properties"])
        for value in node.values():
            yield from key_sets(value)
    elif isinstance(node, list):
        for value in node:
            yield from key_sets(value)


def test_every_set_of_keys_of_the_reader_is_one_of_the_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    ours = [set(keys) for keys in key_sets(schema())]
    for name, keys in vars(reader).items():
        if name.endswith("_KEYS") and name not in ("PLACE_KEYS", "SELECTOR_KEYS"):
            assert set(keys) in ours, name


@pytest.mark.parametrize("text", WHOLE, ids=range(len(WHOLE)))
def test_a_file_that_loads_is_valid(text: str) -> None:
    assert wrong(text) == []


@pytest.mark.parametrize(
    "line",
    [
        "sourcs: []",
        "sources: [{name: x}]",
        "sources: [{id: Not An Id, feeds: [https://a.example]}]",
        "defaults: {follow: 30}",
        "defaults: {checks: 0}",
        "defaults: {schedule: often}",
        "defaults: {robots: ignore}",
        "captures: {keep: some}",
        "network: {allow_ports: [70000]}",
        "alerts: [{when: {class: substantive}}]",
        "alerts: [{to: 'mailto:d@o.example', when: {class: big}}]",
        "alerts: [{to: 'mailto:d@o.example', when: {tag: nothing}}]",
        "alerts: [{to: 'mailto:d@o.example', when: {event: dies}}]",
    ],
)
def test_what_is_wrong_in_its_form_is_refused_by_both(line: str, tmp_path: Path) -> None:
    text = f"contact: https://operator.example/bot\n{line}\n"
    assert wrong(text)
    file = tmp_path / "sources.yaml"
    file.write_text(text)
    with pytest.raises(ConfigError):
        load(file, environ={})


def test_init_prints_it_and_writes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, ["init", "--schema"], catch_exceptions=False)
    assert json.loads(done.stdout) == schema()
    assert not list(tmp_path.iterdir())
