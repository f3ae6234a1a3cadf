"""Words that try to run something, in a real browser: read, edited, pasted, said and searched. Nothing runs."""

from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.cms.xss import CORPUS, MARKDOWN
from tests.e2e.people import say, sign_in
from tests.e2e.test_writing_together import begin, written
from tests.support.browser import Windows
from tests.support.sites import Site

pytestmark = pytest.mark.engine("sqlite")  # a browser runs or does not, whatever keeps the words
TITLE = "Hostile <img src=x onerror=alert(1)>"
# As if somebody had written it into the database: a page with every text of the corpus, and a conversation that says it.
SEED = f"""
import uuid
from django.utils import timezone
from cms.models import CollaborativePage
from cms.services import create_page
from intranet.accounts.models import User
from intranet.portal.indexing import make_findable
from realtime.spaces.models import Space
from realtime.threads.posting import Draft, post_messages
from realtime.threads.services import create_thread
from tests.cms.factories import first_page
from tests.cms.xss import CORPUS, MARKDOWN
space, by, at = Space.objects.get(slug="place"), User.objects.get(name__startswith="Sofiane"), timezone.now()
texts = [*CORPUS, *MARKDOWN]
body = [("paragraph", text) for text in texts]
body += [("callout", {{"kind": "tip", "title": text[:80], "text": text}}) for text in texts]
create_page(parent=first_page(space), model=CollaborativePage, title={TITLE!r}, body=body, by=by, at=at)
thread = create_thread(space=space, title={TITLE!r}, by=by, at=at)
post_messages([Draft(by.pk, thread.pk, uuid.uuid4(), text) for text in texts], at=at)
make_findable(at=at)
"""
RAN = """
window.ran = [];
for (const name of ["alert", "prompt", "confirm", "print"]) window[name] = () => window.ran.push(name);
"""
PASTE = """
(field, html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}
"""


def watched(windows: Windows, site: Site, name: str, heard: list[str], **more: Any) -> Page:
    """A window in which whatever runs is heard; a breach of the policy is an error of its own."""
    page = windows.open(site.urls[0], **more)
    page.add_init_script(RAN)

    def refuse(dialog: Dialog) -> None:
        heard.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    return sign_in(page, name)


def nothing_ran(page: Page) -> None:
    page.wait_for_timeout(300)  # for pictures that cannot be fetched
    assert page.evaluate("window.ran") == []


@pytest.fixture(scope="module")
def hostile(demo_site: Site) -> dict[str, str]:
    """The addresses of a page and a conversation full of hostile words."""
    demo_site.manage("shell", "-v", "0", "-c", SEED)
    [(page, path)] = demo_site.rows("SELECT id, url_path FROM base_basepage WHERE title = %s", TITLE)
    [(thread,)] = demo_site.rows("SELECT id FROM threads_thread WHERE title = %s AND origin_url = ''", TITLE)
    return {
        "page": f"/pages/{str(path).partition('/home/')[2]}",
        "write": f"/write/{page}/",
        "history": f"/write/{page}/history/",
        "thread": f"/threads/{thread}/",
        "search": "/search/?q=hostile",
        "space": "/spaces/place/pages/",
    }


@pytest.mark.parametrize("screen", ["page", "write", "history", "thread", "search", "space"])
def test_nothing_runs_where_it_is_shown(
    demo_site: Site, windows: Windows, hostile: dict[str, str], screen: str
) -> None:
    heard: list[str] = []
    page = watched(windows, demo_site, "Claire", heard)

    page.goto(hostile[screen])

    expect(page.locator("h1").first).to_be_visible()
    if screen == "write":
        written(page)
    nothing_ran(page)
    assert heard == []


def test_nothing_runs_that_is_pasted_published_and_said(demo_site: Site, windows: Windows) -> None:
    """Even in a browser that does not keep to the policy: it reports what a document holds that is only being read."""
    heard: list[str] = []
    sofiane, claire = (watched(windows, demo_site, name, heard, bypass_csp=True) for name in ("Sofiane", "Claire"))
    address = begin(sofiane, "Collée")
    field = sofiane.locator(".ProseMirror")
    field.click()
    for html in CORPUS:
        field.evaluate(PASTE, html)
    field.press("End")
    sofiane.keyboard.type(" La fin.")
    written(sofiane)

    claire.goto("/write/" + address.partition("/write/")[2])
    written(claire)
    nothing_ran(claire)
    sofiane.locator("form[action$='/publish/'] button").click()
    expect(sofiane.locator("article .prose")).to_contain_text("La fin.")
    claire.goto(sofiane.url)
    expect(claire.locator("article .prose")).to_contain_text("La fin.")
    for html in [*CORPUS[:4], *MARKDOWN[:4]]:
        say(claire, html)
    expect(claire.locator("li.message[data-state=pending]")).to_have_count(0)

    for page in (sofiane, claire):
        nothing_ran(page)
    assert heard == []

    sofiane.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"data:,\" onerror=alert(1)>')")
    sofiane.wait_for_timeout(300)
    assert sofiane.evaluate("window.ran") == ["alert"]  # had anything run, it would have been heard
