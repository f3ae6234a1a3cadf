"""Two people talk in two browsers, over one process or two, with a server that dies in the middle."""

import json
import re
from difflib import unified_diff
from itertools import zip_longest

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import load_again, messages, number_of, say, sign_in
from tests.support.browser import Problems, Windows
from tests.support.sites import Site

CLAIRE, SOFIANE, NIAMH = "Claire", "Sofiane", "Niamh"


def open_thread(page: Page, site: Site, title: str) -> Page:
    [(pk,)] = site.rows("SELECT id FROM threads_thread WHERE title = %s", title)
    page.goto(f"/threads/{pk}/")
    expect(page.locator("section.thread[data-live]")).to_be_attached()
    return page


def a_title(site: Site, space: str = "place") -> str:
    """The title of a conversation of a space that can be written in."""
    query = (
        "SELECT t.title FROM threads_thread t JOIN spaces_space s ON s.id = t.space_id "
        "WHERE s.slug = %s AND t.kind = 'discussion' AND t.audience = 'internal' ORDER BY t.id LIMIT 1"
    )
    return str(site.rows(query, space)[0][0])


@pytest.mark.feature("T2")
def test_what_one_says_the_other_sees(demo_site: Site, windows: Windows) -> None:
    title = a_title(demo_site)
    claire = open_thread(sign_in(windows.open(demo_site.urls[0]), CLAIRE), demo_site, title)
    sofiane = open_thread(sign_in(windows.open(demo_site.urls[-1]), SOFIANE), demo_site, title)

    say(claire, "La **navette** de 16 h est annulée.")

    expect(sofiane.locator("li.message strong", has_text="navette")).to_be_visible()
    expect(claire.locator("li.message", has_text="La navette de 16 h")).to_have_count(1)
    expect(claire.locator("li.message[data-state=pending]")).to_have_count(0)


def test_the_live_rows_are_those_of_a_fresh_page(demo_site: Site, windows: Windows) -> None:
    title = a_title(demo_site)
    claire = open_thread(sign_in(windows.open(demo_site.urls[0]), CLAIRE), demo_site, title)
    say(claire, "Une ligne\n\n- un\n- deux `S4-0098`")
    say(claire, "Et une autre, tout de suite.")
    expect(claire.locator("li.message[data-state=pending]")).to_have_count(0)

    live = rows(claire)
    load_again(claire)

    fresh = rows(claire)
    for shown, drawn in zip(live, fresh, strict=True):
        assert shown == drawn


CANONICAL = """
rows => rows.slice(-5).map(row => {
  const copy = row.cloneNode(true);
  for (const element of [copy, ...copy.querySelectorAll("*")]) {
    const kept = [...element.attributes].filter(({ name }) => !PASSING.includes(name));
    for (const { name } of [...element.attributes]) element.removeAttribute(name);
    for (const { name, value } of kept.sort((a, b) => (a.name < b.name ? -1 : 1))) element.setAttribute(name, value);
    element.classList.remove("message--arrived", "message--run"); // a line "new since" may stand between on one screen
  }
  for (const passing of copy.querySelectorAll("relative-time, [name=csrfmiddlewaretoken]")) passing.remove();
  return copy.outerHTML.replace(/\\s+/g, " ");
})
"""
PASSING = ["data-cid", "data-cursor", "data-state", "tabindex"]  # what a moment puts on a row


def rows(page: Page) -> list[str]:
    """The last rows as HTML, their attributes in order, without what a passing moment puts in them."""
    page.wait_for_timeout(300)
    found: list[str] = page.eval_on_selector_all("li.message", CANONICAL.replace("PASSING", json.dumps(PASSING)))
    return found


def same_rows(live: list[str], fresh: list[str]) -> None:
    """What was drawn live is what a fresh page shows; the first difference is told."""
    for one, other in zip_longest(live, fresh, fillvalue=""):
        before, after = (re.sub(r"> ?<", ">\n<", row).split("\n") for row in (one, other))
        if changes := list(unified_diff(before, after, "live", "fresh", lineterm="", n=0)):
            pytest.fail("\n".join(changes))


