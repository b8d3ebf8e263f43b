"""Receivers of alerts on loopback: a mail server and a web hook that keep what they get, and can refuse it."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


@dataclass
class Received:
    """What came: header fields (names in lower case) and body of each request, or each mail as text and who sent it.

    `refusals` are answers to the next requests, `refused` those to mailboxes that get no mail.
    """

    port: int = 0
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)
    logins: list[object] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    refusals: list[str] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def a_hook() -> AsyncIterator[Received]:
    """A web server that takes every POST with 204, or answers with the next of `refusals`
    (a status line's tail, header lines, and after an empty line the body)."""
    received = Received()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            body = await reader.readexactly(int(fields.get("content-length", "0")))
            answer = received.refusals.pop(0) if received.refusals else "204 No Content\r\n"
            if answer.startswith("2"):
                received.requests.append(({**fields, "": head[0]}, body))
            head_lines, _, said = answer.partition("\r\n\r\n")
            lines = f"{head_lines.rstrip()}\r\nContent-Length: {len(said)}\r\nConnection: close"
            writer.write(f"HTTP/1.1 {lines}\r\n\r\n{said}".encode())
            await writer.drain()
            received.came.set()
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        received.port = server.sockets[0].getsockname()[1]
        yield received


@dataclass
class _Mailroom:
    """What an SMTP server asks at each step."""

    received: Received

    async def handle_RCPT(  # noqa: N802 - the server's own names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if answer := self.received.refused.get(address):
            self.received.came.set()
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        self.received.mails.append(envelope.content.decode().replace("\r\n", "\n"))
        self.received.logins.append(session.auth_data)
        self.received.encrypted.append(session.ssl is not None)
        self.received.came.set()
        return "250 OK"


@asynccontextmanager
async def a_mail_server(tls: ssl.SSLContext | None = None) -> AsyncIterator[Received]:
    """An SMTP server that takes any password, and all mail but that for mailboxes in `refused`. STARTTLS with `tls`."""
    received = Received()
    loop = asyncio.get_running_loop()

    def welcome(server: SMTP, session: Session, envelope: Envelope, mechanism: str, login: LoginPassword) -> AuthResult:
        return AuthResult(success=True, auth_data=(login.login, login.password))

    def connection() -> SMTP:
        return SMTP(_Mailroom(received), hostname="mail.test", tls_context=tls, authenticator=welcome, loop=loop)

    server = await loop.create_server(connection, "127.0.0.1", 0)
    async with server:
        received.port = server.sockets[0].getsockname()[1]
        yield received
