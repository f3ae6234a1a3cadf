"""Watching streams over a real socket of a real server."""

import asyncio
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from websockets.exceptions import InvalidStatus

from intranet.accounts.services import bump_access_epoch, deactivate_user
from realtime.live import limits
from realtime.spaces.services import remove_member
from realtime.streams.models import Stream, StreamEvent
from realtime.threads.models import Thread
from tests.realtime.live.cast import join, now, person, say, session_of, space, tell, thread
from tests.realtime.live.client import client


async def test_a_watcher_gets_the_gap_then_what_happens(url: str) -> None:
    ada = person()
    where = thread(ada)
    tell(where, "one", "two")
    async with client(url, session_of(ada)) as socket:
        answer = await socket.watch(where, after=1)
        tell(where, "three")
        assert answer["head"] == 2
        assert await socket.told(2) == ["two", "three"]
        assert [event["seq"] for event in socket.events()] == [2, 3]


async def test_without_a_place_only_what_happens(url: str) -> None:
    ada = person()
    where = thread(ada)
    tell(where, "before")
    async with client(url, session_of(ada)) as socket:
        await socket.watch(where, after=None)
        tell(where, "after")
        assert await socket.told(1) == ["after"]


@pytest.mark.parametrize("after", [0, 1, 511, 512, 513, 700, 1099, 1100])
async def test_it_resumes_from_any_place(url: str, long_thread: Thread, after: int) -> None:
    assert long_thread.created_by
    async with client(url, session_of(long_thread.created_by)) as socket:
        await socket.watch(long_thread, after=after)
        await socket.told(1100 - after)
        assert [event["seq"] for event in socket.events()] == list(range(after + 1, 1101))


@pytest.fixture(scope="module")
def long_thread(database: str) -> Thread:
    """A conversation with 1,100 events: more than a ring holds, more than one refill."""
    ada = person()
    where = thread(ada)
    Thread.objects.filter(pk=where.pk).update(created_by=ada)
    where.refresh_from_db()
    write_log(where, 1100)
    return where


def write_log(where: Thread, count: int) -> None:
    stream = Stream.objects.get(kind="thread", key=where.pk)
    told = [StreamEvent(stream=stream, seq=seq, kind="test.told", payload={}, at=now()) for seq in range(1, count + 1)]
    StreamEvent.objects.bulk_create(told, batch_size=500)
    Stream.objects.filter(pk=stream.pk).update(head=count)


async def test_a_gap_that_is_not_kept_is_a_reset(url: str) -> None:
    ada = person()
    where = thread(ada)
    write_log(where, 30)
    StreamEvent.objects.filter(stream__key=where.pk, stream__kind="thread", seq__lte=20).delete()
    async with client(url, session_of(ada)) as socket:
        await socket.watch(where, after=10)
        assert (await socket.until(lambda frame: frame["is"] == "reset"))["head"] == 30
        tell(where, "next")
        assert await socket.told(1) == ["next"]


@pytest.mark.parametrize(("count", "after"), [(limits.GAP_EVENTS + 2, 1), (3, 9)])
async def test_a_place_too_far_or_from_another_log_is_a_reset(url: str, count: int, after: int) -> None:
    ada = person()
    where = thread(ada)
    write_log(where, count)
    async with client(url, session_of(ada)) as socket:
        await socket.watch(where, after=after)
        resets = [frame for frame in socket.frames if frame["is"] == "reset"]
        assert resets == [{"is": "reset", "stream": f"thread:{where.pk}", "head": count}]


async def test_what_one_may_not_see_does_not_exist(url: str) -> None:
    ada, stranger = person(), person()
    where = thread(ada)
    async with client(url, session_of(stranger)) as socket:
        hidden = await socket.watch(where)
        absent = await socket.ask("watch", stream="thread:999999")
        unknown = await socket.ask("watch", stream="nothing:1")
        assert {key: value for key, value in hidden.items() if key != "ref"} == {
            key: value for key, value in absent.items() if key != "ref"
        }
        assert [frame["code"] for frame in (hidden, absent, unknown)] == ["not_found"] * 3
        tell(where, "secret")
        assert not [frame for frame in await socket.drain() if frame["is"] == "event"]


