"""Two people sum a conversation up in one text beside it, each citing messages, and one of them publishes it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import say, sign_in
from tests.e2e.test_writing_together import written
from tests.support.browser import Windows
from tests.support.sites import Site


def begin_thread(page: Page, title: str, words: str) -> str:
    """A new conversation of the place; its address."""
    page.goto("/spaces/place/new/")
    page.locator("main input[name=title]").fill(title)
    page.locator("main textarea[name=body]").fill(words)
    page.locator("main form button.button--primary").first.click()
    expect(page.locator("li.message")).to_have_count(1)
    return page.url


def cite(page: Page, words: str, sentence: str) -> None:
    """Cites the message with these words from the conversation beside the text, and says what it comes to."""
    message = page.locator("#aside li.message", has_text=words)
    message.hover()
    message.locator(".message__cite").click()
    page.keyboard.type(sentence)


@pytest.mark.feature("X15")
def test_two_write_the_synthesis_beside_the_conversation(demo_site: Site, windows: Windows) -> None:
    claire, sofiane = (
        sign_in(windows.open(demo_site.urls[number % len(demo_site.urls)]), name)
        for number, name in enumerate(("Claire", "Sofiane"))
    )
    thread = begin_thread(claire, "Les pesons du quai 3", "Le quai 3 attend ses pesons depuis mardi.").partition(
        "/threads/"
    )[2]
    sofiane.goto(f"/threads/{thread}")
    say(sofiane, "Ils arrivent jeudi, dit le transporteur.")
    expect(claire.locator("li.message")).to_have_count(2)

    claire.goto(f"/threads/{thread}synthesis/")
    claire.locator("form[action$='/synthesis/together/'] button").click()
    written(claire)
    sofiane.goto(f"/threads/{thread}synthesis/")
    sofiane.locator("a[href*='/write/'][data-key=e]").click()
    written(sofiane)
    assert sofiane.url.partition("/write/")[2] == claire.url.partition("/write/")[2]

    claire.locator(".ProseMirror h2").first.click()
    cite(claire, "depuis mardi", "Le quai attend.")
    sofiane.locator(".ProseMirror h2").last.click()
    cite(sofiane, "Ils arrivent jeudi", "Arrivent-ils jeudi ?")
    for page in (claire, sofiane):
        expect(page.locator(".ProseMirror .cited", has_text="Le quai attend.").locator("a")).to_have_text(
            re.compile("Claire")
        )
        expect(page.locator(".ProseMirror .cited", has_text="Arrivent-ils").locator("a")).to_have_text(
            re.compile("Sofiane")
        )
        written(page)

    sofiane.locator("form[action$='/publish/'] button").click()
    expect(sofiane.locator("article .prose .cited")).to_have_count(2)
    discussed = sofiane.locator(f"article a[href='/threads/{thread}']")
    expect(discussed).to_be_visible()
    kept = claire.locator("#aside li.message", has_text="depuis mardi").locator("[data-slot=kept] a")
    expect(kept).to_have_attribute("href", re.compile("/pages/"))  # told live, without a reload
    discussed.click()
    expect(sofiane.locator("li.message [data-slot=kept] a")).to_have_count(2)
