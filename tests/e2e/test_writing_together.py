"""Three people write one page at once in three browsers: they end with one text, and so do the database and its readers."""

import random
import re
from collections import Counter

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.people import sign_in
from tests.support.browser import Problems, Windows
from tests.support.sites import Site

PEOPLE = ("Claire", "Sofiane", "Bruno")
BEGIN = "/spaces/place/pages/begin/"
TYPED = re.compile(r"[abc]\d+[a-z]+\.")

# Puts the caret behind a word that is whole and its space, by chance; where there is none, into the first paragraph.
# Returns the letter that follows when the editor has heard of the caret: what others write meanwhile would put it back
# between two keys, as no mouse lets it.
SOMEWHERE = """
async ([chance]) => {
  const text = document.querySelector(".ProseMirror");
  const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT, (node) =>
    node.parentElement.closest("[contenteditable=false], .cursor") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
  const places = [];
  while (walker.nextNode())
    for (const { index, 0: word } of walker.currentNode.data.matchAll(/\\S+\\.(?: |$)/g))
      places.push([walker.currentNode, index + word.length]);
  text.focus();
  const [node, offset] = places[Math.floor(chance * places.length)] ?? [text.querySelector("p"), 0];
  const heard = new Promise((resolve) => {
    document.addEventListener("selectionchange", () => setTimeout(resolve), { once: true });
    setTimeout(resolve, 200); // it stood there already
  });
  getSelection().collapse(node, offset);
  await heard;
  return node.data?.[offset] ?? "";
}
"""


def begin(page: Page, title: str) -> str:
    """A new page, open for writing; its address."""
    page.goto(BEGIN)
    page.locator("main input[name=title]").fill(title)
    page.locator("main form button.button--primary").first.click()
    written(page)
    return page.url


def written(page: Page) -> Page:
    """The editor is there and level with the server."""
    expect(page.locator(".editor[data-state=saved] .ProseMirror")).to_be_visible()
    return page


def together(demo_site: Site, windows: Windows, title: str) -> list[Page]:
    pages = [
        sign_in(windows.open(demo_site.urls[number % len(demo_site.urls)]), name) for number, name in enumerate(PEOPLE)
    ]
    path = begin(pages[0], title).partition("/write/")[2]
    for page in pages[1:]:
        page.goto(f"/write/{path}")
        written(page)
    return pages


def said(page: Page) -> list[str]:
    """The lines of the text on the screen, without the names of those who write in it."""
    lines: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(".ProseMirror :is(p, h2, h3, h4)")].map((line) => {
             const copy = line.cloneNode(true);
             for (const cursor of copy.querySelectorAll("[class*=cursor]")) cursor.remove();
             return copy.textContent.replaceAll("\\u2060", "").replaceAll("\\ufeff", "").trim();
           })"""
    )
    return lines


def agree(pages: list[Page]) -> list[str]:
    """All have the same text, and it is kept."""
    for page in pages:
        expect(page.locator(".editor[data-state=saved]")).to_be_visible()
    for _ in range(100):
        texts = [said(page) for page in pages]
        if all(text == texts[0] for text in texts):
            return texts[0]
        pages[0].wait_for_timeout(200)
    assert texts[0] == texts[1] == texts[2]
    return texts[0]


def act(page: Page, chance: random.Random, word: str) -> tuple[str, str]:
    """One thing that somebody does while writing, by its name, "removed" where it was taken back again; and what it is."""
    behind = page.evaluate(SOMEWHERE, [chance.random()])
    deed = chance.randrange(10)
    page.keyboard.type(f"{word} " if behind else f" {word}")
    if deed == 0:
        page.keyboard.press("Enter")
    elif deed == 1:
        for _ in range(len(word) + 1):
            page.keyboard.press("Backspace")
    elif deed == 2:
        page.keyboard.press("Control+z")
        page.keyboard.press("Control+y")
    elif deed == 3:
        page.keyboard.press("Control+b")
        page.keyboard.type("gros")
        page.keyboard.press("Control+b")
        for _ in range(4):
            page.keyboard.press("Backspace")
    return {0: "split", 1: "removed"}.get(deed, "written"), word


@pytest.mark.feature("P3")
def test_three_write_at_once_and_end_with_one_text(
    demo_site: Site, windows: Windows, pytestconfig: pytest.Config
) -> None:
    operations, seed = pytestconfig.getoption("--operations"), pytestconfig.getoption("--round")
    chance = random.Random(seed)  # a repeatable choice
    pages = together(demo_site, windows, f"Écrite à trois, {seed}")
    stays: set[str] = set()
    splits = 0
    for number in range(operations):
        for who, page in enumerate(pages):
            did, word = act(page, chance, f"{'abc'[who]}{number}{chance.choice(['lot', 'moulin', 'tri'])}.")
            splits += did == "split"
            if did != "removed":
                stays.add(word)

    text = agree(pages)

    told = "\n".join(text)
    assert not Counter("".join(stays)) - Counter(told), told  # no letter is lost
    torn = stays - set(TYPED.findall(told))
    assert len(torn) <= splits, (
        told
    )  # a paragraph parted while a word was on its way may part the word: docs/coediting.md
    pages[0].locator("form[action$='/publish/'] button").click()
    published = pages[0].locator("article .prose")
    expect(published).to_be_visible()
    shown = " ".join(published.inner_text().split())
    assert shown == " ".join(" ".join(text).split())


@pytest.mark.feature("P4")
def test_what_is_written_offline_is_written_when_the_line_is_back(
    demo_site: Site, windows: Windows, problems: Problems
) -> None:
    problems.allow("ERR_INTERNET_DISCONNECTED")
    problems.allow("WebSocket")
    pages = together(demo_site, windows, "Écrite dans le train")
    pages[0].context.set_offline(True)
    pages[0].locator(".ProseMirror").click()
    pages[0].keyboard.type("Dans le tunnel.")
    pages[1].locator(".ProseMirror").click()
    pages[1].keyboard.type("Au bureau. ")
    pages[0].context.set_offline(False)

    text = " ".join(agree(pages))

    assert "Dans le tunnel." in text
    assert "Au bureau." in text


@pytest.mark.feature("P4")
def test_a_tab_closed_offline_gives_its_words_when_it_is_opened_again(
    demo_site: Site, windows: Windows, problems: Problems
) -> None:
    problems.allow("ERR_INTERNET_DISCONNECTED")
    problems.allow("WebSocket")
    claire = sign_in(windows.open(demo_site.urls[0]), "Claire")
    address = begin(claire, "Écrite puis fermée")
    claire.context.set_offline(True)
    claire.locator(".ProseMirror").click()
    claire.keyboard.type("Fermé trop vite.")
    expect(claire.locator(".editor[data-state=offline]")).to_be_visible()
    claire.wait_for_timeout(500)
    claire.close(run_before_unload=False)
    windows.contexts[-1].set_offline(False)

    again = windows.contexts[-1].new_page()
    again.goto(address)
    written(again)

    assert said(again) == ["Fermé trop vite."]
