"""tracker evidence: Pack everything about one change for somebody else to check.

Section: Keep it true
Place: 2
Example: tracker evidence 12 change-12.zip
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import click

from tracker import __version__
from tracker.cli.context import CommandContext
from tracker.cli.screen import say
from tracker.differ import diff
from tracker.errors import UsageError
from tracker.model import Capture, Change, Version, iso
from tracker.render import clean, html, json_, plain, unified
from tracker.render.proof import Layout
from tracker.render.words import interval, moment_words, told_words
from tracker.store import ChangeEvidence, Finding
from tracker.store.proof import chain
from tracker.store.proof import evidence as stored_evidence
from tracker.store.proof.chain import VersionProof
from tracker.store.questions import condition
from tracker.store.queue.mementos import Memento

_MEANINGS = {
    "change.html": "the change, to be read in a browser",
    "change.txt": "the change, as plain text",
    "change.patch": "the change, as a patch between the two texts",
    "change.json": "the change, for programs",
    "chain.jsonl": "every link of the article's chain, oldest first",
    "text.txt": "the article as it was read from the page",
    "content.json": "the same, in the form whose SHA-256 stands in the chain",
    "capture.html": "the body of the server's answer, byte for byte",
    "response.txt": "when and where it was asked for, and what came with it: redirects, status, headers",
}


@click.command()
@click.argument("change", type=click.IntRange(min=1))
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
@click.pass_context
def evidence(ctx: click.Context, change: int, file: Path, force: bool) -> None:
    """Pack everything about one change for somebody else to check.

    CHANGE is the number that `tracker log` gives it. The ZIP holds both
    pages as they were received, their headers, hashes, both texts, the
    difference, the article's chain, and a manifest that explains how each
    can be checked with everyday tools. The article is verified first. Ends
    with 1 when it does not hold, or when a page is no longer kept.
    """
    context: CommandContext = ctx.obj
    if file.exists() and not force:
        raise UsageError(f"{file} is there already: name another file, or use --force")
    with context.reading() as store:
        gathered = stored_evidence.evidence(store, change)
        finding = condition.verify_at_once(store, gathered.article.id).finding
        links = chain.chain(store, gathered.article.id)
    packed = pack(gathered, links, finding, datetime.now(UTC))
    try:
        file.write_bytes(packed)
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}") from None
    lacking = missing(gathered)
    for what in lacking:
        say(f"The {what} is no longer kept; its hash and its text are in the chain.")
    if finding:
        say(f"The article's history DOES NOT HOLD, and the manifest says so: {clean(str(finding))}")
    say(f"{clean(str(file))}: SHA-256 {hashlib.sha256(packed).hexdigest()}")
    ctx.exit(1 if finding or lacking else 0)


def missing(gathered: ChangeEvidence) -> list[str]:
    """The captures that are not there any more, in words."""
    pairs = ((gathered.change.old_version, gathered.old_capture), (gathered.change.new_version, gathered.new_capture))
    return [f"page of version {number}" for number, capture in pairs if capture is None]


def pack(gathered: ChangeEvidence, chain: Iterable[VersionProof], finding: Finding | None, now: datetime) -> bytes:
    """The ZIP. The same evidence packed at the same moment is the same file, byte for byte."""
    change = diff(gathered.old.content, gathered.new.content)
    files = _files(gathered, change, list(chain))
    sums = "".join(f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in files.items())
    files["SHA256SUMS"] = sums.encode()
    files["manifest.json"] = _json(_manifest(gathered, files, finding, now))
    manifest = _explained(gathered, list(files), finding, now, hashlib.sha256(sums.encode()).hexdigest())
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in {"MANIFEST.txt": manifest.encode(), **files}.items():
            archive.writestr(_entry(name, now), body)
    return buffer.getvalue()


def _entry(name: str, now: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, max(now.timetuple()[:6], (1980, 1, 1, 0, 0, 0)))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _files(gathered: ChangeEvidence, change: Change, chain: list[VersionProof]) -> dict[str, bytes]:
    record, old, new = gathered.change, gathered.old, gathered.new
    names = (f"version {old.number}".replace(" ", "-"), f"version {new.number}".replace(" ", "-"))
    files = {
        "change.html": html.page(record, change, Layout(True), language=new.content.language).encode(),
        "change.txt": plain.change(record, change, Layout(True)).encode(),
        "change.patch": unified.patch(old.content, new.content, old_name=names[0], new_name=names[1]).encode(),
        "change.json": _json(json_.change(record, change)),
        "chain.jsonl": "".join(json_.line(_link(link)) for link in chain).encode(),
    }
    for name, version, capture in ((names[0], old, gathered.old_capture), (names[1], new, gathered.new_capture)):
        files[f"{name}/text.txt"] = plain.document(version.content).encode()
        files[f"{name}/content.json"] = version.content.canonical().encode()
        if capture is not None:
            files[f"{name}/capture.html"] = capture.body
            files[f"{name}/response.txt"] = _response(capture).encode()
    return files


def _json(value: dict[str, object]) -> bytes:
    return (json.dumps(value, ensure_ascii=True, indent=1) + "\n").encode()


def _link(link: VersionProof) -> dict[str, object]:
    return {"version": link.number, "chain_sha256": link.chain_sha256, "sha256_of": link.text}


def _response(capture: Capture) -> str:
    """What came with the body, one fact a line; made harmless, since servers write it."""
    lines = [f"Received: {iso(capture.fetched_at)}", f"Asked for: {clean(capture.url)}"]
    if capture.observer:
        lines.insert(1, f"Received by: {clean(capture.observer)}, not by us; taken from: {clean(capture.origin)}")
    lines += [f"Redirected: {status} to {clean(url)}" for status, url in capture.redirects]
    lines += [f"Answered by: {clean(capture.final_url)}", f"Status: {capture.status}"]
    lines += [f"Body: {len(capture.body)} bytes, SHA-256 {capture.sha256}", "", "Headers as received:", ""]
    return "\n".join([*lines, *(f"{clean(name)}: {clean(value)}" for name, value in capture.headers)]) + "\n"


def _manifest(
    gathered: ChangeEvidence, files: dict[str, bytes], finding: Finding | None, now: datetime
) -> dict[str, object]:
    """The same as MANIFEST.txt, for programs."""
    return {
        "made_at": iso(now),
        "made_by": f"article-tracker {__version__}",
        "history_holds": finding is None,
        "finding": str(finding) if finding else None,
        "change": json_.row(gathered.change),
        "addresses": [
            {"url": a.url, "role": a.role, "first_seen_at": iso(a.first_seen_at), "last_seen_at": iso(a.last_seen_at)}
            for a in gathered.addresses
        ],
        "versions": [_version(v, c, gathered.mementos.get(v.number)) for v, c in _both(gathered)],
        "files": [{"name": n, "bytes": len(b), "sha256": hashlib.sha256(b).hexdigest()} for n, b in files.items()],
    }


def _both(gathered: ChangeEvidence) -> list[tuple[Version, Capture | None]]:
    return [(gathered.old, gathered.old_capture), (gathered.new, gathered.new_capture)]


def _version(version: Version, capture: Capture | None, memento: Memento | None) -> dict[str, object]:
    return {
        "version": version.number,
        "first_seen_at": iso(version.first_seen_at),
        "last_seen_at": iso(version.last_seen_at),
        "capture_sha256": version.capture_sha256,
        "capture_kept": capture is not None,
        "content_sha256": version.content_sha256,
        "chain_sha256": version.chain_sha256,
        "extractor": version.content.extractor,
        "observer": version.observer or None,
        "memento": {"url": memento.url, "at": iso(memento.at)} if memento is not None else None,
        "origin": json.loads(capture.origin) if capture is not None and capture.origin else None,
    }


_HOW = """\
How to check it
---------------
1. No file was altered since this was made: `sha256sum -c SHA256SUMS` (on macOS: `shasum -a 256 -c SHA256SUMS`) must say
   OK for each, and nothing else may lie in here than is listed above. The SHA-256 of SHA256SUMS itself is
   {sums}
   This page and manifest.json stand in no list. The SHA-256 of the whole ZIP vouches for them: it was told when the ZIP
   was made; ask for it whoever made it, or whoever wrote it down then.
