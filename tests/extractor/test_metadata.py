"""Headline, byline, dates and the other fields, from what pages say about themselves and show."""

import json
from datetime import UTC, datetime

import pytest

from tests.extractor import pages
from tracker.extractor import extract
from tracker.extractor.metadata import byline, headline, moments
from tracker.model import iso

_LONG = pages.paragraphs(pages.PARAGRAPHS)


def _page(head: str = "", top: str = "", lang: str = "en") -> str:
    return (
        f'<html lang="{lang}"><head>{head}</head><body><main>{top}<div class="story">{_LONG}</div></main></body></html>'
    )


def _og(title: str, site: str = "Harbour Courier") -> str:
    return f'<meta property="og:title" content="{title}"><meta property="og:site_name" content="{site}">'


HEADLINES = [
    (
        "the h1 wins over metadata of the same story",
        _og("Ferry line returns, says board"),
        "<h1>Ferry line returns</h1>",
        "Ferry line returns",
    ),
    ("an h1 of the site's name does not", _og("Ferry line returns"), "<h1>Harbour Courier</h1>", "Ferry line returns"),
    (
        "the h1 that resembles the metadata wins",
        _og("Ferry line returns"),
        "<h1>Harbour news of the day</h1><h1>Ferry line returns on Monday</h1>",
        "Ferry line returns on Monday",
    ),
    (
        "a kicker in an element of its own is cut off",
        _og("Ferry line returns on Monday"),
        "<h1><span>Transport</span> Ferry line returns on Monday</h1>",
        "Ferry line returns on Monday",
    ),
    (
        "a kicker that the metadata names stays",
        _og("Transport: Ferry line returns on Monday"),
        "<p>Transport</p><h1>Ferry line returns on Monday</h1>",
        "Transport: Ferry line returns on Monday",
    ),
    (
        "the last step of a breadcrumb trail gives way to the headline",
        _og("Islands get their ferry back") + "<title>Ferry line to the islands returns</title>",
        '<nav class="breadcrumb"><h1>Ferry line to the islands returns</h1></nav><h2>Islands get their ferry back</h2>',
        "Islands get their ferry back",
    ),
    ("without a heading the metadata speaks", _og("Ferry line returns"), "", "Ferry line returns"),
    (
        "the site's name is cut from the title",
        "<title>Ferry line returns - Harbour Courier</title>",
        "",
        "Ferry line returns",
    ),
    (
        "a headline without spaces is not taken for the site's name",
        "<title>港新聞 · Courier: 船が四年ぶりに島へ戻ると港の委員会</title>",
        '<h1>港新聞</h1><h1 itemprop="headline">船が四年ぶりに島へ戻ると港の委員会</h1>',
        "船が四年ぶりに島へ戻ると港の委員会",
    ),
    (
        "entities are resolved",
        "<title>Ferries &amp;amp; bridges return</title>",
        "",
        "Ferries &amp; bridges return",
    ),
]


@pytest.mark.parametrize(("name", "head", "top", "expected"), HEADLINES)
def test_the_headline_is_the_one_that_readers_see(name, head, top, expected):
    assert extract(_page(head, top), pages.URL).headline == expected


def test_every_variant_of_the_headline_is_kept():
    content = extract(_page(_og("Search engines read this ferry line"), "<h1>Ferry line returns</h1>"), pages.URL)
    assert content.headlines == {"h1": "Ferry line returns", "og": "Search engines read this ferry line"}


def test_a_headline_changed_on_the_page_alone_is_seen():
    first = extract(pages.page(), pages.URL)
    html = pages.page().replace(f"<h1>{pages.HEADLINE}", f"<h1>{pages.HEADLINE} again")
    assert extract(html, pages.URL, previous=first).headline == pages.HEADLINE + " again"


def test_of_two_headings_the_one_that_moved_last_is_the_headline_and_stays():
    before = {"h1": "Islands get their ferry back", "trail": "Ferry line returns"}
    after = {"h1": "Islands get their ferry back", "trail": "Ferry line returns in May"}
    assert headline.choose(before) == "Islands get their ferry back"
    moved = headline.choose(after, before, "Islands get their ferry back")
    assert moved == "Ferry line returns in May"
    assert headline.choose(after, after, moved) == moved
    assert headline.choose({**after, "h1": "Ferry is back"}, after, moved) == "Ferry is back"


