"""Saying something over the socket: acknowledged after the commit, once however often it is sent, in one order."""

import asyncio
import json
import random
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from intranet.accounts.models import User
from realtime.live import limits
from realtime.spaces.services import remove_member
from realtime.streams.models import Stream, StreamEvent
from realtime.threads.models import Message, Thread
from tests.realtime.live.cast import now, person, session_of, tell, thread
from tests.realtime.live.client import Client, Frame, client
from tests.realtime.live.served import Served, serving


@pytest.fixture(scope="module")
def served(database: str) -> Iterator[Served]:
    """One process on the embedded default: its own bell, its own writer, no Redis."""
    with serving(database, UNLIMITED="1") as running:
        yield running


def words(where: Thread, body: str, cid: str | None = None) -> dict[str, Any]:
    return {"do": "say", "thread": where.pk, "cid": cid or str(uuid.uuid4()), "body": body}


async def test_it_is_committed_when_it_is_acknowledged(url: str) -> None:
    ada = person()
    where = thread(ada)
    async with client(url, session_of(ada)) as socket:
        frame = words(where, "Hello")
        answer = await socket.ask(**frame)
        message = Message.objects.get(pk=answer["id"])
        assert (message.body, message.seq, str(message.client_id)) == ("Hello", answer["seq"], frame["cid"])
        assert answer["cid"] == frame["cid"]


async def test_everybody_hears_it_at_once(url: str) -> None:
    ada, bo = person(), person()
    where = thread(ada, bo)
    async with client(url, session_of(ada)) as one, client(url, session_of(bo)) as other:
        await one.watch(where)
        await other.watch(where)
        await one.ask(**words(where, "Hello"))
        assert await other.told(1, wait=5) == ["Hello"]
        assert await one.told(1, wait=5) == ["Hello"]


async def test_said_again_it_is_the_same_message(url: str) -> None:
    ada = person()
    where = thread(ada)
    async with client(url, session_of(ada)) as one, client(url, session_of(ada)) as other:
        frame = words(where, "once")
        refs = [await one.send(**frame) for _ in range(5)]
        first = await one.until(lambda answer: answer.get("ref") == refs[0])
        again = await other.ask(**frame)
        assert first["id"] == again["id"]
        await one.until(lambda answer: answer.get("ref") == refs[-1])
        assert {answer["id"] for answer in one.frames if answer["is"] == "ok"} == {first["id"]}
    assert Message.objects.filter(thread=where).count() == 1


async def test_a_hundred_at_once_keep_their_order(url: str) -> None:
    ada = person()
    where = thread(ada)
    async with client(url, session_of(ada)) as socket:
        await socket.watch(where)
        for number in range(100):
            await socket.send(**words(where, str(number)))
        assert await socket.told(100) == [str(number) for number in range(100)]
        await socket.drain()
        assert len([frame for frame in socket.frames if frame["is"] == "ok"]) == 101


async def test_one_refusal_hurts_no_neighbor(url: str) -> None:
    ada, stranger = person(), person()
    where, elsewhere = thread(ada), thread(stranger)
    async with client(url, session_of(ada)) as socket:
        frames = [
            words(where, "a"),
            words(elsewhere, "b"),
            words(where, " "),
            words(where, "x" * 20_001),
            words(where, "c"),
        ]
        refs = [await socket.send(**frame) for frame in frames]
        answers: dict[int | None, Frame] = {}
        while len(answers) < len(refs):
            answer = await socket.receive()
            answers[answer.get("ref")] = answer
        assert [answers[ref].get("code", "ok") for ref in refs] == ["ok", "gone", "empty", "too_long", "ok"]
        assert all(answers[ref]["message"] for ref in refs[1:4])
    assert list(Message.objects.filter(thread=where).order_by("seq").values_list("body", flat=True)) == ["a", "c"]


async def test_many_people_at_once_in_one_order(url: str) -> None:
    people = [person() for _ in range(8)]
    where = thread(*people)
    async with asyncio.TaskGroup() as tasks:
        talks = [tasks.create_task(talk(url, one, where, 25, 200)) for one in people]
    told = [task.result() for task in talks]
    assert all(one == told[0] for one in told)
    assert sorted(told[0]) == sorted(Message.objects.filter(thread=where).values_list("seq", "body"))


async def talk(url: str, one: User, where: Thread, count: int, heard: int) -> list[tuple[int, str]]:
    async with client(url, session_of(one)) as socket:
        await socket.watch(where)
        for number in range(count):
            await socket.ask(**words(where, f"{one.name} {number}"))
        await socket.told(heard, wait=60)
        return [(event["seq"], event["payload"]["body"]) for event in socket.events()]


