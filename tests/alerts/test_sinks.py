"""Where alerts go: what a receiver gets, and what happens when it does not take it."""

import asyncio
import base64
import email
import fcntl
import hashlib
import hmac
import json
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email import policy
from pathlib import Path

import pytest

from tests.alerts.receivers import a_hook, a_mail_server
from tests.fetcher.world import server_tls
from tests.store.world import NOW
from tracker.alerts import Message, NotTaken, sink_of
from tracker.alerts.sinks import MAIL_SECONDS, FileSink, HookSink, MailSink, delivery_key, signature, subject
from tracker.config import Alert, Network

LOOPBACK = Network(allow_private=True, allow_ports=())
SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()


def message(number: int = 1, subject: str = "example-times: Old pier to close") -> Message:
    key = hashlib.sha256(str(number).encode()).hexdigest()[:32]
    body = {"alert": key, "change": number, "url": "https://times.example/pier"}
    return Message(key, "article.change", body, subject, f"change {number}\n")


def lines(path: Path) -> list[int]:
    return [json.loads(line)["change"] for line in path.read_text().splitlines()]


async def test_a_file_gets_a_line_of_json_for_each(tmp_path: Path) -> None:
    sink = sink_of(Alert(f"file://{tmp_path}/out%20here.jsonl"), LOOPBACK, "agent", "a@b.example")
    await sink.deliver([message(1), message(2)], NOW)
    await sink.deliver([message(3)], NOW)
    assert lines(tmp_path / "out here.jsonl") == [1, 2, 3]


async def test_what_a_killed_process_had_written_is_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    await FileSink(path).deliver([message(1), message(2)], NOW)
    await FileSink(path).deliver([message(2), message(3)], NOW)
    assert lines(path) == [1, 2, 3]


