"""What the house says across all screens: for a time, to those it is for, until one closes it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.front.services import show_banner
from cms.models import AlertBanner
from intranet.accounts.models import User
from tests.cms.factories import make_page
from tests.cms.test_editing import signed_in
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P22")]

FR, EN = "La fonderie est fermée vendredi.", "The foundry is closed on Friday."
SCREENS = ["/", "/news/", "/events/", "/search/", "/inbox/", "/spaces/", "/people/settings/"]


def banner(**more: Any) -> AlertBanner:
    now = timezone.now()
    words: dict[str, Any] = {"words_fr": FR, "words_en": EN, "starts_at": now - timedelta(hours=1)}
    return show_banner(**(words | {"ends_at": now + timedelta(hours=1)} | more))


def close(client: Client, shown: AlertBanner, back: str = "/news/") -> Any:
    return client.post(f"/banners/{shown.pk}/close/", {"next": back})


def read(client: Client, screen: str = "/news/") -> str:
    return client.get(screen).content.decode()


@pytest.mark.parametrize("screen", SCREENS)
def test_it_is_on_every_screen_in_the_language_of_the_reader(screen: str) -> None:
    banner()

    assert EN in read(signed_in(UserFactory(language="en")), screen)
    assert FR in read(signed_in(UserFactory(language="fr")), screen)


@pytest.mark.parametrize(("starts", "ends"), [(-3, -1), (1, 3)])
def test_it_is_not_shown_before_or_after_its_time(starts: int, ends: int) -> None:
    now = timezone.now()
    banner(starts_at=now + timedelta(hours=starts), ends_at=now + timedelta(hours=ends))

    assert EN not in read(signed_in(UserFactory()))


def test_closing_it_is_for_oneself_and_leads_back() -> None:
    shown, client = banner(), signed_in(UserFactory())

    answer = close(client, shown)

    assert answer["Location"] == "/news/"
    assert EN not in read(client)
    assert EN in read(signed_in(UserFactory()))


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_closing_leads_nowhere_else(back: str) -> None:
    assert close(signed_in(UserFactory()), banner(), back)["Location"] == "/"


def test_the_important_one_comes_first_and_the_next_when_it_is_closed() -> None:
    first = banner(level="important", words_en="The alarm is being tested.")
    banner(starts_at=timezone.now() - timedelta(minutes=1))
    client = signed_in(UserFactory())

    assert "The alarm is being tested." in read(client)
    assert EN not in read(client)
    close(client, first)

    assert EN in read(client)


def test_guests_see_only_what_is_for_them() -> None:
    guest = SpaceMemberFactory(guest=True).user
    among_us = banner()
    assert EN not in read(signed_in(guest), "/")
    assert close(signed_in(guest), among_us).status_code == 404

    banner(words_en="Parvis is down tonight.", for_guests=True)

    assert "Parvis is down tonight." in read(signed_in(guest), "/")


def test_one_that_leads_to_a_page_is_seen_by_those_who_see_the_page() -> None:
    space = SpaceFactory(members_only=True)
    page = make_page(space, "Plan de la fonderie")
    shown = banner(page=page.basepage_ptr)
    member, other = SpaceMemberFactory(space=space).user, UserFactory()

    assert f'href="{page.url}"' in read(signed_in(member))
    assert EN not in read(signed_in(other))
    assert page.slug not in read(signed_in(other))
    assert close(signed_in(other), shown).status_code == 404


def test_words_are_text() -> None:
    banner(words_en="<script>alert(1)</script>")

    assert "<script>alert(1)" not in read(signed_in(UserFactory()))


ADDRESSES = [
    "javascript:alert(1)",
    " JavaScript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "//evil.example",
    "/\\evil.example",
    "/\t/evil.example",
    "ftp://x.example/",
    "mailto:x@example.com",
    "x",
    "/no/such/screen/",
    "/pages/atelier/",
    "/spaces/atelier/",
    "http://localhost:8000/pages/atelier/",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_that_may_run_or_betray_is_refused(address: str) -> None:
    with pytest.raises(ValidationError) as refused:
        banner(address=address)
    assert set(refused.value.message_dict) == {"address"}


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://exemple.example/a?b=c", "https://exemple.example/a?b=c"),
        ("/events/?month=2026-11", "/events/?month=2026-11"),
        (" /guides/ ", "/guides/"),
        ("http://localhost:8000/guides/", "/guides/"),
    ],
)
def test_an_address_of_the_web_or_of_a_screen_is_kept(address: str, kept: str) -> None:
    assert banner(address=address).address == kept
    assert f'href="{kept}"'.replace("&", "&amp;") in read(signed_in(UserFactory()))


def test_a_banner_ends_after_it_begins() -> None:
    now = timezone.now()
    with pytest.raises(ValidationError):
        banner(starts_at=now, ends_at=now)


def test_banners_cost_no_question_more() -> None:
    user: User = UserFactory()
    client = signed_in(user)
    read(client)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            read(client)
        return len(statements(queries))

    before = cost()
    for _ in range(12):
        banner(page=make_page(SpaceFactory()).basepage_ptr)

    assert cost() == before
