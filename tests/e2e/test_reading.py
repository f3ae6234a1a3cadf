"""Reading: what is new, walking through a long conversation, several tabs, and a line that does not hold."""

import re

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.e2e.people import messages, say, sign_in
from tests.e2e.test_conversation import CLAIRE, SOFIANE, a_title, open_thread
from tests.support.browser import Problems, Windows
from tests.support.sites import Site

LONG = 420
MAKE_LONG = f"""
import uuid
from django.utils import timezone
from intranet.accounts.models import User
from intranet.portal.indexing import make_findable
from realtime.spaces.models import Space
from realtime.threads.models import Thread
from realtime.threads.posting import Draft, post_messages
from realtime.threads.services import create_thread
space = Space.objects.get(slug="place")
people = list(User.objects.filter(name__startswith="Sofiane")) + list(User.objects.filter(name__startswith="Claire"))
thread = create_thread(space=space, title="Longue", by=people[0], at=timezone.now())
drafts = [Draft(people[n % 2].pk, thread.pk, uuid.uuid4(), f"Ligne {{n}} " + "mot " * (n % 40)) for n in range({LONG})]
for start in range(0, {LONG}, 100):
    post_messages(drafts[start:start + 100], at=timezone.now())
make_findable(at=timezone.now())
"""

SAY_MORE = """
import uuid
from django.utils import timezone
from intranet.accounts.models import User
from realtime.threads.models import Thread
from realtime.threads.posting import Draft, post_messages
thread, one = Thread.objects.get(pk=%s), User.objects.get(name__startswith="Sofiane")
post_messages([Draft(one.pk, thread.pk, uuid.uuid4(), f"Manqué {n} ") for n in range(60)], at=timezone.now())
"""
BRUNO = "Bruno"


@pytest.fixture(scope="module")
def long_thread(demo_site: Site) -> int:
    """A conversation of LONG messages of different heights."""
    if not demo_site.rows("SELECT id FROM threads_thread WHERE title = 'Longue'"):
        demo_site.manage("shell", "-v", "0", "-c", MAKE_LONG)
    return int(demo_site.rows("SELECT id FROM threads_thread WHERE title = 'Longue'")[0][0])


def claire_reads(site: Site, windows: Windows, thread: int) -> Page:
    """Claire's window on a conversation she has read to its end."""
    page = sign_in(windows.open(site.urls[0]), CLAIRE)
    for _ in range(2):
        page.goto(f"/threads/{thread}/")
        expect(page.locator("section.thread[data-live]")).to_be_attached()
        page.keyboard.press("End")
        expect(page.locator("li.message", has_text=f"Ligne {LONG - 1} ")).to_be_in_viewport()
        page.wait_for_timeout(1_200)
    return page


TOP = "() => { const row = [...document.querySelectorAll('li.message')].find(r => r.getBoundingClientRect().top > 80); return [row.id, row.getBoundingClientRect().top]; }"
ROWS = "document.querySelectorAll('li.message').length"


def wait_for_more(page: Page, rows: int) -> None:
    """Waits until the page holds more than `rows` messages; not by `wait_for_function`, which our CSP forbids."""
    for _ in range(200):
        if page.evaluate(ROWS) > rows:
            return
        page.wait_for_timeout(100)
    raise AssertionError("nothing came")


@pytest.mark.feature("T8")
def test_what_comes_above_does_not_move_what_is_read(demo_site: Site, windows: Windows, long_thread: int) -> None:
    page = claire_reads(demo_site, windows, long_thread)
    for _ in range(3):
        before = page.evaluate(ROWS)
        page.evaluate("scrollTo(0, 400)")
        name, top = page.evaluate(TOP)
        wait_for_more(page, before)
        page.wait_for_timeout(200)
        after = page.evaluate(f"document.getElementById('{name}').getBoundingClientRect().top")
        assert abs(after - top) < 2


