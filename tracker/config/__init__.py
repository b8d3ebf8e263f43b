"""sources.yaml as typed, frozen settings, with file, line and key in every error.

`load` reads the file, `redacted` shows it without secrets, `template` is the commented file a newcomer starts from. The
room imports nothing of ours but the model and the errors.
"""

from __future__ import annotations

from importlib import resources

from tracker.config.reader import load
from tracker.config.settings import Alert, Captures, Config, Network, Section, SourceConfig, UrlIdentity, WaybackAccount
from tracker.config.show import redacted, redacted_source
from tracker.config.values import format_duration, parse_duration

__all__ = [
    "Alert",
    "Captures",
    "Config",
    "Network",
    "Section",
    "SourceConfig",
    "UrlIdentity",
    "WaybackAccount",
    "format_duration",
    "load",
    "parse_duration",
    "redacted",
    "redacted_source",
    "template",
]


def template() -> str:
    """The commented sources.yaml that `tracker init` writes; it loads as it is."""
    return resources.files(__name__).joinpath("sources.template.yaml").read_text("utf-8")
