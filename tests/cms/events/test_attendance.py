"""Each says of themselves whether they come; those who come are named to those who see the page."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.events import services
from cms.models import Attendance
from intranet.accounts.models import User
from realtime.spaces.models import Space, SpaceMember
from realtime.spaces.services import remove_member
from tests.cms.events.conftest import an_event
from tests.cms.test_editing import signed_in
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceMemberFactory
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P22")]


def say(client: Client, event: Any, answer: str) -> Any:
    return client.post(f"/events/{event.pk}/answer/", {"answer": answer})


def page_of(client: Client, event: Any) -> str:
    """The part of the page that says who comes."""
    return client.get(event.url).content.decode().split('id="coming"')[1].split("</section>")[0]


def test_one_says_that_one_comes_and_is_named_to_the_others(event: Any, member: User, ada: User) -> None:
    answer = say(signed_in(member), event, "coming")

    assert answer["Location"] == f"{event.url}#coming"
    assert "Béa Roche" in page_of(signed_in(ada), event)


@pytest.mark.parametrize("answer", ["perhaps", "not"])
def test_another_answer_is_ones_own(event: Any, member: User, ada: User, answer: str) -> None:
    say(signed_in(member), event, answer)

    assert 'aria-pressed="true"' in page_of(signed_in(member), event)
    assert "Béa Roche" not in page_of(signed_in(ada), event)
    assert 'aria-pressed="true"' not in page_of(signed_in(ada), event)


def test_the_last_word_holds_and_can_be_taken_back(event: Any, member: User, ada: User) -> None:
    client = signed_in(member)
    for answer in ("coming", "not", "coming"):
        say(client, event, answer)
    assert [row.answer for row in Attendance.objects.all()] == ["coming"]

    say(client, event, "")

    assert not Attendance.objects.exists()
    assert "Béa Roche" not in page_of(signed_in(ada), event)


def test_an_answer_that_is_none_changes_nothing(event: Any, member: User) -> None:
    say(signed_in(member), event, "coming")

    assert say(signed_in(member), event, "<b>").status_code == 302
    assert Attendance.objects.get().answer == "coming"


def test_it_closes_when_the_event_is_over(space: Space, member: User) -> None:
    now = timezone.now()
    event = an_event(space, starts_at=now - timedelta(hours=3), ends_at=now - timedelta(hours=1))
    client = signed_in(member)

    say(client, event, "coming")

    assert not Attendance.objects.exists()
    assert "This event is over." in page_of(client, event)
    assert "<form" not in page_of(client, event)
    with pytest.raises(services.EventOver):
        services.take_answer_back(event=event, user=member, at=now)


def test_one_can_still_say_so_while_it_goes_on(space: Space, member: User) -> None:
    now = timezone.now()
    event = an_event(space, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1))

    say(signed_in(member), event, "coming")

    assert Attendance.objects.exists()


def test_a_guest_answers_where_the_page_is_shared_and_sees_only_their_own(
    space: Space, member: User, guest: User, ada: User
) -> None:
    event = an_event(space, shared_with_guests=True)
    say(signed_in(member), event, "coming")

    assert say(signed_in(guest), event, "coming").status_code == 302

    assert "Béa Roche" not in page_of(signed_in(guest), event)
    assert 'aria-pressed="true"' in page_of(signed_in(guest), event)
    assert guest.name in page_of(signed_in(ada), event)


def test_who_does_not_see_the_event_says_nothing_of_it(event: Any, guest: User) -> None:
    for user in (guest, UserFactory(), UserFactory(administrator=True)):
        assert say(signed_in(user), event, "coming").status_code == 404
    assert not Attendance.objects.exists()


def test_who_left_the_space_comes_no_more(event: Any, member: User, ada: User, space: Space) -> None:
    say(signed_in(member), event, "coming")
    remove_member(member=SpaceMember.objects.get(space=space, user=member), at=timezone.now())

    assert "Béa Roche" not in page_of(signed_in(ada), event)


def test_those_who_did_not_answer_are_named_nowhere(event: Any, member: User, ada: User) -> None:
    assert member.name not in page_of(signed_in(ada), event)
    assert "Nobody has said so yet." in page_of(signed_in(ada), event)


def test_a_draft_takes_no_answer(space: Space, member: User) -> None:
    assert say(signed_in(member), an_event(space, is_published=False), "coming").status_code == 404


def test_the_page_costs_the_same_however_many_come(event: Any, space: Space, member: User) -> None:
    client = signed_in(member)

    def cost(more: int) -> int:
        for _ in range(more):
            user = SpaceMemberFactory(space=space).user
            services.answer_event(event=event, user=user, answer="coming", at=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            assert client.get(event.url).status_code == 200
        return len(statements(queries))

    cost(1)
    few = cost(1)

    assert few <= 15
    assert cost(30) == few
