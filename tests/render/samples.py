"""Changes made by hand, so that rendering is tested without the differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from tracker.model import (
    Change,
    ChangeClass,
    Edit,
    FieldChange,
    Kind,
    Notice,
    Op,
    Operation,
    RecordedChange,
    Sentence,
)

HOSTILE = "\x1b[31mred\x1b[0m \u202eevil\u202c <script>alert(1)</script> [bold]b[/bold] \ud800 \x9b2J a\u200bb \x07"
"""Everything a page may try, in one line."""

AFTER = datetime(2026, 11, 23, 10, 5, tzinfo=UTC)
BEFORE = datetime(2026, 11, 23, 10, 20, tzinfo=UTC)
SUBSTANTIVE, WORDING, MINOR = ChangeClass.SUBSTANTIVE, ChangeClass.WORDING, ChangeClass.MINOR


def edits(old: str, new: str, *pairs: tuple[str, str], class_: ChangeClass = SUBSTANTIVE) -> tuple[Edit, ...]:
    """Edits that turn old into new, given what each deletes and inserts, in order."""
    found: list[Edit] = []
    at_old = at_new = 0
    for deleted, inserted in pairs:
        start = old.index(deleted, at_old) if deleted else at_old + new.index(inserted, at_new) - at_new
        at_new += start - at_old
        found.append(Edit(deleted, inserted, start, at_new, class_, ("number",), "number-changed"))
        at_old, at_new = start + len(deleted), at_new + len(inserted)
    assert old[at_old:] == new[at_new:], "the sample's edits must lead from old to new"
    return tuple(found)


def edited(
    at: tuple[int, int], old: str, new: str, *pairs: tuple[str, str], class_: ChangeClass = SUBSTANTIVE
) -> Operation:
    """An edited sentence."""
    return Operation(
        Op.EDIT,
        (at[0],),
        (at[1],),
        old,
        new,
        similarity=0.9,
        edits=edits(old, new, *pairs),
        class_=class_,
        tags=("number",),
    )


def added(at: int, text: str, *tags: str, class_: ChangeClass = SUBSTANTIVE) -> Operation:
    """An added sentence."""
    return Operation(Op.ADD, (), (at,), None, text, tags=("added", *tags), class_=class_)


def deleted(at: int, text: str) -> Operation:
    """A deleted sentence."""
    return Operation(Op.DELETE, (at,), (), text, None, tags=("removed",))


def moved(old: int, new: int, text: str) -> Operation:
    """A sentence that only moved."""
    return Operation(Op.MOVE, (old,), (new,), text, text, moved=True, class_=WORDING)


def sentences(*paragraphs: Sequence[str], notice: str = "") -> tuple[Sentence, ...]:
    """Sentences of paragraphs, and of a notice after them."""
    found = [Sentence(text, n) for n, paragraph in enumerate(paragraphs) for text in paragraph]
    return (*found, Sentence(notice, len(paragraphs), Kind.NOTICE)) if notice else tuple(found)


def change(
    operations: Sequence[Operation] = (),
    *,
    old: Sequence[Sentence] = (),
    new: Sequence[Sentence] = (),
    same: Sequence[tuple[int, int]] = (),
    headline: tuple[str, str] | None = None,
    headline_edits: Sequence[Edit] = (),
    notice: Notice = Notice.NONE,
) -> Change:
    """A change of these operations."""
    fields = {"headline": FieldChange(*headline, tuple(headline_edits))} if headline else {}
    return Change(
        fields=fields,
        operations=tuple(operations),
        old=tuple(old),
        new=tuple(new),
        same=tuple(same),
        class_=SUBSTANTIVE,
        score=9,
        tags=("number",),
        notice=notice,
        acknowledged=notice is not Notice.NONE,
        noise_rule=None,
        words_added=5,
        words_removed=3,
        summary="1 sentence edited",
        excerpt_old="",
        excerpt_new="",
        differ="differ@1",
    )


def record(of: Change | None = None, **named: object) -> RecordedChange:
    """The row of a change in the log."""
    of = of or change()
    row = RecordedChange(
        id=12,
        article_id=7,
        url="https://times.example/2026/11/23/iraq",
        source_id="example-times",
        headline="Alliance takes over training in Iraq",
        old_version=1,
        new_version=2,
        after=AFTER,
        before=BEFORE,
        class_=of.class_,
        score=of.score,
        tags=of.tags,
        headline_changed=of.headline_changed,
        words_added=of.words_added,
        words_removed=of.words_removed,
        sentences_added=of.count(Op.ADD),
        sentences_deleted=of.count(Op.DELETE),
        sentences_edited=of.count(Op.EDIT),
        sentences_moved=of.count(Op.MOVE),
        notice=of.notice,
        acknowledged=of.acknowledged,
        noise_rule=of.noise_rule,
        summary=of.summary,
        excerpt_old=of.excerpt_old,
        excerpt_new=of.excerpt_new,
    )
    return replace(row, **named)  # type: ignore[arg-type]


def everything() -> Change:
    """A change with one of each: headline, edit, rewrite, add, delete, move, split, merge, typography, notice."""
    old = sentences(
        ["The alliance takes over. ", "It sends 400 trainers. ", "They stay a year."],
        ["An old claim was made here. ", "Nobody checked it."],
        ["First half and second half."],
        ["One. ", "Two."],
        ["Moved along."],
        ["A 'quoted' word."],
    )
    new = sentences(
        ["The alliance takes over. ", "It sends 500 trainers. ", "They stay a year."],
        ["Moved along."],
        ["First half. ", "And second half."],
        ["One and two."],
        ["Something else altogether was written in this place."],
        ["A ‘quoted’ word."],
        ["A new paragraph ends it. ", "It has two sentences."],
        notice="Correction: an earlier version gave a wrong number of trainers.",
    )
    operations = (
        edited((1, 1), old[1].text, new[1].text, ("400", "500")),
        moved(8, 3, "Moved along."),
        Operation(Op.SPLIT, (5,), (4, 5), old[5].text, new[4].text + new[5].text, similarity=0.8),
        Operation(Op.MERGE, (6, 7), (6,), "One. Two.", "One and two.", similarity=0.7, class_=WORDING),
        Operation(Op.REWRITE, (3,), (7,), old[3].text, new[7].text, similarity=0.45),
        deleted(4, old[4].text),
        replace(edited((9, 8), old[9].text, new[8].text, ("'quoted'", "‘quoted’"), class_=MINOR), op=Op.FORMAT),
        added(9, new[9].text),
        added(10, new[10].text),
        added(11, new[11].text, "notice"),
    )
    headline = ("“400 trainers” for Iraq", "“500 trainers” for Iraq")
    return change(
        operations,
        old=old,
        new=new,
        same=[(0, 0), (2, 2)],
        headline=headline,
        headline_edits=edits(*headline, ("400", "500")),
        notice=Notice.CORRECTION,
    )


def hostile() -> Change:
    """A change in which every string is an attack."""
    old, new = f"{HOSTILE} 1 end.", f"{HOSTILE} 2 end."
    whole = Operation(Op.REWRITE, (2,), (2,), HOSTILE, HOSTILE + "x")
    operations = (edited((0, 0), old, new, (" 1 ", " 2 ")), added(1, HOSTILE), deleted(1, HOSTILE), whole)
    kept = sentences([old, HOSTILE, HOSTILE])
    made = change(operations, old=kept, new=sentences([new, HOSTILE, HOSTILE]), headline=(HOSTILE, HOSTILE + "!"))
    return replace(made, tags=(HOSTILE,), noise_rule=HOSTILE, summary=HOSTILE)


def hostile_record() -> RecordedChange:
    """Its row in the log, no less hostile."""
    return record(hostile(), headline=HOSTILE, url=f"https://x.example/{HOSTILE}", source_id=HOSTILE)
