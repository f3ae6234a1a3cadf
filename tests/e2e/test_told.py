"""What one is told, and how: everything read and taken back, choices that are saved as they are made."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.people import sign_in
from tests.support.browser import Problems, Windows
from tests.support.sites import Site

CLAIRE = "Claire Abgrall"
PREFERENCES = "/me/notifications/"


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


SAVED = re.compile("Enregistré|Saved")


def place(page: Page, name: str) -> Locator:
    """Where a choice stands, with what is said of it."""
    return page.locator(f"[data-autosave-target=place][data-name={name}]")


@pytest.mark.feature("A2")
def test_a_choice_is_saved_alone_and_what_became_of_it_is_said_beside_it(
    demo_site: Site, windows: Windows, problems: Problems
) -> None:
    for words in ("status of 422", "ERR_INTERNET_DISCONNECTED", "WebSocket"):
        problems.allow(words)
    page = sign_in(windows.open(demo_site.urls[0]), CLAIRE)
    page.goto(PREFERENCES)
    old = page.context.new_page()
    old.goto(PREFERENCES)

    page.locator("select[name=mention_mail]").select_option("never")
    expect(place(page, "mention_mail")).to_contain_text(SAVED)
    for day in "12345":
        old.locator(f"[type=checkbox][name=days][value='{day}']").uncheck()
    expect(place(old, "days")).to_contain_text(re.compile("Choisissez au moins un jour|Choose at least one day"))
    expect(old.locator("[type=checkbox][name=days]").first).to_have_attribute("aria-invalid", "true")
    old.locator("select[name=reply_mail]").select_option("weekly")
    expect(place(old, "reply_mail")).to_contain_text(SAVED)
    page.reload()

    expect(page.locator("select[name=mention_mail]")).to_have_value("never")
    expect(page.locator("select[name=reply_mail]")).to_have_value("weekly")
    page.context.set_offline(True)
    page.locator("select[name=reply_mail]").select_option("soon")
    expect(place(page, "reply_mail").get_by_role("button")).to_be_visible()
    page.context.set_offline(False)
    expect(place(page, "reply_mail")).to_contain_text(SAVED)
