"""The corpus through the doors at which somebody types: the CMS's own form, old versions, what stands beside a page."""

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from cms.care.keeping import report_problem
from cms.life.beginning import OWN, body_for, keep_as_template
from cms.models import CollaborativePage
from cms.syntheses.services import publish_synthesis
from cms.talk.services import begin_talk
from cms.writing.keeping import open_text
from cms.writing.services import begin_page, bring_back, name_version, publish_text
from intranet.accounts.models import User
from realtime.spaces.models import Space
from tests.cms import xss
from tests.cms.exchange.test_coming import browser, space  # noqa: F401  # a fixture
from tests.cms.factories import an_editor, make_page
from tests.cms.running import running
from tests.cms.test_syntheses import point
from tests.cms.test_xss import stored_and_read
from tests.realtime.threads.factories import make_thread

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P19", "P2")]
ADDRESSES = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    " \x0ejavascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "//evil.example",
    'https://example.org" onclick="alert(1)',
]


def runner(place: Space) -> User:
    """Whoever runs the space."""
    assert place.created_by
    return place.created_by


def draftail(text: str, address: str) -> str:
    """What a browser that lies sends for a rich text: lines, marks and entities of every name."""
    span = {"offset": 0, "length": len(text)}
    entities = {
        "0": {"type": "LINK", "mutability": "MUTABLE", "data": {"url": address}},
        "1": {"type": "LINK", "mutability": "MUTABLE", "data": {"id": "1 onclick=alert(1)", "parentId": "x"}},
        "2": {"type": "<script>", "mutability": "MUTABLE", "data": {"src": address}},
        "3": {"type": "EMBED", "mutability": "IMMUTABLE", "data": {"url": address, "embedType": "video"}},
    }
    lines = [
        ("unstyled", "BOLD", 0),
        ("header-two", "<script>", 1),
        ("<script>", "ITALIC", 0),
        ("unordered-list-item", "CODE", 2),
        ("blockquote", "style=x", 0),
    ]
    blocks = [
        {
            "key": f"'\"><b{number}",
            "type": kind,
            "text": text,
            "depth": 0,
            "inlineStyleRanges": [{**span, "style": style}],
            "entityRanges": [{**span, "key": key}],
        }
        for number, (kind, style, key) in enumerate(lines)
    ]
    return json.dumps({"blocks": blocks, "entityMap": entities})


def by_the_form_of_the_cms(place: Space) -> list[Any]:
    """Sent by a browser that lies, and published."""
    page = make_page(place, "T", model=CollaborativePage)
    texts = [draftail(text, ADDRESSES[number % len(ADDRESSES)]) for number, text in enumerate(xss.CORPUS)]
    blocks: list[tuple[str, Any]] = [("paragraph", text) for text in texts]
    for told, text in zip(xss.CORPUS, texts, strict=True):
        blocks.append(("callout", {"kind": "info", "title": told[:120], "text": text}))
        blocks.append(("code", {"language": "text", "code": told}))
        blocks.append(("quote", {"quote": told, "author": told[:120]}))
    fields = {"title": xss.CORPUS[0], "slug": "t", "intro": xss.CORPUS[2], "seo_title": "", "search_description": ""}
    typed = nested_form_data({**fields, "body": streamfield(blocks), "comments": inline_formset([])})
    client = Client()
    client.force_login(an_editor())
    answer = client.post(f"/cms/pages/{page.pk}/edit/", {**typed, "action-publish": "1"})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    page.refresh_from_db()
    assert page.title == xss.CORPUS[0]
    return [page]


def by_bringing_back(place: Space) -> list[Any]:
    """A version of before, as a program stored it."""
    body = [("paragraph", text) for text in xss.CORPUS]
    page = make_page(place, "T", model=CollaborativePage, body=body)
    old = page.latest_revision
    open_text(page=page, at=timezone.now())
    bring_back(page=page, revision=old, by=runner(place), at=timezone.now())
    return [publish_text(page=page, by=runner(place), at=timezone.now())]


