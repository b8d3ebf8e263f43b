"""The log: one line an event, harmless, for people, for journald, and for programs."""

import json
import logging
import os
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from tracker.scheduler import log


@pytest.fixture
def written(request: pytest.FixtureRequest) -> Iterator[StringIO]:
    """What the log writes in the style that the test names."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(log.formatter(request.param))
    before = log.logger.level
    log.logger.addHandler(handler)
    log.logger.setLevel(logging.INFO)
    yield stream
    log.logger.removeHandler(handler)
    log.logger.setLevel(before)


def say_all() -> None:
    """An event of each weight, with what a page may try, and a traceback."""
    log.info("checked", source="a b", host="x=y", article=7, check=3, nothing=None, empty="", evil="\x1b[2J\nx")
    log.warning("cannot discover", problem="ö" * 400)
    try:
        raise RuntimeError("a fault\nof ours")
    except RuntimeError as error:
        log.error("check failed", exception=error, article=8)


@pytest.mark.parametrize("written", ["plain"], indirect=True)
def test_a_line_for_people_is_one_line_and_harmless(written: StringIO) -> None:
    say_all()
    first, second, *rest = written.getvalue().splitlines()
    assert first[19:25] == "Z INFO"
    assert first.endswith('checked source="a b" host="x=y" article=7 check=3 evil="␛[2J x"')
    assert "nothing" not in first + second
    assert "WARNING cannot discover" in second
    assert len(second) < 400
    assert "Traceback" in rest[1]


@pytest.mark.parametrize("written", ["journal"], indirect=True)
def test_journald_gets_a_priority_before_every_line_and_no_time(written: StringIO) -> None:
    say_all()
    lines = written.getvalue().splitlines()
    assert lines[0].startswith("<6>checked source=")
    assert lines[1].startswith("<4>cannot discover")
    assert lines[2].startswith("<3>check failed article=8")
    assert len(lines) > 5
    assert all(line.startswith("<3>") for line in lines[2:])


@pytest.mark.parametrize("written", ["json"], indirect=True)
def test_a_program_gets_an_object_a_line(written: StringIO) -> None:
    say_all()
    logging.getLogger("tracker").warning("a %s word\n", "library's")
    first, second, third, fourth = map(json.loads, written.getvalue().splitlines())
    assert (first["event"], first["level"], first["source"], first["article"]) == ("checked", "info", "a b", "7")
    assert first["at"].endswith("Z")
    assert "\x1b" not in first["evil"]
    assert "nothing" not in first
    assert second["level"] == "warning"
    assert "RuntimeError: a fault" in third["traceback"]
    assert fourth["event"].startswith("a library's word")


def test_a_field_may_not_pose_as_the_event(tmp_path: Path) -> None:
    record = logging.makeLogRecord({"msg": "x", "levelno": 20, "levelname": "INFO", "event": "checked"})
    record.fields = {"event_": "y", "level_": "z"}
    told = json.loads(log.formatter("json").format(record))
    assert (told["event"], told["level"], told["event_"]) == ("checked", "info", "y")


def test_under_journald_its_style_is_the_usual_one(tmp_path: Path) -> None:
    with (tmp_path / "journal").open("w") as stream:
        status = os.fstat(stream.fileno())
        mine = {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"}
        assert log.usual(stream, mine) == "journal"
        assert log.usual(stream, {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino + 1}"}) == "plain"
        assert log.usual(stream, {}) == "plain"
    assert log.usual(StringIO(), mine) == "plain"
    assert sys.stderr is not None


@pytest.mark.parametrize("written", log.STYLES, indirect=True)
def test_a_traceback_is_harmless_too(written: StringIO) -> None:
    """An exception may quote the page that it stumbled over."""
    try:
        raise RuntimeError("not a number: \x1b[2J\u202e\r<0>evil")
    except RuntimeError as error:
        log.error("check failed", exception=error)
    said = written.getvalue()
    assert "not a number" in said
    assert not set("\x1b\u202e\r") & set(said)
    assert "\\u001b" not in said
