"""What is known of an event, in words."""

from __future__ import annotations

from tracker.model import Event
from tracker.web.drawing import formatting


def detail(event: Event) -> str:
    """What is known of an event, in a line."""
    return formatting.text(
        "; ".join(f"{k.replace('_', ' ')}: {v}" for k, v in event.detail.items() if v not in (None, "")), 300
    )
