"""Moments as a person writes them in an option: a day, a time, or how long ago."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from tracker.config.moments import read_moment
from tracker.errors import UsageError
from tracker.model import iso


class Moment(click.ParamType[datetime]):
    """A day, a time, or how long ago; with `end` a day means its end. UTC where no zone is given."""

    name = "when"

    def __init__(self, *, end: bool = False) -> None:
        self.end = end

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment, aware, in UTC. Fails with how one is written."""
        if isinstance(value, datetime):
            return value
        try:
            return read_moment(str(value), datetime.now(UTC), end=self.end)
        except ValueError as error:
            self.fail(f"{str(value)!r} {error}", param, ctx)


def in_order(since: datetime | None, until: datetime | None) -> None:
    """Raise UsageError for a window that ends before it begins."""
    if since and until and since >= until:
        raise UsageError(f"--since {iso(since)} is not before --until {iso(until)}: nothing lies between them")
