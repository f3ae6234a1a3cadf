"""Who reads a page, by every door of the portal."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.base.models import BasePage
from cms.models import EventPage, GuidePage, NewsPage
from intranet.people.words import search_words
from realtime.spaces.models import SpaceMember
from realtime.spaces.services import remove_member
from realtime.threads.services import react
from tests.cms.conftest import CANARY, Place
from tests.cms.factories import first_page, make_page
from tests.intranet.people.factories import TeamFactory, UserFactory
from tests.realtime.spaces.factories import SpaceFactory
from tests.realtime.threads.factories import say
from tests.support.queries import statements

SEES = ["member", "facilitator", "editor inside"]
SEES_NOT = ["outside", "guest", "editor outside", "administrator"]


@pytest.mark.parametrize("role", SEES)
def test_those_who_see_the_space_read_its_pages(place: Place, role: str) -> None:
    page = place.client(role).get(place.page.url).content.decode()

    assert f"Le corps dit {CANARY}." in page
    assert f'alt="Une {CANARY}"' in page
    assert place.document.url in page


@pytest.mark.parametrize("role", SEES_NOT)
def test_the_others_are_not_told_that_it_exists(place: Place, role: str) -> None:
    answer = place.client(role).get(place.page.url)

    assert answer.status_code == 404
    assert CANARY not in answer.content.decode().replace(place.page.url, "")


@pytest.mark.parametrize("role", [*SEES, *SEES_NOT])
def test_nobody_reads_a_draft_at_its_address(place: Place, role: str) -> None:
    url = place.page.url.replace(place.page.slug, place.draft.slug)

    assert place.client(role).get(url).status_code == 404


def test_somebody_who_has_not_signed_in_is_asked_to(place: Place) -> None:
    answer = place.client("anonymous").get(place.page.url)

    assert answer.status_code == 302
    assert "/account/login/" in answer["Location"]


def test_a_guest_reads_a_shared_page_without_its_conversation(place: Place) -> None:
    page = place.client("guest").get(place.shared.url).content.decode()

    assert f"Le corps dit {CANARY}." in page
    assert 'data-controller="thread"' not in page


def test_a_member_reads_the_conversation_beside_the_page(place: Place) -> None:
    page = place.client("member").get(place.page.url).content.decode()

    assert f'data-thread-id-value="{place.page.thread_id}"' in page


def test_leaving_the_space_closes_its_pages(place: Place) -> None:
    client = place.client("member")
    assert client.get(place.page.url).status_code == 200

    member = SpaceMember.objects.get(space=place.space, user=place.people["member"])
    remove_member(member=member, at=timezone.now())

    assert client.get(place.page.url).status_code == 404


@pytest.mark.parametrize("role", [*SEES, *SEES_NOT])
@pytest.mark.parametrize("path", ["/news/", "/events/", "/guides/", "/spaces/atelier-zibeline/pages/"])
def test_lists_show_what_one_sees(place: Place, role: str, path: str) -> None:
    for model in (NewsPage, EventPage):
        make_page(place.space, f"Encore {CANARY}", model=model)

    answer = place.client(role).get(path)
    shown = CANARY in answer.content.decode() and answer.status_code == 200

    assert shown is (role in SEES or (role == "guest" and path.startswith("/spaces/")))


def test_a_guest_finds_only_shared_pages_in_the_list_of_the_space(place: Place) -> None:
    shown = place.client("guest").get("/spaces/atelier-zibeline/pages/").content.decode()

    assert place.shared.title in shown
    assert place.page.title not in shown


@pytest.mark.parametrize("role", [*SEES, *SEES_NOT])
def test_search_finds_what_one_sees(place: Place, role: str) -> None:
    found = BasePage.objects.visible_to(place.people[role]).search(CANARY)

    assert {page.pk for page in found} == {
        page.pk
        for page in [first_page(place.space), place.page, place.shared]
        if role in SEES or (role == "guest" and page == place.shared)
    }


def test_search_folds_accents_and_knows_stems(db: None) -> None:
    space, reader = SpaceFactory(), UserFactory()
    page = make_page(space, "Régler les mâchoires", body=[("paragraph", "<p>Les soudures se contrôlent à chaud.</p>")])

    for words in ["regler machoire", "soudure controler", "mâchoires"]:
        found = BasePage.objects.visible_to(reader).search(search_words(words))
        assert [one.pk for one in found] == [page.pk], words


def test_a_link_to_a_page_one_does_not_see_leads_nowhere(place: Place) -> None:
    space = SpaceFactory()
    body = [
        ("paragraph", f'<p><a linktype="page" id="{place.page.pk}">ce qu’ils font</a></p>'),
        ("paragraph", f'<p><a linktype="document" id="{place.document.pk}">la fiche</a></p>'),
        ("pages", {"title": "À lire", "pages": [place.page]}),
        ("file", {"file": place.document, "about": ""}),
        ("image", {"image": place.image, "alt": "rien", "caption": ""}),
    ]
    page = make_page(space, "Ouverte", body=body)

    outside = place.client("outside").get(page.url).content.decode()
    member = place.client("member").get(page.url).content.decode()

    assert "<a>ce qu’ils font</a>" in outside
    assert CANARY not in outside
    assert place.page.url in member
    assert place.document.url in member


def test_a_page_costs_the_same_whatever_it_holds(place: Place) -> None:
    below = [make_page(place.space, f"Sous-page {n}", parent=place.page) for n in range(3)]
    links = "".join(f'<a linktype="page" id="{page.pk}">x</a>' for page in below)
    file_link = f'<a linktype="document" id="{place.document.pk}">y</a>'
    image = {"image": place.image, "alt": "a", "caption": "b"}
    blocks = [
        ("paragraph", f"<p>{links}{file_link}</p>"),
        ("callout", {"kind": "tip", "title": "t", "text": f"<p>{links}</p>"}),
        ("image", image),
        ("file", {"file": place.document, "about": ""}),
        ("pages", {"title": "p", "pages": below}),
    ]
    late = timezone.localdate() - timedelta(days=1)
    full = make_page(place.space, "Pleine", body=blocks * 12, parent=place.page, steward=TeamFactory(), review_on=late)
    make_page(place.space, "Dessous", parent=full)
    react(message=say(full.thread, place.people["member"]), user=place.people["member"], emoji="👍", at=timezone.now())
    client = place.client("editor inside")
    client.get(full.url)

    with CaptureQueriesContext(connection) as queries:
        assert client.get(full.url).status_code == 200

    asked = statements(queries)
    assert len(asked) <= 15, "\n".join(one[:150] for one in asked)


def test_the_list_of_a_space_costs_the_same_with_many_pages(place: Place) -> None:
    client = place.client("member")
    for n in range(30):
        make_page(place.space, f"Guide {n}")
    client.get("/spaces/atelier-zibeline/pages/")

    with CaptureQueriesContext(connection) as queries:
        client.get("/spaces/atelier-zibeline/pages/")

    assert len(statements(queries)) <= 13


@pytest.mark.feature("P2")
@pytest.mark.parametrize(
    ("headings", "head"),
    [
        (["Pièce", "Couple"], '<thead><tr><th scope="col">Pièce</th><th scope="col">Couple</th></tr></thead>'),
        (["Pièce", ""], '<thead><tr><th scope="col">Pièce</th><td></td></tr></thead>'),
        (["", ""], ""),
    ],
)
def test_a_table_says_above_its_columns_what_is_in_them_and_nothing_where_nothing_is(
    db: None, headings: list[str], head: str
) -> None:
    columns = [{"type": "text", "heading": heading} for heading in headings]
    table = {"columns": columns, "rows": [{"values": ["<p>Vis M8</p>", "<p>12</p>"]}], "caption": ""}
    page = make_page(SpaceFactory(), "Pesons", body=[("table", table)])
    client = Client()
    client.force_login(UserFactory())

    read = client.get(page.url).content.decode()

    assert head in read
    assert ("<thead>" in read) is bool(head)


@pytest.mark.feature("P2")
def test_a_page_is_made_of_blocks_and_asks_nothing_of_other_sites(db: None) -> None:
    table = {
        "columns": [{"type": "text", "heading": "Pièce"}, {"type": "number", "heading": "Couple"}],
        "rows": [{"values": ["<p>Vis M8</p>", "12"]}],
        "caption": "Couples de serrage",
    }
    body = [
        ("callout", {"kind": "danger", "title": "Attention", "text": "<p>À deux.</p>"}),
        ("table", table),
        ("code", {"language": "sh", "code": "<b>OUT 4</b>"}),
        ("quote", {"quote": "On entend la différence.", "author": "Gérard", "is_customer": True}),
        ("embed", {"url": "https://www.youtube.com/watch?v=abcdefghijk", "title": "En vidéo"}),
    ]
    page = make_page(SpaceFactory(), "Pesons", body=body)
    client = Client()
    client.force_login(UserFactory())

    read = client.get(page.url).content.decode()

    for words in ["callout--danger", "Couples de serrage", "Vis M8", "&lt;b&gt;OUT 4", "quote--customer", "En vidéo"]:
        assert words in read
    assert "<iframe" not in read
    assert "data-embed-src-value" not in read


def test_a_player_that_the_house_allows_comes_on_consent(db: None, settings: Any) -> None:
    settings.PARVIS_FRAMES = ["https://www.youtube-nocookie.com"]
    url = "https://www.youtube.com/watch?v=abcdefghijk"
    page = make_page(SpaceFactory(), "Pesons", body=[("embed", {"url": url, "title": "En vidéo"})])
    client = Client()
    client.force_login(UserFactory())

    read = client.get(page.url).content.decode()

    assert 'data-embed-src-value="https://www.youtube-nocookie.com/embed/abcdefghijk"' in read
    assert "<iframe" not in read


def test_coming_events_are_apart_from_past_ones(db: None) -> None:
    space, reader, now = SpaceFactory(), UserFactory(), timezone.now()
    make_page(space, "Assemblée", model=EventPage, starts_at=now + timedelta(days=2), place="Hall de la ligne 1")
    make_page(space, "Visite", model=EventPage, starts_at=now - timedelta(days=2))
    client = Client()
    client.force_login(reader)

    coming = client.get("/events/").content.decode()
    past = client.get("/events/?when=past").content.decode()

    assert "Assemblée" in coming
    assert "Visite" not in coming
    assert "Visite" in past
    assert "Hall de la ligne 1" in coming


def test_a_page_under_another_says_where_it_stands(db: None) -> None:
    space, reader = SpaceFactory(), UserFactory()
    guide = make_page(space, "Pesons", model=GuidePage)
    under = make_page(space, "Étalonner", parent=guide, model=GuidePage)
    client = Client()
    client.force_login(reader)

    crumbs = client.get(under.url).content.decode().split("<main")[1].split("<h1")[0]

    assert space.get_absolute_url() in crumbs
    assert guide.url in crumbs
