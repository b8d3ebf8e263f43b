"""Frozen dataclasses as the values JSON has, and back: the one way in which they are written down and read again.

A dataclass is an object with its fields' names as keys, a moment is `2026-11-23T10:05:00Z`, an enum its value, a tuple
a list. What is read must have the types that the dataclass names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from tracker.model.outside import iso

T = TypeVar("T")

JsonObject: TypeAlias = Mapping[str, Any]
"""An object of JSON, YAML or TOML as it was read: nobody has checked yet what it holds. It leaves no room unchecked."""

_WORDS: dict[object, str] = {str: "a text", int: "a number", float: "a number", bool: "true or false"}


class WrongType(ValueError):
    """A value is not of the type that its field has. `field` is its name, `wanted` says what it is to be."""

    def __init__(self, field: str, wanted: str, *, required: bool) -> None:
        super().__init__(f"{field}: {wanted}")
        self.field, self.wanted, self.required = field, wanted, required


def to_plain(value: object, *, brief: bool = False) -> Any:
    """The value as JSON has it; a dataclass as a dictionary, `brief` without the fields that have their default."""
    if is_dataclass(value) and not isinstance(value, type):
        told = {field.name: (field, getattr(value, field.name)) for field in fields(value)}
        return {
            name: to_plain(each, brief=brief)
            for name, (field, each) in told.items()
            if not (brief and each == field.default)
        }
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {to_plain(key): to_plain(each, brief=brief) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_plain(each, brief=brief) for each in value]
    return str(value) if isinstance(value, Path) else value


def from_plain(kind: type[T], told: object) -> T:
    """The dataclass that `to_plain` wrote; keys it does not know are left out. Raises WrongType."""
    if not isinstance(told, Mapping):
        raise WrongType(kind.__name__, "an object", required=True)
    given: dict[str, Any] = {}
    for field in fields(cast(Any, kind)):
        if field.name in told:
            given[field.name] = _field(kind, field, told[field.name])
        elif _required(field):
            raise WrongType(field.name, _words(_types(cast(Any, kind))[field.name]), required=True)
    return kind(**given)


def _field(kind: type, field: Field[Any], told: object) -> object:
    wanted = _types(kind)[field.name]
    try:
        return _read(wanted, told)
    except WrongType:
        raise
    except (ValueError, TypeError, OverflowError):
        raise WrongType(field.name, _words(wanted), required=_required(field)) from None


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


@cache
def _types(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(wanted: Any, told: object) -> object:
    """The value as that type. Raises ValueError, TypeError where it cannot be."""
    origin, parts = get_origin(wanted), get_args(wanted)
    if origin in (Union, UnionType):
        if told is None and NoneType in parts:
            return None
        (wanted,) = (part for part in parts if part is not NoneType)
        return _read(wanted, told)
    if origin is tuple:
        each = cast(list[object], _of(list, told))
        kinds = [parts[0]] * len(each) if parts[1:] == (...,) else parts
        return tuple(_read(kind, one) for kind, one in zip(kinds, each, strict=True))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        pairs = cast(dict[object, object], _of(dict, told))
        return {_read(parts[0], key): _read(parts[-1], one) for key, one in pairs.items()}
    if is_dataclass(wanted):
        return from_plain(cast(type[object], wanted), told)
    if wanted is datetime:
        moment = datetime.fromisoformat(cast(str, _of(str, told)))
        if moment.tzinfo is None:
            raise ValueError(f"{told} names no zone")
        return moment
    if issubclass(wanted, Enum):
        return wanted(told)
    if wanted is float and isinstance(told, int) and not isinstance(told, bool):
        return float(told)
    return _of(wanted, told)


def _of(kind: type, told: object) -> object:
    if not isinstance(told, kind) or (isinstance(told, bool) and kind is not bool):
        raise TypeError(f"{told!r} is no {kind.__name__}")
    return told


def _words(wanted: Any) -> str:
    """`a text`, `a list of texts`: what a value is to be, for a person."""
    if get_origin(wanted) is tuple:
        return f"a list of {_words(get_args(wanted)[0]).removeprefix('a ')}s"
    return _WORDS.get(wanted, "something else")
