"""Every number that anybody finds of a team belongs to the release; everywhere else there is none (MT5).

Every address is asked as every role, and whatever it leads to; the files too, and every event that a socket can tell.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from pytest_django import DjangoDbBlocker

from intranet.metrics import exporting, showing
from intranet.metrics.drawing import bar
from intranet.metrics.models import Figure
from intranet.metrics.values import stored
from intranet.people import views as people_views
from intranet.people.models import Membership, Team
from realtime.live.log import told_of
from realtime.streams.models import Stream, StreamEvent
from realtime.streams.services import append
from realtime.threads.models import Thread
from tests.access.routes import Route, routes
from tests.access.test_matrix import addresses, ask, own_routes, text_of
from tests.access.world import EMPLOYEES, ROLES, Held, World, build_world
from tests.intranet.metrics.counted import counted_house, take_stock
from tests.intranet.metrics.houses import SETTLED, SINCE
from tests.intranet.metrics.numbers import (
    OUR_LAYOUT,
    Allowed,
    exact_numbers,
    keys_in,
    strange_in_csv,
    strange_in_json,
    strange_on_figures,
    strange_on_register,
)

pytestmark = [pytest.mark.django_db, pytest.mark.feature("X1", "M3")]

OF_A_KIND = 2  # objects that an address is asked with, but for those of the measures: every team
FOLLOWED = 100  # more addresses a role, each of another shape
LEADS = re.compile(r'(?:href|action|hx-get|data-[\w-]*url[\w-]*)="(/[^"#]*)')
WORDS = ("text/", "application/json", "application/xml", "application/atom")
REGISTERS = {"metrics:register", "metrics:promise"}


@dataclass
class Told:
    """The house, what may be told of it, and the exact numbers that may not."""

    world: World
    allowed: Allowed
    exact: set[int]
    asked: dict[str, int] = field(default_factory=dict)


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Told]:
    """One for all tests here: what each of them changes is put back."""
    with django_db_blocker.unblock(), transaction.atomic():
        house, exact = counted_house()
        world = build_world()
        Membership.objects.create(user=world.people["member"], team=house.teams["a"], starts_on=SINCE)
        most = house.people["a"][0]
        thread = Thread.objects.filter(created_by=most).order_by("pk").first()
        ours = [Held("team", team, [], EMPLOYEES) for team in house.teams.values()]
        ours += [Held("person", most, [], EMPLOYEES), Held("thread", thread, [], EMPLOYEES)]
        assert thread is not None
        world.held = [*ours, Held("space", thread.space, [], EMPLOYEES), *world.held]
        allowed = Allowed()
        take_stock()
        yield Told(world, allowed, exact - allowed.numbers - OUR_LAYOUT)
        transaction.set_rollback(True)


def test_there_are_exact_numbers_that_nothing_published_holds(told: Told) -> None:
    """Else nothing could be found below."""
    assert len(told.exact) >= 20
    assert max(told.exact) > 1000  # who said most
    assert Figure.objects.filter(value__kind="band").count() > 4
    assert Figure.objects.filter(value__kind="level").exists()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("role", ROLES)
def test_no_number_of_a_team_is_told_but_those_of_the_release(told: Told, role: str) -> None:
    found = list(crawl(told, role))

    assert found == []
    assert told.asked[role] > (20 if role == "anonymous" else 200)


def crawl(told: Told, role: str, only: set[str] | None = None) -> Iterator[str]:
    """What is strange in the answers to every address, to the first objects that the role sees, and to what follows."""
    client = Client(raise_request_exception=False)
    if role != "anonymous":
        client.force_login(told.world.people[role])
    leads: dict[Any, str] = {}
    told.asked[role] = 0
    for route in own_routes() + in_the_cms(role):
        if only is None or route.name in only:
            for number, address in enumerate(seen_addresses(told.world, route, role)):
                yield from strange(told, role, client, "get", address, leads)
                if number == 0 and not route.pattern.startswith("cms/"):
                    yield from strange(told, role, client, "post", address, leads)
    for address in list(leads.values())[:FOLLOWED] if only is None else ():
        yield from strange(told, role, client, "get", address, {})


def in_the_cms(role: str) -> list[Route]:
    """The screens of Wagtail that name no object: its lists and reports."""
    if role not in ("editor", "administrator"):
        return []
    plain = (route for route in routes() if route.pattern.startswith("cms/") and not route.arguments)
    return [route for route in plain if not re.search(r"[\\^$(?]|logout", route.pattern)]


def seen_addresses(world: World, route: Route, role: str) -> list[str]:
    if route.pattern.startswith("cms/"):
        return [f"/{route.pattern}"]
    seen = [address for held, address in addresses(route, world) if held is None or role in held.seen_by]
    return seen if route.name.startswith("metrics:") else seen[:OF_A_KIND]


def strange(told: Told, role: str, client: Client, method: str, address: str, leads: dict[Any, str]) -> Iterator[str]:
    answer: Any = ask(client, method, address)
    told.asked[role] += 1
    if not answer.headers.get("Content-Type", "").startswith(WORDS):
        return
    text = re.sub(r"'(?:Content-(?:Length|Security-Policy)|ETag)': '[^']*'", "", text_of(answer))
    for lead in LEADS.findall(text):
        leads.setdefault(shape(lead), lead.replace("&amp;", "&"))
    match = match_of(address)
    is_measure = match is not None and match.view_name.startswith("metrics:")
    wrong = [f"the exact number {number}" for number in exact_numbers(text, told.exact)]
    if is_measure and answer.status_code == 200 and method == "get":
        wrong += strange_on_measures(told, match, answer.content.decode())
    elif not is_measure:
        wrong += [f"the key {key}" for key in keys_in(text)]
        wrong += [f"the figure {words}" for words in told.allowed.sentences if words in text]
    yield from (f"{method} {address} as {role}: {fault}" for fault in wrong)


def strange_on_measures(told: Told, match: Any, text: str) -> list[str]:
    """What a screen or a file of the measures says beyond the rows of its team, or of the house."""
    if match.view_name in REGISTERS:
        return strange_on_register(text)
    slug = match.kwargs.get("slug")
    rows = told.allowed.of_team(Team.objects.get(slug=slug)) if slug else told.allowed.of_house()
    read = {"csv": strange_in_csv, "json": strange_in_json}.get(match.kwargs.get("way", ""))
    return read(text, rows) if read else strange_on_figures(text, rows, told.allowed)


def match_of(address: str) -> Any:
    try:
        return resolve(address.partition("?")[0])
    except Resolver404:
        return None


def shape(lead: str) -> Any:
    """What two addresses have in common that ask the same of different objects."""
    path, _, query = lead.partition("?")
    match = match_of(path)
    names = tuple(sorted(part.partition("=")[0] for part in query.replace("&amp;", "&").split("&")))
    return (match.route if match else "", names)


@pytest.mark.parametrize("role", ["member"])
def test_no_event_that_a_socket_tells_holds_a_number_of_a_team(told: Told, role: str) -> None:
    """All that were ever told, to anybody: a socket and a poll give these and nothing else of a stream."""
    events = list(StreamEvent.objects.select_related("stream"))

    assert len(events) > 50
    assert [each for event in events for each in strange_in_frame(told, event)] == []


def strange_in_frame(told: Told, event: StreamEvent) -> list[str]:
    frame = told_of(str(event.stream), event).frame.decode(errors="replace")
    return [*map(str, exact_numbers(frame, told.exact)), *keys_in(frame)]


@pytest.mark.parametrize(
    "text", ["<b>1,384</b>", '"1384"', '{"n":1384}', "[7,1384]", "(1384)", "1384/1500", "de 1\u202f384."]
)
def test_an_exact_number_is_found_however_it_is_written(text: str) -> None:
    assert exact_numbers(text, {1384}) == [1384]


@pytest.mark.parametrize("text", ["/people/51384/", "12:13:84.1384Z", "a1384", "x-1384-y", 'nonce="+1384/"'])
def test_what_is_part_of_something_else_is_none(text: str) -> None:
    assert exact_numbers(text, {1384}) == []


# --- a leak that is planted is found -------------------------------------------------------------


def number_of(told: Told) -> int:
    return max(told.exact)


def planted(told: Told, *names: str, role: str = "manager") -> list[str]:
    return list(crawl(told, role, only=set(names)))


def test_a_count_on_a_page_is_found(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    def leaking(*args: Any, **more: Any) -> HttpResponse:
        answer = render(*args, **more)
        answer.content = answer.content.replace(b"</main>", f"<p>{number_of(told):,} messages</p></main>".encode())
        return answer

    monkeypatch.setattr(people_views, "render", leaking)

    assert f"the exact number {number_of(told)}" in str(planted(told, "people:person"))


@pytest.mark.parametrize("leak", [{"B1": "few"}, {"b1": "few"}])
def test_a_field_that_is_named_as_a_measure_is_found(
    told: Told, monkeypatch: pytest.MonkeyPatch, leak: dict[str, str]
) -> None:
    monkeypatch.setattr(people_views, "render", lambda *args, **more: JsonResponse(leak))

    assert f"the key {next(iter(leak))}" in str(planted(told, "people:person"))


def test_a_figure_beside_a_person_is_found(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    figure = next(iter(told.allowed.sentences))
    monkeypatch.setattr(people_views, "render", lambda *args, **more: HttpResponse(f"<p>{figure}</p>"))

    assert f"the figure {figure}" in str(planted(told, "people:person"))


def test_an_exact_count_in_a_file_of_figures_is_found(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    row = exporting.row
    monkeypatch.setattr(exporting, "row", lambda each: row(each) | {"count": 5})

    assert "no such figure" in str(planted(told, "metrics:team_json"))
    assert "no such figure" in str(planted(told, "metrics:house_json"))


@pytest.mark.parametrize("way", ["csv", "json"])
def test_a_value_that_was_never_published_is_found(told: Told, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    def narrower(value: Any) -> dict[str, Any]:
        said = stored(value)
        return said | {"low": said["low"] + 1} if said["kind"] == "band" else said

    monkeypatch.setattr(exporting, "stored", narrower)

    assert "no such figure" in str(planted(told, f"metrics:team_{way}"))


def test_a_small_number_on_a_screen_of_figures_is_found(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """As small as those that stand on every other page."""
    said = showing.said
    monkeypatch.setattr(showing, "said", lambda each: f"{said(each)} (7)")

    assert [fault.rpartition(": ")[2] for fault in planted(told, "metrics:house")]
    assert "B1: 7" in str(planted(told, "metrics:team"))


def test_a_bar_that_is_too_exact_is_found(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(showing, "bar", lambda left, width, low, high: bar(left, width, low, (low + high) / 2))

    assert "a bar of" in str(planted(told, "metrics:team"))


def test_a_count_in_an_event_is_found(told: Told) -> None:
    with transaction.atomic():
        stream = Stream.objects.filter(kind="thread").order_by("pk").first()
        assert stream is not None
        for payload in ({"number": number_of(told)}, {"B1": [1]}):
            event = append("thread", stream.key, kind="test.told", payload=payload, at=SETTLED)
            assert strange_in_frame(told, event)
        transaction.set_rollback(True)


def test_every_address_of_the_measures_is_read(told: Told) -> None:
    """One that is added is neither a screen nor a file that is known here, and must be."""
    names = {route.name for route in own_routes() if route.name.startswith("metrics:")}

    assert names == REGISTERS | {f"metrics:{of}{way}" for of in ("team", "house") for way in ("", "_csv", "_json")}
    assert reverse("metrics:register") == "/measures/"
