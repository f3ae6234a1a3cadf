"""What awaits a team, or a person, comes as it is said, and leaves by itself once somebody took care of it."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import say, sign_in
from tests.support.browser import Windows, awake
from tests.support.sites import Site

SOON = 8_000  # far under the minute after which the screen looks by itself


def ask(page: Page, title: str) -> None:
    """Begins a question in the space of the service team."""
    page.goto("/spaces/sav/new/?kind=question")
    page.locator("input[name=title]").fill(title)
    page.locator("textarea[name=body]").fill("Elle n’est pas sur l’étagère.")
    kind = page.locator("input[name=kind][value=question]")
    if not kind.is_checked():
        kind.check()
    page.get_by_role("main").locator("form button.button--primary").click()
    expect(page.locator("section.thread[data-live]")).to_be_attached()


@pytest.mark.feature("M4")
def test_a_question_stands_beside_the_figures_until_somebody_answers(demo_site: Site, windows: Windows) -> None:
    claire = sign_in(windows.open(demo_site.urls[0]), "Claire")
    ask(claire, "Qui garde la valise du week-end ?")

    sofiane = sign_in(windows.open(demo_site.urls[-1]), "Sofiane")
    sofiane.goto("/teams/sav/measures/")
    waiting = sofiane.locator("#awaiting .row", has_text="la valise du week-end")
    expect(waiting).to_be_visible()

    bruno = sign_in(windows.open(demo_site.urls[0]), "Bruno")
    bruno.goto(claire.url)
    say(bruno, "Chez moi, je la rapporte lundi.")

    expect(waiting).to_have_count(0)
    expect(sofiane.locator("#awaiting")).to_be_attached()


@pytest.mark.feature("M4")
def test_a_question_asked_elsewhere_comes_at_once(demo_site: Site, windows: Windows) -> None:
    sofiane = sign_in(windows.open(demo_site.urls[-1]), "Sofiane")
    sofiane.goto("/teams/sav/measures/")
    awake(sofiane)
    waiting = sofiane.locator("#awaiting .row", has_text="la clé du coffre")
    expect(waiting).to_have_count(0)

    ask(sign_in(windows.open(demo_site.urls[0]), "Claire"), "Qui a la clé du coffre ?")

    expect(waiting).to_be_visible(timeout=SOON)


@pytest.mark.feature("M4")
def test_a_conversation_begun_elsewhere_is_said_without_moving_the_list(demo_site: Site, windows: Windows) -> None:
    sofiane = sign_in(windows.open(demo_site.urls[-1]), "Sofiane")
    sofiane.goto("/spaces/sav/")
    awake(sofiane)
    first = sofiane.locator(".thread-row__title a").first
    was = first.inner_text(), first.bounding_box()

    ask(sign_in(windows.open(demo_site.urls[0]), "Claire"), "Qui a rangé le peson de rechange ?")

    line = sofiane.locator("[data-controller=begun] a")
    expect(line).to_be_in_viewport(timeout=SOON)
    assert (first.inner_text(), first.bounding_box()) == was
    line.click()
    expect(sofiane.locator(".thread-row__title", has_text="peson de rechange")).to_be_visible()


@pytest.mark.feature("A1")
def test_an_answer_comes_into_ones_turn_with_its_number_and_leaves_once_it_is_read(
    demo_site: Site, windows: Windows
) -> None:
    claire = sign_in(windows.open(demo_site.urls[0]), "Claire")
    ask(claire, "Qui a pris le chariot bleu ?")
    thread = claire.url
    claire.goto("/your-turn/")
    awake(claire)
    row, number = claire.locator("#your-turn .thread-row", has_text="le chariot bleu"), claire.locator(".rail__count")
    before = int(number.first.locator("[data-turn-number]").inner_text() or 0)
    expect(row).to_have_count(0)

    bruno = sign_in(windows.open(demo_site.urls[-1]), "Bruno")
    bruno.goto(thread)
    say(bruno, "Il est à la réception.")

    expect(row).to_be_visible(timeout=SOON)
    expect(number.first).to_contain_text(str(before + 1))
    elsewhere = claire.context.new_page()
    elsewhere.goto(thread)
    expect(row).to_have_count(0, timeout=SOON)
