"""Where alerts go: a file of JSON Lines, a mailbox, a signed web hook. Each takes messages or says why it did not."""

from __future__ import annotations

import asyncio
import base64
import fcntl
import hashlib
import hmac
import ipaddress
import json
import os
import smtplib
import ssl
import stat
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from functools import partial
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from tracker.alerts.compose import Message
from tracker.alerts.not_taken import NotTaken, not_taken
from tracker.config import Alert, Network
from tracker.errors import FetchError
from tracker.fetcher.post import post
from tracker.model import iso
from tracker.render import json_

MAIL_SECONDS = 30.0
_FOREMOST = 120  # characters of the foremost alert in the subject of a mail with several
_START = b'{"alert": "'


class Sink(Protocol):
    """Takes messages."""

    @property
    def together(self) -> bool:
        """Whether it takes several at a time."""
        ...

    async def deliver(self, messages: Sequence[Message], now: datetime) -> None:
        """Deliver these, all or none as far as the sink allows. Raises NotTaken."""
        ...


def sink_of(alert: Alert, network: Network, agent: str, contact: str) -> Sink:
    """The sink of an alert whose address the configuration has checked."""
    scheme = alert.to.partition(":")[0].lower()
    if scheme == "file":
        return FileSink(Path(unquote(urlsplit(alert.to).path)))
    if scheme == "mailto":
        return MailSink.of(alert.to, contact, together=alert.digest is not None)
    return HookSink(alert.to, alert.secret, network, agent, together=alert.digest is not None)


@dataclass(eq=False)
class FileSink:
    """Appends a line of JSON for each message. A message that the file holds already is not written again.

    What a killed process left behind is mended first: a line without its end goes, and the keys of whole lines are
    compared with what is to be written, because the process may have died between writing and noting it.
    """

    path: Path
    together: bool = True
    _sure: bool = field(default=False, init=False)

    async def deliver(self, messages: Sequence[Message], now: datetime) -> None:
        """Append what is not there yet and wait until it is on the disk."""
        await asyncio.to_thread(self._append, messages)

    def _append(self, messages: Sequence[Message]) -> None:
        sure, self._sure = self._sure, False
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC | os.O_NONBLOCK, 0o640)
            with os.fdopen(descriptor, "r+b", buffering=0) as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise NotTaken(f"{self.path}: is no regular file; name one that is, or none yet")
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)  # who holds it must not hold us up
                known = set() if sure else _mended(file.fileno(), {m.key.encode() for m in messages})
                lines = [json_.line(m.body).encode() for m in messages if m.key.encode() not in known]
                _write_whole(file.fileno(), b"".join(lines))
        except OSError as error:
            raise NotTaken(f"{self.path}: cannot be written: {error.strerror or error}") from error
        self._sure = True


def _mended(descriptor: int, wanted: set[bytes]) -> set[bytes]:
    """Which of these keys the file has lines of; a last line without its end is taken out if it is one of ours."""
    found: set[bytes] = set()
    whole, last = 0, b""
    with os.fdopen(os.dup(descriptor), "rb") as file:
        file.seek(0)
        for last in file:
            if last.endswith(b"\n"):
                whole += len(last)
                key = last[len(_START) : len(_START) + 32]
                if last.startswith(_START) and key in wanted:
                    found.add(key)
    if last and not last.endswith(b"\n"):
        if last.startswith(_START) or _START.startswith(last):
            os.ftruncate(descriptor, whole)
        else:
            os.write(descriptor, b"\n")
    return found


def _write_whole(descriptor: int, data: bytes) -> None:
    """Write all of it and flush it to disk, or nothing of it. Raises OSError."""
    before = os.fstat(descriptor).st_size
    try:
        while data:
            data = data[os.write(descriptor, data) :]
        os.fsync(descriptor)
    except OSError:
        os.ftruncate(descriptor, before)
        raise


@dataclass(frozen=True)
class HookSink:
    """Posts JSON to a web address, signed as Standard Webhooks 1.0 says, through the fetcher's guard.

    The signature is HMAC-SHA256 over `id.timestamp.body`, so a receiver knows who speaks, and that nothing was altered
    or sent again much later.
    """

    url: str = field(repr=False)
    secret: str = field(repr=False)
    network: Network
    agent: str
    together: bool = False

    async def deliver(self, messages: Sequence[Message], now: datetime) -> None:
        """Send them as one message; a 2xx answer is its receipt."""
        identity = delivery_key(messages)
        content = hook_body(messages, now, together=self.together)
        headers = {
            "content-type": "application/json",
            "user-agent": self.agent,
            "webhook-id": identity,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": signature(self.secret, identity, now, content),
        }
        try:
            await post(self.url, content, headers, self.network)
        except FetchError as error:
            raise not_taken(error) from error


