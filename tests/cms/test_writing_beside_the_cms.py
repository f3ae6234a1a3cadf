"""The CMS and the portal on one page at the same time: through the CMS's own form, both ways."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision

from cms.base.models import BasePage
from cms.models import CollaborativePage
from cms.writing.beside import open_in_the_cms, writing_on_the_portal
from cms.writing.keeping import materialise, open_text
from intranet.accounts.models import User
from intranet.people.models import Profile
from tests.cms.factories import an_editor, make_page
from tests.cms.test_editing import form, signed_in
from tests.cms.test_writing import latest, lines, says, type_in
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.feature("P3"), pytest.mark.feature("P5")]
LOADED = re.compile(r'name="loaded_revision_id"[^>]*value="(\d+)"|value="(\d+)"[^>]*name="loaded_revision_id"')


class Tab:
    """The editor of a page in the CMS, as a browser has it open."""

    def __init__(self, page: CollaborativePage) -> None:
        self.client = signed_in(an_editor())
        self.page = page
        self.address = f"/cms/pages/{page.pk}/edit/"
        self.shown = self.client.get(self.address, follow=True).content.decode()
        found = LOADED.search(self.shown)
        assert found
        self.loaded = found[1] or found[2]

    def save(self, *paragraphs: str, **more: Any) -> None:
        words = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        typed = form(self.page.title, words, loaded_revision_id=self.loaded, **more)
        answer = self.client.post(self.address, typed)
        assert answer.status_code == 302, answer.content.decode()[:3000]


@pytest.fixture
def page() -> CollaborativePage:
    body = [("paragraph", "<p>Couper l’air.</p><p>Vider la trémie.</p>")]
    made: CollaborativePage = make_page(SpaceFactory(), "Changer un peson", model=CollaborativePage, body=body)
    open_text(page=made, at=timezone.now())
    return made


def test_the_cms_opens_what_was_typed_on_the_portal_until_now(page: CollaborativePage) -> None:
    type_in(page, "Couper l’air.", "Vider la trémie.", "Poser le peson.")

    assert "Poser le peson." in Tab(page).shown


def test_what_the_cms_saves_is_there_for_those_who_write_on_the_portal(page: CollaborativePage) -> None:
    Tab(page).save("Couper l’air à la vanne.", "Vider la trémie.")

    assert lines(page) == ["Couper l’air à la vanne.", "Vider la trémie."]


def test_both_write_at_once_and_both_are_kept_once(page: CollaborativePage) -> None:
    tab = Tab(page)
    type_in(page, "Couper l’air.", "Vider la trémie, puis la brosser.")
    materialise(page_id=page.pk, at=timezone.now())

    tab.save("Couper l’air à la vanne.", "Vider la trémie.")
    tab.save("Couper l’air à la vanne rouge.", "Vider la trémie.")
    materialise(page_id=page.pk, at=timezone.now())

    assert lines(page) == ["Couper l’air à la vanne rouge.", "Vider la trémie, puis la brosser."]
    assert says(latest(page)) == lines(page)


def test_saving_without_a_change_changes_nothing(page: CollaborativePage) -> None:
    tab = Tab(page)
    type_in(page, "Couper l’air.", "Vider la trémie.", "Poser le peson.")

    tab.save("Couper l’air.", "Vider la trémie.")
    materialise(page_id=page.pk, at=timezone.now())

    assert lines(page) == ["Couper l’air.", "Vider la trémie.", "Poser le peson."]


def test_an_autosaved_revision_and_the_save_after_it_are_typed_in_once(page: CollaborativePage) -> None:
    """The CMS writes its own autosave over, then saves by hand without saying so."""
    tab = Tab(page)
    tab.save("Couper l’air à la vanne.", "Vider la trémie.")
    autosaved = latest(page).pk
    tab.save("Couper l’air à la vanne rouge.", "Vider la trémie.", overwrite_revision_id=str(autosaved))
    assert latest(page).pk == autosaved

    tab.save("Couper l’air à la vanne rouge.", "Vider la trémie.", "Remonter.")

    assert lines(page) == ["Couper l’air à la vanne rouge.", "Vider la trémie.", "Remonter."]


def test_publishing_in_the_cms_keeps_what_is_typed_meanwhile(page: CollaborativePage) -> None:
    tab = Tab(page)
    type_in(page, "Couper l’air.", "Vider la trémie.", "Poser le peson.")

    tab.save("Couper l’air à la vanne.", "Vider la trémie.", **{"action-publish": "1"})

    page.refresh_from_db()
    assert says(page.live_revision) == ["Couper l’air à la vanne.", "Vider la trémie."]
    assert lines(page) == ["Couper l’air à la vanne.", "Vider la trémie.", "Poser le peson."]


def test_reverting_in_the_cms_is_typed_in(page: CollaborativePage) -> None:
    first = latest(page)
    type_in(page, "Tout autre chose.")
    tab = Tab(page)

    typed = form(page.title, "<p>Couper l’air.</p><p>Vider la trémie.</p>", revision=str(first.pk))
    tab.client.post(tab.address, typed)

    assert lines(page) == ["Couper l’air.", "Vider la trémie."]


def test_a_page_that_nobody_wrote_on_the_portal_is_edited_as_ever(page: CollaborativePage) -> None:
    other = make_page(SpaceFactory(), "Jamais ouverte", model=CollaborativePage)
    Tab(other).save("Une autre phrase.")

    assert says(latest(other)) == ["Une autre phrase."]
    assert not hasattr(BasePage.objects.get(pk=other.pk), "text")
    assert Revision.objects.for_instance(other).count() == 2


# --- who else is there ----------------------------------------------------------------------------


@pytest.fixture
def ada(page: CollaborativePage) -> User:
    found: User = SpaceMemberFactory(space=page.space, user=UserFactory(name="Ada Moreau")).user
    return found


def test_the_cms_says_who_types_on_the_portal(page: CollaborativePage, ada: User) -> None:
    type_in(page, "Couper l’air.", "Attendre.", by=ada)

    assert "On the portal, Ada Moreau writes in this page too" in Tab(page).shown


def test_the_portal_says_who_has_the_page_open_in_the_cms(page: CollaborativePage, ada: User) -> None:
    tab = Tab(page)
    editor = User.objects.get(pk=tab.client.session["_auth_user_id"])

    screen = signed_in(ada).get(reverse("cms:page_write", args=[page.pk])).content.decode()

    assert f"Open in the CMS too: {editor.name}." in screen


def test_who_hides_their_presence_is_named_by_neither(page: CollaborativePage, ada: User) -> None:
    Profile.objects.update(shows_presence=False)
    type_in(page, "Couper l’air.", "Attendre.", by=ada)

    assert "Ada Moreau writes" not in Tab(page).shown
    Profile.objects.update(shows_presence=False)  # the editor too
    screen = signed_in(ada).get(reverse("cms:page_write", args=[page.pk])).content.decode()
    assert "Open in the CMS too" not in screen


def test_what_was_a_while_ago_is_not_said(page: CollaborativePage, ada: User) -> None:
    type_in(page, "Couper l’air.", "Attendre.", by=ada)
    materialise(page_id=page.pk, at=timezone.now())
    Tab(page)
    later = timezone.now() + timedelta(minutes=3)

    assert writing_on_the_portal(page, reader=UserFactory(), at=later) == []
    assert open_in_the_cms(page, reader=ada, at=later) == []
    assert writing_on_the_portal(page, reader=UserFactory(), at=timezone.now()) == ["Ada Moreau"]
    assert writing_on_the_portal(page, reader=ada, at=timezone.now()) == []
