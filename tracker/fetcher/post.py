"""The way out for what is sent instead of asked for: one POST through the guard, its answer read within limits."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from functools import cache

import httpcore
import httpx

from tracker.config import Network
from tracker.errors import FetchError
from tracker.fetcher.cookies import Jar
from tracker.fetcher.guard import GuardedBackend, Resolve, Resolver, target
from tracker.fetcher.reading import Answer, Ended, Limits, exchange
from tracker.fetcher.transport import Transport

BRIEF = Limits(wire=64 << 10, decoded=256 << 10, deadline=20.0, connect=10.0, read=15.0, refusal=4096)
"""A receiver only says yes or no; Standard Webhooks wants it to within 15 to 30 seconds."""


@cache
def _context() -> ssl.SSLContext:
    """The usual TLS settings. To read all certificates takes 16 ms, in which nothing else runs."""
    return httpx.create_ssl_context(trust_env=False)


class Refused(FetchError):
    """What was sent was not taken. `retry_after` is how long the receiver asked to be left alone, if it did.

    `status` is 0 when no answer came; `headers` (names in lower case) and the first 4 kB of `body` are the receiver's.
    """

    def __init__(self, words: str, answer: Answer | None = None) -> None:
        super().__init__(words)
        self.retry_after = answer.retry_after if answer else None
        self.status = answer.status if answer else 0
        self.headers = {name.lower(): value for name, value in answer.headers} if answer else {}
        self.body = answer.body if answer else b""


async def post(
    url: str,
    content: bytes,
    headers: Mapping[str, str],
    network: Network,
    *,
    limits: Limits = BRIEF,
    resolve: Resolve | None = None,
    context: ssl.SSLContext | None = None,
) -> Answer:
    """Send `content` to an address and give the answer of a receiver that took it (2xx); redirects are not followed.

    The address is checked as those of pages are. Raises Refused, AddressRefused; the words never hold the address,
    which may carry a token.
    """
    place = target(url, network)
    names = resolve or Resolver(1)
    backend = None if network.proxy else GuardedBackend(network, names, httpcore.AnyIOBackend())
    transport = Transport(context or _context(), backend, network.proxy)
    try:
        answer = await exchange(transport, place.url, dict(headers), Jar(), limits, limits.deadline, content=content)
    except Ended as ended:
        raise Refused(str(ended)) from ended
    finally:
        await transport.aclose()
        if isinstance(names, Resolver):
            names.close()
    if not 200 <= answer.status <= 299:
        raise Refused(f"{place.lane} answered HTTP {answer.status}", answer)
    return answer
