"""What a request says besides its address, and what may be told of an answer: no secret of the operator's."""

from __future__ import annotations

from dataclasses import replace

from tracker.fetcher.lanes import Priority
from tracker.fetcher.reading import safe_header
from tracker.model import Capture, Failure, Validators
from tracker.model.secret_values import redacted, redacted_bytes

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5"
ACCEPT_FEED = "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,*/*;q=0.5"


def headers_for(priority: Priority, language: str, validators: Validators | None) -> dict[str, str]:
    """The headers of one request, besides those that every request carries."""
    headers = {"accept": ACCEPT_FEED if priority is Priority.FEED else ACCEPT}
    if language:
        headers["accept-language"] = "en" if language == "en" else f"{language},en;q=0.3"
    if validators and (etag := safe_header(validators.etag)):
        headers["if-none-match"] = etag
    if validators and (modified := safe_header(validators.last_modified)):
        headers["if-modified-since"] = modified
    return headers


def unconditional(headers: dict[str, str]) -> dict[str, str]:
    """The same headers without validators: those belong to one address of one host."""
    return {name: value for name, value in headers.items() if not name.startswith("if-")}


def without_secrets(answer: Capture | Failure, url: str) -> Capture | Failure:
    """What came of asking `url`, which may hold placeholders, with placeholders for the values that went out.

    A site may say them back, in its page, its headers or where it leads to. Nothing but a secret is altered.
    """
    if isinstance(answer, Failure):
        return replace(answer, url=url, final_url=redacted(answer.final_url), error=redacted(answer.error))
    return replace(
        answer,
        url=url,
        final_url=redacted(answer.final_url),
        headers=tuple((redacted(name), redacted(value)) for name, value in answer.headers),
        body=redacted_bytes(answer.body),
        redirects=tuple((status, redacted(place)) for status, place in answer.redirects),
    )