async def test_a_server_asked_to_stop_says_goodbye_and_keeps_its_promises(database: str) -> None:
    ada = person()
    where = thread(ada)
    with serving(database, UNLIMITED="1") as ending:
        async with client(ending.urls[0], session_of(ada)) as socket:
            for number in range(50):
                await socket.send(**words(where, str(number)))
            await socket.until(lambda frame: frame["is"] == "ok")
            stopping = asyncio.create_task(asyncio.to_thread(ending.stop, 0))
            assert await socket.code() == limits.SERVER_STOPS
            assert await stopping == 0
        said = set(Message.objects.filter(thread=where).values_list("pk", flat=True))
        assert {frame["id"] for frame in socket.frames if frame["is"] == "ok"} <= said
        assert "Traceback" not in ending.log.read_text()


async def test_both_ways_out_tell_the_same(database: str, url: str) -> None:
    """Straight into the socket, and through `send` as any ASGI server: the same frames, byte for byte."""
    ada = person()
    where = thread(ada)
    tell(where, *(f"é {number} " + "x" * number * 40 for number in range(120)))
    with serving(database, UNLIMITED="1", PLAIN="1") as plain:
        told = [await conversation(address, ada, where) for address in (url, plain.urls[0])]
    assert told[0] == told[1]
    assert len(told[0]) > 120


async def conversation(url: str, ada: User, where: Thread) -> list[str]:
    raw: list[str] = []
    async with client(url, session_of(ada)) as socket:
        await socket.socket.send(json.dumps({"do": "watch", "ref": 1, "stream": f"thread:{where.pk}", "after": 0}))
        for frame in ('{"do":"ping","ref":2}', "nonsense", '{"do":"nothing","ref":3}'):
            await socket.socket.send(frame)
        while len(raw) < 124:
            text = str(await asyncio.wait_for(socket.socket.recv(), 30))
            if '"is":"here"' not in text and '"is":"heads"' not in text:
                raw.append(text)
    answers = [text for text in raw if '"is":"event"' not in text]
    return sorted(answers) + [text for text in raw if '"is":"event"' in text]


@pytest.fixture(scope="module")
def pair(database: str, bell: str) -> Iterator[Served]:
    """Two processes, with Redis between them."""
    with serving(database, processes=2, PARVIS_REDIS_URL=bell, UNLIMITED="1") as running:
        yield running


@pytest.mark.engine("postgresql")
class TestTwoProcesses:
    """One conversation over both."""

    async def test_what_is_said_on_one_is_heard_on_the_other(self, pair: Served) -> None:
        ada, bo = person(), person()
        where = thread(ada, bo)
        async with client(pair.urls[0], session_of(ada)) as one, client(pair.urls[1], session_of(bo)) as other:
            await one.watch(where)
            await other.watch(where)
            await one.ask(**words(where, "from one"))
            assert await other.told(1, wait=5) == ["from one"]
            await other.ask(**words(where, "from the other"))
            assert (await one.told(2, wait=5))[1] == "from the other"

    async def test_who_is_here_and_typing_crosses_processes(self, pair: Served) -> None:
        ada, bo = person(), person()
        where = thread(ada, bo)
        async with client(pair.urls[0], session_of(ada)) as one, client(pair.urls[1], session_of(bo)) as other:
            await one.watch(where)
            await other.watch(where)
            here = await one.until(lambda frame: frame["is"] == "here" and len(frame["people"]) == 2)
            assert {one["name"] for one in here["people"]} == {ada.name, bo.name}
            await other.send(do="typing", stream=f"thread:{where.pk}")
            typing = await one.until(lambda frame: frame["is"] == "typing")
            assert typing["people"] == [{"id": bo.pk, "name": bo.name}]

    async def test_one_is_killed_and_nothing_acknowledged_is_lost(self, pair: Served) -> None:
        ada, bo = person(), person()
        where = thread(ada, bo)
        async with client(pair.urls[1], session_of(bo)) as reader:
            await reader.watch(where)
            acknowledged = await say_until_killed(pair, ada, where)
            pair.restart(0)
            after = await say_again(pair.urls[0], ada, where, acknowledged)
            total = Message.objects.filter(thread=where).count()
            told = await reader.told(total, wait=60)
        assert len(set(told)) == len(told) == total
        assert set(after) == set(told)
        assert [event["seq"] for event in reader.events()] == list(range(1, total + 1))


