"""Settings as a person may see them, without their secrets."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from tracker.config.filter_words import WORDS, written
from tracker.config.settings import Alert, Config, SourceConfig
from tracker.config.values import format_duration
from tracker.model import Rules, iso

BLOT = "***"
MIN_SECRET = 4

_USERINFO = re.compile(r"(?<=://)[^/?#\s]*@")
_SECRET_QUERY = re.compile(
    r"(?i)([?&;][^=&;#]*(?:token|key|secret|passw|pwd|auth|sig|session|credential)[^=&;#]*=)[^&;#]*"
)


def redacted(config: Config) -> dict[str, object]:
    """The settings in the shape of sources.yaml, defaults applied, ready for JSON, secrets blotted out.

    Blotted are: values from the environment, passwords and tokens in URLs, and all of an alert's address but its
    scheme, because services put their tokens anywhere in it.
    """
    network, captures = config.network, config.captures
    shown = {
        "database": str(config.database),
        "contact": config.contact,
        "sources": [_source(source) for source in config.sources],
        "network": {
            "allow_private": network.allow_private,
            "allow_ports": list(network.allow_ports),
            "proxy": network.proxy or None,
        },
        "wayback": {"address": config.wayback.address},
        "captures": {"keep": captures.keep, "others": format_duration(captures.others)},
        "alerts": [
            {
                "to": re.sub(r"(?s)(?<=:)(//)?.*", rf"\g<1>{BLOT}", alert.to, count=1),
                "when": _when(alert),
                "digest": alert.digest and format_duration(alert.digest),
            }
            for alert in config.alerts
        ],
    }
    cleaned: dict[str, object] = _blot(shown, _secrets(config))
    return cleaned | {"database": str(config.database)}


def redacted_source(source: SourceConfig, config: Config) -> dict[str, object]:
    """One source as `redacted` shows it, for instance to be kept in the database."""
    shown: dict[str, object] = _blot(_source(source), _secrets(config))
    return shown


def _when(alert: Alert) -> dict[str, object]:
    """What an alert is about, in the words of its filter."""
    found = list(written(alert.when))
    shown: dict[str, object] = {
        word: [value for other, value in found if other == word] if WORDS[word].repeats else value
        for word, value in found
    }
    return shown | ({"event": [kind.value for kind in alert.events]} if alert.events else {})


def _secrets(config: Config) -> list[str]:
    """What to blot out, longest first; a value of under 4 characters is no secret and would garble everything."""
    return sorted((secret for secret in config.secrets if len(secret) >= MIN_SECRET), key=len, reverse=True)


def _source(source: SourceConfig) -> dict[str, object]:
    """A source in the words of sources.yaml; what is empty is left out."""
    shown = {field.name: getattr(source, field.name) for field in fields(source)}
    reason, rules = shown.pop("robots_ignored"), shown.pop("rules")
    identity = {name: getattr(source.identity, name) for name in ("id", "keep", "drop")}
    shown["identity"] = {name: _plain(value) for name, value in identity.items() if value}
    shown["sections"] = [
        {"url": section.url, "links": section.links} if section.links else {"url": section.url}
        for section in source.sections
    ]
    shown["robots"] = {"ignore": reason} if reason else "obey"
    shown["extract"] = [_rules(rule) for rule in rules]
    return {key: _plain(value) for key, value in shown.items() if value not in ((), [], {}, "")}


def _rules(rules: Rules) -> dict[str, object]:
    pairs = ((field.name, getattr(rules, field.name)) for field in fields(rules))
    return {name: _plain(value) for name, value in pairs if value}


def _plain(value: object) -> object:
    match value:
        case timedelta():
            return format_duration(value)
        case datetime():
            return iso(value)
        case tuple():
            return [_plain(item) for item in value]
    return value


def _blot(value: Any, secrets: list[str]) -> Any:
    """The value with every secret in every string of it blotted out."""
    match value:
        case str():
            for secret in secrets:
                value = value.replace(secret, BLOT)
            return _SECRET_QUERY.sub(rf"\g<1>{BLOT}", _USERINFO.sub(f"{BLOT}@", value))
        case dict():
            return {key: _blot(item, secrets) for key, item in value.items()}
        case list() | tuple():
            return [_blot(item, secrets) for item in value]
    return value
