"""The pages as people use them: with a mouse, a keyboard, a phone, a screen reader, without scripts, in the dark."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.conftest import TESTED
from tests.web.world import PAGES

pytestmark = pytest.mark.browser
Opening = Callable[..., Any]
EVERY = (*PAGES, f"/-/article/{TESTED}")

_AXE = """async () => (await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa',
'best-practice']})).violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html).join(' | '))"""


def follow(page: Any, what: Any) -> None:
    """Click what leads to another page, and be there."""
    with page.expect_navigation():
        what.click()


def test_from_the_latest_edit_to_the_whole_story(open_page: Opening) -> None:
    page = open_page()
    page.goto("/")
    follow(page, page.get_by_role("link", name="Old pier to close inserted: at once").first)
    assert page.locator("h1").inner_text() == "Old pier to close at once"
    follow(page, page.get_by_role("link", name="Side by side"))
    assert page.locator(".side-row.changed del").count() > 0
    follow(page, page.get_by_role("link", name="Next edit"))
    follow(page, page.get_by_role("link", name="whole story"))
    follow(page, page.get_by_role("link", name="Blame"))
    follow(page, page.get_by_role("link", name="Show them in their place"))
    assert "1932" in page.locator(".reading del").first.inner_text()
    page.get_by_role("searchbox").fill("1932")
    follow(page, page.get_by_role("button", name="Search"))
    follow(page, page.get_by_role("link", name="Only what is gone"))
    assert page.get_by_text("no longer said").count() >= 2
    feed = page.locator('link[type="application/atom+xml"]').first.get_attribute("href")
    assert "<feed" in page.request.get(feed).text()


def test_which_outlet_changed_a_headline_about_piers_and_did_not_say_so(open_page: Opening) -> None:
    page = open_page()
    page.goto("/")
    page.get_by_role("link", name="headlines, no notice seen").click()
    page.get_by_label("Words in the edit").fill("old pier")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**notice=none**text=old+pier**")
    [found] = page.locator(".log .entry").all()
    assert "The Example Times" in found.inner_text()
    assert "at once" in found.locator("h3 ins").inner_text()
    page.get_by_role("link", name="yesterday").click()
    page.wait_for_url("**since=2*")
    assert {"tag=headline", "notice=none", "text=old+pier"} <= set(page.url.split("?")[1].split("&"))


def test_with_the_keyboard_alone(open_page: Opening) -> None:
    page = open_page()
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'main'")
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.closest('.entry').innerText")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('.entry').innerText") != first
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.closest('.entry').innerText") == first
    page.keyboard.press("Enter")
    page.wait_for_url("**/-/change/*")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.matches('.item')")
    page.goto("/-/change/1")
    page.keyboard.press("n")
    page.wait_for_url("**/-/change/2")
    page.keyboard.press("p")
    page.wait_for_url("**/-/change/1")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "find"
    page.keyboard.type("jn")
    assert page.locator("#find").input_value() == "jn"


def test_everything_that_can_be_used_can_be_reached_and_is_seen_when_reached(open_page: Opening) -> None:
    page = open_page()
    page.goto("/-/change/1")
    for _ in range(40):
        page.keyboard.press("Tab")
        outline = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle })()"
        )
        if page.evaluate("document.activeElement === document.body"):
            return
        assert outline != "none"
    pytest.fail("the end of the page was not reached in forty steps")


def test_shortcuts_can_be_switched_off_and_stay_off(open_page: Opening) -> None:
    page = open_page()
    page.goto("/-/change/1")
    page.get_by_role("button", name="Keyboard shortcuts are on").click()
    page.goto("/-/change/1")
    page.get_by_role("button", name="Keyboard shortcuts are off").wait_for()
    page.keyboard.press("n")
    page.keyboard.press("/")
    assert page.url.endswith("/-/change/1")
    assert page.evaluate("document.activeElement.id") != "find"


def test_without_javascript(open_page: Opening) -> None:
    page = open_page(java_script_enabled=False, width=360, height=760)
    page.goto("/")
    assert "UTC" in page.locator(".entry .stamp").first.inner_text()
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Outlet").select_option("example-post")
    follow(page, page.get_by_role("button", name="Show"))
    assert "outlet=example-post" in page.url
    assert page.locator(".entry").count() == 1
    follow(page, page.locator(".entry h3 a").first)
    assert page.locator("h1").inner_text() == "Council to inspect pier"
    follow(page, page.get_by_role("link", name="whole story"))
    page.get_by_label("How it read at").fill("2026-11-23T10:15")
    follow(page, page.locator(".inline-form button"))
    assert page.get_by_role("heading", name="How it read in version 1").count() == 1
    assert not page.locator(".keys").is_visible()


def test_nothing_makes_a_page_scroll_sideways(open_page: Opening) -> None:
    page = open_page()
    wide = []
    for path in EVERY:
        page.goto(path)
        for width in (360, 768, 1440):
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                wide.append((path, width))
    assert wide == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 360)])
def test_axe_finds_nothing(open_page: Opening, axe: str, scheme: str, width: int) -> None:
    page = open_page(width=width, color_scheme=scheme, reduced_motion="reduce", bypass_csp=True)
    found = {}
    for path in EVERY:
        page.goto(path)
        page.evaluate("for (const d of document.querySelectorAll('details')) d.open = true")
        page.evaluate(axe)
        found[path] = page.evaluate(_AXE)
    assert {path: violations for path, violations in found.items() if violations} == {}


def test_the_dark_is_dark(open_page: Opening) -> None:
    page = open_page(color_scheme="dark")
    page.goto("/")
    red, green, blue = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert max(red, green, blue) < 40


def test_moments_stand_in_the_readers_zone_with_utc_on_hover(open_page: Opening) -> None:
    page = open_page(timezone_id="America/New_York", locale="en-US")
    page.goto("/?outlet=example-times")
    moment = page.locator(".entry .stamp time").last
    hours, minutes = moment.get_attribute("datetime")[11:16].split(":")
    assert moment.inner_text() == f"{(int(hours) - 5) % 24:02}:{minutes}"
    assert "UTC" in moment.get_attribute("title")
    assert not page.locator(".zone").first.is_visible()


def test_the_days_of_the_log_are_the_readers(open_page: Opening) -> None:
    page = open_page(timezone_id="Pacific/Kiritimati")
    page.goto("/")
    days = page.locator(".day-name").all_inner_texts()
    assert days == ["Tuesday 24 November 2026", "Monday 23 November 2026"]
    assert page.locator(".entry").count() == 25
    moments = page.locator(".entry .stamp time").evaluate_all("all => all.map(t => t.dateTime)")
    assert moments == sorted(moments, reverse=True)
    before = page.locator(".day").nth(1).locator(".stamp time").first.get_attribute("datetime")
    assert before < "2026-11-23T10:00"
    assert page.locator(".day").nth(0).locator(".stamp time").last.get_attribute("datetime") >= "2026-11-23T10:00"


def test_how_it_read_is_asked_in_the_readers_zone(open_page: Opening) -> None:
    page = open_page(timezone_id="Asia/Tokyo")
    page.goto("/-/article/1?version=1")
    assert page.get_by_label("How it read at").input_value() == "2026-11-23T19:00"
    page.get_by_label("How it read at").fill("2026-11-23T20:30")
    follow(page, page.get_by_role("button", name="Show"))
    assert page.url.endswith("/-/article/1?at=2026-11-23T11%3A30#text")
    assert page.get_by_role("heading", name="How it read in version 2").count() == 1
    assert page.get_by_label("How it read at").input_value() == "2026-11-23T20:30"
    assert page.get_by_text("This moment fell between two checks").count() == 1


def test_a_headline_that_was_tested_is_folded_until_asked_for(open_page: Opening) -> None:
    page = open_page()
    page.goto(f"/-/article/{TESTED}")
    assert page.locator(".headlines li:visible").count() < 4
    page.locator(".fold summary").first.click()
    assert page.locator(".headlines li:visible").count() == 7


def test_hostile_text_never_runs_on_our_pages_or_datasettes(open_page: Opening) -> None:
    page = open_page()
    page.add_init_script("window.ran = []; window.alert = m => window.ran.push(m)")
    for path in (*PAGES, "/tracker/latest_changes", "/tracker/versions", "/tracker/events", "/tracker/article_history"):
        page.goto(path)
        assert page.evaluate("window.ran") == [], path


def test_a_right_to_left_text_runs_from_the_right(open_page: Opening) -> None:
    page = open_page()
    page.goto("/-/article/4")
    assert page.evaluate("getComputedStyle(document.querySelector('.reading')).direction") == "rtl"
    assert page.evaluate("getComputedStyle(document.querySelector('.aside')).direction") == "ltr"


def test_print_leaves_the_apparatus_out(open_page: Opening) -> None:
    page = open_page()
    page.goto("/")
    page.emulate_media(media="print")
    assert not page.locator(".find").is_visible()
    assert not page.locator(".filters").is_visible()
    assert page.locator(".entry").first.is_visible()


def test_the_whole_page_grows_with_the_text_size(open_page: Opening) -> None:
    page = open_page(width=720, height=800)
    page.goto("/-/change/1")
    page.evaluate("document.documentElement.style.fontSize = '32px'")
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