@pytest.mark.feature("T4")
def test_editing_reacting_and_taking_back_are_seen_by_the_others(demo_site: Site, windows: Windows) -> None:
    title = a_title(demo_site)
    claire = open_thread(sign_in(windows.open(demo_site.urls[0]), CLAIRE), demo_site, title)
    sofiane = open_thread(sign_in(windows.open(demo_site.urls[-1]), SOFIANE), demo_site, title)
    say(claire, "Rendez-vous à 13 h.")
    mine = claire.locator("li.message", has_text="Rendez-vous à 13 h.")
    theirs = sofiane.locator("li.message", has_text="Rendez-vous à 13 h.")
    expect(theirs).to_be_visible()

    mine.hover()
    mine.locator("[data-slot=edit-act]").click()
    claire.locator("form.message__editor textarea").fill("Rendez-vous à 14 h.")
    claire.locator("form.message__editor textarea").press("Enter")
    changed = sofiane.locator("li.message", has_text="Rendez-vous à 14 h.")
    expect(changed).to_be_visible()
    expect(changed.locator("[data-slot=edited]")).to_be_visible()

    number = number_of(changed)
    claire.goto(f"/messages/{number}/delete/")
    claire.get_by_role("main").locator("form button.button--danger").click()
    expect(sofiane.locator(f"#m-{number}")).to_have_class(re.compile("message--deleted"))
    expect(sofiane.locator(f"#m-{number}")).not_to_contain_text("14 h")


@pytest.mark.feature("B5")
def test_without_javascript_one_reads_and_answers(demo_site: Site, windows: Windows) -> None:
    title = a_title(demo_site)
    page = sign_in(windows.open(demo_site.urls[0], java_script_enabled=False), CLAIRE)
    [(pk,)] = demo_site.rows("SELECT id FROM threads_thread WHERE title = %s", title)
    page.goto(f"/threads/{pk}/")

    page.locator("textarea[name=body]").fill("Sans script, cela marche aussi.")
    page.get_by_role("main").locator("form.composer .composer__send").click()

    expect(page.locator("li.message", has_text="Sans script, cela marche aussi.")).to_be_visible()


def test_what_is_typed_offline_is_kept_and_said_later(demo_site: Site, windows: Windows, problems: Problems) -> None:
    problems.allow("ERR_INTERNET_DISCONNECTED")
    title = a_title(demo_site)
    claire = open_thread(sign_in(windows.open(demo_site.urls[0]), CLAIRE), demo_site, title)

    claire.context.set_offline(True)
    say(claire, "Écrit dans le tunnel.")
    expect(claire.locator("li.message[data-state=pending]", has_text="tunnel")).to_be_visible()
    claire.context.set_offline(False)

    expect(claire.locator("li.message[data-state=pending]")).to_have_count(0)
    found = demo_site.rows("SELECT count(*) FROM threads_message WHERE body = %s", "Écrit dans le tunnel.")
    assert found == [(1,)]


@pytest.mark.engine("postgresql")
def test_a_server_dies_and_nothing_acknowledged_is_lost(demo_site: Site, windows: Windows, problems: Problems) -> None:
    for words in ("ERR_CONNECTION_REFUSED", "WebSocket connection", "ERR_CONNECTION_RESET", "ERR_EMPTY_RESPONSE"):
        problems.allow(words)
    title = a_title(demo_site)
    claire = open_thread(sign_in(windows.open(demo_site.urls[0]), CLAIRE), demo_site, title)
    sofiane = open_thread(sign_in(windows.open(demo_site.urls[-1]), SOFIANE), demo_site, title)
    said = [f"Relevé numéro {n}" for n in range(12)]

    for number, words in enumerate(said):
        say(claire, words)
        if number == 5:
            demo_site.processes[0].kill()
        if number == 8:
            demo_site.processes[0].start()

    expect(claire.locator("li.message[data-state=pending]")).to_have_count(0, timeout=60_000)
    expect(sofiane.locator("li.message", has_text=said[-1])).to_be_visible()
    for page in (claire, sofiane):
        assert [words for words in messages(page) if words in said] == said
