"""What a team contributes, in the demo company: six quarters, a team too small, a measure whose formula changed."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import sign_in
from tests.support.browser import Windows
from tests.support.sites import Site

pytestmark = pytest.mark.engine("sqlite")  # the figures are the same from either database, as another test says


def figures(demo_site: Site, windows: Windows, name: str, team: str) -> Page:
    page = sign_in(windows.open(demo_site.urls[0]), name)
    page.goto(f"/teams/{team}/measures/")
    return page


def numbers(page: Page) -> list[list[str]]:
    """The figures of each measure, in whatever language they are told."""
    return [re.findall(r"\d+", words) for words in page.locator("section.measure-card").all_inner_texts()]


@pytest.mark.feature("X1")
def test_six_quarters_speak_of_a_team_and_it_sees_who_looked(demo_site: Site, windows: Windows) -> None:
    claire = figures(demo_site, windows, "Claire", "ensachage")
    voices = claire.locator("section[aria-labelledby=measure-B1]")

    expect(voices.locator("tbody tr")).to_have_count(6)
    expect(voices.locator(".series__drawing")).to_be_visible()
    expect(claire.locator("main .callout")).to_be_visible()

    bruno = figures(demo_site, windows, "Bruno", "ensachage")
    looked = bruno.locator("section[aria-labelledby=looked]")

    expect(looked.get_by_text("Thibault Nguyen-Roussel").first).to_be_visible()
    expect(looked.get_by_text("Claire Abgrall").first).to_be_visible()
    assert numbers(bruno) == numbers(claire)  # the same for all


@pytest.mark.feature("X2")
def test_a_team_too_small_is_counted_with_others(demo_site: Site, windows: Windows) -> None:
    page = figures(demo_site, windows, "Sofiane", "maintenance")

    expect(page.locator("main .callout").get_by_text("Ateliers de Vaubrenne")).to_be_visible()


@pytest.mark.feature("X4")
def test_a_measure_whose_formula_changed_is_suspended_and_its_figures_stay(demo_site: Site, windows: Windows) -> None:
    page = figures(demo_site, windows, "Inès", "sav")
    expect(page.locator("section[aria-labelledby=measure-D1]")).to_be_visible()

    page.goto("/measures/")

    state = page.locator("article[aria-labelledby=register-D1] .measure-card__name")
    expect(state.get_by_text(re.compile("sa formule a changé|its formula changed"))).to_be_visible()


def test_the_house_shows_how_its_groups_lie(demo_site: Site, windows: Windows) -> None:
    page = figures(demo_site, windows, "Claire", "sav")
    page.goto("/measures/house/")

    table = page.locator("section[aria-labelledby=spread]")
    expect(table.locator("tbody tr").first).to_be_visible()
    assert "Service après-vente" not in table.inner_text()