async def test_a_guest_sees_what_is_shared_alone(url: str) -> None:
    ada, guest = person(), person(kind="guest")
    place = space(ada)
    join(place, guest)
    internal, shared = thread(place=place), thread(place=place, audience=Thread.Audience.SHARED)
    async with client(url, session_of(guest)) as socket:
        assert (await socket.watch(internal))["is"] == "error"
        assert (await socket.watch(shared))["is"] == "ok"
        say(shared, ada, "welcome")
        assert await socket.told(1) == ["welcome"]


async def test_that_something_moves_in_a_place_is_told_to_colleagues_who_see_it(url: str) -> None:
    ada, bo, stranger, guest = person(), person(), person(), person(kind="guest")
    place = space(ada, bo)
    join(place, guest)
    moves = f"space:{place.pk}"
    async with (
        client(url, session_of(bo)) as inside,
        client(url, session_of(stranger)) as outside,
        client(url, session_of(guest)) as invited,
    ):
        assert (await inside.ask("watch", stream=moves, after=0))["is"] == "ok"
        assert (await outside.ask("watch", stream=moves, after=0))["code"] == "not_found"
        assert (await invited.ask("watch", stream=moves, after=0))["code"] == "not_found"
        where = thread(place=place)
        say(where, ada, "the first words begin it")
        await inside.told(1)
        say(where, ada, "the others are nothing new")
        assert [(event["kind"], event["payload"]) for event in inside.events()] == [("space.moved", {})]
        for socket in (inside, outside, invited):
            await socket.drain()
        assert [len(socket.events()) for socket in (inside, outside, invited)] == [1, 0, 0]
        assert not [frame for frame in inside.frames if frame["is"] == "here"]


async def test_nobody_hears_of_a_place_they_left(url: str) -> None:
    ada, bo = person(), person()
    place = space(ada, bo)
    async with client(url, session_of(bo)) as left, client(url, session_of(ada)) as stays:
        for socket in (left, stays):
            await socket.ask("watch", stream=f"space:{place.pk}", after=0)
        remove_member(member=place.members.get(user=bo), at=now())
        say(thread(place=place), ada)
        await stays.told(1)
        await left.until(lambda frame: frame["is"] == "gone")
        await left.drain()
        assert left.events() == []


async def test_one_stops_watching(url: str) -> None:
    ada = person()
    where = thread(ada)
    async with client(url, session_of(ada)) as socket:
        await socket.watch(where)
        await socket.ask("unwatch", stream=f"thread:{where.pk}")
        tell(where, "unheard")
        assert not [frame for frame in await socket.drain() if frame["is"] == "event"]


async def test_many_streams_share_a_socket_and_many_sockets_a_stream(url: str) -> None:
    ada, bo = person(), person()
    place = space(ada, bo)
    threads = [thread(place=place) for _ in range(5)]
    async with client(url, session_of(ada)) as first, client(url, session_of(bo)) as second:
        for where in threads:
            await first.watch(where)
            await second.watch(where)
        for round_ in range(20):
            tell(threads[round_ % 5], str(round_))
        for socket in (first, second):
            assert sorted(map(int, await socket.told(20))) == list(range(20))
            for where in threads:
                seqs = [event["seq"] for event in socket.events() if event["stream"] == f"thread:{where.pk}"]
                assert seqs == [1, 2, 3, 4]


async def test_heads_are_told_every_ten_seconds(url: str) -> None:
    ada = person()
    where = thread(ada)
    async with client(url, session_of(ada)) as socket:
        await socket.watch(where)
        tell(where, "one")
        frame = await socket.until(lambda frame: frame["is"] == "heads")
        assert frame["heads"] == {f"thread:{where.pk}": 1}


