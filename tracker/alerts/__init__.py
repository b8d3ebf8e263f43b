"""Who is told, and how: rules say who, the outbox remembers, sinks deliver.

Floor 4: may import the store and render. `AlertRules` decides inside the transaction that records a change, so no
alert is lost; `compose` puts a waiting alert into words when it is its turn; `sink_of` gives what takes it there.
"""

from tracker.alerts.compose import Message, compose
from tracker.alerts.not_taken import NotTaken
from tracker.alerts.rules import AlertRules, former_sink_name, receivers, sink_name
from tracker.alerts.sinks import FileSink, Sink, sink_of

__all__ = [
    "AlertRules",
    "FileSink",
    "Message",
    "NotTaken",
    "Sink",
    "compose",
    "former_sink_name",
    "receivers",
    "sink_name",
    "sink_of",
]
