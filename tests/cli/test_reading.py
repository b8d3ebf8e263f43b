import json
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from tests.cli.conftest import FIRST, SECOND, SGR, Run
from tests.store.world import HOUR, NOW, follow, history, publish, result, says, told
from tracker.model import Found, Via
from tracker.store.history import articles as stored_articles
from tracker.store.history import record, sources

CONTRACT = [
    "change",
    "article",
    "url",
    "source",
    "headline",
    "old_version",
    "new_version",
    "after",
    "before",
    "class",
    "score",
    "tags",
    "notice",
    "acknowledged",
    "noise_rule",
    "later",
    "fields",
    "operations",
    "words_added",
    "words_removed",
]


def objects(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_log_lists_changes_newest_first(run: Run) -> None:
    lines = run("log").stdout.splitlines()
    assert [line for line in lines if line.startswith("Article:")] == [
        "Article:  1 (version 2 to 3)",
        "Article:  2 (version 1 to 2)",
        "Article:  1 (version 1 to 2)",
    ]
    assert "Seen:     between 10:00 and 11:00 UTC on 23 Nov 2026" in lines


def test_log_as_json_is_the_contract_with_operations(run: Run) -> None:
    changes = objects(run("log", "--all", "--json", "--limit", "0").stdout)
    assert all(list(change) == CONTRACT for change in changes)
    first = next(c for c in changes if c["article"] == 1 and c["new_version"] == 2)
    assert first["fields"]["headline"]["new"] == "Alliance takes over the training of an army"  # type: ignore[index]
    edit = next(o for o in first["operations"] if o["op"] == "edit")  # type: ignore[attr-defined]
    assert [(e["deleted"], e["inserted"]) for e in edit["edits"]] == [("400", "500")]
    assert first["notice"] == "correction"


@pytest.mark.parametrize(
    ("name", "options", "articles"),
    [
        ("a source", ["--source", "example-post"], [2]),
        ("an article by id", ["1"], [1, 1]),
        ("an article by URL", ["https://times.example/mission"], [1, 1]),
        ("since", ["--since", "2026-11-23T11:30"], [1]),
        ("until, with a zone", ["--until", "2026-11-23T12:30+01:00", "--source", "example-times"], [1]),
        ("a floor of class", ["--class", "substantive", "--source", "example-times"], [1, 1]),
        ("a score nothing reaches", ["--min-score", "10000"], []),
        ("a tag", ["--tag", "number", "1"], [1, 1]),
        ("words", ["--grep", "EVIL"], [2]),
        ("a limit", ["--limit", "1"], [1]),
    ],
)
def test_log_is_narrowed_by(name: str, options: list[str], articles: list[int], run: Run) -> None:
    assert [c["article"] for c in objects(run("log", "--json", *options).stdout)] == articles, name


def test_log_with_patch_shows_the_edits(run: Run) -> None:
    assert "It sends [-400-]{+500+} trainers to the country." in run("log", "-p", "1").stdout


def test_log_on_a_terminal_is_wrapped_and_coloured(run: Run) -> None:
    text = run("log", "-p", terminal=True).stdout
    assert "\x1b[" in text
    shown = SGR.sub("", text)
    assert "change 2  example-times · article 1 · version 2 → 3" in shown
    assert "[-400-]" not in shown


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("nothing in the filter", ["--min-score", "9999"], "No change matches; --all also looks among noise."),
        ("nothing at all", ["--min-score", "9999", "--all"], "No change matches."),
    ],
)
def test_an_empty_log_says_so(name: str, options: list[str], said: str, run: Run) -> None:
    result = run("log", *options)
    assert (result.exit_code, result.stdout, result.stderr.strip()) == (0, "", said), name


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("no such source", ["log", "--source", "nope"], "no source 'nope'"),
        ("no such article", ["diff", "99"], "no article 99"),
        ("no such URL", ["history", "https://times.example/nope"], "no article is known under"),
        ("no such version", ["show", "1", "9"], "version 9"),
        ("a moment that is none", ["log", "--since", "soon"], "'soon' is no moment"),
        ("never visited", ["show", "4"], "article 4 was not read yet"),
        ("nothing read to compare", ["diff", "4"], "article 4 was not read yet"),
        ("a version that is not there", ["diff", "1", "9"], "article 1 has no version 9;"),
        ("two of them", ["diff", "1", "9", "8"], "article 1 has no version 9;"),
        ("a tag like another", ["log", "--tag", "numbers"], "no tag 'numbers'; did you mean number?"),
        ("a tag like none", ["log", "--tag", "zzz"], "no tag 'zzz'; there are headline, "),
        ("a window that ends first", ["log", "--since", "1d", "--until", "2d"], "nothing lies between them"),
        (
            "the same of the figures",
            ["stats", "--since", "2026-11-24", "--until", "2026-11-23"],
            "is not before --until",
        ),
        ("the newer one first", ["diff", "1", "3", "2"], "name the older one first"),
        ("nothing to compare", ["diff", "3", "--format", "json"], "one version so far"),
    ],
)
def test_what_cannot_be_done_is_explained(name: str, options: list[str], said: str, run: Run) -> None:
    result = run(*options)
    assert result.exit_code == 2, name
    assert said in result.stderr
    assert result.stdout == ""


