from __future__ import annotations

import json
import re

import httpx
import pytest
import trafilatura
from lxml import html

from tests.newsroom.conftest import HandClock
from tracker.model import Kind
from tracker.newsroom import Newsroom, serve_in_thread
from tracker.newsroom.story import plain

ONE_OF_EACH = [
    "nato-training-mission-iraq",
    "faro-jubilacion",
    "todai-neko",
    "seilbahn-gutachten",
    "election-rochebrune",
]


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def words(document: html.HtmlElement) -> str:
    return squeezed(document.text_content())


def read(reader: httpx.Client, room: Newsroom, slug: str) -> tuple[httpx.Response, html.HtmlElement]:
    """A story's page as bytes and as a tree, decoded as its own markup or header says."""
    response = reader.get(room.url(slug))
    declared = re.search(rb"charset=\"?([\w-]+)", response.content)
    assert declared
    return response, html.fromstring(response.content.decode(declared[1].decode()))


def test_every_story_stands_whole_on_its_page(served: Newsroom, clock: HandClock, reader: httpx.Client) -> None:
    clock.minute(65)
    for story in served.stories():
        if story.gone:
            continue
        response, document = read(reader, served, story.slug)
        assert response.status_code == 200, story.slug
        assert [h.text_content() for h in document.iter("h1")] == [story.headline]
        assert document.get("lang") == story.language
        shown = words(document)
        for block in story.shown:
            for line in plain(block.text).split("\n"):
                assert squeezed(line) in shown, (story.slug, line)
        for name in story.byline:
            assert squeezed(name) in shown, story.slug


def test_a_sane_extractor_finds_every_paragraph_in_every_template(served: Newsroom, reader: httpx.Client) -> None:
    for story in served.stories():
        url = served.url(story.slug)
        found = squeezed(trafilatura.extract(reader.get(url).content, url=url) or "")
        missing = [text for text in story.paragraphs if squeezed(text) not in found]
        assert not missing, story.slug


@pytest.mark.parametrize("slug", ONE_OF_EACH)
def test_furniture_differs_on_every_request_and_the_story_does_not(
    served: Newsroom, reader: httpx.Client, slug: str
) -> None:
    pages = [reader.get(served.url(slug)).content for _ in range(5)]
    assert len(set(pages)) == 5
    story = served.story(slug)
    assert story is not None
    for page in pages:
        found = squeezed(trafilatura.extract(page, url=served.url(slug)) or "")
        assert all(squeezed(text) in found for text in story.paragraphs)


def test_the_same_seed_and_requests_give_the_same_bytes(clock: HandClock, reader: httpx.Client) -> None:
    def walk(seed: int) -> list[bytes]:
        room = Newsroom(clock, seed=seed)
        with serve_in_thread(room) as sites:
            pages = [reader.get(room.url(slug)).content for slug in ONE_OF_EACH]
            ports = re.compile("|".join(re.escape(base) for base in sites.values()).encode())
        return [ports.sub(b"", page) for page in pages]

    assert walk(7) == walk(7)
    assert walk(7) != walk(8)


def test_the_courier_speaks_json_ld(served: Newsroom, reader: httpx.Client) -> None:
    _, document = read(reader, served, "mayor-gulls")
    data = json.loads(document.xpath("//script[@type='application/ld+json']")[0].text)
    assert (data["@type"], data["headline"], data["isAccessibleForFree"]) == (
        "NewsArticle",
        "Mayor lied about gulls",
        True,
    )
    assert data["datePublished"] == "2026-11-23T06:25:00Z"
    assert [a["name"] for a in data["author"]] == ["Ines Okafor", "Tobias Wexcombe"]
    assert data["mainEntityOfPage"] == served.url("mayor-gulls")


def test_the_talbote_has_open_graph_only_and_hashed_class_names(served: Newsroom, reader: httpx.Client) -> None:
    _, document = read(reader, served, "wolf-schulweg")
    assert not document.xpath("//script[@type='application/ld+json'] | //article | //*[@itemprop]")
    assert document.xpath("//meta[@property='og:title']/@content") == ["Wolf am Schulweg gesehen"]
    assert document.xpath("//meta[@property='article:author']/@content") == ["Mathis Brügger", "Annelie Kroth"]
    _, again = read(reader, served, "wolf-schulweg")
    assert document.xpath("//h1/@class") != again.xpath("//h1/@class")


