"""A JSON Schema of sources.yaml, for editors that complete and check as one types. Its keys are the reader's own.

It says what an editor can know: keys, kinds of values, choices. What needs more (patterns, addresses, one key against
another) is for the reader, which names file and line. A key whose form is not described here takes any value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tracker.config import reader
from tracker.config.filter_words import MOST_SCORE
from tracker.config.settings import SCHEDULES
from tracker.model import TAGS, ChangeClass, EventKind, Notice, SourceEventKind, Told
from tracker.model.filters import FIELDS
from tracker.model.plain import JsonObject

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_VARIABLE = r"\$\{"  # filled in from the environment when the file is read
_TEXT: JsonObject = {"type": "string"}
_TEXTS: JsonObject = {"type": ["array", "null"], "items": _TEXT}
_DURATION: JsonObject = {"type": "string", "pattern": rf"^[0-9]{{1,12}}[smhdw]$|{_VARIABLE}"}
_YES_OR_NO: JsonObject = {"type": "boolean"}


def schema() -> JsonObject:
    """The schema of a whole file, JSON Schema 2020-12."""
    shared = {
        "follow": _DURATION,
        "checks": _whole(1, 10_000),
        "schedule": _one_of(SCHEDULES),
        "hourly": _whole(1, 100_000),
        "delay": _DURATION,
        "robots": {"anyOf": [{"const": "obey"}, _table(("ignore",), {"ignore": _TEXT}, required=("ignore",))]},
        "exclude": _TEXTS,
        "language": {"type": ["string", "boolean"]},  # `no` is a boolean to YAML and Norwegian to us
        "tags": _TEXTS,
    }
    section = _table(reader.SECTION_KEYS, {"url": _TEXT, "links": _TEXT}, required=("url",))
    rules = _table(reader.EXTRACT_KEYS, {**dict.fromkeys(reader.SELECTOR_KEYS, _TEXT), "remove": _TEXTS})
    source: dict[str, JsonObject] = {
        "id": {"type": "string", "pattern": rf"^[a-z0-9-]{{1,60}}$|{_VARIABLE}"},
        "name": {"type": ["string", "null"]},
        **dict.fromkeys(reader.PLACE_KEYS, _TEXTS),
        "sections": {"type": ["array", "null"], "items": {"anyOf": [_TEXT, section]}},
        "identity": _table(reader.IDENTITY_KEYS, {"id": _TEXT, "keep": _TEXTS, "drop": _TEXTS}),
        "extract": {"anyOf": [rules, {"type": "array", "items": rules}]},
        "active": _YES_OR_NO,
        **shared,
    }
    captures = {"keep": _one_of(("changed", "all", "none")), "others": _DURATION}
    network = {
        "allow_private": _YES_OR_NO,
        "allow_ports": {"type": "array", "items": _whole(1, 65_535)},
        "proxy": {"type": ["string", "null"]},
    }
    whole = {
        "database": _TEXT,
        "contact": _TEXT,
        "defaults": _table(reader.DEFAULT_KEYS, shared),
        "sources": _list(_table(reader.SOURCE_KEYS, source, required=("id",))),
        "network": _table(reader.NETWORK_KEYS, network),
        "captures": _table(reader.CAPTURE_KEYS, captures),
        "alerts": _list(_alert()),
    }
    return {"$schema": DIALECT, "title": "sources.yaml of tracker", **_table(reader.CONFIG_KEYS, whole, ("contact",))}


def _alert() -> JsonObject:
    kinds = [kind for kind in (*EventKind, *SourceEventKind) if kind is not EventKind.JOINED]
    when = {
        "class": _one_of(ChangeClass),
        "score": _whole(0, MOST_SCORE),
        "acknowledged": _YES_OR_NO,
        "told": _one_of(Told),
        "notice": _one_of(Notice),
        "source": _one_or_several(_TEXT),
        "tag": _one_or_several(_one_of(TAGS)),
        "same_edit": _YES_OR_NO,
        "field": _one_of(FIELDS),
        "event": _one_or_several(_one_of(kinds)),
        **dict.fromkeys(("grep", "added", "removed", "voice"), _TEXT),
    }
    forms = {"to": _TEXT, "secret": _TEXT, "digest": _DURATION, "when": _table(reader.WHEN_KEYS, when)}
    return _table(reader.ALERT_KEYS, forms, required=("to",))


def _table(keys: Iterable[str], forms: Mapping[str, JsonObject], required: Iterable[str] = ()) -> JsonObject:
    """A mapping with these keys and no others."""
    known: JsonObject = {
        "type": "object",
        "properties": {key: forms.get(key, {}) for key in keys},
        "additionalProperties": False,
    }
    return {**known, "required": list(required)} if required else known


def _list(item: JsonObject) -> JsonObject:
    return {"type": ["array", "null"], "items": item}


def _one_or_several(form: JsonObject) -> JsonObject:
    return {"anyOf": [form, {"type": "array", "items": form}]}


def _one_of(words: Iterable[str]) -> JsonObject:
    # Under anyOf a variable of the environment is as good as the word it stands for.
    return {"anyOf": [{"enum": [str(word) for word in words]}, {"type": "string", "pattern": _VARIABLE}]}


def _whole(least: int, most: int) -> JsonObject:
    number = {"type": "integer", "minimum": least, "maximum": most}
    return {"anyOf": [number, {"type": "string", "pattern": _VARIABLE}]}
