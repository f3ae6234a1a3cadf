"""A page comes out at the moment that was set for it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision

from cms.base.models import BasePage
from cms.life.dates import publish_on
from cms.life.tasks import publish_due
from cms.models import CollaborativePage
from cms.writing.owner import Pages
from intranet.accounts.models import User
from intranet.people.models import Profile
from realtime.notifications.models import Notification
from realtime.recurring.registry import jobs
from realtime.spaces.models import Space
from tests.cms.factories import make_page
from tests.cms.life.test_moving import now
from tests.cms.test_editing import signed_in
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceMemberFactory

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P6")]


@pytest.fixture
def draft(place: Space) -> CollaborativePage:
    made: CollaborativePage = make_page(place, "Changer un peson", model=CollaborativePage, is_published=False)
    return made


def moment(hours: float) -> str:
    return timezone.localtime(timezone.now() + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M")


def test_it_comes_out_when_its_moment_is_there(draft: CollaborativePage, place: Space, ada: User) -> None:
    reader, client = signed_in(SpaceMemberFactory(space=place, reader=True).user), signed_in(ada)

    answer = client.post(reverse("cms:page_day", args=[draft.pk]), {"moment": moment(2)}, follow=True)
    publish_due(at=timezone.now())
    before = reader.get(draft.url).status_code
    Revision.objects.for_instance(draft).exclude(approved_go_live_at=None).update(
        approved_go_live_at=timezone.now() - timedelta(minutes=1)
    )
    revision = Revision.objects.for_instance(draft).exclude(approved_go_live_at=None).get()
    revision.content["go_live_at"] = (timezone.now() - timedelta(minutes=1)).isoformat()
    revision.save()
    publish_due(at=timezone.now())

    assert "The page has its day." in answer.content.decode()
    assert (before, reader.get(draft.url).status_code) == (404, 200)


def test_nobody_is_told_before_it_comes_out(draft: CollaborativePage, place: Space, ada: User) -> None:
    contact = SpaceMemberFactory(space=place).user
    draft.contact = contact
    draft.save_revision()
    BasePage.objects.filter(pk=draft.pk).update(contact=contact)

    publish_on(page=draft, moment=timezone.now() + timedelta(hours=2), by=ada, at=timezone.now())

    assert not Notification.objects.filter(user=contact).exists()
    assert now(draft).thread is None


def test_until_then_it_is_not_written_and_called_off_it_is_again(draft: CollaborativePage, ada: User) -> None:
    publish_on(page=draft, moment=timezone.now() + timedelta(hours=2), by=ada, at=timezone.now())
    held = Pages().rights(draft.pk, [ada.pk])[ada.pk]

    signed_in(ada).post(reverse("cms:page_day", args=[draft.pk]), {"act": "cancel"})

    assert (held.writes, held.why) == (False, "scheduled")
    assert Pages().rights(draft.pk, [ada.pk])[ada.pk].writes
    assert now(draft).go_live_at is None
    assert not Revision.objects.for_instance(draft).exclude(approved_go_live_at=None).exists()


@pytest.mark.parametrize("asked", ["", "demain", "2020-01-01T08:00", "0001-01-01T00:00", "9999-12-31T23:59"])
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_moment_that_is_over_or_none_is_refused(draft: CollaborativePage, ada: User, asked: str, zone: str) -> None:
    Profile.objects.filter(user=ada).update(zone=zone)

    answer = signed_in(ada).post(reverse("cms:page_day", args=[draft.pk]), {"moment": asked})

    assert answer.status_code == 422
    assert not Revision.objects.for_instance(draft).exclude(approved_go_live_at=None).exists()


def test_the_workers_look_every_minute() -> None:
    assert jobs()["life.publish_due"].every == timedelta(minutes=1)


def test_those_who_do_not_write_set_no_day(draft: CollaborativePage, place: Space) -> None:
    for person in (SpaceMemberFactory(space=place, reader=True).user, UserFactory()):
        assert (
            signed_in(person).post(reverse("cms:page_day", args=[draft.pk]), {"moment": moment(2)}).status_code == 404
        )
