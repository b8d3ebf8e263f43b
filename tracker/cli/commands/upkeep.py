"""`tracker verify`, `tracker backup`, `tracker forget`: keeping a history true, safe and lawful."""

from __future__ import annotations

import glob
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from tracker.cli.context import Desk, json_option, pass_desk, the_article
from tracker.cli.screen import say, write_plain, write_words
from tracker.errors import NotFound, StoreError, UsageError
from tracker.model import Article
from tracker.render import clean, json_
from tracker.render.words import count
from tracker.store import Finding, Report, Store
from tracker.store.connection import captures_path
from tracker.store.proof import integrity, replaced_histories
from tracker.store.questions import condition
from tracker.store.search.check import verify_search
from tracker.store.upkeep import backup as store_backup
from tracker.store.upkeep import forget as store_forget

_EXAMPLES = 5
_AGAIN = 3
KEPT = 7
"""How many dated backups stay when nobody says otherwise."""


@click.command()
@click.argument("article", required=False)
@click.option(
    "--checkpoint",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Then write a dated list of all chain heads to this new file, to be published or signed. - is stdout.",
)
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Also look for everything that an earlier checkpoint saw.",
)
@click.option("--reread", is_flag=True, help="Also read the captures again and compare the texts. Slow.")
@json_option
@click.pass_context
def verify(
    ctx: click.Context, article: str | None, checkpoint: Path | None, against: Path | None, reread: bool, as_json: bool
) -> None:
    """Prove that the history has not been altered.

    Recomputes every text, hash, link and seal of the history, of one article
    or of all, from what is stored: captures, versions, changes, and the
    histories that rebuilds have replaced. Names the first row that does not
    hold, and ends with 1 when there is one.

    Who can write the database can also write a new chain. A checkpoint that
    was published before shows that, too: keep it where nobody can alter it.
    --reread holds the texts against the pages themselves, as far as this
    extractor made them; changed rules make readings differ, too.
    """
    desk: Desk = ctx.obj
    if article and (checkpoint or against):
        raise UsageError("a checkpoint is of the whole history: leave ARTICLE out")
    if checkpoint and checkpoint != Path("-") and checkpoint.exists():
        raise UsageError(f"{checkpoint} is there already; a checkpoint is never overwritten: name a new file")
    with desk.reading() as store:
        one = the_article(store, article).id if article else None
        report = verified(store, one)
        findings = list(filter(None, [report.finding or _beyond(store, one)]))
        seen = _read(against) if against else ""
        lost, forgotten = (
            (integrity.check_checkpoint(store, seen), integrity.forgotten_since(store, seen)) if against else ([], [])
        )
        if reread and not findings:
            findings += _second_reading(desk, store, one)
        written = None
        if checkpoint and not findings and not lost:
            written = integrity.write_checkpoint(store, datetime.now(UTC))
            _write(checkpoint, written)
    stdout_taken = checkpoint == Path("-") and written is not None
    if as_json and not stdout_taken:
        write_plain([json_.line(_report_json(report, [*findings, *lost], forgotten))])
    elif not stdout_taken:
        _tell(report, findings, lost, forgotten, against)
    if checkpoint and written is None:
        say("No checkpoint was written: only a history that holds can be vouched for.")
    elif checkpoint and not stdout_taken:
        say(f"Checkpoint written to {clean(str(checkpoint))}. `tracker verify --against` compares with it.")
    ctx.exit(1 if findings or lost else 0)


def _beyond(store: Store, article_id: int | None = None) -> Finding | None:
    """What does not hold besides the history itself: what rebuilds have replaced, and the search index."""
    return replaced_histories.verify_former(store, article_id) or verify_search(store, article_id)


def verified(store: Store, article_id: int | None = None) -> Report:
    """`Store.verify`, sure of its finding: an article that is being written holds when it is seen at once."""
    if article_id is not None:
        return condition.verify_at_once(store, article_id)
    report = integrity.verify(store)
    for _ in range(_AGAIN):
        if report.finding is None or _still(store, report.finding):
            break
        report = integrity.verify(store)
    return report


def _still(store: Store, finding: Finding) -> bool:
    try:
        return condition.verify_at_once(store, finding.article_id).finding is not None
    except NotFound:  # a row that belongs to no article: nothing but all of it can show that
        return condition.verify_at_once(store).finding is not None


def _second_reading(desk: Desk, store: Store, article_id: int | None) -> list[Finding]:
    from tracker.cli.second_reading import read_again  # loads the extractor, which nothing else here needs

    done = read_again(store, desk.config(), article_id)
    said = f"{count(done.read, 'article')} read again; {done.older:,} were read by an older extractor"
    say(f"{said}, {done.without_captures:,} have lost captures.")
    return list(done.findings)


def _tell(
    report: Report, findings: list[Finding], lost: list[Finding], forgotten: list[Finding], against: Path | None
) -> None:
    numbers = (
        count(report.articles, "article"),
        count(report.versions, "version"),
        count(report.changes, "change"),
        count(report.captures, "capture"),
    )
    for finding in findings:
        write_words(f"DOES NOT HOLD: {clean(str(finding))}\n")
    if not findings:
        write_words(f"All of it holds: {', '.join(numbers)}.\n")
    if report.captures_missing:
        were = count(report.captures_missing, "version was", "versions were")
        write_words(f"{were} read from captures that are no longer kept; their texts hold by the chain.\n")
    if report.captures_lost:
        are = count(report.captures_lost, "of them is of an article", "of them are of articles")
        kept = "that changed; such captures stay, unless sources.yaml says `captures: {keep: none}`"
        write_words(f"{are} {kept}. Is captures.db an older copy?\n")
    for finding in lost[:_EXAMPLES]:
        write_words(f"LOST SINCE THE CHECKPOINT: {clean(str(finding))}\n")
    if len(lost) > _EXAMPLES:
        write_words(f"and {len(lost) - _EXAMPLES:,} more.\n")
    for gone in forgotten:
        when = f"was forgotten at {gone.row}: {clean(gone.problem)}"
        write_words(f"Article {gone.article_id}, which the checkpoint saw, {when}.\n")
    if against and not lost:
        what = "Everything else" if forgotten else "Everything"
        write_words(f"{what} that {clean(str(against))} saw is still there.\n")


