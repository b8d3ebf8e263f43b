"""WARC and WACZ in: pages become captures with their true bytes, and everything else is counted by its reason."""

from __future__ import annotations

import gzip
import zipfile
from collections import Counter
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import brotli
import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from tracker.errors import UsageError
from tracker.exchange.brought import LARGEST, NoCapture
from tracker.exchange.warc_in import WarcReader, undone
from tracker.exchange.warc_out import sha1
from tracker.model import Capture

URL = "https://times.example/pier"
DATE = "2024-05-01T10:00:00Z"
BODY = b"<html><p>The pier closes.</p></html>"
HTML = (("Content-Type", "text/html; charset=utf-8"),)


def record(
    body: bytes = BODY,
    *,
    url: str = URL,
    kind: str = "response",
    status: str = "200 OK",
    headers: tuple[tuple[str, str], ...] = HTML,
    **told: str,
) -> dict[str, Any]:
    return {"body": body, "url": url, "kind": kind, "status": status, "headers": headers, "told": told}


def written(path: Path, *records: dict[str, Any]) -> Path:
    """A WARC of these records; names of its own headers have _ for -."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=path.suffix == ".gz", warc_version="WARC/1.1")
        for one in records:
            told = {"WARC-Date": DATE} | {name.replace("_", "-"): value for name, value in one["told"].items()}
            made = writer.create_warc_record(
                one["url"],
                one["kind"],
                payload=BytesIO(one["body"]),
                http_headers=StatusAndHeaders(one["status"], list(one["headers"]), protocol="HTTP/1.1")
                if one["kind"] in ("response", "revisit")
                else None,
                warc_headers_dict=told,
            )
            writer.write_record(made)
    return path


def read(*paths: Path, wanted: str = "") -> tuple[list[Capture], Counter[str]]:
    reader = WarcReader("crawl", lambda url: wanted in url)
    bodies: dict[str, bytes] = {}
    captures, refused = [], Counter[str]()
    found = [one for path in paths for one in reader.read(path)]
    bodies |= {one.sha256: one.body for one in found if isinstance(one, Capture)}
    for one in [*found, *reader.resolved(bodies.get)]:
        if isinstance(one, NoCapture):
            refused[one.reason] += 1
        else:
            captures.append(one)
    return captures, refused


@pytest.mark.parametrize("name", ["plain.warc", "packed.warc.gz"])
def test_a_response_becomes_a_capture_at_its_moment(name: str, tmp_path: Path) -> None:
    (capture,), refused = read(written(tmp_path / name, record(url=f"<{URL}>")))
    assert (capture.url, capture.fetched_at, capture.body) == (URL, datetime(2024, 5, 1, 10, tzinfo=UTC), BODY)
    assert (capture.observer, capture.header("content-type")) == ("crawl", "text/html; charset=utf-8")
    assert name in capture.origin
    assert not refused


@pytest.mark.parametrize(
    ("name", "body", "headers"),
    [
        ("gzip", gzip.compress(BODY, mtime=0), {"content-encoding": "gzip"}),
        ("brotli", brotli.compress(BODY), {"content-encoding": "br"}),
        ("says gzip, is plain", BODY, {"content-encoding": "gzip"}),
        ("says brotli, is plain", BODY, {"content-encoding": "br"}),
        (
            "chunked",
            b"5\r\n" + BODY[:5] + b"\r\n%x;a=b\r\n" % len(BODY[5:]) + BODY[5:] + b"\r\n0\r\n\r\n",
            {"transfer-encoding": "chunked"},
        ),
        ("says chunked, is plain", BODY, {"transfer-encoding": "chunked"}),
        (
            "chunked and gzip",
            b"%x\r\n" % len(gzip.compress(BODY, mtime=0)) + gzip.compress(BODY, mtime=0) + b"\r\n0\r\n\r\n",
            {"transfer-encoding": "chunked", "content-encoding": "gzip"},
        ),
        ("no coding that there is", BODY, {"content-encoding": "utf-8"}),
    ],
)
def test_the_bytes_are_those_a_browser_would_parse(name: str, body: bytes, headers: dict[str, str]) -> None:
    assert undone(body, headers) == BODY, name


@pytest.mark.parametrize(
    ("name", "body", "headers"),
    [
        ("a damaged gzip", gzip.compress(BODY * 50, mtime=0)[:60], {"content-encoding": "gzip"}),
        ("a bomb", gzip.compress(bytes(LARGEST + 1), mtime=0), {"content-encoding": "gzip"}),
        ("two codings", BODY, {"content-encoding": "br, br"}),
    ],
)
def test_what_cannot_be_undone_within_limits_is_none(name: str, body: bytes, headers: dict[str, str]) -> None:
    assert undone(body, headers) is None, name


@pytest.mark.parametrize(
    ("name", "one", "reason"),
    [
        ("a resource", record(kind="resource"), "records of the kind resource"),
        ("a picture", record(headers=(("Content-Type", "image/png"),)), "answers that are no page"),
        ("an error", record(status="404 Not Found"), "answers with 4xx"),
        ("a redirect", record(status="302 Found"), "answers with 3xx"),
        ("cut when recorded", record(WARC_Truncated="length"), "pages that were cut when they were recorded"),
        ("no date", record(WARC_Date="yesterday"), "records without a date or an HTTP status"),
        ("no address", record(url="urn:x"), "records of no web address"),
        ("too large", record(b"x" * (LARGEST + 1)), "pages that are too large"),
    ],
)
def test_what_is_no_page_is_counted(name: str, one: dict[str, Any], reason: str, tmp_path: Path) -> None:
    captures, refused = read(written(tmp_path / "a.warc.gz", one, record()))
    assert refused == {reason: 1}, name
    assert len(captures) == 1


def test_a_revisit_gets_the_body_of_its_original_wherever_that_lies(tmp_path: Path) -> None:
    by_digest = record(
        b"", kind="revisit", WARC_Date="2024-05-02T10:00:00Z", WARC_Payload_Digest=sha1(BODY), WARC_Truncated="length"
    )
    by_place = record(
        b"",
        kind="revisit",
        WARC_Date="2024-05-03T10:00:00Z",
        WARC_Payload_Digest="sha1:UNKNOWN",
        WARC_Refers_To_Target_URI=URL,
        WARC_Refers_To_Date=DATE,
    )
    orphan = record(b"", kind="revisit", WARC_Payload_Digest="sha1:NOBODY")
    first = written(tmp_path / "a.warc.gz", by_digest, by_place, orphan)
    captures, refused = read(first, written(tmp_path / "b.warc.gz", record()))
    assert sorted((c.fetched_at.day, c.body) for c in captures) == [(1, BODY), (2, BODY), (3, BODY)]
    assert refused == {"revisits without their original": 1}


@pytest.mark.parametrize("cut", [40, 200, 5000])
def test_a_damaged_end_costs_only_what_comes_after_it(cut: int, tmp_path: Path) -> None:
    bodies = [f"<p>{n} {n * 7919 % 104729} {'x' * n}</p>".encode() * 20 for n in range(40)]
    path = written(tmp_path / "a.warc", *(record(b, url=f"{URL}/{n}") for n, b in enumerate(bodies)))
    path.write_bytes(path.read_bytes()[:-cut])
    captures, refused = read(path)
    assert 30 <= len(captures) < 40
    assert [c.body for c in captures] == bodies[: len(captures)]
    assert sum(refused.values()) >= 1


@pytest.mark.parametrize("junk", [b"", b"not a warc at all\r\n\r\n", bytes(500), b"\x1f\x8b" + bytes(40)])
def test_what_is_no_warc_gives_no_capture_and_no_traceback(junk: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(junk)
    captures, _ = read(tmp_path / "a.warc.gz")
    assert captures == []


def test_a_wacz_is_read_and_its_names_touch_no_disk(tmp_path: Path) -> None:
    inner = written(tmp_path / "in.warc.gz", record()).read_bytes()
    with zipfile.ZipFile(tmp_path / "a.wacz", "w") as archive:
        archive.writestr("archive/../../escaped.warc.gz", inner)
        archive.writestr("archive/data.warc.gz", inner)
        archive.writestr("pages/pages.jsonl", "{}")
    captures, refused = read(tmp_path / "a.wacz")
    assert [c.body for c in captures] == [BODY]
    assert not refused
    assert {p.name for p in tmp_path.iterdir()} == {"in.warc.gz", "a.wacz"}
    with zipfile.ZipFile(tmp_path / "empty.wacz", "w") as archive:
        archive.writestr("index.html", "x")
    with pytest.raises(UsageError, match="holds no WARC"):
        read(tmp_path / "empty.wacz")


def test_a_wacz_that_unfolds_without_end_is_left_alone(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.wacz", "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("archive/bomb.warc", "w") as entry:
            for _ in range(40):
                entry.write(bytes(1 << 20))
        archive.writestr("archive/data.warc.gz", written(tmp_path / "in.warc.gz", record()).read_bytes())
    captures, refused = read(tmp_path / "a.wacz")
    assert [c.body for c in captures] == [BODY]
    assert refused == {"WARCs in a WACZ that unfold to far more than they take": 1}


def test_only_what_is_wanted_is_read(tmp_path: Path) -> None:
    path = written(tmp_path / "a.warc.gz", record(), record(url="https://other.example/x"))
    captures, refused = read(path, wanted="times.example")
    assert [c.url for c in captures] == [URL]
    assert refused == {"records of other sites": 1}