def by_a_template(place: Space) -> list[Any]:
    page = make_page(place, "T", model=CollaborativePage, body=[("paragraph", text) for text in xss.CORPUS])
    by, at = runner(place), timezone.now()
    kept = keep_as_template(page=page, name=xss.CORPUS[0], purpose=xss.CORPUS[2], by=by, at=at)
    begun = begin_page(space=place, title="U", by=by, at=at, body=body_for(place, f"{OWN}{kept.pk}"))
    assert begun.body.raw_data
    assert running(browser(by).get(f"/spaces/{place.slug}/pages/begin/").content.decode()) == []
    return [publish_text(page=begun, by=by, at=at)]


def by_a_synthesis(place: Space) -> list[Any]:
    """The points of a conversation, published."""
    thread = make_thread(place, by=runner(place))
    for text in xss.CORPUS:
        point(thread, runner(place), text)
    return [publish_synthesis(thread=thread, title=xss.CORPUS[0], by=runner(place), at=timezone.now())]


WAYS: list[Callable[[Space], list[Any]]] = [
    by_the_form_of_the_cms,
    by_bringing_back,
    by_a_template,
    by_a_synthesis,
]


@pytest.mark.parametrize("way", WAYS)
def test_nothing_runs_and_nothing_unlisted_is_stored(space: Space, way: Callable[[Space], list[Any]]) -> None:  # noqa: F811
    client, wrong = browser(space.created_by), []
    pages = way(space)
    assert pages
    for page in pages:
        wrong += stored_and_read(client, page)
        wrong += running(client.get(page.url).content.decode())

    assert wrong == []


def test_words_beside_a_page_are_words(space: Space) -> None:  # noqa: F811
    """Quotations of passages, problems that readers report, names of versions, and what changed."""
    by, at, client = runner(space), timezone.now(), browser(space.created_by)
    page = make_page(space, "T", model=CollaborativePage, contact=by)
    open_text(page=page, at=at)
    for text in xss.CORPUS[:30]:
        begin_talk(page=page, quote=text[:200], ends=(b"\x01", b"\x02"), words=text, by=by, at=at, ref=uuid.uuid4())
    for text in xss.CORPUS[:15]:
        report_problem(page=page, kind="wrong", words=text, at=at)
    for text in xss.CORPUS[:5]:
        publish_text(page=page, by=by, at=at, note=text)
    page.refresh_from_db()
    name_version(revision=page.latest_revision, name=xss.CORPUS[0], by=by, at=at)
    screens = [page.url, f"/write/{page.pk}/", f"/write/{page.pk}/history/", "/inbox/", f"/spaces/{space.slug}/"]
    seen = {address: client.get(address, follow=True).content.decode() for address in screens}

    assert {address: running(words) for address, words in seen.items()} == {address: [] for address in screens}
    for address in screens[:3]:
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in seen[address], address  # it is there, as words


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", ["/api/v2/pages/", "/api/v2/pages/3/", "/api/pages/", "/cms/api/main/pages/3/"])
def test_no_api_of_wagtail_writes_pages(space: Space, method: str, address: str) -> None:  # noqa: F811
    """There is none for people; that of the CMS's own screens answers questions, and only its editors'."""
    page = make_page(space, "T", model=CollaborativePage)
    before = CollaborativePage.objects.get(pk=page.pk)
    client = Client()
    client.force_login(an_editor())
    sent = json.dumps({"title": "<script>", "body": [{"type": "paragraph", "value": "<script>alert(1)</script>"}]})

    answer = getattr(client, method)(address.replace("3", str(page.pk)), sent, content_type="application/json")

    assert answer.status_code in (403, 404, 405)
    page.refresh_from_db()
    assert (page.title, str(page.body)) == (before.title, str(before.body))
