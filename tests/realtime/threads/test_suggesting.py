"""Who is offered while a name is typed: those who can be called, and to a guest only those who spoke."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intranet.accounts.models import User
from intranet.accounts.services import deactivate_user
from realtime.spaces.models import SpaceMember
from realtime.spaces.services import add_member
from realtime.threads.models import Mention, Thread
from realtime.threads.suggesting import ROWS
from tests.intranet.people.factories import MembershipFactory, TeamFactory, UserFactory
from tests.realtime.threads.conftest import House
from tests.realtime.threads.factories import make_thread, say
from tests.realtime.threads.test_screens import as_
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("T6")]


def offered(reader: User | Client, thread: Thread, typed: str = "") -> dict[str, Any]:
    client = reader if isinstance(reader, Client) else as_(reader)
    answer: dict[str, Any] = client.get(reverse("threads:mentionable", args=[thread.pk]), {"q": typed}).json()
    return answer


def names(reader: User, thread: Thread, typed: str = "") -> list[str]:
    return [row["name"] for row in offered(reader, thread, typed)["rows"]]


def test_those_who_speak_are_offered_first_the_latest_before(house: House) -> None:
    thread = make_thread(house.open)
    for author in (house.rosa, house.valerie, house.moussa):
        say(thread, author)

    assert names(house.moussa, thread) == ["Valerie", "Rosa", "Ouvert"]


@pytest.mark.parametrize("typed", ["eme", "EME", "éme", "Émeline Br", "bré"])
def test_names_are_found_without_their_accents(house: House, typed: str) -> None:
    UserFactory(name="Émeline Bréchet")
    UserFactory(name="Rémi Lacombe")

    assert names(house.moussa, make_thread(house.open), typed) == ["Émeline Bréchet"]


def test_a_trade_finds_whoever_holds_it_after_the_names(house: House) -> None:
    paul = UserFactory(name="Paul Autre", title="Rosalyte")
    UserFactory(name="Zoé Rosalba")
    thread = make_thread(house.open)
    say(thread, paul)

    assert names(house.moussa, thread, "rosa") == ["Rosa", "Zoé Rosalba", "Paul Autre"]


def test_what_is_offered_calls_the_person(house: House) -> None:
    twins = [UserFactory(name="Anne Le Goff") for _ in range(2)]
    odd = UserFactory(name="Ana (intérim) Sol")
    TeamFactory(name="Ouvert")
    thread = make_thread(house.open)

    for typed in ("rosa", "anne", "ana", "ouvert"):
        for row in offered(house.moussa, thread, typed)["rows"]:
            message = say(thread, house.moussa, f"Dites, {row['words']} ?")
            mention = Mention.objects.get(message=message)
            assert row["id"] in (mention.user_id, mention.team_id, mention.space_id)
    assert set(Mention.objects.exclude(user=None).values_list("user", flat=True)) == {
        house.rosa.pk,
        odd.pk,
        *(twin.pk for twin in twins),
    }
    assert Mention.objects.filter(team=None, user=None).count() == Mention.objects.exclude(team=None).count() == 1


@pytest.mark.parametrize(
    ("space", "audience", "reader", "found"),
    [
        ("open", "internal", "moussa", {"Valerie", "Rosa"}),
        ("closed", "internal", "moussa", {"Valerie"}),
        ("shared", "internal", "moussa", {"Valerie"}),
        ("shared", "shared", "moussa", {"Valerie", "Agnes"}),
        ("shared", "shared", "agnes", set()),
    ],
)
def test_nobody_is_offered_who_does_not_see_it(
    house: House, space: str, audience: str, reader: str, found: set[str]
) -> None:
    deactivate_user(user=UserFactory(name="Quentin Parti"), at=timezone.now())
    thread = make_thread(getattr(house, space), audience=audience)
    asking = getattr(house, reader)

    everyone = [row for letter in "varq" for row in offered(asking, thread, letter)["rows"]]

    assert {row["name"] for row in everyone if row["kind"] in ("person", "guest")} == found


def test_a_guest_is_offered_those_who_spoke_and_learns_of_nobody_else(house: House) -> None:
    thread = make_thread(house.shared, audience=Thread.Audience.SHARED)
    TeamFactory(name="Valorisation")
    say(thread, house.valerie)

    assert names(house.agnes, thread) == ["Valerie"]
    assert names(house.agnes, thread, "val") == ["Valerie"]
    for typed in ("mous", "ros", "partage", "tout"):
        assert offered(house.agnes, thread, typed) == {"rows": [], "unseen": []}


def test_a_guest_cannot_ask_elsewhere(house: House) -> None:
    for thread in (make_thread(house.shared), make_thread(house.open), make_thread(house.closed)):
        assert as_(house.agnes).get(reverse("threads:mentionable", args=[thread.pk])).status_code == 404


def test_whoever_may_not_write_is_offered_nobody(house: House) -> None:
    reader = UserFactory()
    add_member(space=house.closed, member=reader, role=SpaceMember.Role.READER, at=timezone.now())
    thread = make_thread(house.closed)
    say(thread, house.moussa)

    assert offered(reader, thread, "mo") == {"rows": [], "unseen": []}


def test_a_colleague_who_does_not_see_it_is_said_not_to(house: House) -> None:
    answer = offered(house.moussa, make_thread(house.closed), "ros")

    assert answer == {"rows": [], "unseen": ["Rosa"]}


@pytest.mark.parametrize(
    "typed", ["", "   ", "@", "%", "_", "\x00", "x" * 5_000, "’", "😀", "\ud83d".encode("utf-8", "replace").decode()]
)
def test_any_letters_are_answered(house: House, typed: str) -> None:
    assert set(offered(house.moussa, make_thread(house.open), typed)) == {"rows", "unseen"}


def test_the_list_is_short_and_costs_the_same_in_a_large_house(house: House) -> None:
    thread, shared = make_thread(house.closed), make_thread(house.shared, audience=Thread.Audience.SHARED)
    team = TeamFactory(name="Marais")
    add_member(space=house.closed, member=team, role=SpaceMember.Role.MEMBER, at=timezone.now())
    moussa, agnes = as_(house.moussa), as_(house.agnes)
    costs = []
    for many in (2, 20):
        for n in range(many):
            person = UserFactory(name=f"Marc {many} {n}")
            MembershipFactory(user=person, team=team)
            say(thread, person)
            TeamFactory(name=f"Marée {many} {n}")
        for client, place in ((moussa, thread), (agnes, shared)):
            with CaptureQueriesContext(connection) as queries:
                answer = offered(client, place, "mar")
            costs.append(len(statements(queries)))
            assert len(answer["rows"]) <= ROWS

    assert costs[:2] == costs[2:]
    assert max(costs) <= 14
