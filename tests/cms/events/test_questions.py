"""The live Q&A of an event is opened from its page, and each leads to the other."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from intranet.accounts.models import User
from realtime.spaces.models import Space
from realtime.streams.models import Stream
from realtime.threads.models import Thread
from realtime.threads.services import create_thread
from tests.cms.events.conftest import an_event
from tests.cms.factories import an_editor, first_page
from tests.cms.test_editing import signed_in
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P22"), pytest.mark.feature("T14")]

OFFERED = "Open its questions"


def open_its(user: User, event: Any) -> Any:
    return signed_in(user).post(f"/events/{event.pk}/questions/")


def read(user: User, event: Any) -> str:
    return signed_in(user).get(event.url).content.decode()


def test_who_runs_the_space_opens_them_and_each_leads_to_the_other(event: Any, ada: User, member: User) -> None:
    assert OFFERED in read(ada, event)

    answer = open_its(ada, event)

    thread = Thread.objects.get(kind="live_qa")
    assert answer["Location"] == thread.get_absolute_url()
    assert Stream.objects.get(kind="space", key=event.space_id).head == 1
    assert (thread.space_id, thread.title, thread.audience) == (event.space_id, event.title, "internal")
    assert f'href="{thread.get_absolute_url()}"' in read(member, event)
    assert f'href="{event.url}"' in signed_in(member).get(thread.get_absolute_url()).content.decode()
    assert OFFERED not in read(ada, event)


def test_an_editor_who_sees_the_space_opens_them_too(event: Any, space: Space) -> None:
    editor = an_editor()
    assert open_its(editor, event).status_code == 404

    SpaceMemberFactory(space=space, user=editor)

    assert OFFERED in read(editor, event)
    assert open_its(editor, event).status_code == 302


def test_others_do_not(event: Any, member: User, guest: User) -> None:
    assert OFFERED not in read(member, event)
    assert open_its(member, event).status_code == 403
    assert open_its(guest, event).status_code == 403
    assert not Thread.objects.filter(kind="live_qa").exists()


def test_opened_twice_they_are_one(event: Any, ada: User) -> None:
    first, second = open_its(ada, event), open_its(ada, event)

    assert first["Location"] == second["Location"]
    assert Thread.objects.filter(kind="live_qa").count() == 1


def test_guests_ask_where_they_see_the_event(space: Space, ada: User, guest: User) -> None:
    event = an_event(space, shared_with_guests=True)

    open_its(ada, event)

    thread = Thread.objects.get(kind="live_qa")
    assert f'href="{thread.get_absolute_url()}"' in read(guest, event)


def test_one_among_us_is_not_shown_to_guests(space: Space, ada: User, guest: User) -> None:
    event = an_event(space, shared_with_guests=True)
    create_thread(space=space, title="Entre nous", by=ada, at=timezone.now(), kind="live_qa", event_url=event.url)

    assert "Entre nous" not in read(guest, event)
    assert "Entre nous" in read(ada, event)


def test_one_of_another_space_does_not_hang_itself_under_an_event(event: Any, ada: User, member: User) -> None:
    elsewhere = SpaceFactory()
    words: dict[str, Any] = {"title": "Ailleurs", "kind": "live_qa", "event_url": event.url}
    create_thread(space=elsewhere, by=member, at=timezone.now(), **words)

    assert "Ailleurs" not in read(ada, event)


def test_they_are_not_opened_once_the_event_is_over(space: Space, ada: User) -> None:
    now = timezone.now()
    event = an_event(space, starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1))

    open_its(ada, event)

    assert OFFERED not in read(ada, event)
    assert not Thread.objects.filter(kind="live_qa").exists()


def test_they_follow_the_event_to_another_address_and_space(
    event: Any, ada: User, django_capture_on_commit_callbacks: Any
) -> None:
    open_its(ada, event)
    other = SpaceFactory(by=ada)
    event.slug = "autre-nom"
    with django_capture_on_commit_callbacks(execute=True):
        event.save_revision().publish()
    event.refresh_from_db()
    thread = Thread.objects.get(kind="live_qa")
    assert thread.event_url == event.url

    event.move(first_page(other), pos="last-child")
    event.refresh_from_db()
    thread.refresh_from_db()

    assert (thread.event_url, thread.space_id) == (event.url, other.pk)
    assert thread.get_absolute_url() in read(ada, event)


def test_one_of_another_space_stays_there_when_the_event_moves(event: Any, ada: User, member: User) -> None:
    """Who runs a closed space may name any event; moving that event opens nothing of theirs."""
    closed = SpaceFactory(by=member, members_only=True)
    words: dict[str, Any] = {"title": "Entre nous", "kind": "live_qa", "event_url": event.url}
    named = create_thread(space=closed, by=member, at=timezone.now(), **words)

    event.move(first_page(SpaceFactory()), pos="last-child")

    named.refresh_from_db()
    event.refresh_from_db()
    assert named.space_id == closed.pk
    assert named.event_url == event.url
