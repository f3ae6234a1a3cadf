"""Whoever comes to an event is told of another day or place: once, and nobody twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from cms.care.services import watch_page
from cms.events import services
from cms.events.sources import show_events
from cms.services import publish_page
from intranet.accounts.models import User
from realtime.notifications.models import Notification
from realtime.spaces.models import Space, SpaceMember
from realtime.spaces.services import remove_member
from tests.cms.events.conftest import STARTS, an_event
from tests.cms.factories import an_editor
from tests.cms.test_editing import signed_in
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P22")]

Reason = Notification.Reason


def answer(event: Any, user: User, said: str = "coming") -> None:
    services.answer_event(event=event, user=user, answer=said, at=timezone.now())


def publish(event: Any, by: User | None = None, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(event, name, value)
    publish_page(page=event, by=by, at=timezone.now())


def told(user: User) -> list[str]:
    return list(Notification.objects.of(user).order_by("pk").values_list("reason", flat=True))


@pytest.mark.parametrize(
    "change",
    [{"starts_at": STARTS - timedelta(hours=1)}, {"ends_at": STARTS + timedelta(hours=5)}, {"place": "Salle 3"}],
)
def test_another_day_or_place_is_told_to_those_who_come(event: Any, member: User, change: dict[str, Any]) -> None:
    answer(event, member)

    publish(event, **change)

    assert told(member) == [Reason.RESCHEDULED]


def test_whoever_may_come_is_told_and_whoever_cannot_is_not(event: Any, space: Space, member: User) -> None:
    away = SpaceMemberFactory(space=space).user
    silent = SpaceMemberFactory(space=space).user
    answer(event, member, "perhaps")
    answer(event, away, "not")

    publish(event, place="Salle 3")

    assert told(member) == [Reason.RESCHEDULED]
    assert told(away) == told(silent) == []


def test_each_change_is_told_once(event: Any, member: User) -> None:
    answer(event, member)
    for place in ("Salle 3", "Salle 3", "Salle 4"):
        publish(event, place=place)

    assert told(member) == [Reason.RESCHEDULED] * 2


def test_other_words_are_no_other_day(event: Any, member: User) -> None:
    answer(event, member)

    publish(event, title="Autre nom", intro="Autres mots.")

    assert told(member) == []


def test_who_comes_and_follows_the_page_is_told_once(event: Any, member: User, ada: User) -> None:
    answer(event, member)
    for user in (member, ada):
        watch_page(page=event, user=user, at=timezone.now())

    publish(event, place="Salle 3")

    assert told(member) == [Reason.RESCHEDULED]
    assert told(ada) == [Reason.PUBLISHED]


def test_who_publishes_it_is_not_told(event: Any, member: User) -> None:
    answer(event, member)

    publish(event, by=member, place="Salle 3")

    assert told(member) == []


def test_who_sees_it_no_more_is_not_told(event: Any, space: Space, member: User) -> None:
    answer(event, member)
    remove_member(member=SpaceMember.objects.get(space=space, user=member), at=timezone.now())

    publish(event, place="Salle 3")

    assert told(member) == []


def test_an_event_that_is_over_is_told_of_no_more(event: Any, member: User) -> None:
    answer(event, member)

    publish(event, starts_at=timezone.now() - timedelta(days=2), ends_at=None)

    assert told(member) == []


def test_a_practice_ground_tells_nobody(member: User) -> None:
    event = an_event(SpaceFactory(kind="practice"))
    answer(event, member)

    publish(event, place="Salle 3")

    assert told(member) == []


def test_the_cms_tells_like_the_portal(event: Any, space: Space, member: User) -> None:
    editor = an_editor()
    SpaceMemberFactory(space=space, user=editor)
    answer(event, member)
    client = signed_in(editor)
    form = client.get(f"/cms/pages/{event.pk}/edit/").context["form"]
    fields = {name: value for name, value in form.initial.items() if isinstance(value, str)}
    fields |= {
        "slug": event.slug,
        "starts_at": "2031-11-20 13:30",
        "ends_at": "",
        "place": "Salle 3",
        "body-count": "0",
    }

    client.post(
        f"/cms/pages/{event.pk}/edit/",
        fields | {"comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0, "action-publish": "1"},
    )

    event.refresh_from_db()
    assert event.place == "Salle 3"
    assert told(member) == [Reason.RESCHEDULED]


def test_the_inbox_says_the_new_day_and_place_with_the_rights_of_the_moment(
    event: Any, member: User, guest: User
) -> None:
    answer(event, member)
    publish(event, place="Salle 3")

    inbox = signed_in(member).get("/inbox/").content.decode()

    assert "The day or the place of an event you answered has changed" in inbox
    assert "Salle 3" in inbox
    assert show_events(guest, [event.pk]) == {}
