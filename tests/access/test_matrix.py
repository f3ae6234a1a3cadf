"""Every address, as every role, on every object: nobody sees what is not theirs, and nothing breaks."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import Http404, HttpResponse
from django.test import Client

from intranet.accounts.policy import Audience
from realtime.live.actions import actions
from realtime.streams.watch import watchable_kinds
from tests.access.routes import Route, routes
from tests.access.world import ROLES, Held, World, build_world

pytestmark = pytest.mark.django_db

# What the second argument of an address names, where it has one.
SECOND = {
    "member_role": "space_member",
    "member_until": "space_member",
    "member_remove": "space_member",
    "invitation_withdraw": "invitation",
}
NONSENSE = {"token": "no-such-token", "uidb36": "x", "key": "x-y", "name": "nothing", "path": "no/such/file"}
SKIPPED = ("cms/", "static/")  # the CMS has a matrix of its own


@pytest.fixture
def world() -> World:
    return build_world()


def own_routes() -> list[Route]:
    return [route for route in routes() if not route.pattern.startswith(SKIPPED)]


@pytest.mark.feature("G1")
def test_every_address_declares_its_policy() -> None:
    assert [str(route) for route in routes() if route.policy is None] == []


def test_every_socket_action_declares_its_policy() -> None:
    assert actions()
    assert [name for name, action in actions().items() if action.policy.audience is Audience.ANYONE] == []


def test_every_kind_of_object_in_an_address_is_in_the_world(world: World) -> None:
    kinds = {held.kind for held in world.held}
    asked = {route.policy.holds for route in own_routes() if route.policy and route.policy.holds}

    assert asked <= kinds


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
        if answer.streaming:
            answer.content  # noqa: B018  # read before the rows are put back
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
    return next(int(other.object.pk) for other in world.of_kind(kind) if other.object.space_id == held.object.pk)


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
        if status not in (302, 403, 404, 405):
            yield f"lets in somebody outside its audience: {status}"
    elif held is not None and role not in held.seen_by and status not in (404, 302, 405):
        yield f"answers {status} for something unseen"


def text_of(answer: HttpResponse) -> str:
    if getattr(answer, "streaming", False):
        return b"".join(answer).decode(errors="replace")
    return answer.content.decode(errors="replace") + str(answer.headers)


@pytest.mark.parametrize("role", ROLES[1:])
def test_a_stream_is_watched_by_those_who_see_its_object(world: World, role: str) -> None:
    user = world.people[role]
    for kind, watchable in watchable_kinds().items():
        for held in world.of_kind(kind):
            sees = role in held.seen_by
            assert watchable.allowed(held.object.pk, [user.pk]) == ({user.pk} if sees else set())
            try:
                watchable.access(user, held.object.pk)
            except Http404:
                assert not sees
            else:
                assert sees


def test_every_kind_of_stream_is_in_the_world(world: World) -> None:
    kinds = {name for name in watchable_kinds() if not name.startswith("test")}

    assert kinds <= {held.kind for held in world.held}


def test_the_matrix_sees_a_leak(world: World) -> None:
    closed = next(held for held in world.of_kind("thread") if "closed" in held.canaries[0])

    assert world.betrayed_to("outsider", f"<a>{closed.canaries[0]}</a>", asked="/") == closed.canaries
    assert world.betrayed_to("member", f"<a>{closed.canaries[0]}</a>", asked="/") == []
    assert world.betrayed_to("outsider", closed.canaries[0], asked=f"/search/?q={closed.canaries[0]}") == []
