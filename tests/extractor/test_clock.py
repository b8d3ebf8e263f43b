"""The same bytes are the same reading on any day: nothing in the extractor asks what time it is."""

import sys
from types import FrameType
from typing import Any

import pytest

from tests.extractor import labelled_pages, pages
from tracker.extractor import extract
from tracker.extractor.metadata import moments

_CLOCKS = {"now", "today", "utcnow", "time", "time_ns", "localtime", "gmtime", "monotonic", "strftime"}


def test_no_clock_is_asked_while_a_page_is_read():
    asked: set[str] = set()

    def watch(frame: FrameType, event: str, called: Any) -> None:
        name = getattr(called, "__name__", "")
        module = getattr(called, "__module__", None) or type(getattr(called, "__self__", None)).__module__
        if event == "c_call" and name in _CLOCKS and module in ("time", "datetime", "builtins"):
            asked.add(f"{name} in {frame.f_code.co_filename}")

    extract(pages.page(), pages.URL)  # tables are read and modules imported once, before
    sys.setprofile(watch)
    try:
        for case in labelled_pages.cases():
            first = extract(case.html, case.url)
            extract(case.html, case.url, previous=first)
    finally:
        sys.setprofile(None)
    assert not asked


@pytest.mark.parametrize(
    "text", ["10:30", "2024", "May 2024", "2024-05", "12h", "5 minutes ago", "Monday 10:30", "03/2024", "March 3"]
)
def test_a_part_of_a_date_is_no_date(text):
    assert moments.parse(text, "en") is None