@pytest.mark.parametrize(
    ("trail", "expected"),
    [
        ("Ferry line returns in May", "Ferry line returns in May"),  # not in the metadata yet
        ("Ferry line returns", "Islands get their ferry back"),  # what the metadata say for search engines
    ],
)
def test_of_two_headings_seen_for_the_first_time_the_one_that_no_metadata_say_is_the_newest(trail, expected):
    found = {"h1": "Islands get their ferry back", "trail": trail, "title": "Ferry line returns"}
    assert headline.choose(found) == expected


BYLINES = [
    ("one name", "By Ann Lee", ["Ann Lee"]),
    ("two names", "By Ann Lee and Bo Ek", ["Ann Lee", "Bo Ek"]),
    ("three names", "By ANN LEE, Bo Ek and Cy Roe", ["ANN LEE", "Bo Ek", "Cy Roe"]),
    ("German", "Von Anna Groß und Jörg Weiß", ["Anna Groß", "Jörg Weiß"]),
    ("French", "Par Zoé Blanc et Luc Noir", ["Zoé Blanc", "Luc Noir"]),
    ("Spanish", "Por Ana Río y Juan Mar", ["Ana Río", "Juan Mar"]),
    ("Dutch", "Door Jan Dam en Piet Dijk", ["Jan Dam", "Piet Dijk"]),
    ("Swedish", "Av Åsa Ö och Bo Ek", ["Åsa Ö", "Bo Ek"]),
    ("a place in brackets", "Ann Lee (in Oslo)", ["Ann Lee"]),
    ("an agency beside a name", "Ann Lee / AFP", ["Ann Lee", "AFP"]),
    ("a name that contains a particle", "Ludwig van Dam", ["Ludwig van Dam"]),
    ("a name that begins like a byline", "Byron Dean", ["Byron Dean"]),
]


@pytest.mark.parametrize(("name", "line", "names"), BYLINES)
def test_a_byline_is_split_into_names(name, line, names):
    assert byline.split(line) == names


@pytest.mark.parametrize(
    ("name", "head", "top", "expected"),
    [
        ("meta", '<meta name="author" content="Ann Lee, Bo Ek">', "", ("Ann Lee", "Bo Ek")),
        ("an address is no name", '<meta name="author" content="https://x.example/ann">', "", ()),
        (
            "a line under the headline",
            "",
            "<h1>Ferry line returns</h1><p>By Ann Lee and Bo Ek</p>",
            ("Ann Lee", "Bo Ek"),
        ),
        ("a name beside a date", "", "<h1>Ferry line returns</h1><div>Ann Lee | 01.03.2026</div>", ("Ann Lee",)),
        ("an author's box", "", '<h1>Ferry line returns</h1><div class="author">Ann Lee</div>', ("Ann Lee",)),
        (
            "people before the outlet",
            '<meta property="og:site_name" content="Harbour Courier"><meta name="author" content="Harbour Courier">',
            "<h1>Ferry line returns</h1><p>By Ann Lee</p>",
            ("Ann Lee",),
        ),
        (
            "the outlet when nobody else signs",
            '<meta name="author" content="harbour-courier.example">',
            "",
            ("harbour-courier.example",),
        ),
        ("microdata", "", '<h1>Ferry line returns</h1><span itemprop="author">Ann Lee</span>', ("Ann Lee",)),
        ("a name in one word", "", '<h1>船が島に戻る</h1><span itemprop="author">浜口さより</span>', ("浜口さより",)),
        (
            "not the masthead's",
            "",
            "<p>Courier | Since 1931</p><p>By The Sea | 1931</p><h1>Ferry line returns</h1>",
            (),
        ),
    ],
)
def test_the_byline_is_found_where_it_stands(name, head, top, expected):
    assert extract(_page(head, top), pages.URL).byline == expected


DATES = [
    ("ISO with Z", "2026-03-01T08:30:00Z", "2026-03-01T08:30:00Z"),
    ("ISO with an offset", "2026-03-01T00:30:00+02:00", "2026-02-28T22:30:00Z"),
    ("without an offset", "2026-03-01 08:30:00", "2026-03-01T08:30:00Z"),
    ("RFC 2822", "Sun, 01 Mar 2026 08:30:00 +0000", "2026-03-01T08:30:00Z"),
    ("a zone by name", "March 1, 2026 8:30 AM EST", "2026-03-01T13:30:00Z"),
    ("epoch seconds", "1772353800", "2026-03-01T08:30:00Z"),
    ("epoch milliseconds", "1772353800000", "2026-03-01T08:30:00Z"),
    ("day first with dots", "01.03.2026", "2026-03-01T00:00:00Z"),
    ("a word", "yesterday", None),
    ("an impossible date", "2026-13-45", None),
    ("before the web", "1016-03-01", None),
    ("digits without end", "9" * 500, None),
]


