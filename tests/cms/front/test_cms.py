"""Editors keep the front page in the CMS, and list pages by type: of what they see, never more."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from cms.front.services import add_card, add_link, show_banner
from cms.models import AlertBanner, CollaborativePage, EventPage, GuidePage, NewsPage, PriorityCard, QuickLink
from intranet.accounts.models import User
from tests.cms.factories import an_editor, make_image, make_page
from tests.cms.test_editing import signed_in
from tests.intranet.people.factories import TeamFactory, UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P22")]

FRONT = ["banners", "cards", "links"]
LISTS = {"news": NewsPage, "events": EventPage, "guides": GuidePage, "shared": CollaborativePage}


@pytest.fixture
def editor() -> User:
    return an_editor()


def words_of(client: Client, address: str, **asked: str) -> str:
    answer = client.get(address, asked)
    assert answer.status_code == 200, address
    return answer.content.decode()


# --- the front page -----------------------------------------------------------------------------


def test_an_editor_adds_a_banner(editor: User) -> None:
    client = signed_in(editor)
    fields = {
        "words_fr": "Fermé vendredi",
        "words_en": "Closed on Friday",
        "level": "important",
        "starts_at": "2026-01-01 08:00",
        "ends_at": "2199-01-01 08:00",
        "page": "",
        "address": "/events/",
    }

    assert client.post("/cms/banners/new/", fields).status_code == 302

    assert "Closed on Friday" in client.get("/news/").content.decode()
    assert "Closed on Friday" in words_of(client, "/cms/banners/")


def test_an_address_that_may_run_is_refused_and_the_words_are_still_there(editor: User) -> None:
    fields = {"words": "Cliquez", "page": "", "address": "javascript:alert(1)"}

    answer = signed_in(editor).post("/cms/links/new/", fields)

    assert "Cliquez" in answer.content.decode()
    assert not QuickLink.objects.exists()


def test_an_editor_adds_a_card_changes_it_orders_it_and_takes_it_away(editor: User) -> None:
    client, page = signed_in(editor), make_page(SpaceFactory(), "Sécurité")
    client.post("/cms/cards/new/", {"title": "D’abord", "line": "", "page": page.pk, "picture": ""})
    client.post("/cms/cards/new/", {"title": "Ensuite", "line": "", "page": page.pk, "picture": ""})
    first, second = PriorityCard.objects.order_by("sort_order", "pk")
    assert (first.title, second.title) == ("D’abord", "Ensuite")

    client.post(f"/cms/cards/reorder/{second.pk}/?position=0")
    assert [card.title for card in PriorityCard.objects.order_by("sort_order")] == ["Ensuite", "D’abord"]

    client.post(f"/cms/cards/edit/{first.pk}/", {"title": "Puis", "line": "", "page": page.pk, "picture": ""})
    client.post(f"/cms/cards/delete/{second.pk}/")

    assert [card.title for card in PriorityCard.objects.all()] == ["Puis"]


def zibelines() -> tuple[Any, list[str]]:
    """Everything of the front page that leads to a page of a closed space, and the addresses where it is changed."""
    space = SpaceFactory(members_only=True, name="Zibeline")
    page, now = make_page(space, "Page zibeline"), timezone.now()
    words: dict[str, Any] = {"words_fr": "Dit zibeline", "words_en": "Says zibeline"}
    banner = show_banner(**words, page=page.basepage_ptr, starts_at=now, ends_at=now + timedelta(days=1))
    card, link = add_card(title="Carte zibeline", page=page), add_link(words="Lien zibeline", page=page)
    held = zip(FRONT, (banner, card, link), strict=True)
    acts = ("edit", "delete", "history", "usage")
    return space, [f"/cms/{name}/{act}/{one.pk}/" for name, one in held for act in acts]


@pytest.mark.parametrize("who", ["editor", "administrator"])
def test_what_leads_to_a_page_one_does_not_see_is_not_in_ones_cms(who: str) -> None:
    client = signed_in(an_editor() if who == "editor" else UserFactory(administrator=True))
    _space, addresses = zibelines()

    for name in FRONT:
        assert "ibeline" not in words_of(client, f"/cms/{name}/")
    for address in addresses:
        for method in (client.get, client.post):
            answer = method(address, {"title": "pris", "words": "pris", "words_fr": "pris", "words_en": "pris"})
            assert answer.status_code == 404, address
            assert "zibeline" not in answer.content.decode()
    assert AlertBanner.objects.get().words_fr == "Dit zibeline"
    assert PriorityCard.objects.get().title == "Carte zibeline"


def test_an_editor_who_sees_it_finds_it() -> None:
    space, addresses = zibelines()
    inside = an_editor()
    SpaceMemberFactory(space=space, user=inside)
    client = signed_in(inside)

    for name in FRONT:
        assert "ibeline" in words_of(client, f"/cms/{name}/")
    assert all(client.get(address).status_code == 200 for address in addresses if "/usage/" not in address)


def test_the_log_of_the_house_does_not_say_where_a_card_leads() -> None:
    space, _addresses = zibelines()
    inside, card = an_editor(), PriorityCard.objects.get()
    SpaceMemberFactory(space=space, user=inside)
    fields = {"title": "Carte zibeline", "line": "", "page": card.page_id, "picture": ""}
    signed_in(inside).post(f"/cms/cards/edit/{card.pk}/", fields)
    assert ModelLogEntry.objects.filter(object_id=str(card.pk)).exists()

    assert "ibeline" not in words_of(signed_in(an_editor()), "/cms/reports/site-history/")


def test_a_card_is_not_led_to_a_page_one_does_not_see(editor: User) -> None:
    hidden = make_page(SpaceFactory(members_only=True), "Page zibeline")
    fields = {"title": "Là", "line": "", "page": hidden.pk, "picture": ""}

    answer = signed_in(editor).post("/cms/cards/new/", fields)

    assert not PriorityCard.objects.exists()
    assert answer.status_code == 200
    assert "zibeline" not in answer.content.decode()


def test_a_card_with_a_picture_one_does_not_see_breaks_nothing(editor: User) -> None:
    picture = make_image(SpaceFactory(members_only=True), "Image zibeline")
    card = add_card(title="Carte", page=make_page(SpaceFactory()), picture=picture)

    assert signed_in(editor).get(f"/cms/cards/edit/{card.pk}/").status_code == 404


@pytest.mark.parametrize("name", FRONT)
def test_others_do_not_keep_the_front_page(name: str) -> None:
    for address in (f"/cms/{name}/", f"/cms/{name}/new/"):
        assert signed_in(UserFactory()).get(address).status_code == 403


@pytest.mark.parametrize("name", FRONT)
def test_a_list_of_the_front_page_costs_the_same_for_many(editor: User, name: str) -> None:
    client, space, now = signed_in(editor), SpaceFactory(), timezone.now()

    def cost(number: int) -> int:
        for n in range(number):
            page = make_page(space, f"Page {number} {n}")
            add_card(title=f"Carte {n}", page=page)
            add_link(words=f"Lien {n}", page=page)
            words: dict[str, Any] = {"words_fr": "x", "words_en": "y", "page": page.basepage_ptr}
            show_banner(**words, starts_at=now, ends_at=now + timedelta(days=1))
        with CaptureQueriesContext(connection) as queries:
            words_of(client, f"/cms/{name}/")
        return len(statements(queries))

    cost(1)
    few = cost(2)

    assert cost(12) <= few


# --- pages by type ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_a_list_holds_the_pages_of_its_type_with_our_columns(editor: User, name: str) -> None:
    space, team = SpaceFactory(name="Atelier du bas"), TeamFactory(name="Études")
    review = timezone.localdate() + timedelta(days=30)
    for kind, model in LISTS.items():
        make_page(space, f"Page de {kind}", model=model, steward=team, review_on=review)

    shown = words_of(signed_in(editor), f"/cms/{name}/")

    assert f"Page de {name}" in shown
    assert [kind for kind in LISTS if f"Page de {kind}" in shown] == [name]
    for words in ("Atelier du bas", "Études", "Review on", "Steward team"):
        assert words in shown


def test_the_list_of_events_says_when_and_where() -> None:
    editor = an_editor(language="fr", zone="Europe/Paris")
    starts = datetime(2031, 11, 20, 13, 30, tzinfo=UTC)
    make_page(SpaceFactory(), "Visite", model=EventPage, starts_at=starts, place="Hall, porte B")

    shown = words_of(signed_in(editor), "/cms/events/")

    assert "Hall, porte B" in shown
    assert "20/11/2031 14:30" in shown
    assert "Événements" in shown


def test_a_day_to_come_is_not_said_to_be_now(editor: User) -> None:
    make_page(SpaceFactory(), "Peson", review_on=date(2031, 11, 20))

    assert "20 November 2031" in words_of(signed_in(editor), "/cms/guides/")


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("who", ["editor", "administrator"])
def test_a_list_says_nothing_of_a_space_one_does_not_see(name: str, who: str) -> None:
    client = signed_in(an_editor() if who == "editor" else UserFactory(administrator=True))
    hidden = SpaceFactory(members_only=True, name="Zibeline")
    page = make_page(hidden, "Page zibeline", model=LISTS[name], steward=TeamFactory(name="Équipe cachée"))
    make_page(SpaceFactory(name="Ouvert"), "Page ouverte", model=LISTS[name])

    asked = [
        {},
        {"q": "zibeline"},
        {"space": str(hidden.pk)},
        {"steward": str(page.steward_id)},
        {"ordering": "space__name"},
    ]
    for more in asked:
        assert "Page zibeline" not in (shown := words_of(client, f"/cms/{name}/", **more))
        assert "Équipe cachée" not in shown
        assert "Zibeline" not in shown
        assert "Page zibeline" not in words_of(client, f"/cms/{name}/results/", **more)
    answer = client.get(f"/cms/{name}/choose_parent/", follow=True)
    assert "ibeline" not in answer.content.decode()


@pytest.mark.parametrize("filtered", ["space", "steward"])
def test_a_list_is_narrowed_by_space_and_by_team(editor: User, filtered: str) -> None:
    team, space = TeamFactory(name="Études"), SpaceFactory(name="Atelier du bas")
    make_page(space, "Celle-ci", steward=team)
    make_page(SpaceFactory(), "Celle-là", steward=TeamFactory())
    value = str({"space": space.pk, "steward": team.pk}[filtered])

    shown = words_of(signed_in(editor), "/cms/guides/results/", **{filtered: value})

    assert "Celle-ci" in shown
    assert "Celle-là" not in shown


@pytest.mark.parametrize("name", LISTS)
def test_a_list_costs_the_same_for_many_pages(editor: User, name: str) -> None:
    client = signed_in(editor)

    def cost(number: int) -> int:
        for n in range(number):
            make_page(SpaceFactory(), f"Page {number} {n}", model=LISTS[name], steward=TeamFactory())
        with CaptureQueriesContext(connection) as queries:
            words_of(client, f"/cms/{name}/results/")
        return len(statements(queries))

    cost(1)
    few = cost(2)

    assert cost(8) <= few


def test_the_dashboard_names_the_coming_events_one_sees(editor: User) -> None:
    make_page(SpaceFactory(), "Visite de printemps", model=EventPage)
    make_page(SpaceFactory(), "Visite passée", model=EventPage, starts_at=timezone.now() - timedelta(days=2))
    make_page(SpaceFactory(members_only=True), "Visite zibeline", model=EventPage)

    panel = words_of(signed_in(editor), "/cms/").split('id="panel-events-section"')[1].split("</section>")[0]

    assert "Visite de printemps" in panel
    assert "Visite passée" not in panel
    assert "zibeline" not in panel
