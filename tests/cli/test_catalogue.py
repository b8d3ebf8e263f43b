"""Which commands there are: a file in `commands/` is one, and its first lines say what the help says of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.cli.catalogue import FOLDER, SECTIONS, entries, read

HEAD = (
    '"""tracker {}\n\nSection: Look inside\nPlace: 3\nExample: tracker weigh 7\n"""\n\nraise SystemExit("imported")\n'
)


def written(folder: Path, file: str, head: str) -> Path:
    (folder / file).write_text(head)
    return folder / file


def test_a_new_command_is_one_file_that_is_not_imported_to_be_listed(tmp_path: Path) -> None:
    entry = read(written(tmp_path, "weigh.py", HEAD.format("weigh: Say how heavy an article is.")))
    assert (entry.name, entry.summary, entry.section) == ("weigh", "Say how heavy an article is.", "Look inside")
    assert (entry.place, entry.example) == (3, "tracker weigh 7")


def test_a_command_of_a_command_has_two_words_and_no_section(tmp_path: Path) -> None:
    entry = read(written(tmp_path, "weigh_again.py", '"""tracker weigh again: Once more.\n\nPlace: 1\n"""\n'))
    assert (entry.words, entry.name, entry.section) == (("weigh", "again"), "again", "")


@pytest.mark.parametrize(
    ("name", "file", "head", "said"),
    [
        ("another name than the file's", "weigh.py", HEAD.format("measure: Say."), "tracker weigh"),
        ("no summary", "weigh.py", HEAD.format("weigh"), "tracker weigh"),
        ("a section that is none", "weigh.py", '"""tracker weigh: Say.\n\nSection: Odds\nPlace: 1\n"""\n', "'Odds'"),
    ],
)
def test_a_head_that_is_not_as_it_has_to_be_is_named(
    name: str, file: str, head: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=said):
        read(written(tmp_path, file, head))


def test_every_section_has_commands_and_every_file_is_one() -> None:
    assert {e.section for e in entries().values()} == set(SECTIONS)
    subcommands = [name for parent in entries() for name in entries(parent)]
    assert len(entries()) + len(subcommands) == len(list(FOLDER.glob("[!_]*.py")))
    assert list(entries("sources")) == ["test", "relearn"]
