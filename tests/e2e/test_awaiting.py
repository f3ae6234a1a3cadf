"""What awaits a team stands beside its figures and leaves by itself once somebody took care of it."""

import pytest
from playwright.sync_api import expect

from tests.e2e.people import say, sign_in
from tests.support.browser import Windows
from tests.support.sites import Site


@pytest.mark.feature("M4")
def test_a_question_stands_beside_the_figures_until_somebody_answers(demo_site: Site, windows: Windows) -> None:
    claire = sign_in(windows.open(demo_site.urls[0]), "Claire")
    claire.goto("/spaces/sav/new/?kind=question")
    claire.locator("input[name=title]").fill("Qui garde la valise du week-end ?")
    claire.locator("textarea[name=body]").fill("Elle n’est pas sur l’étagère.")
    kind = claire.locator("input[name=kind][value=question]")
    if not kind.is_checked():
        kind.check()
    claire.get_by_role("main").locator("form button.button--primary").click()
    expect(claire.locator("section.thread[data-live]")).to_be_attached()

    sofiane = sign_in(windows.open(demo_site.urls[-1]), "Sofiane")
    sofiane.goto("/teams/sav/measures/")
    waiting = sofiane.locator("#awaiting .row", has_text="la valise du week-end")
    expect(waiting).to_be_visible()

    bruno = sign_in(windows.open(demo_site.urls[0]), "Bruno")
    bruno.goto(claire.url)
    say(bruno, "Chez moi, je la rapporte lundi.")

    expect(waiting).to_have_count(0)
    expect(sofiane.locator("#awaiting")).to_be_attached()