def test_diff_shows_the_latest_change(run: Run) -> None:
    text = run("diff", "1").stdout
    assert "Article:  1 (version 2 to 3)" in text
    assert "[-500-]{+400+}" in text


def test_diff_between_versions_far_apart_is_composed(run: Run) -> None:
    change = objects(run("diff", "1", "1", "3", "--json").stdout)[0]
    assert (change["change"], change["old_version"], change["new_version"]) == (None, 1, 3)
    assert change["operations"] == []
    assert (change["after"], change["before"]) == ("2026-11-23T10:00:00Z", "2026-11-23T12:00:00Z")


def test_versions_far_apart_are_no_change_with_a_number(run: Run) -> None:
    assert run("diff", "1", "1", "3").stdout.startswith("versions 1 to 3\n")
    shown = SGR.sub("", run("diff", "1", "1", "3", terminal=True).stdout)
    assert shown.startswith("example-times · article 1 · versions 1 to 3\n")


def test_diff_since_a_version_goes_to_the_newest(run: Run) -> None:
    assert objects(run("diff", "1", "2", "--json").stdout)[0]["new_version"] == 3


def test_diff_of_an_article_that_never_changed_points_to_its_text(run: Run) -> None:
    result = run("diff", "3")
    assert result.exit_code == 0
    assert "Article 3 has one version so far; `tracker show 3` shows it." in result.stderr


@pytest.mark.parametrize(
    ("form", "sign"),
    [
        ("inline", "{+500+}"),
        ("plain", "{+500+}"),
        ("side", "│"),
        ("unified", "+The alliance takes over the training mission. It sends 500"),
        ("html", "<!DOCTYPE html>"),
        ("json", '"inserted": "500"'),
        ("svg", "<svg "),
    ],
)
def test_diff_has_many_forms(form: str, sign: str, run: Run) -> None:
    assert sign in run("diff", "1", "1", "2", "--format", form).stdout


def test_diff_as_a_picture_is_bytes(run: Run) -> None:
    pytest.importorskip("resvg_py")
    assert run("diff", "1", "1", "2", "--format", "png").stdout_bytes.startswith(b"\x89PNG")


def test_diff_can_be_cut_down_to_the_words(run: Run) -> None:
    text = run("diff", "1", "1", "2", "--words", "--context", "1").stdout
    assert "~ …sends [-400-]{+500+} trainers…" in text


def test_no_colour_puts_brackets_on_the_terminal(run: Run) -> None:
    text = run("diff", "1", "1", "2", terminal=True, NO_COLOR="1").stdout
    assert "[-400-]{+500+}" in text
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("name", "env", "colour"),
    [
        ("dark unless told", {}, "48;2;16;48;92"),
        ("light when told", {"TRACKER_THEME": "light"}, "48;2;207;227;255"),
        ("light when the terminal's background is", {"COLORFGBG": "0;15"}, "48;2;207;227;255"),
    ],
)
def test_the_theme_follows_the_terminal(name: str, env: dict[str, str], colour: str, run: Run) -> None:
    assert colour in run("diff", "1", "1", "2", terminal=True, **env).stdout, name


def test_side_by_side_fits_the_terminal(run: Run) -> None:
    text = SGR.sub("", run("diff", "1", "1", "2", "--format", "side", terminal=True, COLUMNS="60").stdout)
    assert max(map(len, text.splitlines())) <= 60


