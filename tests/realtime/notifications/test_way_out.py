"""The way out that a letter carries: one click stops others like it, looking stops nothing, and it can be undone."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from intranet.accounts.models import User
from realtime.notifications.mail.sending import write_soon
from realtime.notifications.mail.tokens import token_for
from realtime.notifications.models import Category, Notification, Preference
from realtime.notifications.preferences import wishes_of
from tests.realtime.notifications.test_letters import LATER, answer, nothing_daily, only, wants
from tests.realtime.threads.conftest import House

__all__ = ["nothing_daily"]
pytestmark = pytest.mark.django_db


def way_out(user: User, *categories: str) -> str:
    return reverse("notifications:unsubscribe", args=[token_for(user.pk, categories)])


def mailed(user: User) -> str:
    return wishes_of([user.pk])[user.pk].mail(Category.REPLY)


@pytest.mark.feature("A6")
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_scanner_that_opens_the_link_stops_nothing(house: House, method: str) -> None:
    page = getattr(Client(), method)(way_out(house.moussa, Category.REPLY))

    assert page.status_code == 200
    assert mailed(house.moussa) == "soon"


@pytest.mark.feature("A6")
def test_one_click_stops_the_letters_without_signing_in(house: House) -> None:
    client = Client(enforce_csrf_checks=True)

    page = client.post(way_out(house.moussa, Category.REPLY), {"List-Unsubscribe": "One-Click"})

    assert page.status_code == 200
    assert mailed(house.moussa) == "never"
    answer(house)
    assert write_soon(at=LATER) == 0
    assert Notification.objects.of(house.moussa).on_screen().unread().count() == 1


def undo_of(page: Any) -> dict[str, str]:
    """What the button that takes it back sends."""
    found = re.search(r'name="undo" value="([^"]+)"', page.content.decode())
    assert found
    return {"act": "start", "undo": unescape(found[1])}


@pytest.mark.feature("A6")
@pytest.mark.parametrize("pace", ["soon", "daily", "weekly"])
def test_what_was_stopped_comes_again_as_it_was(house: House, pace: str) -> None:
    wants(house.moussa, Category.REPLY, pace)
    address = way_out(house.moussa, Category.REPLY, Category.MENTION)

    page = Client().post(address, undo_of(Client().post(address)))

    assert "These letters come again" in page.content.decode()
    wishes = wishes_of([house.moussa.pk])[house.moussa.pk]
    assert (wishes.mail(Category.REPLY), wishes.mail(Category.MENTION)) == (pace, "soon")


def test_what_had_stopped_before_comes_again_as_usual(house: House) -> None:
    wants(house.moussa, Category.REPLY, "never")
    address = way_out(house.moussa, Category.REPLY)

    Client().post(address, undo_of(Client().post(address)))

    assert mailed(house.moussa) == "soon"


@pytest.mark.parametrize("undo", ["", "forged", "another"])
def test_an_undo_that_is_not_of_this_letter_starts_nothing(house: House, undo: str) -> None:
    address = way_out(house.moussa, Category.REPLY)
    Client().post(address)
    forged = {"act": "start", "undo": undo}
    if undo == "another":
        forged = undo_of(Client().post(way_out(house.rosa, Category.REPLY)))

    assert Client().post(address, forged).status_code == 404
    assert mailed(house.moussa) == "never"


def test_a_token_stops_only_what_it_says_for_whom_it_says(house: House) -> None:
    Client().post(way_out(house.moussa, Category.REPLY))

    assert mailed(house.rosa) == "soon"
    assert wishes_of([house.moussa.pk])[house.moussa.pk].mail(Category.MENTION) == "soon"


@pytest.mark.parametrize("token", ["nonsense", "a:b:c", "WzEsWyJyZXBseSJdXQ:1x:forged"])
def test_a_forged_token_stops_nothing(house: House, token: str) -> None:
    assert Client().post(reverse("notifications:unsubscribe", args=[token])).status_code == 404
    assert not Preference.objects.filter(category=Category.REPLY).exists()


@pytest.mark.feature("A6")
def test_the_link_of_a_letter_is_the_way_out(house: House) -> None:
    answer(house)
    write_soon(at=LATER)
    link = only().message()["List-Unsubscribe"].strip("<>")

    Client().post(re.sub(r"^https?://[^/]+", "", link), {"List-Unsubscribe": "One-Click"})

    assert mailed(house.moussa) == "never"
