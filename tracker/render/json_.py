"""A change as JSON: the contract of `tracker log --json` and `tracker diff --format json`.

Keys are stable: they are added, never renamed. Offsets count Unicode code points. Strings are the publisher's,
unaltered but for lone surrogates, which JSON forbids (RFC 7493) and which become U+FFFD, one for one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from tracker.model import (
    Article,
    Change,
    Content,
    Edit,
    FieldChange,
    FramingEvidence,
    Op,
    Operation,
    RecordedChange,
    Version,
    VoiceEvent,
    VoiceSide,
    iso,
)

_SURROGATE = re.compile("[\ud800-\udfff]")
# Legal in JSON, dangerous on a terminal: controls, bidi, and what cannot be seen.
_ESCAPED = re.compile(
    "[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_SEVERAL = frozenset({Op.SPLIT, Op.MERGE})


def row(record: RecordedChange) -> dict[str, object]:
    """A change as the log knows it, without its sentence operations."""
    return {
        "change": record.id or None,
        "article": record.article_id,
        "url": record.url,
        "source": record.source_id,
        "headline": record.headline,
        "old_version": record.old_version,
        "new_version": record.new_version,
        "after": iso(record.after),
        "before": iso(record.before),
        "class": record.class_.value,
        "score": record.score,
        "tags": list(record.tags),
        "notice": record.notice.value,
        "acknowledged": record.acknowledged,
        "noise_rule": record.noise_rule,
        "later": later(record),
    }


def later(record: RecordedChange) -> dict[str, object] | None:
    """The notice that covered a change afterwards, and how late it was, or None."""
    if record.later is None:
        return None
    return {
        "change": record.later.change,
        "notice": record.later.notice.value,
        "hours_least": record.later.hours_least,
        "hours_most": record.later.hours_most,
    }


def change(record: RecordedChange, change: Change) -> dict[str, object]:
    """The whole object: the row, the fields, the operations, the counts of words."""
    return row(record) | {
        "fields": {name: _field(field) for name, field in change.fields.items()},
        "operations": [_operation(operation) for operation in change.operations],
        "words_added": change.words_added,
        "words_removed": change.words_removed,
        "voices": [_voice(event) for event in change.voices],
    }


def line(value: Mapping[str, object]) -> str:
    """One line of JSON Lines, ending with a line feed; harmless on a terminal, exact when parsed."""
    dumped = json.dumps(value, ensure_ascii=False, separators=(", ", ": "), allow_nan=False)
    return _ESCAPED.sub(_escape, _SURROGATE.sub("\ufffd", dumped)) + "\n"


def _escape(match: re.Match[str]) -> str:
    return json.dumps(match.group())[1:-1]


def _field(field: FieldChange) -> dict[str, object]:
    edits = [
        {"deleted": e.deleted, "inserted": e.inserted, "class": e.class_.value, "tags": list(e.tags)} | _framing(e)
        for e in field.edits
    ]
    return {"old": field.old, "new": field.new, "edits": edits}


def _operation(operation: Operation) -> dict[str, object]:
    """`add` and `delete` have no more than their text and place; a split or merge also lists all its sentences."""
    shown: dict[str, object] = {
        "op": operation.op.value,
        "old": operation.old,
        "new": operation.new,
        "old_index": operation.old_index,
        "new_index": operation.new_index,
    }
    if operation.op in (Op.ADD, Op.DELETE):
        return shown
    if operation.op in _SEVERAL:
        shown |= {"old_indexes": list(operation.old_indexes), "new_indexes": list(operation.new_indexes)}
    return shown | {
        "moved": operation.moved,
        "similarity": round(operation.similarity, 4),
        "edits": [_edit(edit) for edit in operation.edits],
    }


def _edit(edit: Edit) -> dict[str, object]:
    return {
        "deleted": edit.deleted,
        "inserted": edit.inserted,
        "old_start": edit.old_start,
        "new_start": edit.new_start,
        "class": edit.class_.value,
        "tags": list(edit.tags),
        "rule": edit.rule,
    } | _framing(edit)


def _framing(edit: Edit) -> dict[str, object]:
    """What an edit does to who acts and who is blamed; no key where it does nothing of the kind."""
    if not edit.framing:
        return {}
    return {
        "framing": [
            {"tag": f.tag, "value": f.value, "old": _evidence(f.old), "new": _evidence(f.new), "rule": f.rule}
            for f in edit.framing
        ]
    }


def _evidence(evidence: FramingEvidence | None) -> dict[str, object] | None:
    if evidence is None:
        return None
    return {"text": evidence.text, "start": evidence.start, "end": evidence.end}


def _voice(event: VoiceEvent) -> dict[str, object]:
    """What became of a speaker; a side is null where he is not heard."""
    return {
        "event": event.event,
        "source": event.source,
        "kind": event.kind.value,
        "old": _heard(event.old),
        "new": _heard(event.new),
    }


def _heard(side: VoiceSide | None) -> dict[str, object] | None:
    """How a speaker is heard in one version; `paragraph` is null in headline and standfirst, whose name `field` is."""
    if side is None:
        return None
    return {
        "source": side.source,
        "field": {-2: "headline", -1: "standfirst"}.get(side.paragraph, "body"),
        "paragraph": side.paragraph if side.paragraph >= 0 else None,
        "verb": side.verb,
        "style": "direct" if side.direct else "indirect",
        "times": side.times,
        "words": side.quoted,
    }


def article(article: Article, *, apparently_gone: bool = False) -> dict[str, object]:
    """An article as `tracker articles --json` tells it; `apparently_gone` while that is not confirmed yet."""
    return {
        "article": article.id,
        "source": article.source_id,
        "url": article.url,
        "state": article.state.value,
        "apparently_gone": apparently_gone,
        "headline": article.headline,
        "byline": article.byline,
        "language": article.language,
        "published_at": iso(article.published_at),
        "first_seen_at": iso(article.first_seen_at),
        "last_changed_at": iso(article.last_changed_at),
        "read": article.version_count > 0,
        "versions": article.version_count,
        "via": article.discovered_via.value,
        "pinned": article.pinned,
    }


def version(version: Version, article: Article) -> dict[str, object]:
    """A version as `tracker show --json` tells it, with its text."""
    return {
        "article": article.id,
        "source": article.source_id,
        "url": article.url,
        "version": version.number,
        "after": iso(version.previous_seen_at),
        "before": iso(version.first_seen_at),
        "last_seen_at": iso(version.last_seen_at),
        "observer": version.observer or None,
        "same_as": version.same_as,
        "capture": version.capture_sha256,
        "sha256": version.content_sha256,
        "words": version.words,
    } | content(version.content)


def content(content: Content) -> dict[str, object]:
    """What the extractor read, without its explanation."""
    return {
        "headline": content.headline,
        "standfirst": content.standfirst,
        "byline": list(content.byline),
        "section": content.section,
        "language": content.language,
        "published_at": iso(content.published_at),
        "modified_at": iso(content.modified_at),
        "paragraphs": [{"kind": p.kind.value, "text": p.text} for p in content.everything],
    }
