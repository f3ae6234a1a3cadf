"""Every screen, in both languages and both themes, on a phone and wide: axe finds nothing to say, the browser neither."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.e2e.people import sign_in
from tests.support.browser import Problems, Windows
from tests.support.sites import Site

pytestmark = pytest.mark.engine("sqlite")  # a screen looks the same from either database

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "realtime" / "client" / "node_modules" / "axe-core" / "axe.min.js"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
EMPLOYEE, EDITOR, GUEST, ADMINISTRATOR = "Claire", "Inès", "Niamh", "Thibault"
# Each pair of a language, a theme and a width meets once.
COMBINED = [("fr", "light", "wide"), ("fr", "dark", "phone"), ("en", "light", "phone"), ("en", "dark", "wide")]
SIZES = {"phone": (320, 700), "wide": (1280, 900)}


def screens(site: Site) -> dict[str, list[str]]:
    """The addresses of the screens by the person who opens them; "" for nobody."""
    one = {name: site.rows(query)[0][0] for name, query in ONE.items()}
    return {
        "": ["/account/login/", "/account/password/reset/", "/invitation/not-a-token/"],
        EMPLOYEE: [address.format(**one) for address in EMPLOYEE_SCREENS],
        GUEST: ["/", "/spaces/", "/spaces/ballyrowan/", "/people/settings/", f"/threads/{one['shared']}/", "/nowhere/"],
        ADMINISTRATOR: ["/people/import/"],
    }


ONE = {
    "thread": "SELECT id FROM threads_thread WHERE audience = 'internal' AND kind = 'discussion' ORDER BY last_seq DESC, id LIMIT 1",
    "shared": "SELECT t.id FROM threads_thread t JOIN spaces_space s ON s.id = t.space_id WHERE t.audience = 'shared' AND s.slug = 'ballyrowan' ORDER BY t.id LIMIT 1",
    "mine": "SELECT m.id FROM threads_message m JOIN accounts_user u ON u.id = m.author_id WHERE u.name LIKE 'Claire%%' ORDER BY m.id LIMIT 1",
    "person": "SELECT user_id FROM people_profile WHERE kind = 'employee' ORDER BY user_id LIMIT 1",
    "page": "SELECT slug FROM base_basepage WHERE slug = 'soudure-sarvenne-cause'",
}
EMPLOYEE_SCREENS = [
    "/",
    "/your-turn/",
    "/search/?q=navette",
    "/search/?q=zzzz",
    "/help/",
    "/spaces/",
    "/spaces/new/",
    "/spaces/participation/",
    "/spaces/participation/about/",
    "/spaces/participation/members/",
    "/spaces/participation/edit/",
    "/spaces/participation/new/",
    "/spaces/place/pages/",
    "/threads/{thread}/",
    "/messages/{mine}/edit/",
    "/messages/{mine}/delete/",
    "/messages/{mine}/history/",
    "/people/",
    "/people/?q=soud",
    "/people/{person}/",
    "/people/me/",
    "/people/settings/",
    "/teams/",
    "/teams/sav/",
    "/news/",
    "/events/",
    "/guides/",
    "/account/2fa/",
    "/account/password/change/",
    "/nowhere/",
]


@pytest.mark.feature("B1", "B3", "B6")
@pytest.mark.engine("sqlite")
@pytest.mark.parametrize(("language", "theme", "size"), COMBINED)
def test_axe_finds_nothing(
    demo_site: Site, windows: Windows, problems: Problems, language: str, theme: str, size: str
) -> None:
    problems.allow("status of 404")  # the page that is not there is one of the screens
    width, height = SIZES[size]
    found = []
    for person, addresses in screens(demo_site).items():
        page = windows.open(
            demo_site.urls[0],
            width=width,
            height=height,
            language=language,
            color_scheme=theme,
            reduced_motion="reduce",
        )
        if person:
            sign_in(page, person)
            choose_language(page, language)
        for address in addresses:
            page.goto(address)
            found += [f"{address} as {person or 'nobody'}: {fault}" for fault in faults(page)]

    assert found == []


def choose_language(page: Page, language: str) -> None:
    """Reads in `language` from now on."""
    page.goto("/people/settings/")
    page.locator(f"input[name=language][value={language}]").check()
    page.get_by_role("main").locator("form button.button--primary").first.click()


def faults(page: Page) -> list[str]:
    """What axe says of the page, and a page that is wider than its window."""
    page.evaluate(AXE.read_text())
    told = page.evaluate("rules => axe.run(document, rules)", RULES)
    words = [f"{v['id']}: {n['target']}" for v in told["violations"] for n in v["nodes"]]
    too_wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")
    return words + (["scrolls sideways"] if too_wide else [])
