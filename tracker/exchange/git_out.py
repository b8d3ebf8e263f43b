"""A git repository of the history: one commit a version, by the outlet, at the moment it was first seen.

`git log -p`, `git blame` and every tool for diffs then work on news. The commits are made by `git fast-import` from a
stream, so neither memory nor the disk holds more than one version besides the repository.
"""

from __future__ import annotations

import os
import subprocess
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tracker.errors import UsageError
from tracker.model import Kind, RecordedChange, Version, iso

_MARKS = {Kind.HEADING: "## ", Kind.QUOTE: "> ", Kind.LIST: "- "}
_COMMITTER = "article-tracker <tracker@article-tracker.invalid>"
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Commit:
    """A version with all that its commit tells."""

    source_id: str
    source_name: str
    url: str
    title: str
    version: Version
    change: RecordedChange | None


def write(folder: Path, commits: Iterable[Commit]) -> int:
    """Make a repository of these versions, in their order; how many commits it has.

    Raises UsageError when git is not there or fails.
    """
    folder = folder.absolute()
    _git(folder.parent, "init", "--quiet", "--initial-branch=main", str(folder))
    count = 0
    with _importer(folder) as process:
        if process.stdin is None:
            raise UsageError(f"{folder}: git fast-import takes nothing in")
        try:
            for commit in commits:
                _write(process.stdin, commit, first=count == 0)
                count += 1
            process.stdin.close()
        except BrokenPipeError:
            pass
        failed = process.wait()
    if failed:
        raise UsageError(f"{folder}: git fast-import failed with {failed}; what it said is above")
    if count:
        _git(folder, "reset", "--quiet", "--hard")
    return count


def _importer(folder: Path) -> subprocess.Popen[bytes]:
    arguments = ["git", "-C", str(folder), *SAFE, "fast-import", "--quiet"]
    return subprocess.Popen(arguments, stdin=subprocess.PIPE, env=environment())  # noqa: S603 - no shell


SAFE = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "-c", "gc.auto=0")


def environment() -> dict[str, str]:
    """An environment in which git follows no settings of this machine and asks for nothing."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_TERMINAL_PROMPT": "0"}


def _git(folder: Path, *arguments: str) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - no shell
            ["git", "-C", str(folder), *SAFE, *arguments],  # noqa: S607 - the git of this machine
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        raise UsageError("this needs git: install it, or export another format") from None
    if done.returncode:
        raise UsageError(f"{folder}: git {arguments[0]} failed: {done.stderr.strip()}")


def _write(out: IO[bytes], commit: Commit, *, first: bool) -> None:
    moment = f"{int(commit.version.first_seen_at.timestamp())} +0000"
    author = f"{_name(commit.source_name)} <{_name(commit.source_id)}@article-tracker.invalid>"
    message = _message(commit).encode()
    text = _text(commit).encode()
    head = f"commit refs/heads/main\nauthor {author} {moment}\ncommitter {_COMMITTER} {moment}\n"
    out.write(head.encode() + b"data %d\n" % len(message) + message + b"\n")
    if first:
        readme = _README.encode()
        out.write(b"M 100644 inline README.md\ndata %d\n" % len(readme) + readme + b"\n")
    out.write(f"M 100644 inline {path_of(commit)}\n".encode() + b"data %d\n" % len(text) + text + b"\n")


def _name(text: str) -> str:
    """A name as a line of git's stream may hold it."""
    return "".join(c for c in text if c.isprintable() and c not in '<>"').strip() or "unknown"


def path_of(commit: Commit) -> str:
    """Where an article lies: its outlet's folder, its number and the words of its first headline."""
    plain = unicodedata.normalize("NFKD", commit.title).encode("ascii", "ignore").decode().lower()
    words = "-".join("".join(c if c.isalnum() else " " for c in plain).split())[:_LONGEST_NAME].strip("-")
    folder = "".join(c if c.isalnum() or c in "-_" else "-" for c in commit.source_id) or "source"
    return f"{folder}/{commit.version.article_id}{'-' if words else ''}{words}.md"


def _message(commit: Commit) -> str:
    version, change = commit.version, commit.change
    subject = change.summary if change is not None else f"First seen: {version.content.headline}"
    seen = f"Seen between {iso(version.previous_seen_at)} and {iso(version.first_seen_at)}"
    lines = [
        " ".join(subject.split()) or f"Version {version.number}",
        "",
        seen if version.previous_seen_at else f"Seen at {iso(version.first_seen_at)}",
        "",
        f"Article: {version.article_id}",
        f"Version: {version.number}",
        f"URL: {commit.url}",
    ]
    if change is not None:
        lines += [f"Change: {change.id}", f"Class: {change.class_.value}", f"Score: {change.score}"]
        lines += [f"Noise-Rule: {change.noise_rule}"] if change.noise_rule else []
    if version.observer:
        lines.append(f"Observer: {version.observer}")
    return "\n".join([*lines, f"Content-SHA256: {version.content_sha256}", f"Chain-SHA256: {version.chain_sha256}"])


def _text(commit: Commit) -> str:
    """The version as plain text, a paragraph a line, so that a diff shows paragraphs."""
    content = commit.version.content
    parts = [f"# {content.headline}", content.standfirst, ", ".join(content.byline)]
    parts += [f"{_MARKS.get(p.kind, '')}{p.text}" for p in content.everything]
    return "\n\n".join(" ".join(part.split()) for part in parts if part.strip()) + "\n"


_README = """\
Articles as they were seen, one commit a version
================================================

Made by article-tracker from its history. Each commit is a version of an article, authored by the outlet at the moment
at which that version was first seen: it appeared at some moment between the two in its message. What a publisher wrote
belongs to the publisher.

    git log -p -- SOURCE/ARTICLE.md        what was changed, and when that was seen
    git log -p --word-diff -- SOURCE/…     the same by words
    git blame SOURCE/ARTICLE.md            since when each paragraph stands
"""
