"""tracker verify: Prove that the history has not been altered.

Section: Keep it true
Place: 1
Example: tracker verify --checkpoint heads-2026-11-23.txt
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from tracker.cli.context import CommandContext, json_option, the_article
from tracker.cli.screen import say, write_plain, write_words
from tracker.cli.verification import beyond, verified
from tracker.errors import UsageError
from tracker.render import clean, json_
from tracker.render.words import count
from tracker.store import Finding, Report, Store
from tracker.store.proof import integrity

_EXAMPLES = 5


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
    context: CommandContext = ctx.obj
    if article and (checkpoint or against):
        raise UsageError("a checkpoint is of the whole history: leave ARTICLE out")
    if checkpoint and checkpoint != Path("-") and checkpoint.exists():
        raise UsageError(f"{checkpoint} is there already; a checkpoint is never overwritten: name a new file")
    with context.reading() as store:
        one = the_article(store, article).id if article else None
        report = verified(store, one)
        findings = list(filter(None, [report.finding or beyond(store, one)]))
        seen = _read(against) if against else ""
        lost, forgotten = (
            (integrity.check_checkpoint(store, seen), integrity.forgotten_since(store, seen)) if against else ([], [])
        )
        if reread and not findings:
            findings += _second_reading(context, store, one)
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


def _second_reading(context: CommandContext, store: Store, article_id: int | None) -> list[Finding]:
    from tracker.cli.second_reading import read_again  # loads the extractor, which nothing else here needs

    done = read_again(store, context.config(), article_id)
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


def _report_json(report: Report, findings: list[Finding], forgotten: list[Finding]) -> dict[str, object]:
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
