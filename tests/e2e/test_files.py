"""Files in a conversation as people bring them: chosen, dropped, pasted, without a script, and through an interruption."""

import base64
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from intranet.demo.seeding.content import CONTENT
from tests.e2e.people import load_again, sign_in
from tests.e2e.test_conversation import a_title, open_thread, rows, same_rows
from tests.support.browser import Problems, Windows
from tests.support.sites import Site

pytestmark = pytest.mark.feature("T5")
PICTURE, FICHE = CONTENT / "images" / "peson.png", CONTENT / "files" / "fiche-consignation.pdf"
CLAIRE, SOFIANE = "Claire", "Sofiane"
LET_GO = """
([selector, kind, name, type, bytes]) => {
  const data = new DataTransfer();
  const raw = Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0));
  data.items.add(new File([raw], name, { type }));
  const target = document.querySelector(selector);
  const more = { bubbles: true, cancelable: true };
  if (kind === "paste") target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, ...more }));
  else for (const step of ["dragenter", "dragover", "drop"])
    target.dispatchEvent(new DragEvent(step, { dataTransfer: data, ...more }));
}
"""


def let_go(page: Page, selector: str, kind: str, path: Path, media_type: str) -> None:
    """Drop or paste a file somewhere."""
    content = base64.b64encode(path.read_bytes()).decode()
    page.evaluate(LET_GO, [selector, kind, path.name, media_type, content])


def chips(page: Page) -> Locator:
    return page.locator(".composer__files > .upload")


def send(page: Page, words: str) -> None:
    page.locator("textarea[name=body]").first.fill(words)
    page.locator(".composer__send").click()


def test_files_are_chosen_dropped_and_pasted_and_seen_by_the_others(demo_site: Site, windows: Windows) -> None:
    title = a_title(demo_site)
    claire = open_thread(sign_in(windows.open(demo_site.urls[0]), CLAIRE), demo_site, title)
    sofiane = open_thread(sign_in(windows.open(demo_site.urls[-1]), SOFIANE), demo_site, title)

    claire.locator("input[name=attached]").set_input_files(FICHE)
    let_go(claire, "section.thread .thread__messages", "drop", PICTURE, "image/png")
    let_go(claire, "textarea[name=body]", "paste", PICTURE, "image/png")
    expect(chips(claire)).to_have_count(3)
    send(claire, "Trois façons d’apporter un fichier.")

    said = sofiane.locator("li.message", has_text="Trois façons")
    expect(said.locator(".files__picture img")).to_have_count(2)
    expect(said.locator(".files__file")).to_contain_text("fiche-consignation.pdf")
    expect(chips(claire)).to_have_count(0)
    expect(claire.locator("li.message[data-state=pending]")).to_have_count(0)
    live = rows(claire)
    load_again(claire)
    same_rows(live[-1:], rows(claire)[-1:])


def test_a_picture_opens_large_and_closes_by_the_keyboard(demo_site: Site, windows: Windows) -> None:
    claire = open_thread(sign_in(windows.open(demo_site.urls[0]), CLAIRE), demo_site, a_title(demo_site))
    claire.locator("input[name=attached]").set_input_files([PICTURE, CONTENT / "images" / "moulin.png"])
    send(claire, "Deux images.")
    pictures = claire.locator("li.message", has_text="Deux images.").locator(".files__picture a")
    expect(pictures).to_have_count(2)
    expect(claire.locator("li.message[data-state=pending]")).to_have_count(0)

    pictures.first.focus()
    claire.keyboard.press("Enter")
    name = claire.locator(".gallery [data-part=name]")
    expect(name).to_have_text("peson.png (1/2)")
    claire.keyboard.press("ArrowRight")
    expect(name).to_have_text("moulin.png (2/2)")
    claire.keyboard.press("Escape")

    expect(claire.locator(".gallery")).to_have_count(0)
    expect(pictures.nth(1)).to_be_focused()


def test_a_refused_file_says_why_and_the_words_stay(demo_site: Site, windows: Windows, problems: Problems) -> None:
    problems.allow("422")
    claire = open_thread(sign_in(windows.open(demo_site.urls[0]), CLAIRE), demo_site, a_title(demo_site))
    claire.locator("textarea[name=body]").first.fill("Mes mots")
    let_go(claire, "section.thread .thread__messages", "drop", CONTENT / "company.toml", "text/plain")

    reason = chips(claire).get_by_role("alert")
    expect(reason).to_have_text(re.compile(r"^company\.toml\s?: \w"))
    expect(claire.locator("textarea[name=body]").first).to_have_value("Mes mots")

    claire.locator(".composer__send").click()
    expect(claire.locator("li.message", has_text="Mes mots")).to_be_visible()
    expect(reason).to_be_visible()
    chips(claire).locator("[data-act=remove]").click()
    expect(chips(claire)).to_have_count(0)


def test_a_file_waits_for_the_line_and_goes_when_it_is_back(
    demo_site: Site, windows: Windows, problems: Problems
) -> None:
    problems.allow("ERR_INTERNET_DISCONNECTED")
    claire = open_thread(sign_in(windows.open(demo_site.urls[0]), CLAIRE), demo_site, a_title(demo_site))

    claire.wait_for_load_state("networkidle")  # what brings files is there
    claire.context.set_offline(True)
    claire.locator("input[name=attached]").set_input_files(FICHE)
    expect(chips(claire)).to_contain_text(re.compile("connexion|line"))
    claire.context.set_offline(False)

    expect(claire.locator(".upload[data-state=there]")).to_have_count(1)
    claire.reload()  # what was brought is kept with the draft
    expect(claire.locator(".upload[data-state=there]")).to_have_count(1)
    claire.locator(".upload [data-act=remove]").click()
    expect(chips(claire)).to_have_count(0)


def test_without_a_script_files_go_with_the_form(demo_site: Site, windows: Windows) -> None:
    page = sign_in(windows.open(demo_site.urls[0], java_script_enabled=False), CLAIRE)
    [(pk,)] = demo_site.rows("SELECT id FROM threads_thread WHERE title = %s", a_title(demo_site))
    page.goto(f"/threads/{pk}/")

    page.locator("input[name=attached]").set_input_files([PICTURE, FICHE])
    page.locator("textarea[name=body]").fill("Sans script, avec fichiers.")
    page.get_by_role("main").locator("form.composer .composer__send").click()

    said = page.locator("li.message", has_text="Sans script, avec fichiers.")
    expect(said.locator(".files li")).to_have_count(2)
