"""The file itself: what is read at all, and what YAML may not do."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tracker import config
from tracker.config import document
from tracker.errors import ConfigError

MINIMAL = "contact: https://operator.example/bot\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "sources.yaml"


def complaint(file: Path, content: str | bytes) -> str:
    """What load says about a file that it refuses, without the folder."""
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigError) as caught:
        config.load(file)
    assert caught.value.exit_code == 78
    return str(caught.value).replace(f"{file.parent}/", "")


@pytest.mark.parametrize(
    ("name", "content", "wanted"),
    [
        ("empty", "", "sources.yaml is empty"),
        ("only comments", "# nothing\n# here\n", "sources.yaml is empty"),
        ("not UTF-8", "contact: a@b.example\nname: Le\u00a0Monde\n".encode("latin-1"), "sources.yaml:2: not UTF-8"),
        ("too large", MINIMAL + "#" * (1 << 20), "larger than 1 MiB"),
        ("a list", "- a\n", "sources.yaml:1: a list stands where a mapping"),
        ("a word", "hello\n", "sources.yaml:1: 'hello' stands where a mapping"),
        ("broken", MINIMAL + "sources: [\n", "sources.yaml:3: not YAML: while parsing a flow node"),
        ("unclosed", "contact:\n  [a@b.example\nsources:\n", "expected ',' or ']' (it begins on line 2)"),
        ("a colon too many", "contact: a: b", "sources.yaml:1: not YAML: mapping values are not allowed"),
        ("second document", MINIMAL + "---\n" + MINIMAL, "sources.yaml:3: a second document starts here"),
        ("alias", MINIMAL + "sources: [&a {id: x}, *a]\n", "sources.yaml:2: the alias *a is not allowed"),
        ("anchor", MINIMAL + "captures: &a {keep: all}\n", "sources.yaml:2: the anchor &a is not allowed"),
        ("python tag", MINIMAL + "database: !!python/name:os.system x\n", "sources.yaml:2: the tag"),
        ("own tag on a list", MINIMAL + "sources: !mine []\n", "sources.yaml:2: the tag '!mine' is not allowed"),
        ("own tag on a mapping", MINIMAL + "network: !!set {a}\n", "sources.yaml:2: the tag"),
        ("duplicate key", MINIMAL + "captures:\n  keep: all\n  keep: none\n", "sources.yaml:4: keep: duplicate key"),
        ("a list as key", MINIMAL + "? [a]\n: b\n", "sources.yaml:2: a key must be a word"),
        ("merge key", MINIMAL + "<<: {database: x}\n", "sources.yaml:2: '<<': unknown key"),
        ("tab", MINIMAL + "captures:\n\tkeep: all\n", "sources.yaml:3: a tab in the indentation"),
        ("NUL", "contact: a\0b\n", "sources.yaml:1: the control character U+0000"),
        ("escape sequence", "contact: x\nname: \x1b[2J\n", "sources.yaml:2: the control character U+001B"),
        ("100,000 brackets", "[" * 100_000, "sources.yaml:1: nested too deeply"),
        ("100,000 braces", "a: " + '{"a":' * 100_000, "sources.yaml:1: nested too deeply"),
    ],
)
def test_a_file_that_cannot_be_read_is_explained(file: Path, name: str, content: str | bytes, wanted: str) -> None:
    assert wanted in complaint(file, content)


def test_a_missing_file_names_the_command_that_writes_one(file: Path) -> None:
    with pytest.raises(ConfigError, match=r"does not exist; `tracker init`"):
        config.load(file)


def test_a_directory_and_a_pipe_are_refused_without_reading_them(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is a directory"):
        config.load(tmp_path)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(ConfigError, match="not a regular file"):
        config.load(pipe)


def test_an_impossible_path_is_a_configuration_error() -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        config.load(Path("a\0b"))
    with pytest.raises(ConfigError, match="cannot be read"):
        config.load(Path("x" * 5000))


def test_a_file_that_everybody_may_write_is_refused_with_the_cure(file: Path) -> None:
    file.write_text(MINIMAL)
    file.chmod(0o646)
    with pytest.raises(ConfigError, match="chmod o-w"):
        config.load(file)
    file.chmod(0o660)
    assert config.load(file).contact


def test_an_alias_bomb_is_refused_before_it_grows(file: Path) -> None:
    levels = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    levels += [f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
    said = complaint(file, "\n".join(levels))
    assert "the alias *h is not allowed" in said


def test_everything_wrong_is_told_at_once_in_the_order_of_the_lines(file: Path) -> None:
    said = complaint(file, "contact: nobody\nsource: []\ncaptures:\n  keep: some\nnetwork:\n  allow_ports: [0]\n")
    assert said.splitlines() == [
        "sources.yaml has 4 problems:",
        "  sources.yaml:1: contact: 'nobody' is neither an https:// address nor an e-mail address",
        "  sources.yaml:2: source: unknown key; did you mean sources?",
        "  sources.yaml:4: captures.keep: 'some' is not known here; known here: changed, all, none",
        "  sources.yaml:6: network.allow_ports: 0 is out of range; it goes from 1 to 65535",
    ]


def test_a_thousand_mistakes_are_counted_but_not_all_shown(file: Path) -> None:
    said = complaint(file, MINIMAL + "".join(f"key{i}: 1\n" for i in range(1000)))
    assert "has 1000 problems" in said
    assert "… and 900 more" in said
    assert len(said.splitlines()) == document.SHOWN_PROBLEMS + 2


def test_nothing_from_the_file_reaches_the_terminal_as_a_control_character(file: Path) -> None:
    said = complaint(file, 'contact: "\\e]0;owned\\a"\n"\\e[2J\\u202e": 1\ncaptures: {keep: "\\x9b31m"}\n')
    assert all(line.isprintable() for line in said.splitlines())
    assert "\\x1b[2J" in said


@pytest.mark.parametrize("dump", [{}, {"indent": 1}, {"indent": "\t"}, {"separators": (",", ":")}])
def test_json_is_yaml_with_every_way_of_writing_it(file: Path, dump: dict[str, object]) -> None:
    names = ["Ünïcode 😀 \\ud83d", 'quote " and \\', "日本語", "a/b"]
    settings = {
        "contact": "bot@operator.example",
        "sources": [
            {"id": f"s{number}", "name": name, "feeds": ["http://127.0.0.1:8080/feed.xml"]}
            for number, name in enumerate(names)
        ],
        "network": {"allow_private": True, "allow_ports": [8080], "proxy": None},
    }
    file.write_text(json.dumps(settings, **dump))  # type: ignore[arg-type]
    read = config.load(file)
    assert [source.name for source in read.sources] == names
    assert read.network.allow_private is True


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + (MINIMAL + "captures:\n  keep: all\n").replace("\n", "\r\n").encode())
    assert config.load(file).captures.keep == "all"


def test_the_template_loads_and_names_no_source_twice(file: Path) -> None:
    file.write_text(config.template())
    read = config.load(file, environ={})
    assert [source.id for source in read.sources] == ["bbc-news"]
    assert read.alerts == ()
