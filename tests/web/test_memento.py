"""Mementos: a TimeMap of an address, a TimeGate to a moment, and the version's text, which nothing can run in."""

from __future__ import annotations

import re
from typing import Any

import pytest

URL = "https://times.example/harbour"


async def test_a_timemap_lists_every_version_with_its_moment(site: Any) -> None:
    answer = await site.get(f"/-/timemap/link/{URL}")
    assert answer.headers["content-type"].startswith("application/link-format")
    assert f'<{URL}>; rel="original"' in answer.text
    found = re.findall(r'<([^>]+)>; rel="([a-z ]*memento)"; datetime="([^"]+)"', answer.text)
    assert [rel for _, rel, _ in found] == ["first memento", "memento", "last memento"]
    assert found[0][2] == "Mon, 23 Nov 2026 10:00:00 GMT"
    assert found[0][0].endswith(f"/-/memento/20261123100000/{URL}")


@pytest.mark.parametrize(
    ("asked", "stamp"),
    [
        ("", "20261123120000"),
        ("Mon, 23 Nov 2026 11:30:00 GMT", "20261123110000"),
        ("Mon, 23 Nov 2026 11:00:00 GMT", "20261123110000"),
        ("Sat, 01 Jan 2000 00:00:00 GMT", "20261123100000"),
        ("Sat, 01 Jan 2050 00:00:00 GMT", "20261123120000"),
    ],
)
async def test_a_timegate_leads_to_what_stood_then(site: Any, asked: str, stamp: str) -> None:
    headers = {"accept-datetime": asked} if asked else {}
    answer = await site.get(f"/-/timegate/{URL}", headers=headers)
    assert answer.status_code == 302
    assert answer.headers["location"].endswith(f"/-/memento/{stamp}/{URL}")
    assert answer.headers["vary"].startswith("accept-datetime")
    assert f'<{URL}>; rel="original"' in answer.headers["link"]


async def test_a_memento_is_text_at_its_moment_in_a_sandbox(site: Any) -> None:
    answer = await site.get(f"/-/memento/20261123110000/{URL}")
    assert answer.headers["memento-datetime"] == "Mon, 23 Nov 2026 11:00:00 GMT"
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-security-policy"].endswith("sandbox")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "14 boats still do" in answer.text
    for rel in ("original", "timegate", "timemap"):
        assert f'rel="{rel}"' in answer.headers["link"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/-/timemap/link/https://nobody.example/x", 404),
        ("/-/timegate/https://nobody.example/x", 404),
        (f"/-/memento/20000101000000/{URL}", 404),
        ("/-/timemap/link/javascript:alert(1)", 404),
        ("/-/timemap/link/https://times.example/%0d%0aSet-Cookie:x", 404),
        ("/-/timemap/link/https://times.example/%3E;rel=%22x", 404),
    ],
)
async def test_what_is_not_known_is_not_found(site: Any, path: str, status: int) -> None:
    assert (await site.get(path)).status_code == status


async def test_a_date_that_is_none_is_refused(site: Any) -> None:
    answer = await site.get(f"/-/timegate/{URL}", headers={"accept-datetime": "yesterday"})
    assert answer.status_code == 400
