"""Who reads a page has read what they were told of it, with or without a script."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.approving.services import send_back
from cms.base.models import BasePage
from cms.care.archive import archive_page
from cms.models import CollaborativePage
from intranet.accounts.models import User
from realtime.notifications.models import Category, Notification, Preference
from tests.cms.approving.test_approving import ask, url
from tests.cms.care.test_following import again, follower
from tests.cms.test_editing import signed_in
from tests.intranet.people.factories import MembershipFactory, TeamFactory, UserFactory
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("A1", "P15")]
PLAIN = 15  # statements that reading a page costs
READ = 8  # and what telling one's screens that something was read costs, however much it was


def waiting(user: User) -> int:
    """What the bell of somebody says."""
    number: int = signed_in(user).get(reverse("notifications:count")).json()["unread"]
    return number


def kept(page: CollaborativePage) -> User:
    """Somebody who answers for the page."""
    steward, keeper = TeamFactory(), UserFactory()
    MembershipFactory(team=steward, user=keeper)
    BasePage.objects.filter(pk=page.pk).update(steward=steward)
    page.refresh_from_db()
    return keeper


def test_who_reads_a_page_has_read_what_they_were_told_of_it(page: CollaborativePage, ada: User) -> None:
    reader, other = follower(page), follower(page)
    again(page, "Couper l’air à la vanne.", ada, note="La vanne est nommée.")
    assert (waiting(reader), waiting(other)) == (1, 1)

    shown = signed_in(reader).get(page.url).content.decode()

    assert 'data-inbox-count-value="0"' in shown
    assert (waiting(reader), waiting(other)) == (0, 1)


@pytest.mark.feature("A4")
def test_what_goes_by_mail_alone_is_read_on_the_page_too(page: CollaborativePage, ada: User) -> None:
    reader = follower(page)
    Preference.objects.create(user=reader, category=Category.PAGE, channel=Preference.Channel.INBOX, pace="never")
    again(page, "Couper l’air à la vanne.", ada)

    signed_in(reader).get(page.url)

    assert not Notification.objects.of(reader).unread().exists()  # no letter says what one has read


def test_a_page_that_is_archived_is_read_where_it_was(page: CollaborativePage, ada: User) -> None:
    keeper = kept(page)
    archive_page(page=page, by=ada, at=timezone.now())
    assert waiting(keeper) == 1

    assert signed_in(keeper).get(page.url).status_code == 410

    assert waiting(keeper) == 0


@pytest.mark.feature("P20")
def test_what_only_the_draft_says_waits_until_the_draft_is_read(page: CollaborativePage, ada: User) -> None:
    keeper = kept(page)
    state = ask(page, ada)
    signed_in(keeper).get(page.url)
    assert waiting(keeper) == 1

    signed_in(keeper).get(url("page_approval", page))

    assert waiting(keeper) == 0
    send_back(state=state, by=keeper, words="Pas encore.")
    signed_in(ada).get(page.url)
    assert waiting(ada) == 1


def test_reading_it_costs_the_same_however_much_one_was_told(page: CollaborativePage, ada: User) -> None:
    client = signed_in(follower(page))

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page.url).status_code == 200
        return len(statements(queries))

    client.get(page.url)
    again(page, "Couper l’air à la vanne 0.", ada, note="Le 0.")
    one = cost()
    for number in range(1, 6):
        again(page, f"Couper l’air à la vanne {number}.", ada, note=f"Le {number}.")

    assert cost() == one <= PLAIN + READ
    assert cost() <= PLAIN
