"""The front page and the palette in a real browser: what is said moves the page, and keys find what was said."""

from playwright.sync_api import Page, expect

from tests.e2e.people import say, sign_in
from tests.support.browser import Windows
from tests.support.sites import Site

CLAIRE, SOFIANE = "Claire", "Sofiane"


def listed(page: Page) -> list[str]:
    """The addresses of the conversations that move, in their order."""
    links = page.locator("#moving .thread-row__title a").all()
    return [str(link.get_attribute("href")) for link in links]


def test_the_front_page_moves_when_somebody_speaks(demo_site: Site, windows: Windows) -> None:
    sofiane = sign_in(windows.open(demo_site.urls[-1]), SOFIANE)
    claire = sign_in(windows.open(demo_site.urls[0]), CLAIRE)
    shared = [address for address in listed(sofiane)[1:] if address in listed(claire)]
    claire.goto(shared[0])
    expect(claire.locator("section.thread[data-live]")).to_be_attached()

    say(claire, "Le pont roulant est de nouveau en service.")

    expect(sofiane.locator("#moving li").first).to_contain_text("Le pont roulant")
    assert listed(sofiane)[0] == shared[0]


def test_the_palette_goes_where_the_words_lead(demo_site: Site, windows: Windows) -> None:
    claire = sign_in(windows.open(demo_site.urls[0]), CLAIRE)
    claire.keyboard.press("Control+k")
    claire.keyboard.type("mâchoires de soud")
    first = claire.locator("#palette-results [role=option]").first
    expect(first).to_contain_text("soudure")
    expect(first).to_have_attribute("aria-selected", "true")

    claire.keyboard.press("Enter")

    expect(claire.get_by_role("heading", level=1)).to_contain_text("mâchoires de soudure")


def test_search_and_help_work_without_a_script(demo_site: Site, windows: Windows) -> None:
    claire = windows.open(demo_site.urls[0], java_script_enabled=False)
    claire.goto("/account/login/")
    claire.get_by_role("button", name=CLAIRE).click()
    claire.goto("/search/")
    claire.locator("main input[name=q]").fill("S4-0098")
    claire.locator("main form[role=search] button").click()
    expect(claire.locator(".results mark").first).to_be_visible()
    claire.goto("/help/")
    expect(claire.get_by_role("heading", level=1)).to_be_visible()


def test_on_a_phone_what_the_house_says_is_closed_where_it_says_so(demo_site: Site, windows: Windows) -> None:
    claire = sign_in(windows.open(demo_site.urls[0], width=390, height=844), CLAIRE)
    claire.goto(listed(claire)[0])
    expect(claire.locator("section.thread[data-live]")).to_be_attached()
    claire.evaluate("scrollTo(0, 0)")
    about = claire.locator(".frame__sheet-button")
    expect(about).to_be_visible()

    over, under = about.bounding_box(), claire.locator(".alert button").bounding_box()
    assert over
    assert under
    assert under["x"] + under["width"] <= over["x"]
