"""Every screen, in both languages, both themes, on a phone and wide: axe finds nothing to say, the browser neither.

Each screen is opened twice, so that it meets both values of each: every other one the other way round.
"""

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
# Each pair of a language, a theme and a width meets once; the first and the last share nothing, nor do the others.
COMBINED = [("fr", "light", "wide"), ("fr", "dark", "phone"), ("en", "light", "phone"), ("en", "dark", "wide")]
ABSENT = ("/nowhere/", "/invitation/not-a-token/")
SIZES = {"phone": (320, 700), "wide": (1280, 900)}


def screens(site: Site) -> dict[str, list[str]]:
    """The addresses of the screens by the person who opens them; "" for nobody."""
    one = {name: site.rows(query)[0][0] for name, query in ONE.items()}
    return {
        "": ["/account/login/", "/account/password/reset/", "/invitation/not-a-token/"],
        EMPLOYEE: [address.format(**one) for address in EMPLOYEE_SCREENS],
        GUEST: [
            "/",
            "/inbox/",
            "/spaces/",
            "/spaces/ballyrowan/",
            "/people/settings/",
            f"/threads/{one['shared']}/",
            "/nowhere/",
        ],
        ADMINISTRATOR: ["/people/import/"],
    }


ONE = {
    "thread": "SELECT id FROM threads_thread WHERE audience = 'internal' AND kind = 'discussion' ORDER BY last_seq DESC, id LIMIT 1",
    "shared": "SELECT t.id FROM threads_thread t JOIN spaces_space s ON s.id = t.space_id WHERE t.audience = 'shared' AND s.slug = 'ballyrowan' ORDER BY t.id LIMIT 1",
    "mine": "SELECT m.id FROM threads_message m JOIN accounts_user u ON u.id = m.author_id WHERE u.name LIKE 'Claire%%' ORDER BY m.id LIMIT 1",
    "person": "SELECT user_id FROM people_profile WHERE kind = 'employee' ORDER BY user_id LIMIT 1",
    "solved": "SELECT t.id FROM threads_thread t JOIN spaces_space s ON s.id = t.space_id WHERE t.state = 'solved' AND t.audience = 'internal' AND s.slug = 'place' ORDER BY t.id LIMIT 1",
    "private": "SELECT t.id FROM threads_thread t JOIN spaces_spacemember m ON m.space_id = t.space_id JOIN accounts_user u ON u.id = m.user_id WHERE t.kind = 'private' AND u.name LIKE 'Claire%%' ORDER BY t.id LIMIT 1",
    "live": "SELECT id FROM threads_thread WHERE kind = 'live_qa' AND state = 'open' ORDER BY id LIMIT 1",
    "over": "SELECT id FROM threads_thread WHERE kind = 'live_qa' AND state = 'closed' ORDER BY id LIMIT 1",
    "kept": "SELECT t.id FROM threads_thread t JOIN spaces_space s ON s.id = t.space_id WHERE t.kind = 'discussion' AND t.audience = 'internal' AND s.slug = 'place' ORDER BY t.id LIMIT 1",
    "theirs": "SELECT m.id FROM threads_message m JOIN threads_thread t ON t.id = m.thread_id JOIN spaces_space s ON s.id = t.space_id JOIN accounts_user u ON u.id = m.author_id WHERE t.kind = 'discussion' AND t.audience = 'internal' AND s.slug = 'place' AND u.name NOT LIKE 'Claire%%' AND m.deleted_at IS NULL ORDER BY m.id LIMIT 1",
    "written": "SELECT id FROM base_basepage WHERE slug = 'charte-de-la-place'",
    "page": "SELECT slug FROM base_basepage WHERE slug = 'soudure-sarvenne-cause'",
}
EMPLOYEE_SCREENS = [
    "/",
    "/your-turn/",
    "/inbox/",
    "/following/",
    "/me/notifications/",
    "/search/?q=navette",
    "/search/?q=zzzz",
    "/search/messages/",
    "/search/messages/?q=navette&author=Sofiane&since=2020-01-01",
    "/threads/{thread}/?find=la",
    "/threads/{thread}/?on=2026-01-01",
    "/help/",
    "/spaces/",
    "/spaces/new/",
    "/spaces/participation/",
    "/spaces/participation/about/",
    "/spaces/participation/members/",
    "/spaces/participation/edit/",
    "/spaces/participation/new/",
    "/spaces/place/pages/",
    "/spaces/place/pages/begin/",
    "/write/{written}/",
    "/threads/{thread}/",
    "/threads/{thread}/synthesis/",
    "/threads/{solved}/",
    "/threads/{solved}/close/",
    "/threads/{private}/",
    "/threads/{live}/",
    "/threads/{live}/screen/",
    "/threads/{over}/",
    "/threads/{over}/answered/",
    "/private/",
    "/private/new/?with={person}",
    "/private/{private}/leave/",
    "/threads/{kept}/move/",
    "/threads/{kept}/merge/",
    "/messages/{theirs}/report/",
    "/messages/{theirs}/moderate/",
    "/spaces/place/reports/",
    "/spaces/place/moderation/",
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
    "/teams/sav/measures/",
    "/measures/",
    "/measures/house/",
    "/measures/promise/",
    "/me/data/",
    "/news/",
    "/events/",
    "/events/?month=",
    "/pages/pieces/pot-gerard/",
    "/guides/",
    "/account/2fa/",
    "/account/password/change/",
    "/nowhere/",
]


@pytest.mark.feature("B1", "B3", "B6")
@pytest.mark.engine("sqlite")
@pytest.mark.timeout(900)  # many screens
@pytest.mark.parametrize(("language", "theme", "size"), COMBINED)
def test_axe_finds_nothing(
    demo_site: Site, windows: Windows, problems: Problems, language: str, theme: str, size: str
) -> None:
    problems.allow("status of 404")  # the page that is not there is one of the screens
    width, height = SIZES[size]
    parity = (language, theme, size) in COMBINED[1:3]
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
        for address in addresses[parity::2]:
            answer = page.goto(address)
            assert answer is not None
            assert answer.status == (404 if address in ABSENT else 200), address
            found += [f"{address} as {person or 'nobody'}: {fault}" for fault in faults(page)]

    assert found == [], "\n".join(found)


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
