"""Backups: a copy takes the place of an older one only after it was read whole and holds."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tracker.errors import StoreError
from tracker.store.connection import attach, captures_path, open_reader, rows
from tracker.store.proof import integrity
from tracker.store.proof.integrity import Report
from tracker.store.store import Store
from tracker.store.upkeep import copying
from tracker.store.upkeep.copying import nothing

_MAGIC = b"SQLite format 3\x00"
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Backup:
    """A finished copy: its files, their size in bytes, and what reading it has shown.

    With a `finding` it does not hold: no file was made, or with `keep_bad` those beside the older copy.
    """

    files: tuple[Path, ...]
    size: int
    report: Report | None = None
    finding: str = ""


def heads_path(database: Path) -> Path:
    """Where the checkpoint of a copy is: `tracker-2026-11-23-heads.txt` beside `tracker-2026-11-23.db`."""
    return database.with_name(f"{database.stem}-heads.txt")


def backup(
    store: Store,
    target: Path,
    *,
    whole: bool = True,
    keep_bad: bool = False,
    before: Path | None = None,
    now: datetime | None = None,
    tell: Callable[[str], None] = nothing,
) -> Backup:
    """Copy the history and its captures as they are at this moment, while the daemon writes, and read the copy.

    It takes the place of an older copy only when it holds. `whole` recomputes all of it, else only the files' form is
    read; `before` is the copy that it must continue: nothing that it saw may be gone. With `keep_bad` a copy that does
    not hold is kept under another name. Raises StoreError.
    """
    _refuse(store.path, target)
    copying.sweep_parts(target.parent)
    now = now or datetime.now(UTC)
    with copying.a_copy(store.path, target, tell) as copy:
        seen = copying.checked(copy, whole=whole, tell=tell)
        finding = seen.finding or (_lost_since(copy, before) if before is not None and before.exists() else "")
        if finding and not keep_bad:
            return Backup((), 0, seen.report, finding)
        place = target if not finding else target.with_name(f"{target.stem}.bad-{now:%Y%m%dT%H%M%SZ}{target.suffix}")
        if whole and not finding:
            with Store.open(copy) as made:
                heads = integrity.write_checkpoint(made, now)
        else:
            heads = ""
        files = copying.move(copy, place)
        _note_heads(place, heads)
    return Backup(tuple(files), sum(path.stat().st_size for path in files), seen.report, finding)


def _note_heads(place: Path, heads: str) -> None:
    """Keep the checkpoint of a copy that was read whole beside it; one that was not has none."""
    path = heads_path(place)
    try:
        if heads:
            path.write_text(heads, encoding="utf-8")
        else:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{path}: cannot be written: {error.strerror}; the copy itself is whole") from error


def _refuse(database: Path, target: Path) -> None:
    """Raise StoreError where a copy would take the place of something that is none, or share a file with another."""
    if target.resolve() == database.resolve():
        raise StoreError(f"{target}: that is the history itself; name another file for the backup")
    if not target.parent.is_dir():
        raise StoreError(f"{target.parent}: there is no such folder for the backup")
    ours = captures_path(target)
    if target.resolve() == captures_path(database).resolve() or ours.resolve() == captures_path(database).resolve():
        raise StoreError(f"{target}: its captures would be those of the history itself; name another file")
    for file in (target, ours):
        if file.exists() and not _is_sqlite(file):
            raise StoreError(f"{file}: something that is no backup is there; name another file")
    for other in target.parent.iterdir():
        if other != target and other != ours and captures_path(other) == ours and ours.exists() and _is_sqlite(other):
            raise StoreError(f"{ours}: holds the captures of {other.name}, too; name another file for the backup")


def _is_sqlite(file: Path) -> bool:
    try:
        with file.open("rb") as opened:
            return file.is_file() and opened.read(len(_MAGIC)) in (_MAGIC, b"")
    except OSError:
        return False


def _lost_since(copy: Path, before: Path) -> str:
    """What an earlier copy saw that this one has not; empty when all is there."""
    with Store.open(copy) as store:
        heads = heads_path(before)
        lost = integrity.check_checkpoint(store, heads.read_text(encoding="utf-8")) if heads.exists() else []
        words = [str(each) for each in lost[:_SHOWN]]
        if not lost and captures_path(before).exists():
            words = _captures_lost(store, captures_path(before))
    return f"since the copy {before.name}: {'; '.join(words)}" if words else ""


def _captures_lost(store: Store, before: Path) -> list[str]:
    """Captures that are kept for ever, are in an earlier copy, and not in this one although their article is."""
    try:
        with closing(open_reader(captures_path(store.path))) as db:
            attach(db, before, "earlier", write=False)
            attach(db, store.path, "history", write=False)
            gone = rows(
                db,
                "select article_id, count(*) as gone from earlier.captures e where kept = 1 "
                "and article_id in (select id from history.articles) and not exists (select 1 from main.captures c "
                "where c.article_id = e.article_id and c.sha256 = e.sha256 and c.fetched_at = e.fetched_at) "
                "group by article_id order by article_id limit ?",
                (_SHOWN,),
            )
    except StoreError:
        return []  # the earlier copy cannot be read: it vouches for nothing
    return [f"article {r['article_id']}: {r['gone']} of its captures are gone" for r in gone]
