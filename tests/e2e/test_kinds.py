"""Two browsers in a live Q&A and under a question: each sees what the other does, as a fresh page would show it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import load_again, say, sign_in
from tests.support.browser import Windows
from tests.support.sites import Site

CLAIRE, SOFIANE, INES = "Claire", "Sofiane", "Inès"
FRESH = """
rows => rows.map(row => {
  const copy = row.cloneNode(true);
  for (const time of copy.querySelectorAll("relative-time")) time.remove();
  for (const hidden of copy.querySelectorAll("input[name=csrfmiddlewaretoken]")) hidden.remove();
  for (const face of copy.querySelectorAll("[data-cursor]")) face.removeAttribute("data-cursor");
  return copy.textContent.replace(/\\s+/g, " ").trim() + JSON.stringify([...copy.attributes].map(a => [a.name, a.value]).sort());
})
"""


def open_live(page: Page, site: Site) -> Page:
    """The Q&A that is still open."""
    query = "SELECT id FROM threads_thread WHERE kind = 'live_qa' AND state = 'open' ORDER BY id LIMIT 1"
    [(pk,)] = site.rows(query)
    page.goto(f"/threads/{pk}/")
    expect(page.locator("section.qa[data-live]")).to_be_attached()
    return page


def rows(page: Page, selector: str) -> list[str]:
    page.wait_for_timeout(300)
    found: list[str] = page.eval_on_selector_all(selector, FRESH)
    return found


@pytest.mark.feature("T14")
def test_a_question_is_asked_supported_answered_and_read_by_the_room(demo_site: Site, windows: Windows) -> None:
    ines = open_live(sign_in(windows.open(demo_site.urls[0]), INES), demo_site)
    sofiane = open_live(sign_in(windows.open(demo_site.urls[-1]), SOFIANE), demo_site)
    room = windows.open(demo_site.urls[0])
    sign_in(room, INES)
    room.goto(f"{ines.url}screen/")
    expect(room.locator("main[data-live]")).to_be_attached()

    sofiane.locator(".qa__ask textarea").fill("Et la nuit, qui répond ?")
    sofiane.locator(".qa__ask input[type=checkbox]").check()
    sofiane.locator(".qa__ask .button--primary").click()

    theirs = ines.locator("li.question", has_text="Et la nuit, qui répond ?")
    expect(theirs).to_be_visible()
    expect(theirs).not_to_contain_text("Sofiane")
    expect(room.locator("li.screen__question", has_text="Et la nuit")).to_have_count(0)

    theirs.locator("button.question__support").click()
    mine = sofiane.locator("li.question", has_text="Et la nuit, qui répond ?")
    expect(mine).to_have_attribute("data-supports", "1")
    expect(mine.locator("button.question__support")).to_have_attribute("aria-pressed", "false")

    theirs.locator(".question__may-answer").click()
    expect(mine).to_have_attribute("data-state", "answering")
    expect(room.locator("li.screen__question").first).to_contain_text("Et la nuit")
    theirs.locator(".question__may-hide summary").click()
    theirs.locator(".question__may-hide input[name=reason]").fill("Elle vise une personne.")
    theirs.locator(".question__may-hide button").click()
    expect(room.locator("li.screen__question", has_text="Et la nuit")).to_have_count(0)
    expect(theirs).to_have_attribute("data-state", "hidden")
    expect(theirs).to_contain_text("Et la nuit")  # to those who run the space
    own = sofiane.locator("li.question[data-state=hidden]", has_text="Elle vise une personne.")
    expect(own).to_contain_text("Et la nuit")  # while this page of theirs is open, though nobody knows whose it is
    load_again(sofiane)
    expect(sofiane.locator("section.qa[data-live]")).to_be_attached()
    expect(own).not_to_contain_text("Et la nuit")
    live = rows(sofiane, "li.question")
    load_again(sofiane)
    expect(sofiane.locator("section.qa[data-live]")).to_be_attached()
    assert rows(sofiane, "li.question") == live


@pytest.mark.feature("T9")
def test_an_answer_is_kept_without_a_reload_and_a_fresh_page_shows_the_same(demo_site: Site, windows: Windows) -> None:
    query = (
        "SELECT t.id FROM threads_thread t JOIN spaces_space s ON s.id = t.space_id WHERE t.kind = 'question' "
        "AND t.state = 'open' AND t.audience = 'internal' AND s.slug IN ('place', 'participation') ORDER BY t.id LIMIT 1"
    )
    [(pk,)] = demo_site.rows(query)
    claire = sign_in(windows.open(demo_site.urls[0]), CLAIRE)
    sofiane = sign_in(windows.open(demo_site.urls[-1]), SOFIANE)
    for page in (claire, sofiane):
        page.goto(f"/threads/{pk}/")
        expect(page.locator("section.thread[data-live]")).to_be_attached()
    say(sofiane, "La réponse est dans le tiroir du bas.")
    answer = claire.locator("li.message", has_text="dans le tiroir du bas")
    expect(answer).to_be_visible()

    answer.hover()
    answer.locator("[data-slot=accept-act] button").click()

    expect(sofiane.locator(".accepted")).to_contain_text("dans le tiroir du bas")
    expect(sofiane.locator("li.message--accepted")).to_have_count(1)
    expect(sofiane.locator("li.trace").last).to_contain_text(re.compile("résolue|solved"))
    expect(sofiane.locator("[data-when=solved] .chip--pine")).to_be_visible()
    live = rows(sofiane, "li.trace, .accepted")
    load_again(sofiane)
    expect(sofiane.locator("section.thread[data-live]")).to_be_attached()
    assert rows(sofiane, "li.trace, .accepted") == live
