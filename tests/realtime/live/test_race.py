"""K7: two hundred people lose a right in the middle of a stream, and nothing committed after that reaches them.

What was committed after is decided by the database: each right is taken away in one transaction with a mark on the
stream, whose row is locked until the commit, so what has a higher number than the mark was committed later.
"""

import asyncio
import random
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection, transaction
from websockets.exceptions import ConnectionClosed

from intranet.accounts.models import User
from intranet.accounts.services import change_password, deactivate_user, end_session_of_request
from realtime.live import limits
from realtime.spaces.models import SpaceMember
from realtime.spaces.services import archive_space, change_role, remove_member, renew_guest
from realtime.streams.services import append
from realtime.threads.models import Thread
from tests.realtime.live.cast import join, now, person, session_of, space, thread
from tests.realtime.live.client import Client, client
from tests.realtime.live.served import Served, serving

SEED = random.randrange(10**6)
A_WAY = 25  # people for each way to lose sight
AT_ONCE = 60
SOON = 10.0  # seconds within which the socket or the stream ends
pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def pair(database: str, bell: str) -> Iterator[Served]:
    """Two processes on one database, with Redis between them, on either engine."""
    with serving(database, processes=2, PARVIS_REDIS_URL=bell, UNLIMITED="1") as running:
        yield running


@dataclass(slots=True)
class Watcher:
    """Somebody who will lose sight of `where`, and how it went."""

    user: User
    where: Thread
    session: str
    way: str
    mark: int = 0  # the number of the event committed with the loss
    lost_at: float = 0.0
    ended_at: float = 0.0
    heard: list[dict[str, Any]] = field(default_factory=list)

    @property
    def member(self) -> SpaceMember:
        return SpaceMember.objects.get(space=self.where.space, user=self.user)

    def leaked(self) -> list[int]:
        """What reached them although it was committed after they lost the right to see it."""
        if self.way == EXPIRES:
            over = self.user.expires_at
            assert over is not None
            return [event["seq"] for event in self.heard if datetime.fromisoformat(event["at"]) >= over]
        return [event["seq"] for event in self.heard if event["seq"] >= self.mark]


EXPIRES = "an account that ends by itself"
WAYS: dict[str, Callable[[Watcher], Any]] = {
    "signing out": lambda one: end_session_of_request(
        request=SimpleNamespace(session=SimpleNamespace(session_key=one.session))  # type: ignore[arg-type]  # all it reads
    ),
    "deactivation": lambda one: deactivate_user(user=one.user, at=now()),
    "leaving the space": lambda one: remove_member(member=one.member, at=now()),
    "another role": lambda one: change_role(member=one.member, role=SpaceMember.Role.GUEST, at=now()),
    "another password": lambda one: change_password(user=one.user, password="correct horse battery"),
    "the end of a guest's membership": lambda one: renew_guest(member=one.member, access_until=now(), at=now()),
}
GUESTS = {"the end of a guest's membership", EXPIRES}


def watchers_of(places: list[Thread], chance: random.Random) -> list[Watcher]:
    """People for every way, in turns, each in one of the conversations."""
    ways = [way for way in (*WAYS, EXPIRES) for _ in range(A_WAY)]
    chance.shuffle(ways)
    watchers = []
    for number, way in enumerate(ways):
        where = places[number % len(places)]
        user = person(kind="guest") if way in GUESTS else person()
        join(where.space, user)
        watchers.append(Watcher(user, where, session_of(user), way))
    return watchers


def close_connection() -> None:
    """Gives the connection of the calling thread back."""
    connection.close()


def take_away(one: Watcher) -> None:
    """The loss and its mark, in one transaction."""
    with transaction.atomic():
        WAYS[one.way](one)
        one.mark = append("thread", one.where.pk, kind="test.mark", payload={"text": "the mark"}, at=now()).seq
    one.lost_at = time.monotonic()


async def follow(one: Watcher, url: str, ready: asyncio.Event) -> None:
    """Watches until the stream or the socket ends, and a second longer."""
    async with client(url, one.session, ping_interval=None) as socket:
        await socket.watch(one.where, after=None)
        ready.set()
        try:
            await socket.until(lambda frame: frame["is"] == "gone", wait=120)
            one.ended_at = time.monotonic()
            await socket.drain(1.0)
        except ConnectionClosed:
            one.ended_at = time.monotonic()
            assert socket.closed == limits.SIGNED_OUT
        one.heard = socket.events()