@pytest.mark.parametrize("cut", [1, 5, 11, 20, 60])
async def test_a_torn_line_is_mended_and_written_whole(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "out.jsonl"
    await FileSink(path).deliver([message(1), message(2)], NOW)
    first, second = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(first + second[:cut])
    await FileSink(path).deliver([message(2)], NOW)
    assert path.read_bytes() == first + second


async def test_a_torn_line_of_somebody_else_stays(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("a note")
    await FileSink(path).deliver([message(1)], NOW)
    assert path.read_text().startswith("a note\n{")


async def test_a_file_that_cannot_be_written_says_so_and_is_mended_when_it_can(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "out.jsonl"
    sink = FileSink(path)
    with pytest.raises(NotTaken, match="No such file"):
        await sink.deliver([message(1)], NOW)
    path.parent.mkdir()
    await sink.deliver([message(1)], NOW)
    assert lines(path) == [1]


async def test_a_full_disk_leaves_no_half_line(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    sink = FileSink(path)
    await sink.deliver([message(1)], NOW)
    with no_more_than(path.stat().st_size + 20), pytest.raises(NotTaken, match="File too large"):
        await sink.deliver([message(2)], NOW)
    assert lines(path) == [1]
    await sink.deliver([message(2)], NOW)
    assert lines(path) == [1, 2]


@contextmanager
def no_more_than(size: int) -> Iterator[None]:
    """No file of this process may grow beyond that many bytes: a disk that fills in the middle of a write."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_device_is_no_file_to_write_alerts_to() -> None:
    with pytest.raises(NotTaken, match="no regular file"):
        await FileSink(Path("/dev/zero")).deliver([message(1)], NOW)


async def test_a_hook_gets_a_signed_message(tmp_path: Path) -> None:
    async with a_hook() as hook:
        alert = Alert(f"http://127.0.0.1:{hook.port}/hook", secret=SECRET)
        await sink_of(alert, LOOPBACK, "article-tracker/1", "a@b.example").deliver([message(7)], NOW)
        [(fields, body)] = hook.requests
    assert fields[""] == "POST /hook HTTP/1.1"
    assert fields["content-type"] == "application/json"
    assert fields["webhook-id"] == message(7).key
    told = json.loads(body)
    assert (told["type"], told["data"]["change"]) == ("article.change", 7)
    # As a receiver would: Standard Webhooks 1.0, verified from the headers alone.
    signed = f"{fields['webhook-id']}.{fields['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(b"k" * 32, signed, hashlib.sha256).digest()).decode()
    assert fields["webhook-signature"] == f"v1,{expected}"
    assert int(fields["webhook-timestamp"]) == int(NOW.timestamp())


def test_the_signature_is_that_of_the_specification() -> None:
    # The example of the Standard Webhooks libraries.
    secret, identity = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek"
    now = NOW.fromtimestamp(1614265330, NOW.tzinfo)
    said = signature(secret, identity, now, b'{"test": 2432232314}')
    assert said == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_a_digest_is_one_message_with_a_key_of_its_own() -> None:
    async with a_hook() as hook:
        alert = Alert(f"http://127.0.0.1:{hook.port}/", digest=timedelta(hours=1), secret=SECRET)
        await sink_of(alert, LOOPBACK, "agent", "a@b.example").deliver([message(1), message(2)], NOW)
        [(fields, body)] = hook.requests
    told = json.loads(body)
    assert told["type"] == "article.digest"
    assert [each["change"] for each in told["data"]["alerts"]] == [1, 2]
    assert fields["webhook-id"] == delivery_key([message(2), message(1)]) != message(1).key


@pytest.mark.parametrize(
    ("name", "answer", "rest"),
    [
        ("server error", "500 Oops\r\n", None),
        ("redirected: never followed", "302 Found\r\nLocation: http://127.0.0.1/\r\n", None),
        ("asked to wait", "429 Slow\r\nRetry-After: 120\r\n", timedelta(seconds=120)),
        ("asked in its body", '429 Slow\r\n\r\n{"retry_after_ms": 4000}', timedelta(seconds=4)),
        ("asked far down in a long one", "429 Slow\r\n\r\n" + " " * 5000 + '{"retry_after": 4}', None),
    ],
)
async def test_a_hook_that_does_not_take_it_is_no_delivery(name: str, answer: str, rest: timedelta | None) -> None:
    async with a_hook() as hook:
        hook.refusals = [answer]
        sink = HookSink(f"http://127.0.0.1:{hook.port}/t0ken", SECRET, LOOPBACK, "agent")
        with pytest.raises(NotTaken) as caught:
            await sink.deliver([message()], NOW)
    assert caught.value.rest == rest, name
    assert "t0ken" not in str(caught.value)


async def test_a_hook_goes_through_the_guard() -> None:
    sink = HookSink("http://127.0.0.1:80/", SECRET, Network(), "agent")
    with pytest.raises(NotTaken, match="private address"):
        await sink.deliver([message()], NOW)


async def test_a_mail_says_it_in_words_and_can_be_told_from_a_copy() -> None:
    async with a_mail_server() as server:
        to = f"mailto:desk%40operator.example?smtp=127.0.0.1:{server.port}"
        sink = sink_of(Alert(to), LOOPBACK, "agent", "mailto:bot@operator.example")
        await sink.deliver([message(7)], NOW)
    mail = email.message_from_string(server.mails[0], policy=policy.default)
    assert mail["to"] == "desk@operator.example"
    assert mail["from"] == "bot@operator.example"
    assert mail["subject"] == "example-times: Old pier to close"
    assert mail["message-id"] == f"<{message(7).key}@operator.example>"
    assert "change 7" in mail.get_content()


async def test_a_refused_mail_says_what_the_server_said() -> None:
    async with a_mail_server() as server:
        server.refused = {"desk@o.example": "550 no such user here"}
        sink = MailSink.of(f"mailto:desk@o.example?smtp=127.0.0.1:{server.port}", "https://o.example/", together=False)
        assert sink.sender == "desk@o.example"
        with pytest.raises(NotTaken, match=r"it refuses this mailbox: 550 no such user here$"):
            await sink.deliver([message()], NOW)


async def test_a_password_is_not_shown_to_a_server_without_tls() -> None:
    async with a_mail_server() as server:
        to = f"mailto:desk@o.example?smtp=127.0.0.1:{server.port}&user=me&password=t0p"
        with pytest.raises(NotTaken, match="offers no TLS") as caught:
            await MailSink.of(to, "bot@o.example", together=False).deliver([message()], NOW)
        assert not server.mails
    assert "t0p" not in str(caught.value) + repr(MailSink.of(to, "", together=False))


@pytest.mark.parametrize(
    ("login", "seen"), [("", None), ("&user=me&password=t0p", (b"me", b"t0p"))], ids=["nobody", "a user"]
)
async def test_a_relay_on_this_machine_signs_its_own_certificate(login: str, seen: object) -> None:
    async with a_mail_server(tls=server_tls()) as server:  # the certificate is of no name of this machine
        to = f"mailto:desk@o.example?smtp=localhost:{server.port}{login}"
        await MailSink.of(to, "bot@o.example", together=False).deliver([message(7)], NOW)
    assert (len(server.mails), server.encrypted, server.logins) == (1, [True], [seen])


async def test_the_certificate_of_another_machine_is_checked_before_anything_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *rest, **more: real("127.0.0.1", *rest, **more))
    async with a_mail_server(tls=server_tls()) as server:
        to = f"mailto:desk@o.example?smtp=mail.o.example:{server.port}&user=me&password=t0p"
        with pytest.raises(NotTaken, match="its certificate is not to be trusted: self-signed"):
            await MailSink.of(to, "bot@o.example", together=False).deliver([message(7)], NOW)
    assert (server.mails, server.logins) == ([], [])


def test_a_mail_server_that_hangs_does_not_keep_the_program_from_ending() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        sink = MailSink.of(
            f"mailto:d@o.example?smtp=127.0.0.1:{silent.getsockname()[1]}", "b@o.example", together=False
        )

        async def give_up() -> None:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(sink.deliver([message()], NOW), 0.1)

        began = time.monotonic()
        asyncio.run(give_up())
        assert time.monotonic() - began < MAIL_SECONDS / 2


async def test_nobody_listens() -> None:
    async with a_mail_server() as server:
        port = server.port
    with pytest.raises(NotTaken, match="mail server"):
        await MailSink.of(f"mailto:d@o.example?smtp=127.0.0.1:{port}", "b@o.example", together=False).deliver(
            [message()], NOW
        )


async def test_a_file_that_somebody_holds_is_tried_again_later(tmp_path: Path) -> None:
    path = tmp_path / "alerts.jsonl"
    with path.open("wb") as theirs:
        fcntl.flock(theirs, fcntl.LOCK_EX)
        with pytest.raises(NotTaken, match="unavailable"):
            await FileSink(path).deliver([message(1)], NOW)
    await FileSink(path).deliver([message(1)], NOW)
    assert path.read_text().count("\n") == 1


def test_a_mail_with_several_alerts_is_about_the_foremost() -> None:
    few = [replace(message(n), subject=f"Story {n}", score=score) for n, score in ((1, 3), (2, 9), (3, 9))]
    assert subject(few) == "Story 2 and 2 more"
    assert subject(few[:1]) == "Story 1"
    assert subject([replace(few[0], subject="x" * 500), few[0]]) == "x" * 120 + " and 1 more"