async def say_until_killed(pair: Served, ada: User, where: Thread) -> dict[str, bool]:
    """Client ids of what was sent, and whether it was acknowledged, with the process killed in the middle."""
    sent: dict[str, bool] = {}
    async with client(pair.urls[0], session_of(ada)) as writer:
        asyncio.get_running_loop().call_later(0.4, pair.kill, 0)
        try:
            while True:
                cid = str(uuid.uuid4())
                sent[cid] = False
                await writer.ask(**words(where, cid, cid))
                sent[cid] = True
        except ConnectionClosed:
            return sent


async def say_again(url: str, ada: User, where: Thread, sent: dict[str, bool]) -> list[str]:
    """As the browser does: what was not acknowledged is sent again with the same id. Returns all that was said."""
    async with client(url, session_of(ada)) as writer:
        for cid, is_acknowledged in sent.items():
            if is_acknowledged:
                assert Message.objects.filter(client_id=cid).count() == 1
            else:
                await writer.ask(**words(where, cid, cid))
    return list(sent)


@pytest.mark.engine("postgresql")
class TestLeavingAmongWriters:
    @pytest.mark.parametrize("seed", range(6))
    async def test_nothing_said_after_leaving_is_heard(self, pair: Served, seed: int) -> None:
        """Two people write as fast as they can, on both processes, while a third is taken out."""
        ada, bo, cy = person(), person(), person()
        where = thread(ada, bo, cy)
        async with client(pair.urls[seed % 2], session_of(cy)) as socket, asyncio.TaskGroup() as tasks:
            await socket.watch(where)
            for one, url in zip((ada, bo), pair.urls, strict=True):
                tasks.create_task(talk(url, one, where, 40, 80))
            await socket.told(10 + 2 * seed)
            remove_member(member=where.space.members.get(user=cy), at=now())
            head = Stream.objects.get(kind="thread", key=where.pk).head
            await socket.drain(1.5)
        assert max(event["seq"] for event in socket.events()) <= head
        assert socket.frames[-1]["is"] in ("gone", "heads") or head == 80


async def test_without_redis_everything_still_comes_only_later(database: str) -> None:
    ada = person()
    where = thread(ada)
    with serving(database, PARVIS_REDIS_URL="redis://127.0.0.1:1/0") as alone:
        async with client(alone.urls[0], session_of(ada)) as socket:
            await socket.watch(where)
            await socket.ask(**words(where, "our own"))
            assert await socket.told(1, wait=5) == ["our own"]
            tell(where, "from elsewhere, unrung")
            assert await socket.told(2, wait=limits.HEARTBEAT + 10) == ["our own", "from elsewhere, unrung"]


@pytest.mark.engine("postgresql")
class TestABellThatLies:
    """30 % of the rings are dropped, 10 % doubled, the rest late: nothing is lost, doubled or out of order."""

    async def test_whatever_it_does(self, database: str, bell: str) -> None:
        people = [person() for _ in range(4)]
        where = thread(*people)
        with serving(database, processes=2, PARVIS_REDIS_URL=bell, CHAOS="1", UNLIMITED="1") as pair:
            async with asyncio.TaskGroup() as tasks:
                talks = [
                    tasks.create_task(wander(random.Random(number), pair, one, where, 25, 100))
                    for number, one in enumerate(people)
                ]
        told = [task.result() for task in talks]
        stored = list(StreamEvent.objects.filter(stream__key=where.pk, stream__kind="thread").order_by("seq"))
        assert all(one == [(event.seq, event.payload["body"]) for event in stored] for one in told)


async def wander(
    chance: random.Random, pair: Served, one: User, where: Thread, count: int, heard: int
) -> list[tuple[int, str]]:
    """Says `count` things while going from process to process, resuming each time; all that was heard, in order."""
    got: list[tuple[int, str]] = []
    left = [f"{one.pk} {number}" for number in range(count)]
    async with asyncio.timeout(60):
        while len(got) < heard:
            async with client(chance.choice(pair.urls), session_of(one)) as socket:
                await socket.watch(where, after=got[-1][0] if got else 0)
                for _ in range(min(len(left), chance.randrange(1, 8))):
                    await socket.ask(**words(where, left.pop(0)))
                await listen(socket, 0.2 if left else 11)
            got += [(event["seq"], event["payload"]["body"]) for event in socket.events()]
    return got


async def listen(socket: Client, wait: float) -> None:
    try:
        async with asyncio.timeout(wait):
            while len(socket.events()) < 100:
                await socket.receive(wait)
    except TimeoutError:
        return
