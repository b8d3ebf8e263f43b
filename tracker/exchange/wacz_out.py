"""WACZ 1.1.1 out: a WARC with its index and its pages in one ZIP, as ReplayWeb.page opens it.

The index is plain `indexes/index.cdx`: a `.cdx.gz` without its `.idx` passes every validator, and the player then finds
no page at all.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import IO

from tracker import __version__
from tracker.exchange.warc_out import Kept, WarcFiles, Written
from tracker.model import iso

_PIECE = 1 << 20


def write(path: Path, captures: Iterable[Kept], *, title: str, now: datetime, redirects: bool = True) -> Written:
    """Write the captures as one WACZ. Raises UsageError when warcio is not there."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".wacz-") as made:
        folder = Path(made)
        warc, index, pages = folder / "data.warc.gz", folder / "index.cdx", folder / "pages.jsonl"
        with pages.open("w", encoding="utf-8") as told:
            told.write(json.dumps({"format": "json-pages-1.0", "id": "pages", "title": "All Pages", "hasText": True}))
            told.write("\n")
            with WarcFiles(warc, derived=False, redirects=redirects, most=None, pages=told) as files:
                for kept in captures:
                    files.add(kept)
                files.write_index(index)
                written = files.written
        written.files = [path]
        names = {"archive/data.warc.gz": warc, "indexes/index.cdx": index, "pages/pages.jsonl": pages}
        package = {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "title": title,
            "software": f"article-tracker {__version__}",
            "created": iso(now),
            "resources": [
                {"name": n.rpartition("/")[2], "path": n, "hash": f"sha256:{_sha256(f)}", "bytes": f.stat().st_size}
                for n, f in names.items()
            ],
        }
        first = _first_page(pages)
        if first is not None:
            package |= {"mainPageUrl": first[0], "mainPageDate": first[1]}
        said = json.dumps(package, indent=2).encode()
        digest = {"path": "datapackage.json", "hash": f"sha256:{hashlib.sha256(said).hexdigest()}"}
        with zipfile.ZipFile(path, "w", allowZip64=True) as archive:
            for name, file in names.items():
                how = zipfile.ZIP_STORED if name.startswith("archive/") else zipfile.ZIP_DEFLATED
                with file.open("rb") as source, archive.open(_entry(name, how), "w", force_zip64=True) as target:
                    shutil.copyfileobj(source, target, _PIECE)
            archive.writestr(_entry("datapackage.json"), said)
            archive.writestr(_entry("datapackage-digest.json"), json.dumps(digest).encode())
        return written


def _entry(name: str, how: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = how
    entry.external_attr = 0o644 << 16
    return entry


def _sha256(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _first_page(pages: Path) -> tuple[str, str] | None:
    with pages.open(encoding="utf-8") as lines:
        return _place(lines)


def _place(lines: IO[str]) -> tuple[str, str] | None:
    lines.readline()
    line = lines.readline()
    if not line:
        return None
    page = json.loads(line)
    return str(page["url"]), str(page["ts"])
