"""Charsets: pages in ten encodings, declared, undeclared and lied about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.page import decode

TEXTS = {
    "windows-1252": "Café “résumé” – naïve, €100, garçon à l’école; œuvre. ",
    "iso-8859-1": "Ça coûte très cher à l'été, où êtes-vous? ",
    "shift_jis": "東京で地震が発生し、政府は対応を協議している。記事を更新しました。",
    "euc-jp": "東京で地震が発生し、政府は対応を協議している。記事を更新しました。",
    "gb18030": "北京消息：政府今天宣布新的政策，文章已更新。",
    "windows-1251": "Президент подписал указ о новых мерах. Статья обновлена. ",
    "koi8-r": "Президент подписал указ о новых мерах. Статья обновлена. ",
    "euc-kr": "서울에서 기사가 수정되었습니다. 정부 발표. ",
    "big5": "台北訊：政府今日宣布新政策，文章已更新。",
    "windows-1254": "Şişli’de yangın çıktı; ğüşıöç İstanbul ",
    "utf-8": "Café “résumé” 東京 Привет ",
    "utf-16": "Café “résumé” 東京 ",
}


def page(encoding: str, meta: str = "") -> bytes:
    head = f'<meta charset="{meta}">' if meta else ""
    return f"<html><head>{head}<title>x</title></head><body><p>{TEXTS[encoding] * 20}</p></body></html>".encode(
        encoding
    )


@pytest.mark.parametrize("encoding", TEXTS)
def test_the_header_is_believed(encoding: str) -> None:
    text, _ = decode.text(page(encoding), f"text/html; charset={encoding}")
    assert TEXTS[encoding] in text


@pytest.mark.parametrize("encoding", TEXTS)
def test_the_page_itself_is_believed(encoding: str) -> None:
    text, _ = decode.text(page(encoding, meta=encoding), "text/html")
    assert TEXTS[encoding] in text


@pytest.mark.parametrize("encoding", sorted(set(TEXTS) - {"windows-1254", "koi8-r"}))
def test_an_undeclared_page_is_read_by_its_letters(encoding: str) -> None:
    text, _ = decode.text(page(encoding), "text/html")
    assert TEXTS[encoding] in text


@pytest.mark.parametrize(
    ("name", "body", "content_type"),
    [
        ("a header that lies about UTF-8", page("utf-8", "utf-8"), "text/html; charset=ISO-8859-1"),
        ("a byte order mark against a header", b"\xef\xbb\xbf" + page("utf-8"), "text/html; charset=latin1"),
        ("a charset that does not exist", page("utf-8", "utf-8"), "text/html; charset=banana"),
        ("a charset that is no charset", page("utf-8"), "text/html; charset=base64"),
        ("a header that says UTF-8 and is wrong", page("windows-1252", "windows-1252"), "text/html; charset=utf-8"),
        ("one broken byte", page("utf-8") + b"\xff", "text/html; charset=utf-8"),
        ("a last character cut in two", page("utf-8") + "é".encode()[:1], "text/html"),
    ],
)
def test_lies_and_damage(name: str, body: bytes, content_type: str) -> None:
    text, _ = decode.text(body, content_type)
    assert "Café “résumé”" in text, name


def test_the_pinned_encoding_outlives_a_changed_declaration() -> None:
    body = page("windows-1251")
    first, pinned = decode.text(body, "text/html; charset=windows-1251")
    for said in ("text/html; charset=koi8-r", "text/html; charset=iso-8859-1", "text/html"):
        assert decode.text(body, said, pinned=pinned) == (first, pinned)


def test_a_site_that_moves_to_utf_8_is_read_as_utf_8() -> None:
    text, encoding = decode.text(page("utf-8"), "text/html; charset=utf-8", pinned="cp1252")
    assert encoding == "utf-8"
    assert TEXTS["utf-8"] in text


def test_an_ascii_page_keeps_the_pin() -> None:
    assert decode.text(b"<p>plain</p>", "text/html", pinned="cp1251") == ("<p>plain</p>", "cp1251")
    assert decode.text(b"<p>plain</p>", "text/html; charset=latin1") == ("<p>plain</p>", "utf-8")


def test_an_ascii_page_in_a_shifting_encoding_is_not_read_as_ascii() -> None:
    body = "記事を更新しました。".encode("iso-2022-jp")
    assert body.isascii()
    assert decode.text(body, "text/html; charset=iso-2022-jp")[0] == "記事を更新しました。"


@given(
    st.binary(max_size=400),
    st.sampled_from(["", "text/html; charset=utf-8", "text/html; charset=utf-16", "charset=shift_jis", 'charset="']),
    st.sampled_from(["", "utf-8", "cp1252", "nonsense", "zip"]),
)
def test_any_bytes_become_text_without_surrogates(body: bytes, content_type: str, pinned: str) -> None:
    text, encoding = decode.text(body, content_type, pinned=pinned)
    text.encode("utf-8")
    b"".decode(encoding)
    assert decode.text(body, content_type, pinned=encoding)[0] == decode.text(body, content_type, pinned=encoding)[0]


WIDE_LIE = '<html><head><meta charset="{}"><title>{}</title></head><body><p>{}</p></body></html>'


@pytest.mark.parametrize("label", ["utf-16", "utf-16le", "unicode", "utf-32"])
@pytest.mark.parametrize(
    ("written", "encoding"),
    [
        ("The wall", "ascii"),
        ("Für die Mauer", "utf-8"),
        ("Für die Mauer, sagte er, müssen größere Häuser weichen. ", "cp1252"),
    ],
)
def test_a_page_that_claims_two_bytes_a_character_and_has_one_is_read_all_the_same(
    label: str, written: str, encoding: str
) -> None:
    page = WIDE_LIE.format(label, written, written * 6)
    assert decode.text(page.encode(encoding), "text/html")[0] == page
    assert decode.text(page.encode(encoding), f"text/html; charset={label}")[0] == page


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_that_nothing_declares_is_told_by_its_nuls(encoding: str) -> None:
    page = "<!doctype html><html><title>Grüße</title><p>" + "Für die Mauer " * 20
    assert decode.text(page.encode(encoding), "text/html") == (page, encoding)


RUSSIAN, GREEK = "Статья обновлена, и статья исправлена. ", "Το άρθρο διορθώθηκε σήμερα το πρωί. "


@pytest.mark.parametrize(
    ("label", "encoding", "written"),
    [
        ("x-cp1251", "cp1251", RUSSIAN),
        ("x-mac-cyrillic", "mac-cyrillic", RUSSIAN),
        ("koi", "koi8-r", RUSSIAN),
        ("sun_eu_greek", "iso8859-7", GREEK),
        ("x-x-big5", "big5", TEXTS["big5"]),
        ("ksc_5601", "cp949", TEXTS["euc-kr"]),
        ("logical", "iso8859-8", "הכתבה תוקנה הבוקר. "),
        ("dos-874", "cp874", "บทความได้รับการแก้ไขแล้ว "),
    ],
)
def test_labels_mean_what_the_encoding_standard_says(label: str, encoding: str, written: str) -> None:
    page = f'<html><head><meta charset="{label}"></head><p>{written * 10}</p></html>'
    assert decode.text(page.encode(encoding), "text/html")[0] == page
    assert decode.text(page.encode(encoding), f"text/html; charset={label}")[0] == page


REAL = '<meta http-equiv="Content-Type" content="text/html; charset=windows-1251">'


@pytest.mark.parametrize(
    ("name", "head"),
    [
        ("one in a comment", '<!-- <meta charset="koi8-r"> -->' + REAL),
        ("one in a script", "<script>document.write('<meta charset=\"koi8-r\">')</script>" + REAL),
        ("one of another kind", '<meta http-equiv="refresh" content="9; charset=koi8-r">' + REAL),
        ("a label that is none", '<meta charset="banana">' + REAL),
        ("two", REAL + '<meta charset="koi8-r">'),
        ("one behind the first kilobyte", "<!--" + "x" * 1500 + "-->" + REAL),
        ("an XML declaration beside it", '<?xml version="1.0" encoding="koi8-r"?>' + REAL),
    ],
)
def test_the_declaration_is_looked_for_as_browsers_do(name: str, head: str) -> None:
    page = f"{head}<p>{RUSSIAN * 20}</p>"
    assert decode.text(page.encode("cp1251"), "text/html") == (page, "cp1251"), name


def test_an_xml_declaration_counts_where_no_other_stands() -> None:
    page = f'<?xml version="1.0" encoding="windows-1251"?><html><p>{RUSSIAN * 20}</p></html>'
    assert decode.text(page.encode("cp1251"), "application/xhtml+xml")[0] == page
