"""Below a path of another site: no address leads outside it; a log-in closes every route; the examples work."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from contextlib import ExitStack
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest

from tests.waiting import HANG
from tests.web.world import FEEDS, PAGES, serving
from tracker.web.routes import ROUTES

ROOT = Path(__file__).parents[2]
CERTIFICATES = ROOT / "tests/fetcher/certificates"
BASE = "/desk/tracker/"
FORWARDED = {"Host": "news.example"}
"""The scheme is for the server to take from the proxy: the test with nginx sees it."""


class Addresses(HTMLParser):
    """Every address on our own site that a page leads to, loads or sends a form to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [v for k, v in attrs if k in ("href", "src", "action", "formaction") and v and v.startswith("/")]


def addresses(page: str) -> list[str]:
    parser = Addresses()
    parser.feed(page)
    return parser.found


@pytest.fixture
async def below(history_path: Path) -> Any:
    async with serving(history_path, base_url=BASE) as datasette:
        yield datasette.client


async def test_every_page_below_a_path_leads_nowhere_outside_it(below: Any) -> None:
    waiting, seen = [*PAGES], set()
    while waiting and len(seen) < 120:
        path = waiting.pop(0)
        bare = "/" + path.removeprefix(BASE).lstrip("/")
        if bare in seen:
            continue
        seen.add(bare)
        answer = await below.get(bare, headers=FORWARDED)  # the client puts the path before it
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        found = addresses(answer.text)
        # `//host` and the addresses of articles are other sites'.
        assert not [a for a in found if not a.startswith((BASE, "//"))], bare
        ours = [a for a in found if re.match(rf"{BASE}(?:$|\?|-/(?:article|change|outlet|now|voices|find|search))", a)]
        waiting += ours
    assert len(seen) > 30


@pytest.mark.parametrize("path", FEEDS)
async def test_a_feed_below_a_path_names_itself_as_the_proxy_shows_it(below: Any, path: str) -> None:
    answer = await below.get(path, headers=FORWARDED)
    assert answer.status_code == 200
    if path.partition("?")[0].endswith("json"):
        said = [json.loads(answer.text)["feed_url"]]
    else:
        said = re.findall(r'rel="self"[^>]*href="([^"]+)"|href="([^"]+)"[^>]*rel="self"', answer.text)[0]
    assert any(address.startswith(f"http://news.example{BASE}-/") for address in said)


_EXAMPLES = {"sha256": "a" * 64, "stamp": "20261123080000", "form": "csv"}


def example(pattern: str) -> str:
    """An address that a route's pattern matches."""
    plain = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda found: _EXAMPLES.get(found[1], "1"), pattern.strip("^$"))
    plain = re.sub(r"\(\?:(\w+)\|[^)]*\)", r"\1", plain).replace("\\", "").replace(".*", "https://x.example/")
    return plain.replace(".+", "https://x.example/")


@pytest.mark.parametrize("pattern", [pattern for pattern, _ in ROUTES if "static" not in pattern])
async def test_a_log_in_closes_every_route_that_there_is(history_path: Path, pattern: str) -> None:
    path = example(pattern)
    assert re.match(pattern, path), f"{path}: teach example() how to read {pattern}"
    async with serving(history_path, base_url=BASE, sheet={"allow": {"id": "desk"}}) as datasette:
        answer = await datasette.client.get(path)
        assert answer.status_code == 403, path
        assert "pier" not in answer.text.lower()


async def test_the_log_in_of_datasette_auth_passwords_opens_the_pages(history_path: Path) -> None:
    passwords = pytest.importorskip("datasette_auth_passwords", reason="datasette-auth-passwords is not installed")
    hashed = passwords.utils.hash_password("s3cret")
    sheet = {
        "allow": {"id": "desk"},
        "plugins": {"datasette-auth-passwords": {"http_basic_auth": True, "desk_password_hash": hashed}},
    }
    sheet["plugins"]["datasette-auth-passwords"]["actors"] = {"desk": {"id": "desk"}}
    async with serving(history_path, base_url=BASE, sheet=sheet) as datasette:
        for path in ("/", "/-/feed.atom", "/-/change/1.json"):
            assert (await datasette.client.get(path)).status_code in (401, 403)
            assert (await datasette.client.get(path, auth=("desk", "wrong"))).status_code in (401, 403)
            assert (await datasette.client.get(path, auth=("desk", "s3cret"))).status_code == 200


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(url: str) -> Any:
    """What stands at an address, as soon as somebody answers."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    end = time.monotonic() + HANG
    while True:
        try:
            request = Request(url, headers={"Host": "news.example", "Remote-User": "root"})
            return urlopen(request, timeout=HANG, context=trusting)
        except URLError as error:
            if getattr(error, "code", 502) != 502 or time.monotonic() > end:
                raise
            time.sleep(0.1)


@pytest.mark.slow
def test_the_example_for_nginx_shows_the_pages(history_path: Path, tmp_path: Path) -> None:
    if shutil.which("nginx") is None:
        pytest.skip("nginx is not installed")
    behind, front = free_port(), free_port()
    text = (ROOT / "contrib/proxy/nginx.conf").read_text("utf-8")
    text = text.replace("listen 443", f"listen 127.0.0.1:{front}").replace("127.0.0.1:8001", f"127.0.0.1:{behind}")
    text = re.sub(r"/etc/letsencrypt\S+fullchain.pem", str(CERTIFICATES / "certificate.pem"), text)
    text = re.sub(r"/etc/letsencrypt\S+privkey.pem", str(CERTIFICATES / "key.pem"), text)
    places = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = tmp_path / "nginx.conf"
    whole.write_text(
        f"daemon off;\nmaster_process off;\npid {tmp_path}/pid;\nerror_log {tmp_path}/errors;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{places}{text}\n}}\n"
    )
    program = str(Path(sys.executable).parent / "tracker")
    options = ["--public", "--port", str(behind), "--base-url", "tracker", "--name", "news.example"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with ExitStack() as running:
        for command in (
            [program, "--database", str(history_path), "web", *options],
            ["nginx", "-p", str(tmp_path), "-c", str(whole), "-e", str(tmp_path / "errors")],
        ):
            process = subprocess.Popen(command, cwd=tmp_path, env=os.environ | {"TRACKER_CONFIG": ""}, **quiet)
            running.callback(process.wait, HANG)
            running.callback(process.terminate)
        with ask(f"https://127.0.0.1:{front}/tracker/") as answer:
            page = answer.read().decode()
        assert all(address.startswith("/tracker/") for address in addresses(page))
        assert len(addresses(page)) > 10
        with ask(f"https://127.0.0.1:{front}/tracker/-/feed.atom") as answer:
            assert "https://news.example/tracker/-/feed.atom" in answer.read().decode()
