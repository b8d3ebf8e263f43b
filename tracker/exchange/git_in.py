"""Git repositories in: every commit of a file is a capture of it, at the moment of its committer.

Nothing is checked out, and no hook or setting of the repository runs. Also what keeps its texts in git: the snapshots
of Open Terms Archive, and NewsDiffs, whose commits its database names.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import IO

from tracker.errors import UsageError
from tracker.exchange.brought import LARGEST, Brought, NoCapture, moment, written_down
from tracker.exchange.git_out import SAFE, environment
from tracker.model import Capture, Paragraph
from tracker.store.other_files import opened

_PAGES = (".html", ".htm", ".xhtml")
_BINARY = frozenset((".pdf", ".png", ".jpg", ".jpeg", ".gif", ".webp"))


def history(repository: Path, path: str, url: str, observer: str) -> Iterator[Brought]:
    """Every state of one file: a page where its name ends so, else a text, a paragraph a line."""
    listed = _git(repository, "log", "--follow", "--name-only", "--format=%x00%H %ct", "-z", "--", path)
    entries = _entries(listed)
    if not entries:
        raise UsageError(f"{repository}: no commit of it has a file {path}")
    yield from _states(repository, [(commit, at, name, url) for commit, at, name in entries], observer)


def _entries(listed: bytes) -> list[tuple[str, int, str]]:
    """(commit, moment, the file's name then) of `git log -z`, oldest first."""
    found: list[tuple[str, int, str]] = []
    commit, at = "", 0
    for piece in listed.decode("utf-8", "surrogateescape").split("\0"):
        head, _, rest = piece.lstrip("\n").partition(" ")
        if len(head) in (40, 64) and rest.strip().isdigit():
            commit, at = head, int(rest)
        elif commit and piece.strip("\n"):
            found.append((commit, at, piece.strip("\n")))
            commit = ""
    return found[::-1]


def open_terms(repository: Path, declarations: Path, observer: str) -> Iterator[Brought]:
    """The snapshots of Open Terms Archive; their addresses are in the declarations, which are another repository."""
    addresses = _declared(declarations)
    listed = _git(repository, "log", "--reverse", "--no-renames", "--name-only", "--format=%x00%H %ct", "-z")
    states = []
    commit, at = "", 0
    for piece in listed.decode("utf-8", "surrogateescape").split("\0"):
        head, _, rest = piece.lstrip("\n").partition(" ")
        if len(head) in (40, 64) and rest.strip().isdigit():
            commit, at = head, int(rest)
            continue
        for name in filter(None, piece.strip("\n").split("\n")):
            if Path(name).suffix in _PAGES:
                stem = Path(name).with_suffix("").as_posix().partition(" #")[0]
                states.append((commit, at, name, addresses.get(stem, "")))
            elif Path(name).suffix in _BINARY:
                yield NoCapture("snapshots that are no page")
    yield from _states(repository, states, observer)


def _declared(folder: Path) -> dict[str, str]:
    """{Service/Terms: the address that its declaration fetches}."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*.json")):
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        terms = (told.get("terms") or told.get("documents")) if isinstance(told, Mapping) else None
        for name, one in terms.items() if isinstance(terms, Mapping) else ():
            if isinstance(one, Mapping) and isinstance(one.get("fetch"), str):
                found[f"{path.stem}/{name}"] = one["fetch"]
    if not found:
        raise UsageError(f"{folder}: no declaration in it says what is fetched")
    return found


def newsdiffs(database: Path, repositories: Path, observer: str, zone: tzinfo | None) -> Iterator[Brought]:
    """The versions of NewsDiffs: its database (SQLite) names the commits, its repositories hold the texts.

    It writes local time, without saying of where. Raises UsageError when the zone is not known.
    """
    with opened(database) as file:
        file.need("Articles", "id", "url", "git_dir")
        file.need("version", "article_id", "v", "title", "byline", "date")
        rows = file.rows(
            "select a.git_dir, v.v, a.url, v.date, v.title, v.byline from version v join Articles a "
            "on a.id = v.article_id order by a.git_dir, v.date"
        )
        by_folder: dict[str, list[tuple[str, ...]]] = {}
        for row in rows:
            by_folder.setdefault(Path(str(row[0] or "")).name, []).append(tuple(str(cell or "") for cell in row[1:]))
    for name, versions in by_folder.items():
        folder = repositories / name if (repositories / name).is_dir() else repositories
        with _contents(folder) as ask:
            for commit, url, at, title, byline in versions:
                place = url.removeprefix("http://").replace("https://", "https:/", 1)
                yield _newsdiff(ask(f"{commit}:{place}"), url, moment(at, zone), title, byline, commit, observer)


def _newsdiff(
    body: bytes | None, url: str, at: datetime | None, title: str, byline: str, commit: str, observer: str
) -> Brought:
    if body is None or at is None:
        return NoCapture("texts that are not in the repository" if body is None else "no moment")
    said = [Paragraph(line) for line in body.decode("utf-8", "replace").splitlines() if line.strip()]
    if said and said[0].text.strip() == title.strip():
        said = said[1:]
    return written_down(url, at, observer, said, headline=title, byline=[byline], commit=commit)


def _states(repository: Path, states: list[tuple[str, int, str, str]], observer: str) -> Iterator[Brought]:
    with _contents(repository) as ask:
        for commit, seconds, name, url in states:
            body = ask(f"{commit}:{name}")
            if body is None:
                yield NoCapture("commits that take the file out, or a file that is too large")
                continue
            if not url.startswith(("http://", "https://")):
                yield NoCapture("no web address")
                continue
            at = datetime.fromtimestamp(seconds, UTC)
            if Path(name).suffix.lower() in _PAGES:
                origin = json.dumps({"commit": commit, "file": name}, ensure_ascii=False)
                kind = (("Content-Type", "text/html"),)
                yield Capture(url, url, 200, kind, body, at, observer=observer, origin=origin)
            else:
                lines = [Paragraph(line) for line in body.decode("utf-8", "replace").splitlines()]
                yield written_down(url, at, observer, lines, commit=commit, file=name)


class _Asked:
    """`git cat-file --batch`: a name goes in, its bytes come out."""

    def __init__(self, into: IO[bytes], out: IO[bytes]) -> None:
        self._into, self._out = into, out

    def __call__(self, name: str) -> bytes | None:
        """The bytes of `commit:path`; None when there are none, or more than a page may have."""
        if "\n" in name:
            return None
        self._into.write(name.encode("utf-8", "surrogateescape") + b"\n")
        self._into.flush()
        head = self._out.readline().split()
        if len(head) < 3 or not head[-1].isdigit():
            return None
        size, body = int(head[-1]), bytearray()
        left = size
        while left and (piece := self._out.read(min(left, 1 << 20))):
            left -= len(piece)
            if size <= LARGEST:
                body += piece
        self._out.read(1)
        return bytes(body) if size <= LARGEST and head[-2] == b"blob" else None


@contextmanager
def _contents(repository: Path) -> Iterator[_Asked]:
    command = ["git", "-C", str(repository), *SAFE, "cat-file", "--batch"]
    with subprocess.Popen(  # noqa: S603 - no shell
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment()
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise UsageError(f"{repository}: git cat-file takes nothing in")
        yield _Asked(process.stdin, process.stdout)
        process.stdin.close()
        process.stdout.read()


def _git(repository: Path, *arguments: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - no shell
            ["git", "-C", str(repository), *SAFE, *arguments],  # noqa: S607 - the git of this machine
            env=environment(),
            capture_output=True,
            check=False,
        )
    except OSError:
        raise UsageError("this needs git: install it") from None
    if done.returncode:
        raise UsageError(f"{repository}: git says: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