@pytest.mark.feature("T8")
def test_one_walks_to_the_beginning_and_back_and_the_page_stays_light(
    demo_site: Site, windows: Windows, long_thread: int
) -> None:
    page = claire_reads(demo_site, windows, long_thread)
    for _ in range(150):
        page.evaluate("scrollTo(0, 0)")
        page.wait_for_timeout(150)
        if page.locator("[data-thread-target=older]").count() == 0:
            break
    expect(page.locator("li.message", has_text="Ligne 0 ")).to_be_attached()
    assert page.evaluate(ROWS) <= 300
    expect(page.locator("li.message", has_text=f"Ligne {LONG - 1} ")).to_have_count(0)

    for _ in range(150):
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        page.wait_for_timeout(150)
        if page.locator("[data-thread-target=newer]").count() == 0:
            break

    numbers = [int(words.split()[1]) for words in messages(page) if words.startswith("Ligne")]
    assert numbers == list(range(numbers[0], LONG))
    assert page.evaluate(ROWS) <= 300


@pytest.mark.feature("T8")
def test_home_and_end_and_the_place_that_is_kept(demo_site: Site, windows: Windows, long_thread: int) -> None:
    page = claire_reads(demo_site, windows, long_thread)
    page.keyboard.press("Home")
    expect(page.locator("li.message", has_text="Ligne 0 ")).to_be_in_viewport()
    page.evaluate("scrollTo(0, 1500)")
    page.wait_for_timeout(600)
    name, _top = page.evaluate(TOP)

    page.goto("/")
    page.goto(f"/threads/{long_thread}/")

    expect(page.locator(f"#{name}")).to_be_in_viewport()
    page.keyboard.press("End")
    expect(page.locator("li.message", has_text=f"Ligne {LONG - 1} ")).to_be_in_viewport()


@pytest.mark.feature("S1")
def test_words_are_found_in_a_conversation_and_walked_through(
    demo_site: Site, windows: Windows, long_thread: int
) -> None:
    page = claire_reads(demo_site, windows, long_thread)
    page.keyboard.press("Control+Shift+F")
    page.keyboard.type("ligne 17")
    page.keyboard.press("Enter")

    expect(page.locator("li.message--found")).to_be_in_viewport()
    expect(page.locator("li.message--found")).to_contain_text("Ligne 17")
    page.locator("a[rel=prev]").click()
    expect(page.locator("li.message--found")).to_be_in_viewport()


IN_SIGHT = """
() => [...document.querySelectorAll("li.message")]
  .filter(row => row.getBoundingClientRect().bottom <= document.querySelector(".thread__foot").getBoundingClientRect().top)
  .map(row => Number(row.dataset.seq)).pop()
"""


def mark_of(site: Site, thread: int, name: str) -> int:
    """How far a person has read, as the server knows it; 0 for nothing."""
    query = (
        "SELECT m.seq FROM threads_readmark m JOIN accounts_user u ON u.id = m.user_id "
        "WHERE m.thread_id = %s AND u.name LIKE %s"
    )
    found = site.rows(query, thread, f"{name}%")
    return int(found[0][0]) if found else 0


@pytest.mark.feature("T8")
def test_what_was_in_sight_is_read_and_one_comes_back_there(
    demo_site: Site, windows: Windows, long_thread: int
) -> None:
    page = sign_in(windows.open(demo_site.urls[0]), BRUNO)
    told: list[str] = []
    page.on("request", lambda request: told.append(request.url) if request.url.endswith("/read/") else None)
    query = "SELECT id FROM threads_message WHERE thread_id = %s AND body LIKE %s"
    [(hit,)] = demo_site.rows(query, long_thread, "Ligne 201 %")
    page.goto(f"/messages/{hit}/")
    expect(page.locator(f"#m-{hit}")).to_be_in_viewport()
    page.wait_for_timeout(1_500)
    assert (mark_of(demo_site, long_thread, BRUNO), told) == (0, [])

    page.goto(f"/threads/{long_thread}/")
    page.wait_for_timeout(2_000)
    seen = page.evaluate(IN_SIGHT)
    assert 0 < mark_of(demo_site, long_thread, BRUNO) == seen < 30
    for _ in range(20):
        page.mouse.wheel(0, 200)
        page.wait_for_timeout(100)
    page.wait_for_timeout(1_000)
    seen = page.evaluate(IN_SIGHT)
    page.goto("/")
    page.wait_for_timeout(1_500)  # what is told in leaving goes on by itself

    assert len(told) <= 4
    assert mark_of(demo_site, long_thread, BRUNO) == seen
    page.goto(f"/threads/{long_thread}/")
    expect(page.locator("[data-unread-line]")).to_be_in_viewport()
    expect(page.locator("[data-unread-line] + li")).to_have_attribute("data-seq", str(seen + 1))


