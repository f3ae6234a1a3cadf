"""A page written together, its revisions, and what the CMS saves of it: the same words, whoever wrote them where."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from wagtail.models import Revision

from cms.base.models import BasePage
from cms.coedit.body import doc_of
from cms.coedit.changes import change
from cms.coedit.shared import read_state
from cms.coedit.tree import Node, node, text
from cms.models import CollaborativePage, KeptText
from cms.writing.keeping import absorb, blocks_of, loads, materialise, open_text, opened_elsewhere
from cms.writing.owner import Pages
from cms.writing.services import begin_page, publish_text
from intranet.accounts.models import User
from realtime.coedit import services as coedit
from realtime.coedit.store import load
from realtime.spaces.models import Space
from tests.cms.factories import make_page
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.feature("P3")]


@pytest.fixture
def ada() -> User:
    return UserFactory()


@pytest.fixture
def place(ada: User) -> Space:
    return SpaceFactory(by=ada)


@pytest.fixture
def page(place: Space) -> CollaborativePage:
    body = [("paragraph", "<p>Couper l’air.</p><p>Vider la trémie.</p>")]
    return make_page(place, "Changer un peson", model=CollaborativePage, body=body)  # type: ignore[no-any-return]


def state_of(page: CollaborativePage) -> bytes:
    return coedit.folded(load(BasePage.objects.get(pk=page.pk).text.document_id))


def lines(page: CollaborativePage) -> list[str]:
    return [child.words() for child in read_state(state_of(page)).children if isinstance(child, Node)]


def type_in(page: CollaborativePage, *paragraphs: str, by: User | None = None, base: bytes | None = None) -> None:
    """Somebody on the portal makes the text say these paragraphs, having read `base`."""
    wanted = Node("doc", (), tuple(node("paragraph", text(words)) for words in paragraphs))
    update, _ = change(base if base is not None else state_of(page), wanted)
    document = BasePage.objects.get(pk=page.pk).text.document_id
    coedit.write(document_id=document, update=update, author=by, at=timezone.now())


def save_elsewhere(page: CollaborativePage, *paragraphs: str, by: User | None = None) -> Revision:
    """What a script, the API or an editor of the CMS saves."""
    then = BasePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    then.body = [("paragraph", "".join(f"<p>{words}</p>" for words in paragraphs))]
    return then.save_revision(user=by)


def says(revision: Revision | None) -> list[str]:
    assert revision is not None
    return [child.words() for child in doc_of(blocks_of(revision)).children if isinstance(child, Node)]


def latest(page: CollaborativePage) -> Revision:
    return BasePage.objects.get(pk=page.pk).latest_revision


def test_what_is_typed_becomes_a_draft_that_readers_do_not_see(page: CollaborativePage, ada: User) -> None:
    open_text(page=page, at=timezone.now())
    type_in(page, "Couper l’air.", "Vider la trémie.", "Poser le peson.", by=ada)

    materialise(page_id=page.pk, at=timezone.now())

    page.refresh_from_db()
    assert says(latest(page)) == ["Couper l’air.", "Vider la trémie.", "Poser le peson."]
    assert page.has_unpublished_changes
    assert says(page.live_revision) == ["Couper l’air.", "Vider la trémie."]


def test_nothing_typed_makes_no_revision(page: CollaborativePage) -> None:
    open_text(page=page, at=timezone.now())
    before = latest(page).pk

    materialise(page_id=page.pk, at=timezone.now())

    assert latest(page).pk == before


def test_one_revision_goes_on_being_written_and_ends_with_publication(page: CollaborativePage, ada: User) -> None:
    open_text(page=page, at=timezone.now())
    for words in ("Un.", "Un, deux."):
        type_in(page, words, by=ada)
        materialise(page_id=page.pk, at=timezone.now())
    first = latest(page)
    publish_text(page=page, by=ada, at=timezone.now())
    live = latest(page)
    type_in(page, "Un, deux, trois.", by=ada)
    materialise(page_id=page.pk, at=timezone.now())

    assert says(first) == ["Un, deux."]
    assert says(live) == ["Un, deux."]
    assert latest(page).pk not in (first.pk, live.pk)
    assert Revision.objects.for_instance(page).count() == 4


def test_an_old_draft_is_not_written_over(page: CollaborativePage, ada: User) -> None:
    open_text(page=page, at=timezone.now())
    type_in(page, "Hier.", by=ada)
    materialise(page_id=page.pk, at=timezone.now() - timedelta(minutes=11))
    before = latest(page).pk
    type_in(page, "Aujourd’hui.", by=ada)

    materialise(page_id=page.pk, at=timezone.now())

    assert latest(page).pk != before


def test_who_wrote_is_a_set(page: CollaborativePage, ada: User) -> None:
    ben = UserFactory()
    open_text(page=page, at=timezone.now())
    type_in(page, "Un.", by=ada)
    type_in(page, "Un, deux.", by=ben)

    Pages().keep(BasePage.objects.get(pk=page.pk).text.document_id, page.pk, at=timezone.now())

    kept = KeptText.objects.get(revision=latest(page))
    assert set(kept.contributors.all()) == {ada, ben}
    assert latest(page).user is None


def test_what_a_program_saved_is_typed_in_beside_what_people_typed(page: CollaborativePage, ada: User) -> None:
    open_text(page=page, at=timezone.now())
    type_in(page, "Couper l’air comprimé.", "Vider la trémie.", by=ada)
    save_elsewhere(page, "Couper l’air.", "Vider la trémie, puis la brosser.")

    materialise(page_id=page.pk, at=timezone.now())

    assert lines(page) == ["Couper l’air comprimé.", "Vider la trémie, puis la brosser."]
    assert says(latest(page)) == lines(page)


def test_saved_twice_is_typed_in_once(page: CollaborativePage) -> None:
    open_text(page=page, at=timezone.now())
    save_elsewhere(page, "Couper l’air.", "Vider la trémie.", "Brosser.")

    absorb(page_id=page.pk, at=timezone.now())
    absorb(page_id=page.pk, at=timezone.now())
    materialise(page_id=page.pk, at=timezone.now())

    assert lines(page) == ["Couper l’air.", "Vider la trémie.", "Brosser."]


def test_a_stale_tab_of_the_cms_takes_nothing_back(page: CollaborativePage, ada: User) -> None:
    """Its editor had opened a page to which others have added since; it saves, then saves again."""
    editor = UserFactory()
    open_text(page=page, at=timezone.now())
    loaded = opened_elsewhere(page_id=page.pk, at=timezone.now())
    type_in(page, "Couper l’air.", "Vider la trémie.", "Poser le peson.", by=ada)
    materialise(page_id=page.pk, at=timezone.now())

    for words in ("Couper l’air à la vanne.", "Couper l’air à la vanne rouge."):
        loads(page.pk, loaded)
        save_elsewhere(page, words, "Vider la trémie.", by=editor)
        absorb(page_id=page.pk, at=timezone.now())
        loads(page.pk, None)
    materialise(page_id=page.pk, at=timezone.now())

    assert lines(page) == ["Couper l’air à la vanne rouge.", "Vider la trémie.", "Poser le peson."]
    assert says(latest(page)) == lines(page)


def test_what_an_editor_has_open_is_not_written_over(page: CollaborativePage, ada: User) -> None:
    open_text(page=page, at=timezone.now())
    type_in(page, "Un.", by=ada)
    loaded = opened_elsewhere(page_id=page.pk, at=timezone.now())
    type_in(page, "Un, deux.", by=ada)

    materialise(page_id=page.pk, at=timezone.now())

    assert loaded is not None
    assert latest(page).pk != loaded
    assert says(Revision.objects.get(pk=loaded)) == ["Un."]


def test_going_back_to_an_older_revision_is_typed_in(page: CollaborativePage, ada: User) -> None:
    open_text(page=page, at=timezone.now())
    type_in(page, "Tout autre chose.", by=ada)
    materialise(page_id=page.pk, at=timezone.now())
    old = Revision.objects.for_instance(page).order_by("pk").first()
    assert old is not None
    old.as_object().save_revision(previous_revision=old)

    materialise(page_id=page.pk, at=timezone.now())

    assert lines(page) == ["Couper l’air.", "Vider la trémie."]


def test_a_page_begins_empty_and_unseen(place: Space, ada: User) -> None:
    made = begin_page(space=place, title="Charte", by=ada, at=timezone.now())

    assert not BasePage.objects.visible_to(ada).filter(pk=made.pk).exists()
    assert lines(made) == []
    type_in(made, "Nous décidons ensemble.", by=ada)
    published = publish_text(page=made, by=ada, at=timezone.now())
    assert BasePage.objects.visible_to(ada).filter(pk=made.pk).exists()
    assert says(published.live_revision) == ["Nous décidons ensemble."]


def test_a_locked_page_is_read_and_not_written(page: CollaborativePage, ada: User) -> None:
    owner: Any = Pages()
    assert owner.rights(page.pk, [ada.pk])[ada.pk].writes
    assert owner.writable(page.pk).exists()

    BasePage.objects.filter(pk=page.pk).update(locked=True)

    assert owner.rights(page.pk, [ada.pk])[ada.pk].why == "locked"
    assert not owner.writable(page.pk).exists()


def test_a_page_that_waits_for_its_approval_is_not_written(page: CollaborativePage, ada: User) -> None:
    page.get_workflow().start(BasePage.objects.get(pk=page.pk).specific, ada)

    assert Pages().rights(page.pk, [ada.pk])[ada.pk].why == "review"
    assert not Pages().writable(page.pk).exists()


def test_who_does_not_see_the_space_does_not_see_the_text(ada: User) -> None:
    hidden = SpaceFactory(by=ada, members_only=True)
    page = make_page(hidden, "Entre nous", model=CollaborativePage)
    stranger, guest = UserFactory(), UserFactory(kind="guest")

    assert set(Pages().rights(page.pk, [ada.pk, stranger.pk, guest.pk])) == {ada.pk}


def test_two_processes_that_keep_a_text_at_once_take_nothing_back(page: CollaborativePage, ada: User) -> None:
    """The second waits for the first, which writes the same revision over: it must not take what that said before for news."""
    open_text(page=page, at=timezone.now())
    type_in(page, "Un.", by=ada)
    materialise(page_id=page.pk, at=timezone.now())
    type_in(page, "Un.", "Deux.", by=ada)
    is_held = threading.Event()

    def keep_slowly() -> None:
        with transaction.atomic():
            materialise(page_id=page.pk, at=timezone.now())
            is_held.set()
            time.sleep(1)
        connection.close()

    def keep_too() -> None:
        assert is_held.wait(20)
        materialise(page_id=page.pk, at=timezone.now())
        connection.close()

    with ThreadPoolExecutor(2) as apart:
        for done in [apart.submit(keep_slowly), apart.submit(keep_too)]:
            done.result()

    assert lines(page) == ["Un.", "Deux."]
    assert says(latest(page)) == ["Un.", "Deux."]