class TestWhoLeaves:
    """Nothing committed after the act reaches who lost the right by it."""

    async def test_signing_out_closes_the_socket(self, url: str) -> None:
        ada = person()
        where, session = thread(ada), session_of(ada)
        async with client(url, session) as socket:
            await socket.watch(where)
            tell(where, "before")
            await socket.told(1)
            Session.objects.filter(pk=session).delete()
            bump_access_epoch()
            tell(where, "after")
            assert await socket.code() == limits.SIGNED_OUT
            assert socket.texts() == ["before"]

    async def test_closing_an_account_closes_its_sockets(self, url: str) -> None:
        ada = person()
        where = thread(ada)
        async with client(url, session_of(ada)) as one, client(url, session_of(ada)) as other:
            await one.watch(where)
            deactivate_user(user=ada, at=now())
            tell(where, "after")
            assert await one.code() == await other.code() == limits.SIGNED_OUT
            assert one.texts() == []

    async def test_another_password_closes_the_sockets(self, url: str) -> None:
        ada = person()
        async with client(url, session_of(ada)) as socket:
            ada.set_password("another")
            ada.save()
            bump_access_epoch()
            assert await socket.code() == limits.SIGNED_OUT

    async def test_leaving_a_space_ends_its_streams_and_no_others(self, url: str) -> None:
        ada, bo = person(), person()
        left, kept = thread(ada, bo), thread(bo)
        async with client(url, session_of(bo)) as socket, client(url, session_of(ada)) as stays:
            await socket.watch(left)
            await socket.watch(kept)
            await stays.watch(left)
            remove_member(member=left.space.members.get(user=bo), at=now())
            tell(left, "after")
            tell(kept, "still")
            await socket.until(lambda frame: frame["is"] == "gone")
            assert await socket.told(1) == ["still"]
            assert await stays.told(1) == ["after"]
            await socket.drain()
            assert socket.texts() == ["still"]

    async def test_an_account_that_ends_by_itself_ends_its_socket(self, url: str) -> None:
        ada, guest = person(), person(kind="guest", expires_at=now() + timedelta(seconds=1.5))
        place = space(ada)
        join(place, guest)
        where = thread(place=place, audience=Thread.Audience.SHARED)
        async with client(url, session_of(guest)) as socket:
            await socket.watch(where)
            tell(where, "in time")
            await socket.told(1)
            await asyncio.sleep(1.6)
            tell(where, "too late")
            assert await socket.code() == limits.SIGNED_OUT
            assert socket.texts() == ["in time"]

    @pytest.mark.parametrize("seed", range(8))
    async def test_in_the_middle_of_a_stream(self, url: str, seed: int) -> None:
        ada, bo = person(), person()
        where = thread(ada, bo)
        async with client(url, session_of(bo)) as socket:
            await socket.watch(where)
            tell(where, *(f"before {number}" for number in range(seed * 3)))
            remove_member(member=where.space.members.get(user=bo), at=now())
            tell(where, *(f"after {number}" for number in range(5)))
            await socket.drain(1.0)
            assert not [text for text in socket.texts() if text.startswith("after")]
            assert socket.texts() == [f"before {number}" for number in range(len(socket.texts()))]


class TestTheDoor:
    @pytest.mark.parametrize("origin", ["http://elsewhere.example", "https://127.0.0.1:1", "null", None])
    async def test_other_origins_are_refused(self, url: str, origin: str | None) -> None:
        with pytest.raises(InvalidStatus, match="403"):
            async with client(url, session_of(person()), origin=origin):
                pass

    async def test_other_hosts_are_refused(self, url: str) -> None:
        host, port = url.split(":")
        with pytest.raises(InvalidStatus, match="403"):
            async with client(f"elsewhere.example:{port}", None, origin=f"http://{url}", host=host, port=int(port)):
                pass

    async def test_nobody_is_let_in_without_a_session(self, url: str) -> None:
        for session in (None, "nonsense", session_of(person())[:-1] + "x"):
            async with client(url, session, welcomed=False) as socket:
                assert await socket.code() == limits.SIGNED_OUT

    async def test_an_old_tab_is_told_to_reload(self, url: str) -> None:
        async with client(url, session_of(person()), protocol="0", welcomed=False) as socket:
            assert (await socket.receive())["is"] == "reload"
            assert await socket.code() == limits.TOO_OLD

    async def test_twenty_sockets_a_person(self, url: str) -> None:
        session = session_of(person())
        async with asyncio.TaskGroup() as tasks:
            opened = [client(url, session) for _ in range(limits.SOCKETS_A_PERSON)]
            for one in opened:
                tasks.create_task(one.__aenter__())
        async with client(url, session, welcomed=False) as socket:
            assert await socket.code() == limits.TOO_MANY
        for one in opened:
            await one.__aexit__(None, None, None)
        async with client(url, session):
            pass

    async def test_a_root_path_is_not_taken_from_the_client(self, url: str) -> None:
        session = session_of(person())
        headers = {"Cookie": f"sessionid={session}", "Daphne-Root-Path": "/elsewhere"}
        async with client(url, None, additional_headers=headers) as socket:
            assert (await socket.ask("ping"))["is"] == "ok"
