"""Blame, stats, doctor, rebuild and the sources' own commands, on histories made by the real store."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.cli.conftest import SGR, TERMINAL, Run
from tests.extractor.pages import PARAGRAPHS
from tests.store.world import HOUR, NOW, TIMES, follow, history, publish, says, told
from tests.test_rebuild import TOLD, older, read, story
from tests.waiting import HANG
from tracker.cli import main, stats
from tracker.store import Store, former

pytestmark = pytest.mark.slow

Mine = Callable[..., Result]


def objects(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mine:
    """Runs commands in a folder with a sources file; `mine.rules` of the file may be given."""
    monkeypatch.chdir(tmp_path)
    for name in ("TRACKER_CONFIG", "TRACKER_DATABASE", "FORCE_COLOR", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def runs(*arguments: str, rules: str = "", terminal: bool = False) -> Result:
        extract = f"\n    extract: {rules}" if rules else ""
        (tmp_path / "sources.yaml").write_text(
            "database: tracker.db\ncontact: https://operator.example/bot\nsources:\n"
            f"  - id: example-times\n    name: The Example Times\n    feeds: [https://times.example/rss.xml]{extract}\n"
        )
        return CliRunner().invoke(main, arguments, env=TERMINAL if terminal else {})

    return runs


def falsely_read(folder: Path, articles: int = 2) -> None:
    """A history of a wrong reading: a teaser in every text, a version for every capture."""
    with history(folder) as store:
        for n in range(articles):
            article = follow(store, f"ferry-{n}")
            for hour, texts in enumerate((PARAGRAPHS, PARAGRAPHS, TOLD)):
                html = story(texts, related=hour + 1)
                publish(store, article, older(read(html), f"Read more {hour}"), NOW + hour * HOUR, body=html.encode())


def test_blame_names_the_version_of_every_sentence(run: Run) -> None:
    rows = [line.split("\t") for line in run("blame", "1").stdout.splitlines()]
    assert ["v1 v3-", "2026-11-23T10:00:00Z", "-", "text", "It sends 400 trainers to the country."] in rows
    assert ["v1-", "2026-11-23T10:00:00Z", "-", "text", "The alliance takes over the training mission."] in rows
    assert not any("500" in row[4] for row in rows)


def test_blame_shows_what_is_gone_when_asked(run: Run) -> None:
    sentences = objects(run("blame", "1", "--removed", "--json").stdout)
    gone = [s for s in sentences if not s["stands"]]
    [trainers] = [s for s in gone if "500 trainers" in str(s["sentence"])]
    assert trainers["spans"] == [
        {
            "first_version": 2,
            "last_version": 2,
            "after": "2026-11-23T10:00:00Z",
            "before": "2026-11-23T11:00:00Z",
            "gone_after": "2026-11-23T11:00:00Z",
            "gone_before": "2026-11-23T12:00:00Z",
            "least_seconds": 0,
            "most_seconds": 7200,
            "byline": ["Ada Bell"],
        }
    ]
    assert sentences.index(trainers) > max(sentences.index(s) for s in sentences if s["stands"])


def test_blame_on_a_terminal_tells_paragraphs_lives_and_bylines(run: Run) -> None:
    shown = " ".join(SGR.sub("", run("blame", "1", "--removed", terminal=True).stdout).split())
    assert "byline of all paragraphs: Ada Bell paragraph 1: since version 1, last touched by version 3 v1-" in shown
    assert "came back 1 time" in shown
    assert "stood at most 2 hours" in shown
    assert "byline Ada Bell" in shown
    assert "gone, first gone first" in shown


def test_blame_says_whose_paragraph_it_is_where_the_byline_changed(tmp_path: Path, run: Run) -> None:
    with history(tmp_path) as store:
        told(store, [says("One fell.", "Two stood.", byline=("Ann Lee",)), says("One rose.", "Two stood.", byline=())])
    shown = SGR.sub("", run("blame", "1", terminal=True, TRACKER_DATABASE=str(tmp_path / "tracker.db")).stdout)
    assert "(byline none)" in shown
    assert "paragraph 2: since version 1 (byline Ann Lee)" in shown
    assert "byline of all" not in shown


def test_blame_of_a_hostile_article_is_harmless(run: Run) -> None:
    for terminal in (False, True):
        text = SGR.sub("", run("blame", "2", "--removed", terminal=terminal).stdout)
        assert not set("\x1b\x9b\u202e\u200b") & set(text)


def test_blame_of_an_unread_article_says_what_to_do(run: Run) -> None:
    done = run("blame", "4")
    assert (done.exit_code, done.stdout) == (0, "")
    assert "tracker check 4" in done.stderr


def test_stats_count_articles_edits_and_silence(run: Run) -> None:
    [post, times] = objects(run("stats", "--since", "2026-11-23", "--until", "2026-11-24", "--json").stdout)
    assert (times["source"], times["articles"], times["edited"], times["edits"]) == ("example-times", 3, 1, 2)
    assert (times["substantive"], times["silent"], times["share_silent"]) == (2, 1, 0.5)
    assert [hour for hour, n in enumerate(times["by_hour"]) if n] == [11, 12]  # type: ignore[arg-type]
    assert post["gone"] in (0, 1)
    assert times["by_day"] == {"2026-11-23": 2}


def test_stats_of_one_source_are_told_in_full(run: Run) -> None:
    text = run("stats", "example-times", "--since", "2026-11-23", "--until", "2026-11-24").stdout
    assert "edited since           1 (33 %)" in text
    assert "no notice seen       1 (50 %)" in text
    assert "█" in text
    plain = run("stats", "example-times", "--since", "2026-11-23", "--until", "2026-11-24", "--ascii").stdout
    assert plain.isascii()
    assert "@@" in plain


def test_stats_fall_back_to_ascii_where_blocks_cannot_be_written(database: Path) -> None:
    import subprocess
    import sys

    env = os.environ | {"TRACKER_DATABASE": str(database), "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "tracker", "stats", "--since", "2026-11-23", "--until", "2026-11-24"]
    done = subprocess.run(command, env=env, capture_output=True, timeout=HANG)
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    assert len(done.stdout.splitlines()) == 2


def test_stats_fit_a_terminal(run: Run) -> None:
    lines = SGR.sub("", run("stats", "--since", "2026-11-23", terminal=True).stdout).splitlines()
    assert max(map(len, lines)) <= 80
    assert any("example-times" in line for line in lines)


@pytest.mark.parametrize(
    ("name", "values", "drawn"),
    [
        ("nothing", [0, 0], "  "),
        ("one", [0, 1], " █"),
        ("a little is seen", [1, 1000], "▁█"),
        ("half", [4, 8], "▄█"),
    ],
)
def test_bars_are_as_high_as_their_share(name: str, values: list[int], drawn: str) -> None:
    assert stats.bars(values, stats.BLOCKS) == drawn, name


def test_rebuild_says_what_it_would_change_and_then_changes_it(tmp_path: Path, mine: Mine) -> None:
    falsely_read(tmp_path)
    dry = mine("rebuild", "--dry-run", "--workers", "1")
    assert dry.exit_code == 0
    assert dry.stdout.splitlines() == [
        f"article {n}: would have 2 versions for 3: 2 read differently, 1 merged" for n in (1, 2)
    ]
    assert "6 versions became 4" in dry.stderr
    with Store.open(tmp_path / "tracker.db") as store:
        assert store.counts().versions == 6
    [first, _] = objects(mine("rebuild", "--json", "--workers", "1").stdout)
    assert (first["article"], first["before"], first["after"], first["replaced"]) == (1, 3, 2, True)
    assert mine("verify").exit_code == 0
    assert mine("rebuild").stdout == ""


def test_rebuild_of_a_page_that_cannot_be_read_is_a_finding(tmp_path: Path, mine: Mine) -> None:
    with history(tmp_path) as store:
        publish(store, follow(store), says(), NOW, body=b"<html><body></body></html>")
    done = mine("rebuild")
    assert done.exit_code == 1
    assert done.stdout.startswith("article 1: left as it is: a capture cannot be read any more")


def test_rebuild_waits_for_the_writer_that_runs(tmp_path: Path, mine: Mine) -> None:
    falsely_read(tmp_path, 1)
    with Store.open(tmp_path / "tracker.db", write=True):
        assert mine("rebuild").exit_code == 75
        assert mine("rebuild", "--dry-run").exit_code == 0


def test_rebuild_needs_the_rules_of_the_sources(tmp_path: Path, mine: Mine) -> None:
    falsely_read(tmp_path, 1)
    assert mine("--config", "none.yaml", "rebuild").exit_code == 78
    assert mine("rebuild", "--source", "nobody").exit_code == 2


def test_sources_still_lists_when_called_bare(run: Run) -> None:
    assert [o["source"] for o in objects(run("sources", "--json", "--limit", "1").stdout)] == ["example-post"]
    assert run("sources", "tset").exit_code == 2


def test_rules_are_tried_on_stored_pages(tmp_path: Path, mine: Mine) -> None:
    falsely_read(tmp_path)
    assert mine("rebuild").exit_code == 0
    quiet = mine("sources", "test", "example-times")
    assert (quiet.exit_code, quiet.stdout) == (0, "")
    done = mine("sources", "test", "example-times", rules='{remove: [".story p:first-child", ".nothing"]}')
    assert done.exit_code == 1
    assert "remove: .story p:first-child  finds something on 2 of 2 pages" in done.stdout
    assert "remove: .nothing  finds something on 0 of 2 pages  <- nothing" in done.stdout
    assert "\n  - The ferry between Nordhavn and the outer islands" in done.stdout
    [first, _] = objects(mine("sources", "test", "example-times", "--json", rules='{headline: ".byline"}').stdout)
    assert first["would_change"]
    assert any("Mara Lind" in text for text in first["added"])  # type: ignore[attr-defined]
    with Store.open(tmp_path / "tracker.db") as store:
        assert len(former.formers(store, 1)) == 1


def test_a_selector_that_is_none_is_said_to_be(tmp_path: Path, mine: Mine) -> None:
    falsely_read(tmp_path, 1)
    done = mine("sources", "test", "example-times", rules='{body: "p[["}')
    assert done.exit_code in (2, 78)
    assert "p[[" in done.stderr


def test_a_source_that_is_not_configured_cannot_be_tried(tmp_path: Path, mine: Mine) -> None:
    falsely_read(tmp_path, 1)
    assert mine("sources", "test", "example-post").exit_code == 2


def test_what_was_learned_is_forgotten_and_learned_anew(tmp_path: Path, mine: Mine) -> None:
    box = "<p>Our readers meet on Friday at the old pier to talk about the paper.</p>"
    with history(tmp_path) as store:
        for n in range(4):
            html = story([f"{text} Case {n}." for text in PARAGRAPHS]).replace("</article>", f"{box}</article>")
            html = html.replace("ferry-line", f"ferry-line-{n}")
            publish(store, follow(store, f"ferry-{n}"), read(html), NOW, body=html.encode())
        store.save_profile(TIMES.id, {"furniture": {"wrong": {"text": "The ferry", "articles": 9}}})
    assert mine("sources", "relearn", "example-times", "--empty").exit_code == 0
    with Store.open(tmp_path / "tracker.db") as store:
        assert store.profile(TIMES.id) == {}
    done = mine("sources", "relearn", "example-times")
    assert "Learned from 4 articles" in done.stderr
    with Store.open(tmp_path / "tracker.db") as store:
        assert set(store.profile(TIMES.id)["seen"]) != set()


def test_texts_are_held_against_their_pages_when_asked(tmp_path: Path, mine: Mine) -> None:
    with history(tmp_path) as store:
        pages = [story(), story(TOLD)]
        for path, lie in (("true", ""), ("lie", "An invented sentence that stood on no page at all.")):
            article, previous = follow(store, path), None
            for hour, html in enumerate(pages):
                previous = read(html, previous)
                said = replace(previous, standfirst=lie) if lie else previous
                publish(store, article, said, NOW + hour * HOUR, body=html.encode())
    falsely = mine("verify")
    assert falsely.exit_code == 0
    done = mine("verify", "--reread")
    assert done.exit_code == 1
    assert done.stdout == (
        "DOES NOT HOLD: article 2: versions read again: 2 of 2 versions cannot be read so from their captures today\n"
    )
    assert mine("verify", "1", "--reread").exit_code == 0


def test_what_an_older_extractor_read_is_not_held_against_today_s(tmp_path: Path, mine: Mine) -> None:
    falsely_read(tmp_path, 1)
    done = mine("verify", "--reread")
    assert done.exit_code == 0
    assert "0 articles read again; 1 were read by an older extractor" in done.stderr
