from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from tests.web.world import serving
from tracker.cli import main
from tracker.errors import ConfigError
from tracker.web import metadata

DB = Path(__file__).parents[2] / "db"
SHEET: dict[str, Any] = yaml.safe_load((DB / "datasette.yaml").read_text("utf-8"))
TRACKER = SHEET["databases"]["tracker"]
WITH_INNER = ("article_search_", "sqlite_", "_sqlite")


def test_the_tables_are_described_as_the_guide_describes_them() -> None:
    readme, written = (DB / "README.md").read_text("utf-8"), (DB / "datasette.yaml").read_text("utf-8")
    assert metadata.written(written, readme) == written, "run `make docs`"


def test_every_table_view_and_column_is_described(history_path: Path) -> None:
    connection = sqlite3.connect(history_path)
    names = [r[0] for r in connection.execute("select name from sqlite_master where type in ('table', 'view')")]
    for name in names:
        if name.startswith(WITH_INNER) and name != "article_search_cjk":
            continue
        table = TRACKER["tables"].get(name)
        assert table, f"{name} is not described"
        assert len(table["description"]) > 10
        columns = {r[1] for r in connection.execute(f"pragma table_info('{name}')")}
        assert columns == set(table["columns"]), name
        assert set(table.get("facets", ())) <= columns
        assert {table.get("sort_desc", next(iter(columns)))} <= columns
        assert set(table.get("units", ())) <= columns
    connection.close()


def test_there_are_at_least_fifteen_questions_each_with_a_title() -> None:
    assert len(TRACKER["queries"]) >= 15
    assert all(
        q.get("title") and q["sql"].count("limit") + q["sql"].count("group by") for q in TRACKER["queries"].values()
    )


@pytest.fixture
async def asked(history_path: Path) -> Any:
    async with serving(history_path, sheet=metadata.load(history_path)) as datasette:
        yield datasette.client


@pytest.mark.parametrize("name", TRACKER["queries"])
async def test_every_question_has_an_answer(asked: Any, name: str) -> None:
    answer = await asked.get(f"/tracker/{name}.json?_shape=objects&outlet=&since=2026-01-01&article=1&at=")
    assert answer.status_code == 200, answer.text[:300]
    assert isinstance(answer.json()["rows"], list)


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("headline_changes", "edit", "Old pier to close{+ at once+}"),
        ("numbers_that_went_down", "was", 41.0),
        ("corrections", "article_id", 2),
        ("articles_gone", "article_id", 7),
        ("how_it_read", "number", 3),
        ("taken_for_noise", "noise_rule", "boilerplate"),
    ],
)
async def test_a_question_is_answered_rightly(asked: Any, name: str, column: str, value: Any) -> None:
    rows = (await asked.get(f"/tracker/{name}.json?_shape=objects&outlet=&since=2026-01-01&article=1&at=")).json()[
        "rows"
    ]
    assert value in [row[column] for row in rows]


def test_a_sheet_beside_the_database_is_taken_first(tmp_path: Path) -> None:
    (tmp_path / "datasette.yaml").write_text("title: Mine\ndatabases: {tracker: {description: x}}\n")
    assert metadata.load(tmp_path / "news.db") == {"title": "Mine", "databases": {"news": {"description": "x"}}}


def test_a_sheet_that_cannot_be_read_says_where(tmp_path: Path) -> None:
    (tmp_path / "datasette.yaml").write_text("title: [")
    with pytest.raises(ConfigError, match=r"datasette\.yaml"):
        metadata.load(tmp_path / "news.db")
    with pytest.raises(ConfigError, match="there is no nothing"):
        metadata.find("nothing.yaml", tmp_path / "news.db")


@pytest.mark.parametrize(("options", "closed"), [((), None), (("--public",), False)])
def test_the_command_serves_the_history_with_its_sheet(
    history_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], closed: bool | None
) -> None:
    served: dict[str, Any] = {}

    def serve(arguments: list[str]) -> None:
        served["arguments"] = arguments
        served["sheet"] = yaml.safe_load(Path(arguments[arguments.index("-m") + 1]).read_text("utf-8"))

    monkeypatch.setattr("tracker.cli.commands.web._serve", serve)
    done = CliRunner().invoke(main, ["--database", str(history_path), "web", "--port", "0", *options])
    assert done.exit_code == 0, done.output
    assert served["arguments"][0] == str(history_path)
    assert ("allow_download" in served["arguments"]) is (closed is False)
    assert served["sheet"].get("allow_sql") is closed
    assert len(served["sheet"]["databases"]["tracker"]["queries"]) >= 15


def test_the_command_writes_its_sheet_and_ends(history_path: Path, tmp_path: Path) -> None:
    file = tmp_path / "sheet.yaml"
    done = CliRunner().invoke(main, ["--database", str(history_path), "web", "--sheet", str(file)])
    assert done.exit_code == 0
    assert yaml.safe_load(file.read_text("utf-8"))["title"]


def test_the_command_explains_a_missing_history(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["--database", str(tmp_path / "none.db"), "web"])
    assert done.exit_code == 1
    assert "there is no history yet" in done.output