@pytest.mark.skipif(shutil.which("patch") is None, reason="the patch program is not installed")
def test_the_unified_patch_applies_to_what_show_writes(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "old.txt"
    file.write_text(run("show", "1", "1").stdout)
    patch = run("diff", "1", "1", "2", "--format", "unified").stdout
    subprocess.run(["patch", "--silent", str(file)], input=patch, text=True, check=True)
    assert file.read_text() == run("show", "1", "2").stdout


def test_show_is_the_bare_text_in_a_pipe_and_has_a_heading_on_a_terminal(run: Run) -> None:
    assert run("show", "1").stdout.startswith(
        "# Alliance takes over training mission\n\nA decision after long talks.\n"
    )
    shown = SGR.sub("", run("show", "1", terminal=True).stdout)
    assert "example-times · article 1 · version 3 of 3" in shown
    assert "the same text as version 1" in shown
    assert "changed between 11:00 and 12:00 UTC on 23 Nov 2026" in shown
    assert "first seen at 10:00 UTC" in SGR.sub("", run("show", "1", "1", terminal=True).stdout)


def test_show_as_json_has_the_paragraphs(run: Run) -> None:
    version = objects(run("show", "1", "2", "--json").stdout)[0]
    assert version["paragraphs"][-1]["kind"] == "notice"  # type: ignore[index]
    assert version["byline"] == ["Ada Bell"]


def test_history_tells_the_whole_story_in_order(run: Run) -> None:
    assert [e["kind"] for e in objects(run("history", "2", "--json").stdout)] == [
        "version",
        "version",
        "event",
        "failed",
    ]
    assert "version 3, back to the text of version 1" in run("history", "1").stdout
    assert "gone from the site" in run("history", "2").stdout


def test_history_on_a_terminal_has_a_heading_and_a_limit(run: Run) -> None:
    shown = SGR.sub("", run("history", "1", "--limit", "1", terminal=True).stdout)
    assert "example-times · article 1 · live" in shown
    assert "● version 3" in shown
    assert "● version 2" not in shown


def test_history_of_an_article_never_visited_says_what_to_do(run: Run) -> None:
    assert "`tracker check 4` visits it now" in run("history", "4").stderr


def test_articles_are_listed_newest_first(run: Run) -> None:
    assert [a["article"] for a in objects(run("articles", "--json").stdout)] == [4, 3, 2, 1]
    assert [a["article"] for a in objects(run("articles", "--json", "--source", "example-post").stdout)] == [2]
    lines = [line.split("\t") for line in run("articles", "--limit", "0").stdout.splitlines()]
    assert lines[3] == [
        "1",
        "example-times",
        "live",
        "3",
        "Alliance takes over training mission",
        "https://times.example/mission",
    ]


def test_articles_on_a_narrow_terminal_drop_columns_not_words(run: Run) -> None:
    wide = SGR.sub("", run("articles", terminal=True).stdout)
    narrow = SGR.sub("", run("articles", terminal=True, COLUMNS="40").stdout)
    assert "versions" in wide
    assert "versions" not in narrow
    assert max(map(len, narrow.splitlines())) <= 40
    assert "Alliance" in narrow


def test_a_state_that_no_article_is_in_says_so(run: Run) -> None:
    result = run("articles", "--state", "paywalled")
    assert (result.stdout, result.stderr.strip()) == ("", "No article matches.")


def test_sources_tell_how_they_are_doing(run: Run) -> None:
    times = next(s for s in objects(run("sources", "--json").stdout) if s["source"] == "example-times")
    assert (times["articles"], times["changes"], times["active"]) == (3, 2, True)
    assert run("sources").stdout.splitlines()[-1].startswith("example-times\t")
    assert "last change" in SGR.sub("", run("sources", terminal=True).stdout)


def test_search_finds_words_that_are_there_and_words_that_were_removed(run: Run) -> None:
    assert [a["article"] for a in objects(run("search", "training", "mission", "--json").stdout)] == [1]
    assert [a["article"] for a in objects(run("search", "--removed", "parliament", "--json").stdout)] == [1]
    assert run("search", "alliance").stdout.startswith("1\texample-times\t")
    assert "Nothing found" in run("search", "zeppelin").stderr


def test_a_list_in_a_pipe_has_the_fields_that_the_guide_names_and_no_header(run: Run) -> None:
    guide = (Path(__file__).parents[2] / "docs" / "cli.md").read_text("utf-8")
    table = guide.partition("| list | its fields |\n|---|---|\n")[2].partition("\n\n")[0]
    for line in table.splitlines():
        names, fields = (cell.strip() for cell in line.strip("|").split("|"))
        for name in names.replace("`", "").split(", "):
            asked = {"search": ["search", "alliance"], "blame": ["blame", "1"]}.get(name, [name])
            rows = run(*asked).stdout.splitlines()
            assert rows, name
            assert {row.count("\t") + 1 for row in rows} == {len(fields.split(", "))}, name
            assert not any(row.startswith(fields.split(", ")[0] + "\t") for row in rows), name


def test_an_article_that_was_never_read_is_not_called_live(run: Run) -> None:
    states = {line.split("\t")[0]: line.split("\t")[2] for line in run("articles").stdout.splitlines()}
    assert states == {"4": "not read yet", "3": "live", "2": "live", "1": "live"}
    found = {a["article"]: (a["state"], a["read"]) for a in objects(run("articles", "--json").stdout)}
    assert found == {4: ("live", False), 3: ("live", True), 2: ("live", True), 1: ("live", True)}


@pytest.mark.parametrize(
    ("name", "options", "ids"),
    [
        ("the list", [], ["2"]),
        ("with all of them", ["--all"], ["2", "1"]),
        ("those alone", ["--state", "moved"], ["1"]),
        ("a source's", ["--source", "example-times"], ["2"]),
    ],
)
def test_an_article_that_moved_into_another_is_listed_when_asked_for(
    name: str, options: list[str], ids: list[str], tmp_path: Path, run: Run
) -> None:
    with history(tmp_path) as store:
        told(store, [FIRST], "old")
        told(store, [FIRST, SECOND], "new")
        record.record(store, result(store, 1, NOW + 5 * HOUR, moved_to="https://times.example/new"))
        assert (sources.counts(store).articles, sources.health(store, "example-times").articles) == (1, 1)
    env = {"TRACKER_DATABASE": str(tmp_path / "tracker.db")}
    assert [line.split("\t")[0] for line in run("articles", *options, **env).stdout.splitlines()] == ids, name
    assert [str(a["article"]) for a in objects(run("articles", "--json", *options, **env).stdout)] == ids, name


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fifty-one articles with the same words, and fifty-one changes."""
    folder = tmp_path_factory.mktemp("many")
    with history(folder) as store:
        for number in range(50):
            publish(store, follow(store, f"story-{number}"), says("Ferry seen."), NOW)
        told(store, [says(f"The ferry carries {100 + number} people.") for number in range(52)], "ferry")
    return folder / "tracker.db"


@pytest.mark.parametrize(("command", "most"), [(["articles"], 50), (["search", "ferry"], 20), (["log"], 50)])
def test_a_list_that_was_cut_unasked_says_so(command: list[str], most: int, many: Path, run: Run) -> None:
    env = {"TRACKER_DATABASE": str(many)}
    cut = run(*command, "--json", **env)
    assert len(objects(cut.stdout)) == most
    assert cut.stderr == f"Only the first {most} are listed; --limit 0 lists all.\n"
    whole = run(*command, "--json", "--limit", "0", **env)
    assert (len(objects(whole.stdout)), whole.stderr) == (51, "")
    asked = run(*command, "--json", "--limit", "3", **env)
    assert (len(objects(asked.stdout)), asked.stderr) == (3, ""), "who asked for three knows"
    enough = run(*command, "--json", "--limit", "51", **env)
    assert (len(objects(enough.stdout)), enough.stderr) == (51, "")


@pytest.mark.parametrize(
    ("due_at", "said"),
    [
        (NOW, "`tracker check` looks for some now"),
        (NOW.replace(year=2999), "nothing is due before 10:00 UTC on 23 Nov 2999, `tracker check --force` looks"),
    ],
)
def test_an_empty_log_says_what_would_bring_a_change(due_at: datetime, said: str, tmp_path: Path, run: Run) -> None:
    with history(tmp_path) as store:
        stored_articles.found(store, "example-times", [Found("https://times.example/1", Via.FEED)], NOW, due_at=due_at)
    assert said in run("log", TRACKER_DATABASE=str(tmp_path / "tracker.db")).stderr