2. The pages are what the texts were read from: the SHA-256 of version-N/capture.html is the `capture` of version N
   above.
3. The texts are what the history holds: the SHA-256 of version-N/content.json is the `content` of version N above.
4. The history is one chain: each line of chain.jsonl has a `chain_sha256`, which is the SHA-256 of its `sha256_of`, as
   UTF-8; and each `sha256_of` begins with the `chain_sha256` of the line before. It names capture, content and moments
   of its version, so that none can be exchanged without breaking every link after it.
5. When the chain was already so: compare the `chain` of a version with a checkpoint that was published or signed since
   (`tracker verify --checkpoint` writes them). Without one, the chain shows that the parts belong together, not when
   they were made.
6. What is judged rather than seen (class, score, summary, notice) is in no link of the chain. Another program, or
   another person, can judge anew from the two texts.

What it does not show
---------------------
The moments are those of the machine that made it. Headers, redirects and the address that answered are as that machine
wrote them down: the chain holds the body of the answer and its moment, not these. The change happened at some moment
between the two checks; what the page showed to others, or at other moments, was not seen. That no notice was seen is a
finding of a reading program, not a statement about the publisher. Open capture.html only with a browser that is
offline: it is the publisher's page and may load things from elsewhere.
"""


def _explained(gathered: ChangeEvidence, names: list[str], finding: Finding | None, now: datetime, sums: str) -> str:
    """The manifest that a person reads first."""
    change = gathered.change
    lines = [
        "Evidence of a change to a published article",
        "===========================================",
        "",
        f"Article:   {clean(change.headline) or '(no headline)'}",
        f"Address:   {clean(change.url)}",
        f"Source:    {clean(change.source_id)}",
        f"Change:    number {change.id}, from version {change.old_version} to version {change.new_version}",
        f"Happened:  {interval(change.after, change.before)}",
        f"In words:  {clean(change.summary)}",
        f"Notice:    {told_words(change)}",
        f"Made:      {moment_words(now)} by article-tracker {__version__}",
        "",
    ]
    held = "Before this was made, the article's whole history was recomputed from what is stored, and it holds."
    lines += [f"WARNING: the history does not hold: {clean(str(finding))}" if finding else held, ""]
    lines += [f"The {what} is no longer kept, only its hash." for what in missing(gathered)]
    lines += ["What is in it", "-------------", *(f"{n:24} {_meaning(n)}" for n in names), ""]
    for version, _ in _both(gathered):
        lines += [
            f"version {version.number}, first seen {iso(version.first_seen_at)}",
            *([f"  seen by  {clean(version.observer)}; imported, we did not see it"] if version.observer else ()),
            *(f"  archive  {clean(m.url)}" for n, m in gathered.mementos.items() if n == version.number),
            f"  read by  {clean(version.content.extractor)}",
            f"  capture  {version.capture_sha256}",
            f"  content  {version.content_sha256}",
            f"  chain    {version.chain_sha256}",
            "",
        ]
    return "\n".join(lines) + "\n" + _HOW.format(sums=sums)


def _meaning(name: str) -> str:
    if name == "SHA256SUMS":
        return "the SHA-256 of every file above"
    if name == "manifest.json":
        return "what this page says, for programs"
    return _MEANINGS[name.rpartition("/")[2]]
