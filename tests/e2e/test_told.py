"""What one is told, and how: everything read, and taken back."""

import pytest
from tests.e2e.people import sign_in
from tests.support.browser import Windows
from tests.support.sites import Site

CLAIRE = "Claire Abgrall"


@pytest.mark.feature("A1")
@pytest.mark.parametrize("width", [1280, 390])
def test_taking_back_stands_at_the_end_of_the_line_that_it_takes_back(
    demo_site: Site, windows: Windows, width: int
) -> None:
    page = sign_in(windows.open(demo_site.urls[0], width=width), CLAIRE)
    page.goto("/inbox/?undo=2026-11-27T10:00:00%2B00:00")

    notice = page.locator("form.notice")
    words, button = notice.get_by_role("status").bounding_box(), notice.get_by_role("button").bounding_box()

    assert words
    assert button
    assert button["x"] >= words["x"] + words["width"]
    assert button["y"] < words["y"] + words["height"]
