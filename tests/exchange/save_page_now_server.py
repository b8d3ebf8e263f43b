"""A service on loopback that answers as Save Page Now 2 does, as far as it is told to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs


@dataclass
class SavingService:
    """`answers` to requests for a capture and `standings` of jobs are given in turn; `asked` is what came."""

    port: int = 0
    answers: list[Any] = field(default_factory=list)
    standings: list[Any] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str], str]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"


@asynccontextmanager
async def saving() -> AsyncIterator[SavingService]:
    """The service while this lasts. An answer that is a text is a status line with headers, else JSON."""
    service = SavingService()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in head[1:])}
        body = (await reader.readexactly(int(headers.get("content-length", "0")))).decode()
        path = head[0].split(" ")[1]
        service.asked.append((path, {n: v[0] for n, v in parse_qs(body).items()}, headers.get("authorization", "")))
        answer = (service.answers if path == "/save" else service.standings).pop(0)
        status, content = (answer, b"") if isinstance(answer, str) else ("200 OK\r\n", json.dumps(answer).encode())
        writer.write(f"HTTP/1.1 {status}Content-Length: {len(content)}\r\nConnection: close\r\n\r\n".encode() + content)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        service.port = server.sockets[0].getsockname()[1]
        yield service