@pytest.mark.parametrize(("name", "text", "expected"), DATES)
def test_dates_of_every_form_are_read_as_moments(name, text, expected):
    assert iso(moments.parse(text)) == expected


def test_the_outlets_own_day_stays_readable_in_the_offset():
    moment = moments.parse("2026-03-01T00:30:00+02:00")
    assert moment == datetime(2026, 2, 28, 22, 30, tzinfo=UTC)
    assert moment is not None
    assert moment.isoformat().startswith("2026-03-01")


@pytest.mark.parametrize(
    ("name", "head", "top", "url"),
    [
        ("meta", '<meta property="article:published_time" content="2026-03-01">', "", "https://x.example/a"),
        (
            "time element",
            "",
            '<h1>Ferry line returns</h1><time datetime="2026-03-01">today</time>',
            "https://x.example/a",
        ),
        ("microdata", "", '<meta itemprop="datePublished" content="2026-03-01">', "https://x.example/a"),
        ("address", "", "", "https://x.example/2026/03/01/a"),
        ("a line", "", "<h1>Ferry line returns</h1><div>Ann Lee | 01.03.2026</div>", "https://x.example/a"),
    ],
)
def test_the_publication_date_is_found_where_it_stands(name, head, top, url):
    assert extract(_page(head, top), url).published_at == datetime(2026, 3, 1, tzinfo=UTC)


_GRAPH = {
    "@graph": [
        {"@type": "WebSite", "name": "x"},
        {"@type": "NewsArticle", "headline": "Ferry line", "author": {"@id": "#a"}},
        {"@id": "#a", "@type": "Person", "name": "Ann Lee"},
    ]
}
_INNER = {"@type": "ReportageNewsArticle", "headline": "Ferry line", "author": {"name": ["Ann Lee"]}}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("in a graph", json.dumps(_GRAPH)),
        (
            "in a list",
            '[{"@type":"BreadcrumbList"},{"@type":["Article"],"headline":"Ferry line","author":["Ann Lee"]}]',
        ),
        ("with faults", '<![CDATA[{"@type":"Article","headline":"Ferry\n line","author":"Ann Lee",}]]>'),
        ("on a page object", json.dumps({"@type": "WebPage", "mainEntity": _INNER})),
    ],
)
def test_json_ld_is_understood_in_the_forms_that_outlets_use(name, text):
    content = extract(_page(f'<script type="application/ld+json">{text}</script>'), pages.URL)
    assert (content.headline, content.byline) == ("Ferry line", ("Ann Lee",))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[" * 5000,
        "null",
        "3",
        '"x"',
        '{"@type":3,"author":{"name":7}}',
        '{"@type":"Article","headline":{"a":[]}}',
    ],
)
def test_broken_json_ld_says_nothing(text):
    content = extract(_page(f'<script type="application/ld+json">{text}</script>'), pages.URL)
    assert content.headline == ""
    assert content.paragraphs


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [("en-GB", "en"), ("pt_BR", "pt"), ("DE", "de"), ("", ""), ("klingon", ""), ("zh-Hant", "zh")],
)
def test_the_language_is_a_primary_tag(attribute, expected):
    assert extract(_page(lang=attribute), pages.URL).language == expected


@pytest.mark.parametrize(
    ("said", "expected"), [("true", True), ("false", False), ('"False"', False), ('"maybe"', None), ("null", None)]
)
def test_whether_the_article_is_free_is_what_the_page_says(said, expected):
    html = _page(f'<script type="application/ld+json">{{"@type":"Article","isAccessibleForFree":{said}}}</script>')
    assert extract(html, pages.URL).free is expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ('<link rel="canonical" href="/a/b">', "https://www.harbour-courier.example/a/b"),
        ('<meta property="og:url" content="https://x.example/a">', "https://x.example/a"),
        ('<link rel="canonical" href="javascript:alert(1)">', ""),
        ('<link rel="canonical" href="http://[broken">', ""),
        ("", ""),
    ],
)
def test_the_canonical_address_is_absolute_or_empty(head, expected):
    assert extract(_page(head), pages.URL).canonical_url == expected
