"""Cards of links: what a link of ours leads to, for those who may go there, and nothing for the others."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from intranet.accounts.models import User
from realtime.streams.models import StreamEvent
from realtime.threads.models import Message, Thread
from realtime.threads.services import delete_message
from tests.access.world import ROLES, World, build_world
from tests.cms.factories import make_document, make_page
from tests.intranet.people.factories import TeamFactory
from tests.realtime.threads.conftest import House
from tests.realtime.threads.factories import make_thread, say
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("T5")]


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def cards(user: User, *paths: str) -> dict[str, dict[str, str]]:
    client = Client()
    client.force_login(user)
    answer = client.get("/cards/", {"path": paths})
    assert "no-store" in answer.headers["Cache-Control"]
    found: dict[str, dict[str, str]] = answer.json()["cards"]
    return found


def test_each_thing_of_the_house_has_its_card(house: House) -> None:
    thread = make_thread(house.open, title="La navette", kind=Thread.Kind.QUESTION)
    message = say(thread, house.moussa, "Elle part **à l’heure**.")
    page = make_page(house.open, "Le journal", intro="Ce qui s’est passé.")
    document = make_document(house.open, "La fiche", name="fiche.pdf")
    team = TeamFactory(name="Atelier", slug="atelier", purpose="On monte.")
    house.moussa.profile.title = "Soudeur"
    house.moussa.profile.save()

    found = cards(
        house.rosa,
        thread.get_absolute_url(),
        message.get_absolute_url(),
        house.open.get_absolute_url(),
        page.url,
        document.url,
        f"/teams/{team.slug}/",
        f"/people/{house.moussa.pk}/",
    )

    assert [(card["icon"], card["title"], card["place"], card["line"]) for card in found.values()] != []
    assert found[thread.get_absolute_url()] == {
        "icon": "messages-square",
        "title": "La navette",
        "place": "Ouvert",
        "line": "Question",
    }
    assert found[message.get_absolute_url()]["line"] == "Moussa: Elle part à l’heure."
    assert found[page.url] == {
        "icon": "file-text",
        "title": "Le journal",
        "place": "Ouvert",
        "line": "Ce qui s’est passé.",
    }
    assert (found[document.url]["title"], found[document.url]["place"]) == ("La fiche", "Ouvert")
    assert (found["/teams/atelier/"]["title"], found["/teams/atelier/"]["line"]) == ("Atelier", "On monte.")
    assert found[f"/people/{house.moussa.pk}/"]["line"] == "Soudeur"
    assert found[house.open.get_absolute_url()]["title"] == "Ouvert"


def test_what_was_taken_back_or_hidden_has_no_card(house: House) -> None:
    thread = make_thread(house.open)
    gone, hidden = say(thread, house.moussa), say(thread, house.moussa)
    delete_message(message=gone, at=timezone.now())
    Message.objects.filter(pk=hidden.pk).update(hidden_at=timezone.now())

    assert cards(house.rosa, gone.get_absolute_url(), hidden.get_absolute_url()) == {}


@pytest.mark.parametrize(
    "path",
    [
        "/threads/999999/",
        "/account/logout/",
        "https://elsewhere.example/x",
        "//elsewhere.example/",
        "",
        "x",
        "/%00",
        "[",
    ],
)
def test_any_other_address_has_no_card(house: House, path: str) -> None:
    assert cards(house.rosa, path) == {}


def addresses(world: World) -> Iterator[str]:
    """Where a link could lead, for everything in the world."""
    for held in world.held:
        match held.kind:
            case "thread" | "message" | "space":
                yield held.object.get_absolute_url()
            case "page" | "document":
                yield held.object.url
            case "team":
                yield f"/teams/{held.object.slug}/"
            case "person":
                yield f"/people/{held.object.pk}/"


@pytest.mark.parametrize("role", ROLES[1:])
def test_no_card_tells_what_its_reader_may_not_see(role: str) -> None:
    world = build_world()
    asked = list(addresses(world))
    told = ""
    for start in range(0, len(asked), 20):
        told += str(cards(world.people[role], *asked[start : start + 20]))

    assert world.betrayed_to(role, told, asked="") == []
    if role != "guest":
        assert "zqthreadopeninternal" in told
    assert ("zqthreadsharedshared" in told) == (role in {"guest", "member", "facilitator"})


def test_a_card_is_never_part_of_what_everybody_is_told(house: House) -> None:
    closed = make_thread(house.closed, title="zqfermé")

    say(make_thread(house.open), house.moussa, f"Voir [ici]({closed.get_absolute_url()})")

    assert "zqfermé" not in str([event.payload for event in StreamEvent.objects.all()])
    assert cards(house.rosa, closed.get_absolute_url()) == {}
    assert cards(house.moussa, closed.get_absolute_url()) != {}


def test_cards_cost_one_query_a_kind_of_thing(house: House) -> None:
    def cost(many: int) -> int:
        threads = [make_thread(house.open) for _ in range(many)]
        paths = [path for t in threads for path in (t.get_absolute_url(), say(t, house.moussa).get_absolute_url())]
        client = Client()
        client.force_login(house.rosa)
        client.get("/cards/", {"path": paths})
        with CaptureQueriesContext(connection) as queries:
            client.get("/cards/", {"path": paths})
        return len(statements(queries))

    assert cost(1) == cost(9) <= 6
