"""Who is here and who is typing, as colleagues see it, and never as guests do."""

import uuid
from collections.abc import Iterator

import pytest

from intranet.people.services import update_profile
from realtime.threads.models import Thread
from tests.realtime.live.cast import join, now, person, session_of, space, thread
from tests.realtime.live.client import Client, Frame, client
from tests.realtime.live.served import Served, serving

pytestmark = pytest.mark.engine("sqlite")  # presence never touches the database


@pytest.fixture(scope="module")
def served(database: str) -> Iterator[Served]:
    with serving(database) as running:
        yield running


def names(frame: Frame) -> set[str]:
    return {one["name"] for one in frame["people"]}


async def here(socket: Client, *people: str) -> Frame:
    """Waits until exactly these people are said to be here."""
    return await socket.until(lambda frame: frame["is"] == "here" and names(frame) == set(people))


async def typing(socket: Client, *people: str) -> Frame:
    """Waits until exactly these people are said to be writing."""
    return await socket.until(lambda frame: frame["is"] == "typing" and names(frame) == set(people), wait=10)


@pytest.mark.feature("T3")
async def test_people_come_and_go(url: str) -> None:
    ada, bo = person(), person()
    where = thread(ada, bo)
    async with client(url, session_of(ada)) as one:
        await one.watch(where)
        await here(one, ada.name)
        async with client(url, session_of(bo)) as other:
            await other.watch(where)
            await here(one, ada.name, bo.name)
            await here(other, ada.name, bo.name)
        await here(one, ada.name)


async def test_a_second_window_is_told_too(url: str) -> None:
    ada = person()
    where = thread(ada)
    async with client(url, session_of(ada)) as one, client(url, session_of(ada)) as other:
        await one.watch(where)
        await here(one, ada.name)
        await other.watch(where)
        await here(other, ada.name)


async def test_who_hides_is_not_shown_and_sees_the_others(url: str) -> None:
    ada, bo = person(), person(shows_presence=False)
    where = thread(ada, bo)
    async with client(url, session_of(ada)) as one, client(url, session_of(bo)) as hidden:
        await hidden.watch(where)
        await one.watch(where)
        await here(hidden, ada.name)
        await hidden.send(do="typing", stream=f"thread:{where.pk}")
        frames = await one.drain(1.5)
        assert not [frame for frame in frames if frame["is"] == "typing"]
        assert all(bo.name not in names(frame) for frame in frames if frame["is"] == "here")


async def test_who_hides_while_there_is_seen_no_more_at_once(url: str) -> None:
    ada, bo = person(), person()
    where = thread(ada, bo)
    async with client(url, session_of(ada)) as one, client(url, session_of(bo)) as hiding:
        await one.watch(where)
        await hiding.watch(where)
        await here(one, ada.name, bo.name)
        update_profile(profile=bo.profile, changes={"shows_presence": False}, by=bo, at=now())
        await here(one, ada.name)
        update_profile(profile=bo.profile, changes={"shows_presence": True}, by=bo, at=now())
        await here(one, ada.name, bo.name)


async def test_watching_from_a_list_is_not_being_there(url: str) -> None:
    ada, bo = person(), person()
    where = thread(ada, bo)
    async with client(url, session_of(ada)) as one, client(url, session_of(bo)) as home:
        answer = await home.ask("watch", stream=f"thread:{where.pk}", after=0, quiet=True)
        assert answer["is"] == "ok"
        await one.watch(where)
        await here(one, ada.name)
        frames = await one.drain(1.5)
        assert all(bo.name not in names(frame) for frame in frames if frame["is"] == "here")


async def test_a_guest_neither_sees_nor_appears(url: str) -> None:
    ada, guest = person(), person(kind="guest")
    place = space(ada)
    join(place, guest)
    where = thread(place=place, audience=Thread.Audience.SHARED)
    async with client(url, session_of(ada)) as one, client(url, session_of(guest)) as outside:
        assert (await outside.watch(where))["is"] == "ok"
        await one.watch(where)
        await outside.send(do="typing", stream=f"thread:{where.pk}")
        await one.send(do="typing", stream=f"thread:{where.pk}")
        seen, told = await one.drain(2), await outside.drain(1)
        assert {frozenset(names(frame)) for frame in seen if frame["is"] == "here"} == {frozenset({ada.name})}
        assert all(guest.name not in names(frame) for frame in seen if frame["is"] == "typing")
        assert {frame["is"] for frame in told} <= {"heads"}


async def test_typing_needs_a_watched_stream(url: str) -> None:
    ada, stranger = person(), person()
    where = thread(ada)
    async with client(url, session_of(ada)) as one, client(url, session_of(stranger)) as other:
        await one.watch(where)
        await other.send(do="typing", stream=f"thread:{where.pk}")
        assert not [frame for frame in await one.drain(1.5) if frame["is"] == "typing"]


async def test_typing_is_told_at_most_twice_a_second(url: str) -> None:
    ada, bo = person(), person()
    where = thread(ada, bo)
    async with client(url, session_of(ada)) as one, client(url, session_of(bo)) as other:
        await one.watch(where)
        await other.watch(where)
        for _ in range(30):
            await other.send(do="typing", stream=f"thread:{where.pk}")
        typing = [frame for frame in await one.drain(1.2) if frame["is"] == "typing"]
        assert 1 <= len(typing) <= 3
        assert names(typing[0]) == {bo.name}


async def test_all_who_write_are_named_together_until_they_have_said_it(url: str) -> None:
    ada, bo, cy = person(), person(), person()
    where = thread(ada, bo, cy)
    async with (
        client(url, session_of(ada)) as one,
        client(url, session_of(bo)) as other,
        client(url, session_of(cy)) as third,
    ):
        for socket in (one, other, third):
            await socket.watch(where)
        await other.send(do="typing", stream=f"thread:{where.pk}")
        await typing(one, bo.name)
        await third.send(do="typing", stream=f"thread:{where.pk}")
        await typing(one, bo.name, cy.name)
        await other.ask("say", thread=where.pk, cid=str(uuid.uuid4()), body="Here it is.")
        await third.send(do="typing", stream=f"thread:{where.pk}")
        await typing(one, cy.name)