@pytest.mark.feature("T2")
def test_what_was_missed_is_not_scrolled_past(demo_site: Site, windows: Windows, problems: Problems) -> None:
    problems.allow("ERR_INTERNET_DISCONNECTED")
    title = a_title(demo_site)
    [(thread,)] = demo_site.rows("SELECT id FROM threads_thread WHERE title = %s", title)
    page = open_thread(sign_in(windows.open(demo_site.urls[0]), CLAIRE), demo_site, title)
    say(page, "Je pars dans le tunnel.")
    page.wait_for_timeout(3_000)
    before = mark_of(demo_site, thread, CLAIRE)
    page.context.set_offline(True)
    demo_site.manage("shell", "-v", "0", "-c", SAY_MORE % thread)
    page.context.set_offline(False)

    expect(page.locator("li.message", has_text="Manqué 59")).to_be_attached()
    page.wait_for_timeout(3_000)

    expect(page.locator("[data-unread-line]")).to_be_in_viewport()
    expect(page.locator("[data-unread-line] + li")).to_contain_text("Manqué 0")
    expect(page.locator("li.message", has_text="Manqué 59")).not_to_be_in_viewport()
    expect(page.locator("[data-thread-target=arrivals]")).to_be_visible()
    assert before < mark_of(demo_site, thread, CLAIRE) == page.evaluate(IN_SIGHT)
    page.locator("[data-thread-target=arrivals]").click()
    expect(page.locator("li.message", has_text="Manqué 59")).to_be_in_viewport()
    expect(page.locator("[data-thread-target=arrivals]")).to_be_hidden()


@pytest.mark.feature("T5")
def test_what_one_began_to_answer_is_answered_after_a_reload(
    demo_site: Site, windows: Windows, long_thread: int
) -> None:
    page = claire_reads(demo_site, windows, long_thread)
    page.locator("body").press("k")
    row = page.locator("li.message[data-cursor]")
    number = row.get_attribute("data-id")
    expect(row).to_be_in_viewport()
    page.keyboard.press("r")
    page.keyboard.type("Voilà pourquoi")
    page.reload()

    expect(page.locator("textarea[name=body]")).to_have_value("Voilà pourquoi")
    expect(page.locator("form.composer [name=reply_to]")).to_have_value(str(number))
    expect(page.locator(".composer__context")).to_be_visible()


def dot(page: Page, space: str) -> str:
    return f"#rail-spaces a[href='/spaces/{space}/'] .rail__dot"


@pytest.mark.feature("T8")
def test_a_dot_comes_and_goes_in_every_tab(demo_site: Site, windows: Windows) -> None:
    title = a_title(demo_site)
    sofiane = open_thread(sign_in(windows.open(demo_site.urls[-1]), SOFIANE), demo_site, title)
    say(sofiane, "De quoi en faire une conversation qui bouge.")  # a browser follows those that moved last
    first = sign_in(windows.open(demo_site.urls[0]), CLAIRE)
    first.goto("/spaces/")
    if first.locator("form[action='/unread/read/'] button").count():
        first.locator("form[action='/unread/read/'] button").click()
    second = first.context.new_page()
    second.goto("/spaces/")
    for page in (first, second):
        expect(page.locator(dot(page, "place"))).to_be_hidden()

    say(sofiane, "Du nouveau pour Claire.")

    for page in (first, second):
        expect(page.locator(dot(page, "place"))).to_be_visible()
    assert "1 conversation" in (first.locator("#rail-spaces a[href='/spaces/place/']").get_attribute("title") or "")

    open_thread(second, demo_site, title)
    expect(first.locator(dot(first, "place"))).to_be_hidden()


