"""What a refusal means: which receiver rests, how long, and what becomes of the delivery."""

from datetime import timedelta

import pytest

from tests.alerts.receivers import a_hook
from tests.alerts.test_sinks import LOOPBACK, SECRET, message
from tests.store.world import NOW
from tracker.alerts import NotTaken
from tracker.alerts.not_taken import LONG_REST, asked_rest, not_taken
from tracker.alerts.sinks import HookSink, hook_body
from tracker.errors import FetchError
from tracker.fetcher.post import Refused
from tracker.fetcher.reading import Answer

DATE = ("Date", "Sun, 29 Nov 2026 08:00:00 GMT")


def refused(status: int, body: bytes = b"", *headers: tuple[str, str], wait: timedelta | None = None) -> Refused:
    return Refused(f"desk.example answered HTTP {status}", Answer(status, headers, body, 0, retry_after=wait))


@pytest.mark.parametrize(
    ("name", "error", "seconds"),
    [
        ("a header", refused(429, wait=timedelta(seconds=7)), 7),
        ("a header before a body", refused(429, b'{"retry_after": 1}', wait=timedelta(seconds=7)), 7),
        ("Discord", refused(429, b'{"message": "slow", "retry_after": 0.5, "global": false}'), 0.5),
        ("Telegram", refused(429, b'{"ok": false, "error_code": 429, "parameters": {"retry_after": 31}}'), 31),
        ("Matrix", refused(429, b'{"errcode": "M_LIMIT_EXCEEDED", "retry_after_ms": 4000}'), 4),
        ("Mastodon", refused(429, b"{}", DATE, ("X-RateLimit-Reset", "2026-11-29T08:05:00.123456Z")), 300.123456),
        ("Bluesky", refused(429, b"{}", DATE, ("RateLimit-Reset", "1795939260")), 60),
        ("a reset that is over", refused(429, b"", DATE, ("RateLimit-Reset", "1")), 0),
        ("a reset without a date to read it against", refused(429, b"", ("RateLimit-Reset", "1795939260")), None),
        ("a reset beside another answer", refused(500, b"", DATE, ("RateLimit-Reset", "1795939260")), None),
        ("no object", refused(429, b"[1]"), None),
        ("no JSON", refused(429, b"<p>slow"), None),
        ("a body that is nested without end", refused(429, b"[" * 4000), None),
        ("no number", refused(429, b'{"retry_after": "soon", "retry_after_ms": true, "parameters": 3}'), None),
        ("no finite number", refused(429, b'{"retry_after": Infinity}'), None),
        ("not a number at all", refused(429, b'{"retry_after": NaN}'), None),
        ("a number before time", refused(429, b'{"retry_after": -5}'), None),
        ("an hour that does not exist", refused(429, b"", DATE, ("X-RateLimit-Reset", "2026-11-29T25:00Z")), None),
        ("no zone", refused(429, b"", DATE, ("X-RateLimit-Reset", "2026-11-29T08:05:00")), None),
        ("digits of another script", refused(429, b"", DATE, ("RateLimit-Reset", "²")), None),
    ],
)
def test_a_rest_is_understood_in_every_dialect(name: str, error: Refused, seconds: float | None) -> None:
    assert asked_rest(error) == (None if seconds is None else timedelta(seconds=seconds)), name


@pytest.mark.parametrize(
    ("status", "rest", "letter_alone"),
    [
        *((status, LONG_REST, False) for status in (401, 403, 404, 410)),
        *((status, None, True) for status in (400, 413, 422)),
        *((status, None, False) for status in (429, 500)),
    ],
)
async def test_a_status_says_whether_the_receiver_or_the_letter_is_wrong(
    status: int, rest: timedelta | None, letter_alone: bool
) -> None:
    async with a_hook() as hook:
        hook.refusals = [f"{status} No\r\n"]
        sink = HookSink(f"http://127.0.0.1:{hook.port}/t0ken", SECRET, LOOPBACK, "agent")
        with pytest.raises(NotTaken, match=f"HTTP {status}") as caught:
            await sink.deliver([message()], NOW)
    assert (caught.value.rest, caught.value.letter_alone) == (rest, letter_alone)
    assert "t0ken" not in str(caught.value)


def test_no_answer_is_no_verdict_on_the_letter() -> None:
    error = not_taken(FetchError("nobody answered"))
    assert (str(error), error.rest, error.letter_alone) == ("nobody answered", None, False)


def test_a_hook_tells_all_of_several_even_when_they_are_no_digest() -> None:
    body = hook_body([message(1), message(2)], NOW, together=False)
    assert b'"change":1' in body
    assert b'"change":2' in body
