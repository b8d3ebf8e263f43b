"""Changes that look like noise, each by the name of the rule that says so. Nothing is hidden: it is only ranked.

A changed number in a sentence, a name, a headline is never noise. A line counts as a timestamp only when it says
nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping

from tracker.language import stamps
from tracker.model import VARIANT, Change, ChangeClass, FieldChange, Notice, Op, Operation

TIMESTAMP = "timestamp-line"

_NEVER_A_VARIANT = frozenset(("number", "name", "date", "quote", "negation", "notice", "notice-removed"))
_CONTEXT_FIELDS = {"section": "section-only", "published_at": "dates-only", "modified_at": "dates-only"}
_SURFACE = frozenset(("whitespace", "typography", "markup"))


def operation_rule(operation: Operation) -> str | None:
    """The rule by which one operation is noise, or None."""
    texts = [text for text in (operation.old, operation.new) if text is not None]
    if texts and all(stamps.is_stamp(text) for text in texts):
        return TIMESTAMP
    if operation.moved:
        return None
    if operation.op is Op.FORMAT:
        return {"kind-changed": "markup-only", "whitespace": "whitespace-only"}.get(operation.rule, "typography-only")
    if operation.edits:
        rules = {edit.rule for edit in operation.edits}
        if rules <= _SURFACE:
            return "markup-only" if "markup" in rules else "typography-only"
    if operation.class_ is ChangeClass.MINOR and texts and not any(any(c.isalnum() for c in text) for text in texts):
        return "signs-only"
    return None


def field_rule(name: str, change: FieldChange) -> str | None:
    """The rule by which a changed field is noise, or None."""
    if name in _CONTEXT_FIELDS:
        return _CONTEXT_FIELDS[name]
    if change.edits and {edit.rule for edit in change.edits} <= _SURFACE:
        return "typography-only"
    return None


def change_rule(fields: Mapping[str, FieldChange], operations: tuple[Operation, ...], layout: bool) -> str | None:
    """The rule by which a whole change is noise: every part of it must be. `layout` says that blocks were cut anew."""
    rules = [operation_rule(op) for op in operations] + [field_rule(name, change) for name, change in fields.items()]
    if not rules:
        return "layout-only" if layout else "nothing-changed"
    if not all(rules):
        return None
    named = dict.fromkeys(rule for rule in rules if rule)
    return next(iter(named)) if len(named) == 1 else "several-trifles"


def variant_rule(change: Change) -> str | None:
    """The rule for a change between two texts that readers were both shown before, as tested headlines are.

    It holds for headlines whatever they say: both stand in the history. A fact that goes to and fro in the body does
    not become noise by doing so, nor does a notice.
    """
    facts = any(_NEVER_A_VARIANT.intersection(operation.tags) for operation in change.operations)
    return None if facts or change.notice is not Notice.NONE else VARIANT
