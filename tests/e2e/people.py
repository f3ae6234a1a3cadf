"""Being somebody in a browser window."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.support.browser import awake


def sign_in(page: Page, name: str) -> Page:
    """Choose a person of the demo company on the sign-in page."""
    page.goto("/account/login/")
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("navigation").first).to_be_visible()
    return page


def say(page: Page, words: str) -> None:
    """Type and send a message in the conversation on the screen."""
    awake(page)
    box = page.locator("textarea[name=body]").first
    box.fill(words)
    box.press("Enter")


def number_of(message: Locator) -> str:
    """The number the server gave a message: 0 until it is kept."""
    expect(message).to_have_attribute("data-id", re.compile("[1-9]"))
    number = message.get_attribute("data-id")
    assert number
    return number


def messages(page: Page) -> list[str]:
    """What the conversation on the screen says, in order, pending words included."""
    return [words.strip() for words in page.locator("li.message .message__body").all_inner_texts()]


def load_again(page: Page) -> None:
    """Loads a conversation anew as one who has read it: a line stands above what is new, and a run of messages ends there."""
    page.reload()
    if page.locator("[data-unread-line]").count():
        page.wait_for_timeout(3_000)  # the tab tells a little later what was read
        page.reload()
