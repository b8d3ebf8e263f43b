"""A third of a day with failing papers; `python -m benchmarks.day` lives through the whole of it, with fifty."""

from pathlib import Path

from benchmarks import day


async def test_in_a_working_day_of_failures_every_promise_is_kept(tmp_path: Path) -> None:
    told = await day.live(tmp_path, hosts=6, hours=8, speed=1000)
    assert told["wrong"] == []
    assert told["unpublished"] == told["of them told once"] != 0
    assert told["edits that stayed up"] == told["of them found"] != 0
    assert isinstance(told["failing"], dict)
    assert len(told["failing"]) > 6