async def talk(url: str, one: User, places: list[Thread], over: asyncio.Event) -> None:
    """Says things everywhere, eight at a time, until it is over."""
    async with client(url, session_of(one), ping_interval=None) as socket:
        while not over.is_set():
            for where in places:
                refs = [await say(socket, where, f"said by {one.pk}") for _ in range(2)]
            await socket.until(lambda frame, ref=refs[-1]: frame.get("ref") == ref, wait=60)  # type: ignore[misc]
            await asyncio.sleep(0.02)


async def say(socket: Client, where: Thread, body: str) -> int:
    return await socket.send(do="say", thread=where.pk, cid=str(uuid.uuid4()), body=body)


@pytest.mark.feature("S1")
async def test_whoever_loses_sight_hears_nothing_later(pair: Served) -> None:
    chance = random.Random(SEED)
    speakers = [person(), person()]
    places = [thread(place=space(*speakers), audience=Thread.Audience.SHARED) for _ in range(4)]
    watchers, over = watchers_of(places, chance), asyncio.Event()
    losing = ThreadPoolExecutor(1)
    async with asyncio.TaskGroup() as tasks:
        for url, one in zip(pair.urls, speakers, strict=True):
            tasks.create_task(talk(url, one, places, over))
        try:
            for start in range(0, len(watchers), AT_ONCE):
                await lose_sight(watchers[start : start + AT_ONCE], pair, chance, losing)
        finally:
            over.set()
            await asyncio.get_running_loop().run_in_executor(losing, close_connection)
    print(f"seed {SEED}: {Counter(one.way for one in watchers)}")
    assert [(one.way, one.leaked()) for one in watchers if one.leaked()] == []
    assert sum(bool(one.heard) for one in watchers) > len(watchers) * 0.9  # they were in the middle of it
    late = [(one.way, one.ended_at - one.lost_at) for one in watchers if one.ended_at - one.lost_at > SOON]
    assert late == []


async def lose_sight(watchers: list[Watcher], pair: Served, chance: random.Random, losing: ThreadPoolExecutor) -> None:
    """Some people begin to watch, over both processes, and lose their right one by one at moments of chance."""
    loop = asyncio.get_running_loop()
    for one in watchers:
        if one.way == EXPIRES:
            await loop.run_in_executor(losing, end_soon, one, chance.uniform(3, 6))
    async with asyncio.TaskGroup() as tasks:
        ready = [asyncio.Event() for _ in watchers]
        for number, one in enumerate(watchers):
            tasks.create_task(follow(one, pair.urls[number % 2], ready[number]))
        await asyncio.gather(*(event.wait() for event in ready))
        await asyncio.sleep(0.3)
        for one in watchers:
            await asyncio.sleep(chance.uniform(0, 0.05))
            if one.way != EXPIRES:
                await loop.run_in_executor(losing, take_away, one)


def end_soon(one: Watcher, seconds: float) -> None:
    """Sets when an account ends, before it opens a socket: nothing happens then but the passing of time."""
    one.user.expires_at = now() + timedelta(seconds=seconds)
    one.lost_at = time.monotonic() + seconds
    one.user.save(update_fields=["expires_at"])


async def may_write_no_more(pair: Served, watchers: list[Watcher], lose: Callable[[Watcher], Any]) -> None:
    """Each says things, loses the right to write, and says more: what is asked for after the commit is refused."""
    chance = random.Random(f"{SEED} {len(watchers)}")
    losing = ThreadPoolExecutor(1)
    loop = asyncio.get_running_loop()
    for number, one in enumerate(watchers):
        async with client(pair.urls[number % 2], one.session) as socket:
            for _ in range(chance.randrange(1, 10)):
                await say(socket, one.where, "before")
            await loop.run_in_executor(losing, lose, one)
            refs = {await say(socket, one.where, "after") for _ in range(3)}
            answers = [await socket.until(lambda frame: frame.get("ref") in refs) for _ in refs]  # noqa: B023
        assert {answer.get("code") for answer in answers} == {"denied"}
        assert not one.where.messages.filter(body="after").exists()
    await loop.run_in_executor(losing, close_connection)


async def test_whoever_becomes_a_reader_says_nothing_later(pair: Served) -> None:
    people = [person() for _ in range(20)]
    where = thread(place=space(person(), *people))

    def lose(one: Watcher) -> None:
        change_role(member=one.member, role=SpaceMember.Role.READER, at=now())

    await may_write_no_more(pair, [Watcher(one, where, session_of(one), "") for one in people], lose)


async def test_in_an_archived_space_nothing_is_said_later(pair: Served) -> None:
    ada = person()
    places = [thread(place=space(person(), ada)) for _ in range(5)]

    def lose(one: Watcher) -> None:
        archive_space(space=one.where.space, at=now())

    await may_write_no_more(pair, [Watcher(ada, where, session_of(ada), "") for where in places], lose)
