"""What a screen reader is told of the others: what they say, and where they write, politely and not when one wants quiet."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.people import say, sign_in
from tests.e2e.test_synthesis_together import begin_thread
from tests.e2e.test_writing_together import begin, written
from tests.support.browser import Windows
from tests.support.sites import Site

pytestmark = [pytest.mark.feature("B4"), pytest.mark.engine("sqlite")]  # what one hears asks no database


def test_what_the_others_say_is_read_aloud(demo_site: Site, windows: Windows) -> None:
    claire, sofiane = (sign_in(windows.open(demo_site.urls[0]), name) for name in ("Claire", "Sofiane"))
    sofiane.goto(begin_thread(claire, "Lu à voix haute", "Qui a la clé ?").partition(demo_site.urls[0])[2])

    say(sofiane, "Elle est à l’accueil.")

    log = claire.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(log).to_contain_text("Sofiane")
    expect(log).to_contain_text("Elle est à l’accueil.")


def test_where_the_others_write_is_read_aloud_unless_one_wants_quiet(demo_site: Site, windows: Windows) -> None:
    claire, sofiane = (sign_in(windows.open(demo_site.urls[0]), name) for name in ("Claire", "Sofiane"))
    path = begin(claire, "Écrite à voix haute").partition("/write/")[2]
    sofiane.goto(f"/write/{path}")
    written(sofiane)
    quiet = claire.locator('[data-command="quiet"]')
    told = claire.locator("[data-slot=said]")
    expect(told).to_have_attribute("aria-live", "polite")

    quiet.click()
    sofiane.locator(".ProseMirror").click()
    sofiane.keyboard.type("Un mot.")
    expect(claire.locator(".ProseMirror")).to_contain_text("Un mot.")
    expect(quiet).to_have_attribute("aria-pressed", "true")
    expect(told).to_have_text("")

    quiet.click()
    sofiane.keyboard.type(" Et un autre.")
    expect(told).to_contain_text(re.compile("Sofiane"))
