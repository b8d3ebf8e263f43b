from pathlib import Path

import pytest
import yaml

from tracker.cli import sources_file
from tracker.config import load, template
from tracker.errors import ConfigError

ENTRY = {"id": "post", "name": "The Post: a paper", "feeds": ["https://post.example/rss.xml"]}
HEAD = "contact: https://operator.example/bot # mine\n"
TIMES = "  - id: times\n    name: Times\n    feeds: [https://times.example/rss.xml]\n"


@pytest.mark.parametrize(
    ("name", "text", "kept"),
    [
        ("a list at the end", f"{HEAD}sources:\n{TIMES}", ["# mine"]),
        ("a list with keys after it", f"{HEAD}sources:\n{TIMES}\n# who may\nnetwork:\n  proxy: null\n", ["# who may"]),
        (
            "comments after the last source",
            f"{HEAD}sources:\n{TIMES}  # - id: later\n\nalerts: []\n",
            ["# - id: later"],
        ),
        ("a list without an indent", f"{HEAD}sources:\n- id: times\n  name: T\n  feeds: [https://t.example/f]\n", []),
        ("no end of line", f"{HEAD}sources:\n{TIMES}".rstrip("\n"), []),
        ("an empty list", f"{HEAD}sources: []\nalerts: []\n", ["alerts: []"]),
        ("an empty key", f"{HEAD}sources:\n\nalerts: []\n", ["alerts: []"]),
        ("no key at all", HEAD, []),
        ("the template", template(), ["# Everything a source can say", "# Where requests may go."]),
    ],
)
def test_a_source_is_added_and_the_rest_stays(name: str, text: str, kept: list[str], tmp_path: Path) -> None:
    before = [s["id"] for s in yaml.safe_load(text).get("sources") or []]
    after = sources_file.append(text, [ENTRY])
    file = tmp_path / "sources.yaml"
    file.write_text(after)
    assert [source.id for source in load(file).sources] == [*before, "post"], name
    assert all(comment in after for comment in kept)
    assert yaml.safe_load(after) == (yaml.safe_load(text) | {"sources": [*yaml.safe_load(after)["sources"]]})


def test_a_list_in_brackets_is_left_to_the_person() -> None:
    with pytest.raises(ConfigError, match="a dash first"):
        sources_file.append(HEAD + "sources: [{id: a}]\n", [ENTRY])


def test_what_is_no_yaml_is_an_error() -> None:
    with pytest.raises(ConfigError, match="no YAML"):
        sources_file.append("sources: [", [ENTRY])


def test_the_sources_of_a_file_are_replaced_with_their_comments_around_them_kept() -> None:
    text = sources_file.replace_sources(template(), [ENTRY])
    assert [source["id"] for source in yaml.safe_load(text)["sources"]] == ["post"]
    assert "# Everything a source can say" in text
    assert sources_file.replace_sources(HEAD, [ENTRY]) == sources_file.append(HEAD, [ENTRY])


def test_a_file_is_saved_only_when_it_is_in_order(tmp_path: Path) -> None:
    file = tmp_path / "sources.yaml"
    sources_file.save(file, HEAD)
    with pytest.raises(ConfigError, match=r"sources\.yaml") as caught:
        sources_file.save(file, "contact: 3\nsources: 3\n")
    assert ".sources.yaml." not in str(caught.value)
    assert file.read_text() == HEAD
    assert list(tmp_path.iterdir()) == [file]


def test_a_saved_file_keeps_its_rights(tmp_path: Path) -> None:
    file = tmp_path / "sources.yaml"
    file.write_text(HEAD)
    file.chmod(0o640)
    sources_file.save(file, HEAD)
    assert file.stat().st_mode & 0o777 == 0o640


def test_a_file_that_cannot_be_written_says_where_else_it_may_be(folder: Path) -> None:
    (folder / "notes").write_text("The minutes of the council.")
    with pytest.raises(ConfigError, match=r"cannot be written: .*; --config names another place"):
        sources_file.save(folder / "notes" / "sources.yaml", template())


@pytest.mark.parametrize(
    ("name", "said", "taken", "slug"),
    [
        ("a host", "news.times.example", [], "news-times-example"),
        ("spaces and capitals", "The Example Times!", [], "the-example-times"),
        ("a name that is taken", "Times", ["times", "times-2"], "times-3"),
        ("nothing usable", "東京", [], "source"),
        ("a long one", "a" * 90, [], "a" * 40),
    ],
)
def test_ids_are_made_of_names(name: str, said: str, taken: list[str], slug: str) -> None:
    assert sources_file.slug(said, taken) == slug, name
