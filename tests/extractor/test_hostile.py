"""Pages that were built, or broken, to hurt the reader."""

import random
import re

import pytest

from tests.extractor import newsroom_pages, pages
from tracker.errors import Unreadable
from tracker.extractor import extract, limits

BODY = pages.paragraphs(pages.PARAGRAPHS)


@pytest.mark.parametrize(
    ("name", "html"),
    [
        ("too many characters", "x" * (limits.CHARACTERS + 1)),
        ("too many tags", "<p>" * (limits.TAGS + 1)),
        ("one tag with endless attributes", "<div " + " ".join(f"a{n}=1" for n in range(20_000)) + ">text</div>"),
        ("attributes without values", "<div " + " ".join(f"a{n}" for n in range(20_000)) + ">text</div>"),
        ("nested beyond reason", pages.page("<div>" * 3_000 + BODY + "</div>" * 3_000)),
        ("nested inline", pages.page("<b>" * 3_000 + BODY)),
        ("only spaces", " \n\t"),
        ("nulls", "\x00" * 100),
        ("not HTML", "\x89PNG\r\n\x1a\n" + "\x00\x01" * 100),
        ("a processing instruction", "<?xml version='1.0'?>"),
        ("a comment", "<!-- nothing here -->"),
    ],
)
def test_what_cannot_be_read_safely_is_unreadable(name, html):
    with pytest.raises(Unreadable) as error:
        extract(html, pages.URL)
    assert pages.URL in str(error.value)


def test_a_long_attribute_of_data_is_no_attack():
    data = "{" + ", ".join(f"'key {n}': 'value {n}'" for n in range(9_000)) + "}"
    html = pages.page(f'<div data-props="{data}"></div>' + BODY)
    assert [p.text for p in extract(html, pages.URL).paragraphs] == pages.PARAGRAPHS


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("markup", "<script>alert(1)</script> and [bold] and \x1b[31m red"),
        ("bidi overrides", "the \u202eesrever\u202c word"),
        ("a word without end", "a" * 100_000),
        ("astral letters", "🛳️ 𝔉𝔢𝔯𝔯𝔶 " * 20),
        ("joiners that mean something", "نمی‌خواهم بروم به خانه"),
    ],
)
def test_hostile_text_is_stored_as_text(name, text):
    body = BODY + pages.paragraphs(
        [f"The board said {text} on Sunday evening in the harbour hall, where many had come."]
    )
    content = extract(pages.page(body), pages.URL)
    clean = text.replace("\x1b", "")  # no parser lets a control character through
    assert any(clean[:30] in p.text for p in content.paragraphs)


def test_soft_hyphens_and_odd_spaces_do_not_make_another_text():
    odd = BODY.replace("ferry", "fer\u00adry").replace("the harbour", "the\u00a0har\u200bbour").replace(". ", ".\n   ")
    assert extract(pages.page(odd), pages.URL).canonical() == extract(pages.page(), pages.URL).canonical()


def test_lone_surrogates_do_not_stop_the_reading():
    content = extract(pages.page(BODY.replace("relief", "relief \ud800 &#xD800; &#x110000;")), pages.URL)
    assert len(content.paragraphs) == len(pages.PARAGRAPHS)
    content.canonical().encode()


def _broken(rng: random.Random, html: str) -> str:
    """A page after one to four accidents."""
    for _ in range(rng.randint(1, 4)):
        at, other = sorted((rng.randrange(len(html) + 1), rng.randrange(len(html) + 1)))
        match rng.randrange(8):
            case 0:
                html = html[:at]
            case 1:
                html = html[:at] + html[other:]
            case 2:
                html = html[:at] + "\x00" * rng.randint(1, 30) + html[at:]
            case 3:
                html = html[:at] + html[at:other].encode("utf-8", "replace").decode("latin-1") + html[other:]
            case 4:
                html = (
                    html[:at]
                    + rng.choice(("<div>", "<table><tr>", "<b>", "<a href=x>")) * rng.randint(1, 500)
                    + html[at:]
                )
            case 5:
                html = html.replace(rng.choice(("</p>", "</div>", '"', ">", "<p>", "</script>")), "", rng.randint(1, 9))
            case 6:
                html = html[:at] + "".join(chr(rng.randrange(0xD7FF)) for _ in range(50)) + html[at:]
            case _:
                html = html[:at] + html[at:other] * 3 + html[other:]
        if not html:
            break
    return html


def _whole_pages() -> list[str]:
    """A page of our own, the same one without optional tags, and one of each of the newsroom's templates."""
    own = pages.page()
    templates = {served.outlet.id: served.page() for served in newsroom_pages.stories()}
    return [own, re.sub(r"</?(?:html|head|body)\b[^>]*>", "", own), *templates.values()]


def test_five_hundred_broken_pages_are_read_or_refused():
    rng = random.Random(7)
    wholes = [(page, extract(page, pages.URL)) for page in _whole_pages()]
    assert len(wholes) == 5
    read = 0
    for n in range(500):
        whole, previous = wholes[n % len(wholes)]
        try:
            content = extract(_broken(rng, whole), pages.URL, previous=previous if n % 2 else None)
        except Unreadable:
            continue
        read += 1
        assert content.paragraphs
        content.canonical().encode("utf-8", "surrogatepass")
    assert read > 300


def test_binary_data_is_unreadable_whatever_it_is_called():
    data = random.Random(1).randbytes(50_000).decode("latin-1")
    with pytest.raises(Unreadable, match="binary"):
        extract(data, pages.URL)


def test_a_stray_control_character_is_no_reason_to_give_up():
    html = pages.page().replace("ferry between", "ferry \x07\x0bbetween")
    assert len(extract(html, pages.URL).paragraphs) == len(pages.PARAGRAPHS)


def test_a_page_that_writes_escapes_into_its_text_is_still_read():
    html = pages.page().replace("ferry between", "\x1b[2J\x1b]0;owned\x07 ferry\x00 between")
    assert len(extract(html, pages.URL).paragraphs) == len(pages.PARAGRAPHS)


def test_a_panic_of_a_library_is_an_unreadable_page(monkeypatch):
    class PanicException(BaseException):
        """What a library written in Rust raises: no subclass of Exception."""

    def panic(*_: object) -> None:
        raise PanicException("index out of bounds")

    monkeypatch.setattr("tracker.extractor.first.read", panic)
    with pytest.raises(Unreadable, match="PanicException"):
        extract(pages.page(), pages.URL)