def _report_json(report: Report, findings: list[Finding], forgotten: list[Finding]) -> dict[str, Any]:
    return {
        "holds": not findings,
        "articles": report.articles,
        "versions": report.versions,
        "changes": report.changes,
        "captures": report.captures,
        "captures_missing": report.captures_missing,
        "captures_lost": report.captures_lost,
        "findings": [
            {"article": f.article_id or None, "table": f.table, "row": f.row, "problem": f.problem} for f in findings
        ],
        "forgotten": [{"article": f.article_id, "at": f.row, "reason": f.problem} for f in forgotten],
    }


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} cannot be read as a checkpoint: {error}") from None


def _write(path: Path, text: str) -> None:
    if path == Path("-"):
        write_plain([text])
        return
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--keep", type=click.IntRange(min=1), default=KEPT, show_default=True, help="Without FILE: how many stay there."
)
@click.option(
    "--unverified", is_flag=True, help="Do not recompute the copy's history; only the file's form is checked."
)
@click.pass_context
def backup(ctx: click.Context, file: Path | None, keep: int, unverified: bool) -> None:
    """Copy the whole history to FILE, while the daemon writes.

    The captures go beside it (tracker.db and captures.db, or X.db and
    X-captures.db). The copy is that of one moment. It is verified before it
    takes the place of an older one of that name, and then read whole like
    `tracker verify` does. Without FILE it is put into the folder `backup`
    beside the database, under the day's date, and the oldest there go.
    """
    desk: Desk = ctx.obj
    with desk.reading() as store:
        target = file or _dated(store.path)
        done = store_backup.backup(store, target)
    for path in done.files:
        say(f"{clean(str(path))}: {path.stat().st_size / 1e6:,.1f} MB")
    if not unverified:
        with Store.open(target) as copy:
            report = integrity.verify(copy)
            finding = report.finding or _beyond(copy)
        if finding:
            say(f"The copy DOES NOT HOLD: {clean(str(finding))}. Run `tracker verify` on the history itself.")
            ctx.exit(1)
        say(f"The copy holds: {count(report.articles, 'article')}, {count(report.versions, 'version')}.")
    if file is None:
        _thin_out(target, keep)


def _dated(database: Path) -> Path:
    """Where today's copy goes: `backup/tracker-2026-11-23.db` beside the database."""
    folder = database.absolute().parent / "backup"
    try:
        folder.mkdir(mode=0o750, exist_ok=True)
    except OSError as error:
        raise StoreError(f"{folder}: cannot make this folder for the backups: {error.strerror}") from None
    return folder / f"{database.stem}-{datetime.now(UTC):%Y-%m-%d}.db"


def _thin_out(newest: Path, keep: int) -> None:
    """Let go of the oldest dated copies beside this one, and of nothing else in that folder."""
    stem = newest.stem[: -len("2026-11-23")]
    day = "[0-9]" * 4 + "-[0-9][0-9]-[0-9][0-9]"
    for old in sorted(newest.parent.glob(f"{glob.escape(stem)}{day}.db"))[:-keep]:
        for path in (old, captures_path(old)):
            path.unlink(missing_ok=True)
        say(f"{clean(str(old))} is let go.")


@click.command()
@click.argument("url")
@click.option("--reason", default="on request", show_default=True, help="Kept with the tombstone.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_desk
def forget(desk: Desk, url: str, reason: str, yes: bool) -> None:
    """Take an article out of the history for good.

    URL is any address the article ever had, or its id. Its versions, changes,
    captures and search entries are deleted. A tombstone stays: the moment,
    the reason and hashes of its addresses, so that it is never followed
    again, and of its chain, so that published checkpoints stay true. Backups
    and copies made before are not touched.
    """
    from tracker.scheduler.process import control  # loads asyncio, which nothing else here needs

    with desk.reading() as store:
        article = the_article(store, url)
    if not yes and not _sure(article):
        say(f"Article {article.id} stays as it is; --yes does not ask.")
        raise click.exceptions.Exit(1)
    if control.ask(desk.database_path(), "forget", patience=None, article=article.id, reason=reason) is None:
        with desk.writing() as store:
            store_forget.forget(store, article.id, reason, datetime.now(UTC))
            store_forget.scrub_log(store)
    say(f"Article {article.id} is forgotten. Backups and copies made before still have it.")


def _sure(article: Article) -> bool:
    try:
        return click.confirm(f"{_named(article)}\nForget it for good?", err=True)
    except click.Abort:  # Ctrl-C, or nobody is there to answer
        say("")
        return False


def _named(article: Article) -> str:
    headline = clean(article.headline) or "(no headline)"
    versions = count(article.version_count, "version")
    return f"{headline}\n{clean(article.url)}\n{clean(article.source_id)}, article {article.id}, {versions}"
