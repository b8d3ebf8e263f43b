"""Moments as a person writes them in an option: a day, a time, or how long ago."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click

from tracker.config import parse_duration
from tracker.errors import UsageError
from tracker.model import iso


class Moment(click.ParamType[datetime]):
    """A day, a time, or how long ago: `2026-11-23`, `2026-11-23T10:05`, `2d`. UTC where no zone is given."""

    name = "when"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The moment, aware, in UTC."""
        if isinstance(value, datetime):
            return value
        text = str(value).strip()
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return self._ago(text, param, ctx)
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)

    def _ago(self, text: str, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            return datetime.now(UTC) - timedelta(seconds=parse_duration(text).total_seconds())
        except ValueError:
            self.fail(f"{text!r} is no moment: write 2026-11-23, 2026-11-23T10:05 or 2d (two days ago)", param, ctx)


def in_order(since: datetime | None, until: datetime | None) -> None:
    """Raise UsageError for a window that ends before it begins."""
    if since and until and since > until:
        raise UsageError(f"--since {iso(since)} is later than --until {iso(until)}: nothing lies between them")