@pytest.mark.feature("T2")
def test_two_tabs_of_one_person_say_a_thing_once(demo_site: Site, windows: Windows, problems: Problems) -> None:
    problems.allow("ERR_INTERNET_DISCONNECTED")
    title = a_title(demo_site)
    first = open_thread(sign_in(windows.open(demo_site.urls[0]), CLAIRE), demo_site, title)
    second = open_thread(first.context.new_page(), demo_site, title)
    first.context.set_offline(True)
    for number in range(3):
        say(first, f"Onglet un, {number}.")
    say(second, "Onglet deux.")
    first.context.set_offline(False)

    for page in (first, second):
        expect(page.locator("li.message[data-state=pending]")).to_have_count(0)
        expect(page.locator("li.message", has_text="Onglet deux.")).to_have_count(1)
        assert [words for words in messages(page) if words.startswith("Onglet un")] == [
            f"Onglet un, {number}." for number in range(3)
        ]
    assert demo_site.rows("SELECT count(*) FROM threads_message WHERE body LIKE %s", "Onglet%") == [(4,)]


@pytest.mark.feature("T2")
def test_a_banner_says_that_the_line_is_down_and_goes(demo_site: Site, windows: Windows, problems: Problems) -> None:
    problems.allow("ERR_INTERNET_DISCONNECTED")
    claire = open_thread(sign_in(windows.open(demo_site.urls[0]), CLAIRE), demo_site, a_title(demo_site))
    sofiane = open_thread(sign_in(windows.open(demo_site.urls[-1]), SOFIANE), demo_site, a_title(demo_site))

    claire.context.set_offline(True)
    expect(claire.locator("[data-live-banner=offline]")).to_be_visible()
    say(sofiane, "Pendant ton absence.")
    claire.context.set_offline(False)

    expect(claire.locator("[data-live-banner=offline]")).to_be_hidden()
    expect(claire.locator("li.message", has_text="Pendant ton absence.")).to_have_count(1)


@pytest.mark.feature("B5")
def test_with_the_socket_blocked_one_reads_and_answers(demo_site: Site, windows: Windows, problems: Problems) -> None:
    problems.allow("WebSocket")
    title = a_title(demo_site)
    claire = windows.open(demo_site.urls[0])
    claire.route_web_socket(re.compile("/live/socket"), lambda socket: socket.close())
    open_thread(sign_in(claire, CLAIRE), demo_site, title)
    sofiane = open_thread(sign_in(windows.open(demo_site.urls[-1]), SOFIANE), demo_site, title)

    say(sofiane, "Claire, vous me lisez ?")
    expect(claire.locator("li.message", has_text="Claire, vous me lisez ?")).to_be_visible(timeout=40_000)
    say(claire, "Oui, sans la ligne directe.")

    expect(sofiane.locator("li.message", has_text="Oui, sans la ligne directe.")).to_be_visible(timeout=30_000)
    expect(claire.locator("li.message", has_text="Oui, sans la ligne directe.")).to_have_count(1, timeout=30_000)
    expect(claire.locator("li.message[data-state=pending]")).to_have_count(0, timeout=30_000)


@pytest.mark.feature("T2")
def test_an_old_tab_is_told_to_load_the_page_again(demo_site: Site, windows: Windows) -> None:
    def answer(socket: WebSocketRoute) -> None:
        socket.send('{"is":"reload"}')
        socket.close(code=4426)

    claire = windows.open(demo_site.urls[0])
    claire.route_web_socket(re.compile("/live/socket"), answer)
    open_thread(sign_in(claire, CLAIRE), demo_site, a_title(demo_site))

    expect(claire.locator("[data-live-banner=reload]")).to_be_visible()
