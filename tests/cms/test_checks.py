"""What a reader would stumble over, told to those who write before they publish."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from cms.models import CollaborativePage
from cms.writing.checks import remarks_on
from cms.writing.keeping import open_text
from intranet.accounts.models import User
from tests.cms.factories import an_editor, make_image, make_page
from tests.cms.test_editing import signed_in
from tests.intranet.people.factories import TeamFactory, UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P23")]


@pytest.fixture
def ada() -> User:
    return UserFactory(name="Ada Moreau", language="en")


def written(body: list[tuple[str, Any]], **more: Any) -> CollaborativePage:
    told = {"intro": "En deux mots.", "steward": TeamFactory()} | more
    made: CollaborativePage = make_page(SpaceFactory(), "Peson", model=CollaborativePage, body=body, **told)
    return made


def codes(page: CollaborativePage) -> list[str]:
    with translation.override("en"):
        return [remark.code for remark in remarks_on(page)]


def test_a_page_in_order_has_nothing_to_look_at() -> None:
    body = [
        (
            "paragraph",
            '<h2>Avant</h2><p>Couper l’air, voir <a href="/guides/">les guides de l’atelier</a>.</p><h3>À froid</h3><p>Attendre.</p>',
        )
    ]

    assert codes(written(body)) == []


@pytest.mark.parametrize(
    ("html", "code"),
    [
        ('<p>Voir <a href="/guides/">ici</a>.</p>', "link"),
        ('<p>Voir <a href="/guides/"><b>cliquez</b> ici</a>.</p>', "link"),
        ('<p><a href="https://example.org/a/b">https://example.org/a/b</a></p>', "bare"),
        ("<h4>Trop petit</h4><p>Attendre.</p>", "skipped"),
        ("<h2>Un</h2><p>a</p><h4>Deux crans plus bas</h4><p>b</p>", "skipped"),
        (f"<p>{'mot ' * 121}</p>", "long"),
        ("".join(f"<p>{'mot ' * 60}</p>" for _ in range(9)), "no_heading"),
    ],
)
def test_the_text_is_looked_at(html: str, code: str) -> None:
    assert codes(written([("paragraph", html)])) == [code]


def test_a_sentence_that_cites_messages_and_has_no_words_is_looked_at() -> None:
    empty = ("cited", {"text": "", "messages": [7]})

    assert codes(written([empty])) == ["empty_cited"]
    assert codes(written([("cited", {"text": "<p>C’est trop tôt.</p>", "messages": [7]})])) == []


def test_pictures_and_tables_are_looked_at() -> None:
    image = make_image(SpaceFactory())
    table = {
        "columns": [{"type": "text", "heading": ""}],
        "rows": [{"values": ["M8"]}],
        "caption": "",
    }

    page = written([("image", {"image": image, "alt": "", "caption": ""}), ("table", table)])

    assert codes(page) == ["alt", "table"]


def test_nobody_answering_and_no_introduction_are_said() -> None:
    assert codes(written([("paragraph", "<p>a</p>")], steward=None, intro="")) == ["steward", "intro"]


def test_who_writes_reads_it_beside_the_text_and_publishes_all_the_same(ada: User) -> None:
    page = written([("paragraph", '<p>Voir <a href="/guides/">ici</a>.</p>')])
    SpaceMemberFactory(space=page.space, user=ada)
    open_text(page=page, at=timezone.now())
    client = signed_in(ada)

    screen = client.get(reverse("cms:page_write", args=[page.pk])).content.decode()

    assert "1 thing to look at before you publish" in screen
    assert "The link “ici” does not say where it leads." in screen
    assert client.post(reverse("cms:page_publish", args=[page.pk])).status_code == 302


def test_who_publishes_in_the_cms_is_told_too() -> None:
    editor = an_editor(language="en")
    page = make_page(SpaceFactory(), "Peson", body=[("paragraph", '<p>Voir <a href="/guides/">ici</a>.</p>')])
    client = signed_in(editor)
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = client.get(address).context["form"]
    sent = {name: value for name, value in form.initial.items() if isinstance(value, str)} | {
        "title": "Peson",
        "slug": page.slug,
        "body-count": "0",
        "action-publish": "1",
    }

    answer = client.post(address, sent, follow=True).content.decode()

    assert "The page has no introduction" in answer
