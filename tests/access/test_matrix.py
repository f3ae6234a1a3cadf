"""Every address, as every role, on every object: nobody sees what is not theirs, and nothing breaks."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import Http404, HttpResponse
from django.test import Client
from pytest_django import DjangoDbBlocker

from intranet.accounts.policy import Audience, policy_of
from intranet.routing import sockets
from realtime.coedit.access import access_document, rights_of
from realtime.live.actions import actions
from realtime.streams.watch import watchable_kinds
from tests.access.routes import Route, routes
from tests.access.world import INSIDE, ROLES, Held, World, build_world

pytestmark = pytest.mark.django_db

# What the second argument of an address names, where it has one.
SECOND = {
    "member_role": "space_member",
    "member_until": "space_member",
    "member_remove": "space_member",
    "invitation_withdraw": "invitation",
}
NONSENSE = {"token": "no-such-token", "uidb36": "x", "key": "x-y", "name": "nothing", "path": "no/such/file"}
UNTOLD = {("space", "guest")}  # what moves in a place is told of all that is in it, and a guest sees a part
SKIPPED = ("cms/", "static/")  # the CMS has a matrix of its own


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """One for all tests here: what each of them changes is put back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


def own_routes() -> list[Route]:
    return [route for route in routes() if not route.pattern.startswith(SKIPPED)]


@pytest.mark.feature("G1")
def test_every_address_declares_its_policy() -> None:
    assert [str(route) for route in routes() if route.policy is None] == []


def test_every_socket_action_declares_its_policy() -> None:
    assert actions()
    assert [name for name, action in actions().items() if action.policy.audience is Audience.ANYONE] == []


@pytest.mark.feature("G1")
def test_every_socket_declares_its_policy() -> None:
    policies = [policy_of(socket) for socket in sockets.values()]

    assert policies
    assert [policy for policy in policies if policy is None or policy.audience is Audience.ANYONE] == []


def test_every_kind_of_object_in_an_address_is_in_the_world(world: World) -> None:
    kinds = {held.kind for held in world.held}
    policies = [route.policy for route in own_routes()] + [policy_of(socket) for socket in sockets.values()]
    asked = {policy.holds for policy in policies if policy and policy.holds}

    assert asked <= kinds


@pytest.mark.timeout(900)  # some two thousand questions
@pytest.mark.parametrize("role", ROLES)
def test_no_address_shows_what_is_hidden_or_breaks(world: World, role: str) -> None:
    client = Client(raise_request_exception=False)
    if role != "anonymous":
        client.force_login(world.people[role])
    wrong = []
    for route in own_routes():
        for held, address in addresses(route, world):
            for method in ("get", "post"):
                answer = ask(client, method, address)
                wrong += [
                    f"{method} {address} as {role}: {fault}"
                    for fault in faults(world, role, route, held, address, answer)
                ]

    assert wrong == []


def ask(client: Client, method: str, address: str) -> HttpResponse:
    """The answer, with whatever it changed put back."""
    with transaction.atomic():
        answer: Any = getattr(client, method)(address)
        if answer.streaming:  # read to its end, which closes the file, before the rows are put back
            answer.words = b"".join(answer.streaming_content).decode(errors="replace")
        transaction.set_rollback(True)
    found: HttpResponse = answer
    return found


def addresses(route: Route, world: World) -> Iterator[tuple[Held | None, str]]:
    """The address filled with each object it can name, or with nonsense where it names none of ours."""
    policy = route.policy
    holders: list[Held | None] = [*world.of_kind(policy.holds)] if policy and policy.holds else [None]
    for held in holders:
        values = dict(NONSENSE) | ({} if held is None else held.arguments)
        second = SECOND.get(route.name.rpartition(":")[2])
        if second and held is not None and held.kind == "space":
            values["pk"] = second_of(world, second, held)
        yield held, fill(route, values) + values.get("query", "")


def second_of(world: World, kind: str, held: Held) -> int:
    """The object of `kind` that belongs to the space in hand."""
    mine = (int(other.object.pk) for other in world.of_kind(kind) if other.object.space_id == held.object.pk)
    return next(mine, 1)  # the room of a private conversation has none


def fill(route: Route, values: dict[str, Any]) -> str:
    """The route's pattern with its arguments in place."""
    address = route.pattern
    for name, converter in zip(route.arguments, route.converters, strict=True):
        kind = converter.removesuffix("Converter").lower()
        value = values.get(name, 1 if kind == "int" else "x")
        address = re.sub(rf"<(?:\w+:)?{name}>", str(value).replace("\\", ""), address)
    return "/" + address


def faults(
    world: World, role: str, route: Route, held: Held | None, address: str, answer: HttpResponse
) -> Iterator[str]:
    """What is wrong with an answer."""
    status = answer.status_code
    if status >= 500:
        yield f"answers {status}"
    if betrayed := world.betrayed_to(role, text_of(answer), asked=address):
        yield f"shows {betrayed}"
    user = world.people.get(role, AnonymousUser())
    if route.policy and not route.policy.admits(user):
        if status not in (302, 404, 405) and (status != 403 or route.policy.hides):
            yield f"lets in somebody outside its audience: {status}"
    elif held is not None and role not in held.seen_by and status not in (404, 302, 405):
        yield f"answers {status} for something unseen"


def text_of(answer: Any) -> str:
    if answer.streaming:
        return str(answer.words)
    return f"{answer.content.decode(errors='replace')}{answer.headers}"


@pytest.mark.parametrize("role", ROLES[1:])
def test_a_stream_is_watched_by_those_who_see_its_object(world: World, role: str) -> None:
    user = world.people[role]
    for kind, watchable in watchable_kinds().items():
        for held in world.of_kind(kind):
            sees = role in held.seen_by and (kind, role) not in UNTOLD
            assert watchable.allowed(held.object.pk, [user.pk]) == ({user.pk} if sees else set())
            try:
                watchable.access(user, held.object.pk)
            except Http404:
                assert not sees
            else:
                assert sees


@pytest.mark.parametrize("role", ROLES[1:])
def test_a_shared_text_is_opened_by_those_who_see_its_place(world: World, role: str) -> None:
    """By the two functions through which anybody comes to one, and the socket by the second."""
    user = world.people[role]
    held_texts = world.of_kind("text")
    assert {role in held.seen_by for held in held_texts} == ({True, False} if role not in INSIDE else {True})
    for held in held_texts:
        sees = role in held.seen_by
        rights = rights_of(held.object.pk, {user.pk}).of
        assert (user.pk in rights) is sees
        if sees:
            assert access_document(user, held.object.pk) == held.object
        else:
            with pytest.raises(Http404):
                access_document(user, held.object.pk)
    archived = next(held for held in held_texts if "archived" in held.canaries[0])
    assert not any(right.writes for right in rights_of(archived.object.pk, {user.pk}).of.values())


def test_every_kind_of_stream_is_in_the_world(world: World) -> None:
    kinds = {name for name in watchable_kinds() if not name.startswith("test")}

    assert kinds <= {held.kind for held in world.held}


def test_the_matrix_sees_a_leak(world: World) -> None:
    closed = next(held for held in world.of_kind("thread") if "closed" in held.canaries[0])

    assert world.betrayed_to("outsider", f"<a>{closed.canaries[0]}</a>", asked="/") == closed.canaries
    assert world.betrayed_to("member", f"<a>{closed.canaries[0]}</a>", asked="/") == []
    assert world.betrayed_to("outsider", closed.canaries[0], asked=f"/search/?q={closed.canaries[0]}") == []
