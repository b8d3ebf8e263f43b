"""Receivers of alerts on loopback: a mail server and a web hook that keep what they get, and can refuse it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class Received:
    """What came: header fields (names in lower case) and body of each request, or each mail as text."""

    port: int = 0
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def a_hook() -> AsyncIterator[Received]:
    """A web server that takes every POST with 204, or answers with the next of `refusals` (a status line's tail)."""
    received = Received()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:])}
            body = await reader.readexactly(int(fields.get("content-length", "0")))
            answer = received.refusals.pop(0) if received.refusals else "204 No Content\r\n"
            if answer.startswith("2"):
                received.requests.append(({**fields, "": head[0]}, body))
            writer.write(f"HTTP/1.1 {answer}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())
            await writer.drain()
            received.came.set()
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        received.port = server.sockets[0].getsockname()[1]
        yield received


@asynccontextmanager
async def a_mail_server() -> AsyncIterator[Received]:
    """A server that speaks enough SMTP (RFC 5321) to take a mail, or refuses the recipient with the next refusal."""
    received = Received()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        def say(line: str) -> None:
            writer.write(line.encode() + b"\r\n")

        try:
            say("220 mail.test")
            while line := (await reader.readline()).decode().strip():
                verb = line[:4].upper()
                if verb == "EHLO":
                    say("250 mail.test")
                elif verb == "RCPT" and received.refusals:
                    say(received.refusals.pop(0))
                    received.came.set()
                elif verb == "DATA":
                    say("354 go on")
                    mail = await reader.readuntil(b"\r\n.\r\n")
                    received.mails.append(mail.decode().replace("\r\n", "\n"))
                    say("250 taken")
                    received.came.set()
                elif verb == "QUIT":
                    say("221 bye")
                    break
                else:
                    say("250 ok")
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        received.port = server.sockets[0].getsockname()[1]
        yield received