def delivery_key(messages: Sequence[Message]) -> str:
    """What messages that are sent together are known by: the key of one, a hash of several."""
    if len(messages) == 1:
        return messages[0].key
    return hashlib.sha256("\n".join(sorted(m.key for m in messages)).encode()).hexdigest()[:32]


def hook_body(messages: Sequence[Message], now: datetime, *, together: bool) -> bytes:
    """The JSON of a web hook: `type` (a message's kind, or article.digest), `timestamp` and `data`."""
    several = together or len(messages) > 1
    kind = "article.digest" if several else messages[0].kind
    data = {"alerts": [m.body for m in messages]} if several else messages[0].body
    told = {"type": kind, "timestamp": iso(now), "data": data}
    return json.dumps(told, ensure_ascii=True, separators=(",", ":")).encode()


def signature(secret: str, identity: str, now: datetime, content: bytes) -> str:
    """`v1,` and the Base64 of the HMAC-SHA256 (Standard Webhooks, Symmetric)."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{identity}.{int(now.timestamp())}.".encode() + content
    return "v1," + base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


def _in_a_thread_of_its_own(work: Callable[[], None]) -> asyncio.Future[None]:
    """Do it in a thread that nobody waits for at the end, lest a mail server that hangs keeps tracker from ending."""
    future: Future[None] = Future()
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            work()
            future.set_result(None)
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, name="tracker-mail", daemon=True).start()
    return asyncio.wrap_future(future)


def _tls(host: str) -> ssl.SSLContext:
    """TLS that checks the certificate, except on this machine: nobody stands between, and relays sign their own."""
    context = ssl.create_default_context()
    if _is_this_machine(host):
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower().rstrip(".") == "localhost"


def subject(messages: Sequence[Message]) -> str:
    """What a mail is about: its one alert, or the one with the highest score and how many come with it."""
    foremost = max(messages, key=lambda message: message.score)
    if len(messages) == 1:
        return foremost.subject
    return f"{foremost.subject[:_FOREMOST]} and {len(messages) - 1} more"


def _words(error: OSError | smtplib.SMTPException) -> str:
    """What went wrong with a mail server, in its own words where it said any."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not to be trusted: {error.verify_message}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):  # one mail, one mailbox
        [(code, answer)] = error.recipients.values()
        return f"it refuses this mailbox: {code} {answer.decode('utf-8', 'replace')}"
    said = getattr(error, "smtp_error", b"") or str(error) or type(error).__name__
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said


@dataclass(frozen=True)
class MailSink:
    """Hands plain-text mail for one mailbox to a mail server, in a thread.

    TLS from the start on port 465, else as soon as it is offered; the certificate is checked, except on this machine.
    """

    to: str
    sender: str
    host: str = "localhost"
    port: int = 25
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    together: bool = False

    @classmethod
    def of(cls, address: str, contact: str, *, together: bool) -> MailSink:
        """The sink of `mailto:a@x?smtp=host:port&user=…&password=…&from=…`; it speaks as the contact, if it can."""
        mailbox, _, query = address.partition(":")[2].removeprefix("//").partition("?")
        settings, to = dict(parse_qsl(query)), unquote(mailbox)
        server = urlsplit("//" + settings.get("smtp", "localhost"))
        contact = contact.removeprefix("mailto:")
        sender = settings.get("from") or (contact if "://" not in contact else to)
        user, password = settings.get("user", ""), settings.get("password", "")
        return cls(to, sender, server.hostname or "localhost", server.port or 25, user, password, together)

    async def deliver(self, messages: Sequence[Message], now: datetime) -> None:
        """Send them as one mail; its Message-ID is the key of the delivery, so that a second copy can be told."""
        try:
            await _in_a_thread_of_its_own(partial(self._send, self.mail(messages, now)))
        except UnicodeEncodeError as error:  # its words would show a part of them
            raise NotTaken(f"mail server {self.host}:{self.port}: user and password must be ASCII") from error
        except (OSError, smtplib.SMTPException) as error:
            raise NotTaken(f"mail server {self.host}:{self.port}: {_words(error)}") from error

    def mail(self, messages: Sequence[Message], now: datetime) -> EmailMessage:
        """The mail itself."""
        mail = EmailMessage()
        mail["From"], mail["To"] = self.sender, self.to
        mail["Subject"] = subject(messages)
        mail["Date"] = format_datetime(now)
        mail["Message-ID"] = f"<{delivery_key(messages)}@{self.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content("\n\n".join(m.text for m in messages))
        return mail

    def _send(self, mail: EmailMessage) -> None:
        context = _tls(self.host)
        if self.port == 465:
            server: smtplib.SMTP = smtplib.SMTP_SSL(self.host, self.port, timeout=MAIL_SECONDS, context=context)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=MAIL_SECONDS)
        with server:
            server.ehlo()
            if self.port != 465 and server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
            elif self.port != 465 and self.user:
                raise smtplib.SMTPException("it offers no TLS, so the password is not shown to it")
            if self.user:
                server.login(self.user, self.password)
            server.send_message(mail)
