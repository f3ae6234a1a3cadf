"""What editors put first on the home of everybody: cards and links, as far as one sees where they lead."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.images.models import SourceImageIOError

from cms.front.services import add_card, add_link
from cms.life.binning import bin_page
from cms.models import CollaborativePage, PriorityCard, QuickLink, SpaceImage
from tests.cms.factories import make_image, make_page
from tests.cms.test_editing import signed_in
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P22")]


def home(user: Any) -> str:
    return signed_in(user).get("/").content.decode()


def test_cards_lead_to_their_pages_in_the_order_of_the_editors() -> None:
    space = SpaceFactory()
    for title in ("Entrées", "Sécurité", "Sommaire"):
        add_card(title=title, line=f"Lire {title}", page=make_page(space, f"Page {title}"))
    last = PriorityCard.objects.get(title="Sommaire")
    PriorityCard.objects.filter(pk=last.pk).update(sort_order=-1)

    shown = home(UserFactory())

    assert shown.index("Sommaire") < shown.index("Entrées") < shown.index("Sécurité")
    assert f'href="{last.page.url}"' in shown
    assert "Lire Sécurité" in shown


def test_a_card_and_a_link_to_a_page_one_does_not_see_are_not_there() -> None:
    space = SpaceFactory(members_only=True, name="Zibeline")
    page = make_page(space, "Page zibeline")
    add_card(title="Carte zibeline", page=page, picture=make_image(space))
    add_link(words="Lien zibeline", page=page)

    assert "ibeline" not in home(UserFactory())
    assert "ibeline" not in home(UserFactory(administrator=True))
    inside = home(SpaceMemberFactory(space=space).user)
    assert "Carte zibeline" in inside
    assert "Lien zibeline" in inside


def test_a_draft_and_a_page_in_the_bin_have_no_card() -> None:
    space = SpaceFactory()
    add_card(title="Brouillon", page=make_page(space, "Pas encore", is_published=False))
    thrown = make_page(space, "Jetée", model=CollaborativePage)
    add_card(title="Au rebut", page=thrown)
    bin_page(page=thrown, by=space.created_by, at=timezone.now())

    shown = home(UserFactory())

    assert "Brouillon" not in shown
    assert "Au rebut" not in shown


def test_six_cards_are_shown_those_one_sees() -> None:
    hidden, space = SpaceFactory(members_only=True), SpaceFactory()
    for n in range(3):
        add_card(title=f"Cachée {n}", page=make_page(hidden, f"Cachée {n}"))
    for n in range(8):
        add_card(title=f"Carte {n}", page=make_page(space, f"Page {n}"))

    shown = home(UserFactory())

    assert [n for n in range(8) if f"Carte {n}" in shown] == [0, 1, 2, 3, 4, 5]


def test_a_picture_is_shown_to_those_who_see_its_space() -> None:
    closed, space = SpaceFactory(members_only=True), SpaceFactory()
    add_card(title="Sécurité", page=make_page(space), picture=make_image(closed))

    assert "priority__picture" in home(SpaceMemberFactory(space=closed).user)
    outside = home(UserFactory())
    assert "Sécurité" in outside
    assert "priority__picture" not in outside


def test_a_picture_whose_file_is_gone_does_not_take_the_home_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*args: Any, **kwargs: Any) -> Any:
        raise SourceImageIOError

    space = SpaceFactory()
    add_card(title="Sécurité", page=make_page(space), picture=make_image(space))
    monkeypatch.setattr(SpaceImage, "get_rendition", gone)

    shown = home(UserFactory())

    assert "Sécurité" in shown
    assert "priority__picture" not in shown


def test_links_lead_elsewhere_or_to_a_screen() -> None:
    add_link(words="Paie", address="https://paie.exemple.example/")
    add_link(words="Ce qui vient", address="/events/")

    shown = home(UserFactory())

    assert '<a href="https://paie.exemple.example/" rel="noreferrer">Paie</a>' in shown
    assert '<a href="/events/">Ce qui vient</a>' in shown
    assert shown.index("Paie</a>") < shown.index("Ce qui vient</a>")


def test_a_link_leads_to_one_thing() -> None:
    page = make_page(SpaceFactory())
    for more in ({}, {"page": page, "address": "/events/"}, {"address": "javascript:alert(1)"}):
        with pytest.raises(ValidationError):
            add_link(words="Là", **more)
    assert not QuickLink.objects.exists()


def test_words_of_editors_are_text() -> None:
    add_card(title="<b>gras</b>", line="<i>x</i>", page=make_page(SpaceFactory()))
    add_link(words="<u>y</u>", address='https://exemple.example/?"onclick=x')

    shown = home(UserFactory())

    assert "<b>gras" not in shown
    assert "<i>x" not in shown
    assert "<u>y" not in shown
    assert '"onclick' not in shown


def test_guests_have_neither() -> None:
    member = SpaceMemberFactory(guest=True)
    add_card(title="Carte", page=make_page(member.space, shared_with_guests=True))
    add_link(words="Lien de la maison", address="/events/")

    shown = home(member.user)

    assert "Lien de la maison" not in shown
    assert "priority__card" not in shown


def test_home_costs_the_same_for_many() -> None:
    space, user = SpaceFactory(), UserFactory()
    client = signed_in(user)

    def cost(number: int) -> int:
        for n in range(number):
            page = make_page(space, f"Page {number} {n}")
            add_card(title=f"Carte {number} {n}", page=page, picture=make_image(space))
            add_link(words=f"Lien {number} {n}", page=page)
        client.get("/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/").status_code == 200
        return len(statements(queries))

    few = cost(1)

    assert cost(6) == few
    assert few <= 20


def test_news_events_and_guides_are_in_the_menu_of_employees() -> None:
    menu = home(UserFactory()).split('class="rail"')[1].split("</header>")[0]
    for address in ("/news/", "/events/", "/guides/"):
        assert f'href="{address}"' in menu
    of_guest = home(SpaceMemberFactory(guest=True).user).split('class="rail"')[1].split("</header>")[0]
    assert "/events/" not in of_guest
