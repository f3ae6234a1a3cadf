"""Calling people by name, answering polls and saying what helped, by keyboard, by touch and by two at once."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import load_again, say, sign_in
from tests.e2e.test_conversation import CLAIRE, SOFIANE, a_title, open_thread, rows, same_rows
from tests.support.browser import Windows
from tests.support.sites import Site


def box(page: Page) -> str:
    """What is written in the composer."""
    return page.locator("form.composer textarea[name=body]").input_value()


def type_in(page: Page, words: str) -> None:
    field = page.locator("form.composer textarea[name=body]")
    field.click()
    field.press_sequentially(words)


@pytest.mark.feature("T6")
def test_somebody_is_called_by_keyboard_and_sees_it_stand_out(demo_site: Site, windows: Windows) -> None:
    title = a_title(demo_site)
    claire = open_thread(sign_in(windows.open(demo_site.urls[0]), CLAIRE), demo_site, title)
    sofiane = open_thread(sign_in(windows.open(demo_site.urls[-1]), SOFIANE), demo_site, title)

    type_in(claire, "Bonjour @sofi")
    first = claire.locator(".suggestions [role=option]").first
    expect(first).to_contain_text("Sofiane Merabet")
    expect(first).to_have_attribute("aria-selected", "true")
    claire.keyboard.press("ArrowDown")
    claire.keyboard.press("ArrowUp")
    claire.keyboard.press("Enter")
    expect(claire.locator(".suggestions")).to_be_hidden()
    assert box(claire) == "Bonjour @Sofiane Merabet "
    claire.keyboard.type("!")
    claire.keyboard.press("Enter")

    mine = sofiane.locator("li.message .mention--me", has_text="@Sofiane Merabet").last
    expect(mine).to_be_visible()
    expect(claire.locator("li.message a.mention", has_text="@Sofiane Merabet").last).to_be_visible()
    expect(claire.locator("li.message[data-state=pending]")).to_have_count(0)


def test_escape_leaves_what_was_typed_and_enter_then_sends(demo_site: Site, windows: Windows) -> None:
    claire = open_thread(sign_in(windows.open(demo_site.urls[0]), CLAIRE), demo_site, a_title(demo_site))

    type_in(claire, "@sofi")
    expect(claire.locator(".suggestions [role=option]").first).to_be_visible()
    claire.keyboard.press("Escape")
    expect(claire.locator(".suggestions")).to_be_hidden()
    assert box(claire) == "@sofi"
    claire.keyboard.press("Enter")

    expect(claire.locator("li.message", has_text="@sofi").last).to_be_visible()
    assert box(claire) == ""


def test_somebody_is_called_by_touch_on_a_phone(demo_site: Site, windows: Windows) -> None:
    page = windows.open(demo_site.urls[0], width=390, height=844, has_touch=True)
    claire = open_thread(sign_in(page, CLAIRE), demo_site, a_title(demo_site))

    claire.locator("form.composer textarea[name=body]").tap()
    claire.locator("form.composer [data-action='composer#call']").tap()
    claire.keyboard.type("sofi")
    option = claire.locator(".suggestions [role=option]", has_text="Sofiane Merabet")
    expect(option).to_be_visible()
    inside = option.bounding_box()
    assert inside
    assert inside["x"] >= 0
    assert inside["x"] + inside["width"] <= 390
    option.tap()

    assert box(claire) == "@Sofiane Merabet "


@pytest.mark.feature("T6")
def test_an_emoji_is_found_by_its_word(demo_site: Site, windows: Windows) -> None:
    claire = open_thread(sign_in(windows.open(demo_site.urls[0]), CLAIRE), demo_site, a_title(demo_site))

    type_in(claire, "Un :café")
    expect(claire.locator(".suggestions [role=option]").first).to_contain_text("☕")
    claire.keyboard.press("Tab")

    assert box(claire).replace("\ufe0f", "") == "Un ☕ "


@pytest.mark.feature("T6")
def test_an_emoji_is_chosen_by_the_keyboard_alone(demo_site: Site, windows: Windows) -> None:
    claire = open_thread(sign_in(windows.open(demo_site.urls[0]), CLAIRE), demo_site, a_title(demo_site))
    type_in(claire, "Un  noir")
    field = claire.locator(".composer__text")
    for _ in " noir":
        claire.keyboard.press("ArrowLeft")
    smile = claire.locator("[data-controller=emoji]")
    search, emoji = claire.locator(".picker #search"), claire.locator(".picker .tabpanel .emoji-menu > button")

    smile.press("Enter")
    expect(search).to_be_focused()
    claire.keyboard.press("Escape")
    expect(claire.locator(".picker")).to_have_count(0)
    expect(field).to_be_focused()

    smile.press("Enter")
    expect(emoji.nth(9)).to_be_visible()
    claire.keyboard.press("ArrowDown")
    expect(emoji.nth(0)).to_be_focused()
    for key, place in (("ArrowRight", 1), ("ArrowDown", 9), ("ArrowLeft", 8), ("ArrowUp", 0)):
        claire.keyboard.press(key)
        expect(emoji.nth(place)).to_be_focused()
    claire.keyboard.press("ArrowUp")
    expect(search).to_be_focused()

    search.fill("café" if claire.locator("html").get_attribute("lang") == "fr" else "coffee")
    expect(search).to_have_attribute("aria-expanded", "true")
    claire.keyboard.press("ArrowDown")
    claire.keyboard.press("Enter")
    expect(field).to_be_focused()
    assert box(claire).replace("\ufe0f", "") == "Un ☕ noir"
    field.fill("")


def test_an_edit_in_place_calls_somebody(demo_site: Site, windows: Windows) -> None:
    claire = open_thread(sign_in(windows.open(demo_site.urls[0]), CLAIRE), demo_site, a_title(demo_site))
    say(claire, "Qui prend la suite ?")
    mine = claire.locator("li.message", has_text="Qui prend la suite")
    expect(mine).to_be_visible()
    expect(claire.locator("li.message[data-state=pending]")).to_have_count(0)

    mine.hover()
    mine.locator("[data-slot=edit-act]").click()
    field = claire.locator("form.message__editor textarea")
    field.press_sequentially(" @sofi")
    expect(claire.locator(".suggestions [role=option]").first).to_contain_text("Sofiane")
    field.press("Enter")
    field.press("Enter")

    expect(claire.locator("li.message a.mention", has_text="@Sofiane Merabet").last).to_be_visible()
    expect(claire.locator("form.message__editor")).to_have_count(0)


@pytest.mark.feature("T13")
def test_a_poll_is_answered_live_and_drawn_like_a_fresh_page(demo_site: Site, windows: Windows) -> None:
    title = a_title(demo_site)
    sofiane = open_thread(sign_in(windows.open(demo_site.urls[-1]), SOFIANE), demo_site, title)
    claire = open_thread(sign_in(windows.open(demo_site.urls[0]), CLAIRE), demo_site, title)

    claire.get_by_role("button", name=re.compile("Demander à tout le monde|Ask everyone")).click()
    claire.get_by_role("link", name=re.compile("Prendre la température|Take the temperature")).click()
    claire.locator("textarea[name=body]").fill("On garde l’horaire ?")
    claire.get_by_role("button", name=re.compile("^(Poser la question|Ask)$")).click()
    poll = sofiane.locator("li.message", has_text="On garde l’horaire ?").locator(".poll")
    expect(poll.locator(".poll__choice")).to_have_count(4)
    poll.locator(".poll__choice").first.focus()
    sofiane.keyboard.press("Enter")

    theirs = claire.locator("li.message", has_text="On garde l’horaire ?").locator(".poll")
    expect(theirs.locator(".poll__who").first).to_have_text("Sofiane Merabet")
    expect(poll.locator(".poll__choice").first).to_have_attribute("aria-pressed", "true")
    live = rows(sofiane)
    load_again(sofiane)
    same_rows(live, rows(sofiane))

    theirs.locator("[data-slot=poll-close] button").click()
    expect(poll.locator(".poll__choice").first).to_be_disabled()
    live = rows(sofiane)
    load_again(sofiane)
    same_rows(live, rows(sofiane))


@pytest.mark.feature("T6")
def test_what_helped_is_seen_by_name_and_drawn_like_a_fresh_page(demo_site: Site, windows: Windows) -> None:
    title = a_title(demo_site)
    claire = open_thread(sign_in(windows.open(demo_site.urls[0]), CLAIRE), demo_site, title)
    sofiane = open_thread(sign_in(windows.open(demo_site.urls[-1]), SOFIANE), demo_site, title)
    say(claire, "Le joint se change par l’arrière.")
    theirs = sofiane.locator("li.message", has_text="Le joint se change")
    expect(theirs).to_be_visible()

    theirs.hover()
    theirs.locator("[data-slot=helpful-act] button").click()

    mine = claire.locator("li.message", has_text="Le joint se change")
    expect(mine.locator("[data-slot=helped]")).to_have_text("Sofiane Merabet")
    expect(mine.locator("[data-slot=helpful-act]")).to_have_count(0)
    for page in (claire, sofiane):
        expect(page.locator("li.message[data-state=pending]")).to_have_count(0)
        live = rows(page)
        load_again(page)
        same_rows(live, rows(page))


@pytest.mark.feature("B5")
def test_without_javascript_one_votes(demo_site: Site, windows: Windows) -> None:
    page = sign_in(windows.open(demo_site.urls[0], java_script_enabled=False), CLAIRE)
    [(pk,)] = demo_site.rows(
        "SELECT m.thread_id FROM threads_poll p JOIN threads_message m ON m.id = p.message_id "
        "WHERE p.closed_at IS NULL AND p.kind = 'choice'"
    )
    page.goto(f"/threads/{pk}/")

    page.locator(".poll__choice").first.click()

    expect(page.locator(".poll__choice").first).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".poll__who").first).to_contain_text("Claire Abgrall")
