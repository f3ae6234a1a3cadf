"""Those who run a space look after it: messages moved by the keyboard, words hidden, and the others see it at once."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import load_again, messages, number_of, say, sign_in
from tests.support.browser import Windows
from tests.support.sites import Site

CLAIRE, SOFIANE = "Claire", "Sofiane"  # she runs the place, he reads it


def begin(page: Page, title: str) -> Page:
    """Open a conversation in the place with its first words."""
    page.goto("/spaces/place/new/")
    page.locator("input[name=title]").fill(title)
    page.locator("textarea[name=body]").fill("La navette de 16 h part à l’heure.")
    page.get_by_role("main").locator("form button.button--primary").click()
    expect(page.locator("section.thread[data-live]")).to_be_attached()
    return page


def follow(page: Page, url: str) -> Page:
    page.goto(url)
    expect(page.locator("section.thread[data-live]")).to_be_attached()
    return page


@pytest.mark.feature("T10")
def test_messages_are_chosen_by_the_keyboard_and_moved_before_the_others_eyes(
    demo_site: Site, windows: Windows
) -> None:
    claire = begin(sign_in(windows.open(demo_site.urls[0]), CLAIRE), "Navette : l’horaire du soir")
    here = claire.url
    sofiane = follow(sign_in(windows.open(demo_site.urls[-1]), SOFIANE), here)
    say(claire, "Qui a la clé du local vélos ?")
    say(claire, "Elle pend derrière la porte.")
    expect(sofiane.locator("li.message")).to_have_count(3)

    claire.get_by_role("link", name=re.compile("Déplacer des messages|Move messages")).focus()
    claire.keyboard.press("Enter")
    for _ in range(2):  # the box of the last message has the focus; the one before is a few steps back
        claire.keyboard.press("Space")
        while not claire.evaluate("document.activeElement.matches('.message__choose input:not(:checked)')"):
            claire.keyboard.press("Shift+Tab")
    claire.locator("[data-choosing] a").focus()
    claire.keyboard.press("Enter")
    expect(claire.locator("input[name=m]:checked")).to_have_count(2)
    claire.locator("input[name=title]").fill("Local vélos")
    claire.locator("input[name=title]").press("Enter")
    claire.get_by_role("main").locator("form button.button--primary").press("Enter")

    expect(claire.locator("h1")).to_have_text("Local vélos")
    assert messages(claire) == ["Qui a la clé du local vélos ?", "Elle pend derrière la porte."]
    expect(sofiane.locator("li.message")).to_have_count(1)
    trace = sofiane.locator("li.trace--moved_out")
    expect(trace).to_contain_text("Local vélos")
    trace.get_by_role("link").click()
    expect(sofiane.locator("h1")).to_have_text("Local vélos")
    moved = number_of(sofiane.locator("li.message").first)
    sofiane.goto(f"{here}#m-{moved}")  # a link to where it was
    expect(sofiane).to_have_url(re.compile(f"/messages/{moved}/"))


@pytest.mark.feature("T10")
def test_what_arrives_is_what_a_fresh_page_shows(demo_site: Site, windows: Windows) -> None:
    claire = begin(sign_in(windows.open(demo_site.urls[0]), CLAIRE), "Doublon du soir")
    source = claire.url
    begin(claire, "Le bon fil du soir")
    sofiane = follow(sign_in(windows.open(demo_site.urls[-1]), SOFIANE), claire.url)

    claire.goto(f"{source}merge/")
    claire.locator("select[name=target]").select_option(label="Le bon fil du soir · La place")
    claire.get_by_role("main").locator("form button.button--primary").click()
    claire.get_by_role("main").locator("form button.button--primary").click()

    expect(sofiane.locator("li.message")).to_have_count(2)
    expect(sofiane.locator("li.trace--moved_in")).to_contain_text("Doublon du soir")
    live = messages(sofiane)
    load_again(sofiane)
    assert messages(sofiane) == live
    sofiane.goto(source)
    expect(sofiane.locator("h1")).to_have_text("Le bon fil du soir")


@pytest.mark.feature("T20")
def test_hidden_words_leave_the_screens_of_others_and_come_back(demo_site: Site, windows: Windows) -> None:
    sofiane = begin(sign_in(windows.open(demo_site.urls[0]), SOFIANE), "Un mot de trop")
    say(sofiane, "Le chef du quai ne sait pas compter.")
    number = number_of(sofiane.locator("li.message", has_text="compter"))
    claire = sign_in(windows.open(demo_site.urls[-1]), CLAIRE)
    reading = follow(claire.context.new_page(), sofiane.url)
    theirs, own = reading.locator(f"#m-{number}"), sofiane.locator(f"#m-{number}")

    decide(claire, number, "hide")

    expect(theirs).to_have_class(re.compile("message--hidden"))
    expect(theirs).to_contain_text("Ces mots visent une personne.")
    assert "compter" not in reading.content()
    expect(own).to_contain_text("Ces mots visent une personne.")
    expect(own).to_contain_text("compter")  # its author still reads it

    decide(claire, number, "show")

    expect(theirs).to_contain_text("compter")
    expect(own).not_to_have_class(re.compile("message--hidden"))


def decide(page: Page, number: str, decision: str) -> None:
    """Look after a message as somebody who runs the space."""
    page.goto(f"/messages/{number}/moderate/")
    page.locator(f"input[name=decision][value={decision}]").check()
    page.locator("textarea[name=reason]").fill("Ces mots visent une personne.")
    page.get_by_role("main").locator("form button.button--primary").click()
    expect(page).to_have_url(re.compile("/reports/"))