def test_the_cronica_is_built_of_tables_with_microdata(served: Newsroom, reader: httpx.Client) -> None:
    _, document = read(reader, served, "pulpo-acuario")
    assert document.xpath("//table//td[@itemscope]//*[@itemprop='articleBody']//p")
    assert document.xpath("//*[@itemprop='author']/text()") == ["Fermín Ulloa"]
    _, japanese = read(reader, served, "todai-neko")
    body = japanese.xpath("//*[@itemprop='articleBody']")[0]
    assert not body.xpath("./p")
    assert len(body.xpath("./br")) >= 12


ENCODINGS = [
    ("mayor-gulls", "utf-8", True),
    ("wolf-schulweg", "iso-8859-1", True),
    ("pulpo-acuario", "utf-8", False),
    ("todai-neko", "shift_jis", False),
]


@pytest.mark.parametrize(("slug", "encoding", "in_header"), ENCODINGS)
def test_pages_come_in_the_encoding_of_their_house(
    served: Newsroom, reader: httpx.Client, slug: str, encoding: str, in_header: bool
) -> None:
    response = reader.get(served.url(slug))
    assert (f"charset={encoding}" in response.headers["content-type"]) is in_header
    story = served.story(slug)
    assert story is not None
    first = story.paragraphs[0].split("*")[0]
    assert first.encode(encoding) in response.content


@pytest.mark.parametrize("slug", ["dredging-contract", "wolf-schulweg", "pulpo-acuario", "todai-neko"])
def test_a_notice_and_an_update_label_stand_on_the_page(quiet: Newsroom, reader: httpx.Client, slug: str) -> None:
    quiet.edit(slug, notice="Correction: <none> of it was so.", label="UPDATE {clock}")
    with serve_in_thread(quiet):
        _, document = read(reader, quiet, slug)
    shown = words(document)
    assert squeezed("Correction: <none> of it was so.") in shown
    assert squeezed("UPDATE 08:00") in shown


@pytest.mark.parametrize("slug", ["dredging-contract", "wolf-schulweg", "pulpo-acuario"])
def test_a_paywalled_story_shows_its_teaser_and_says_so(quiet: Newsroom, reader: httpx.Client, slug: str) -> None:
    before = quiet.story(slug)
    assert before is not None
    quiet.edit(slug, paywall=2)
    with serve_in_thread(quiet):
        response, document = read(reader, quiet, slug)
    shown = words(document)
    text = [plain(b.text) for b in before.body if b.kind is Kind.TEXT]
    assert squeezed(text[0]) in shown
    assert squeezed(text[-1]) not in shown
    marks = (b'"isAccessibleForFree": false', b'content="locked"', b'itemprop="isAccessibleForFree" content="False"')
    assert sum(mark in response.content for mark in marks) == 1


@pytest.mark.parametrize(
    ("path", "outlet", "slug"),
    [
        ("/", "harbour-courier", "mayor-gulls"),
        ("/politics", "harbour-courier", "mayor-gulls"),
        ("/", "talbote", "wolf-schulweg"),
        ("/fr/", "talbote", "election-rochebrune"),
        ("/ja/", "cronica", "todai-neko"),
    ],
)
def test_a_front_or_section_page_links_its_stories(
    served: Newsroom, reader: httpx.Client, path: str, outlet: str, slug: str
) -> None:
    response = reader.get(served.sites[outlet] + path)
    links = html.fromstring(response.content).xpath("//a/@href")
    assert response.status_code == 200
    assert served.url(slug).removeprefix(served.sites[outlet]) in links


def test_a_section_page_leaves_other_sections_out(served: Newsroom, reader: httpx.Client) -> None:
    response = reader.get(served.sites["harbour-courier"] + "/world")
    assert b"Mayor lied" not in html.tostring(html.fromstring(response.content).xpath("//main")[0])


@pytest.mark.parametrize("outlet", ["harbour-courier", "talbote", "cronica"])
def test_an_unknown_address_is_a_page_of_the_house_with_404(
    served: Newsroom, reader: httpx.Client, outlet: str
) -> None:
    response = reader.get(served.sites[outlet] + "/no/such/thing")
    assert response.status_code == 404
    assert len(html.fromstring(response.content).xpath("//h1 | //div[@class='tw-text-3xl']")) == 1
