"""Every row of docs/protocol.md about the socket, asked of a served process by somebody who knows nothing else."""

import asyncio
import sqlite3
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from intranet.accounts.services import deactivate_user
from realtime.spaces.models import SpaceMember
from realtime.spaces.services import change_role, remove_member
from realtime.threads.models import Thread
from realtime.threads.services import merge_thread
from realtime.threads.services.states import close_thread
from tests.contract.conftest import Open
from tests.contract.speaking import Speaker
from tests.crash.speaker import Frame, open_line
from tests.realtime.live.cast import join, now, person, say, session_of, space, tell, thread
from tests.realtime.live.served import Served, serving

shows = pytest.mark.contract


# --- coming in ----------------------------------------------------------------------------------


@shows("frame:welcome")
async def test_the_first_frame_says_who_one_is(url: str) -> None:
    ada = person()
    line = await open_line(url, session_of(ada))
    welcome = await line.receive(5)
    await line.close()

    assert welcome == {
        "is": "welcome",
        "protocol": 1,
        "person": {"id": ada.pk, "name": ada.name},
        "heartbeat": 10.0,
    }


@shows("frame:reload", "close:4426")
@pytest.mark.parametrize("query", ["?protocol=0", "?protocol=2", "?protocol=x", "", "?protocol=1&protocol=1"])
async def test_another_version_is_told_to_reload(url: str, query: str) -> None:
    async with connect(
        f"{url.replace('http', 'ws')}/live/socket{query}",
        origin=url,  # type: ignore[arg-type]  # a NewType of str
        additional_headers={"Cookie": f"sessionid={session_of(person())}"},
    ) as socket:
        assert await socket.recv() == '{"is":"reload","protocol":1}'
        await socket.wait_closed()
        assert socket.close_code == 4426


@shows("close:4401")
async def test_nobody_is_let_in_without_a_session(url: str) -> None:
    speaker = Speaker(await open_line(url, "nonsense"))
    assert await speaker.end() == 4401
    assert speaker.heard == []


@pytest.mark.parametrize("spoiled", ["Origin", "Host"])
async def test_another_origin_or_host_is_refused_before_the_handshake(url: str, spoiled: str) -> None:
    place = url.removeprefix("http://")
    wrong = {"Origin": ("http://elsewhere.example", place), "Host": (url, "elsewhere.example")}
    origin, host = wrong[spoiled]
    with pytest.raises(InvalidStatus, match="403"):
        async with connect(
            f"ws://{host}/live/socket?protocol=1",
            origin=origin,  # type: ignore[arg-type]  # a NewType of str
            host=place.split(":")[0],
            port=int(place.split(":")[1]),
        ):
            pass


@shows("close:4429")
async def test_twenty_sockets_a_person(url: str) -> None:
    session = session_of(person())
    lines = await asyncio.gather(*(open_line(url, session) for _ in range(20)))
    for line in lines:
        assert (await line.receive(10) or {})["is"] == "welcome"
    speaker = Speaker(await open_line(url, session))
    assert await speaker.end() == 4429
    for line in lines:
        await line.close()


# --- watching -----------------------------------------------------------------------------------


@shows("action:watch", "frame:event", "frame:ok")
async def test_one_resumes_with_exactly_the_gap(speak: Open) -> None:
    ada = person()
    where = thread(ada)
    tell(where, "1", "2", "3", "4")
    for after in range(5):
        async with speak(ada) as line:
            answer = await line.watch(where.pk, after)
            tell(where, "more")
            events = await line.events(answer["head"] - after + 1)
        assert answer == {"is": "ok", "ref": 1, "stream": f"thread:{where.pk}", "head": 4 + after}
        assert [event["seq"] for event in events] == list(range(after + 1, answer["head"] + 2))
        assert {event["stream"] for event in events} == {f"thread:{where.pk}"}


async def test_without_a_place_one_hears_what_comes(speak: Open) -> None:
    ada = person()
    where = thread(ada)
    tell(where, "before")
    async with speak(ada) as line:
        await line.watch(where.pk)
        tell(where, "after")
        [event] = await line.events(1)
        assert (event["seq"], event["payload"]) == (2, {"text": "after"})


@shows("frame:reset")
async def test_a_place_ahead_of_the_log_is_a_reset(speak: Open) -> None:
    ada = person()
    where = thread(ada)
    tell(where, "1")
    async with speak(ada) as line:
        await line.watch(where.pk, 9)
        assert await line.next("reset") == {"is": "reset", "stream": f"thread:{where.pk}", "head": 1}
        tell(where, "2")
        assert [event["seq"] for event in await line.events(1)] == [2]


@shows("frame:heads")
async def test_heads_are_a_sign_of_life(speak: Open) -> None:
    ada = person()
    where = thread(ada)
    tell(where, "1")
    async with speak(ada) as line:
        await line.watch(where.pk)
        assert (await line.next("heads"))["heads"] == {f"thread:{where.pk}": 1}


@shows("action:unwatch")
async def test_one_stops_watching(speak: Open) -> None:
    ada = person()
    where = thread(ada)
    async with speak(ada) as line:
        await line.watch(where.pk)
        answer = await line.ask("unwatch", stream=f"thread:{where.pk}")
        assert answer == {"is": "ok", "ref": 2, "stream": f"thread:{where.pk}"}
        tell(where, "unheard")
        assert await line.silence(1) == []


@shows("frame:gone")
async def test_who_leaves_is_told_and_hears_nothing_more(speak: Open) -> None:
    ada, bo = person(), person()
    where = thread(ada, bo)
    async with speak(bo) as line:
        await line.watch(where.pk)
        remove_member(member=where.space.members.get(user=bo), at=now())
        tell(where, "after")
        assert await line.next("gone") == {"is": "gone", "stream": f"thread:{where.pk}"}
        assert await line.silence(1) == []


@shows("close:4401")
async def test_a_closed_account_is_signed_out(speak: Open) -> None:
    ada = person()
    async with speak(ada) as line:
        deactivate_user(user=ada, at=now())
        assert await line.end() == 4401


@shows("frame:here")
async def test_who_is_here_is_told_but_for_the_quiet_and_never_to_guests(speak: Open) -> None:
    ada, bo, cy, guest = person(), person(), person(), person(kind="guest")
    place = space(ada, bo, cy)
    join(place, guest)
    where = thread(place=place, audience=Thread.Audience.SHARED)
    async with speak(ada) as one, speak(bo) as other, speak(cy) as quiet, speak(guest) as outside:
        await outside.watch(where.pk)
        await quiet.watch(where.pk, quiet=True)
        await one.watch(where.pk)
        await other.watch(where.pk)
        here = await one.next("here", lambda frame: len(frame["people"]) == 2)
        assert here["people"] == [{"id": one.pk, "name": one.name} for one in (ada, bo)]
        assert (here["stream"], here["more"]) == (f"thread:{where.pk}", 0)
        await outside.silence(2)
        assert not [frame for frame in outside.heard if frame["is"] == "here"]


@shows("action:typing", "frame:typing")
async def test_the_others_see_who_is_writing(speak: Open) -> None:
    ada, bo = person(), person()
    where = thread(ada, bo)
    async with speak(ada) as one, speak(bo) as other:
        await one.watch(where.pk)
        await other.watch(where.pk)
        await one.raw(f'{{"do":"typing","stream":"thread:{where.pk}"}}')
        typing = await other.next("typing")
        assert typing["people"] == [{"id": ada.pk, "name": ada.name}]


@shows("action:ping", "close:1000")
async def test_one_asks_whether_it_lives_and_says_goodbye(speak: Open) -> None:
    async with speak(person()) as line:
        assert await line.ask("ping") == {"is": "ok", "ref": 1}
        await line.line.socket.close(1000)
        assert line.line.code == 1000


# --- saying -------------------------------------------------------------------------------------


@shows("action:say")
async def test_the_same_cid_is_said_once_on_any_socket(speak: Open) -> None:
    ada, absent = person(), person()
    where, cid, words = thread(ada), str(uuid.uuid4()), f"Hello @[{absent.name}](person:{absent.pk})"
    async with speak(ada) as one, speak(ada) as other:
        await one.watch(where.pk)
        first = await one.say(where.pk, words, cid)
        again = [await one.say(where.pk, words, cid), await other.say(where.pk, words, cid)]
        [event] = await one.events(1)
        assert answered(first) == {"is": "ok", "id": first["id"], "seq": 1, "cid": cid, "unheard": [absent.name]}
        assert [answered(answer) for answer in again] == [answered(first)] * 2
        assert (event["seq"], event["kind"], event["payload"]["cid"]) == (1, "message.posted", cid)
        assert await one.silence(1) == []


def answered(answer: Frame) -> Frame:
    """An answer without the number of its question."""
    return {name: value for name, value in answer.items() if name != "ref"}


@shows("say:gone", "say:denied", "say:empty", "say:too_long", "say:conflict", "say:reply_gone", "say:merged")
@shows("say:closed", "say:file_gone", "say:too_many_files")
async def test_each_refusal_has_its_code(speak: Open) -> None:
    ada, reader = person(), person()
    place = space(ada)
    join(place, reader)
    change_role(member=place.members.get(user=reader), role=SpaceMember.Role.READER, at=now())
    where, other, hidden = thread(place=place), thread(place=place), thread(person())
    elsewhere, merged = say(other, ada), thread(place=place)
    merge_thread(source=merged, target=other, by=ada, at=now())
    closed = thread(place=place)
    close_thread(thread=closed, reason="Fini.", by=ada, at=now())
    cid = str(elsewhere.client_id)
    async with speak(ada) as line, speak(reader) as silent:
        answers = [
            await line.say(hidden.pk, "x"),
            await line.say(999_999_999, "x"),
            await silent.say(where.pk, "x"),
            await line.say(where.pk, " \n "),
            await line.say(where.pk, "x" * 20_001),
            await line.say(where.pk, "x", cid),
            await line.say(where.pk, "x", reply_to=elsewhere.pk),
            await line.say(merged.pk, "x"),
            await line.say(closed.pk, "x"),
            await line.say(where.pk, "x", files=["nothing"]),
            await line.say(where.pk, "x", files=[f"nothing{number}" for number in range(11)]),
        ]
    codes = ["gone", "gone", "denied", "empty", "too_long", "conflict", "reply_gone", "merged"]
    codes += ["closed", "file_gone", "too_many_files"]
    assert [answer["code"] for answer in answers] == codes
    assert all(answer["is"] == "error" and answer["message"] for answer in answers)
    assert not where.messages.exists()


# --- errors -------------------------------------------------------------------------------------

WRONG: list[tuple[str, str | bytes]] = [
    ("bad_frame", "[]"),
    ("bad_frame", "nonsense"),
    ("bad_frame", '{"do":"ping","ref":NaN}'),
    ("bad_frame", '{"do":"ping","x":"\\ud800"}'),
    ("bad_frame", '{"do":"ping","x":"\\u0000"}'),
    ("bad_frame", '{"do":' + "[" * 16 + "]" * 16 + "}"),
    ("bad_frame", '{"do":"ping","ref":9007199254740993}'),
    ("bad_frame", b'{"do":"ping"}'),
    ("too_big", '{"do":"ping","x":"' + "x" * 65536 + '"}'),
    ("unknown_action", '{"do":"dance"}'),
    ("bad_fields", '{"do":"watch"}'),
    ("bad_fields", '{"do":"ping","more":1}'),
    ("bad_fields", '{"do":"watch","stream":"thread:0"}'),
]


@shows("error:bad_frame", "error:too_big", "error:unknown_action", "error:bad_fields")
@pytest.mark.parametrize(("code", "frame"), WRONG, ids=range(len(WRONG)))
async def test_what_is_wrong_is_answered_with_its_code(speak: Open, code: str, frame: str | bytes) -> None:
    async with speak(person()) as line:
        await line.raw(frame)
        error = await line.next("error")
        assert error["code"] == code
        assert error["message"]
        assert (await line.ask("ping"))["is"] == "ok"


async def test_the_fields_that_are_wrong_are_named(speak: Open) -> None:
    async with speak(person()) as line:
        error = await line.ask("watch", more=1)
        assert sorted(error["fields"]) == ["more", "stream"]


@shows("error:not_found")
async def test_what_is_hidden_and_what_is_not_there_look_alike(speak: Open) -> None:
    hidden = thread(person())
    async with speak(person()) as line:
        answers = [await line.watch(hidden.pk), await line.watch(999_999_999), await line.ask("watch", stream="no:1")]
        assert {(answer["is"], answer["code"], answer["message"]) for answer in answers} == {
            ("error", "not_found", answers[0]["message"])
        }


@shows("close:4400")
async def test_the_twentieth_bad_frame_closes(speak: Open) -> None:
    async with speak(person()) as line:
        for _ in range(20):
            await line.raw("[]")
        assert await line.end() == 4400
        assert [frame["code"] for frame in line.heard if frame["is"] == "error"] == ["bad_frame"] * 20


@shows("error:slow_down", "close:4429")
async def test_too_fast_is_slowed_down_then_closed_and_kept_out(url: str, speak: Open) -> None:
    ada = person()
    async with speak(ada) as line:
        for _ in range(120):
            await line.raw('{"do":"ping"}')
        assert await line.end() == 4429
        errors = [frame for frame in line.heard if frame["is"] == "error"]
        assert [frame["code"] for frame in errors] == ["slow_down"] * 20
        assert all(0 < frame["retry_after"] <= 1 for frame in errors)
        assert len([frame for frame in line.heard if frame["is"] == "ok"]) >= 60
        session = line.session
    again = Speaker(await open_line(url, session))
    assert await again.end() == 4429
    assert again.heard == []
    async with speak(ada):
        """Another session of the same person is let in."""


@shows("error:too_many")
async def test_two_hundred_streams_on_a_socket(speak: Open, hasty: Served) -> None:
    ada = person()
    place = space(ada)
    threads = [thread(place=place) for _ in range(201)]
    async with speak(ada, f"http://{hasty.urls[0]}") as line:
        answers = [await line.watch(where.pk, quiet=True) for where in threads]
        assert [answer["is"] for answer in answers[:200]] == ["ok"] * 200
        assert answers[200]["code"] == "too_many"


@shows("error:forbidden", "error:invalid", "error:internal")
@pytest.mark.parametrize("how", ["forbidden", "invalid", "internal"])
async def test_an_action_that_fails_is_answered(speak: Open, hasty: Served, how: str) -> None:
    async with speak(person(), f"http://{hasty.urls[0]}") as line:
        assert (await line.ask("fall", how=how))["code"] == how
        assert (await line.ask("ping"))["is"] == "ok"


@contextmanager
def database_held(where: Thread) -> Iterator[None]:
    """Nobody can write in the conversation while the block lasts: its row, or the file, is locked by us."""
    if connection.vendor == "sqlite":
        other: Any = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    else:
        import psycopg

        settings = connection.settings_dict
        other = psycopg.connect(
            host=settings["HOST"], port=settings["PORT"], user=settings["USER"], dbname=settings["NAME"]
        )
        other.execute("SELECT 1 FROM streams_stream WHERE kind = 'thread' AND key = %s FOR UPDATE", [where.pk])
    try:
        yield
    finally:
        other.rollback()
        other.close()


async def all_done(waiting: list[asyncio.Task[Any]]) -> set[asyncio.Task[Any]]:
    """Those that are answered while the others have to wait: the first ones, however long they take, and what follows."""
    done: set[asyncio.Task[Any]] = set()
    while True:
        patience = 2 if done else 60
        first = asyncio.FIRST_COMPLETED
        fresh, _ = await asyncio.wait(set(waiting) - done, timeout=patience, return_when=first)
        if not fresh:
            return done
        done |= fresh


@shows("error:busy")
async def test_past_what_may_wait_one_is_told_to_try_again(speak: Open, hasty: Served) -> None:
    ada = person()
    where = thread(ada)
    cids = [str(uuid.uuid4()) for _ in range(40)]
    async with speak(ada, f"http://{hasty.urls[0]}") as line:
        with database_held(where):
            waiting = [asyncio.create_task(line.say(where.pk, cid, cid)) for cid in cids]
            done = await all_done(waiting)
            refused = [task.result() for task in done]
        said = [task.result() for task in (await asyncio.wait(waiting))[0] if task not in done]
        assert {answer["code"] for answer in refused} == {"busy"}
        assert {answer["is"] for answer in said} == {"ok"}
        assert len(refused) + len(said) == 40
        again = [await line.say(where.pk, cid, cid) for cid in cids]
        assert [answer["is"] for answer in again] == ["ok"] * 40
    assert where.messages.count() == 40


@shows("error:unavailable")
async def test_a_database_that_cannot_is_to_be_tried_again(speak: Open) -> None:
    ada = person()
    where, cid = thread(ada), str(uuid.uuid4())
    async with speak(ada) as line:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE threads_message RENAME TO threads_message_away")
            try:
                assert (await line.say(where.pk, "words", cid))["code"] == "unavailable"
            finally:
                cursor.execute("ALTER TABLE threads_message_away RENAME TO threads_message")
        assert (await line.say(where.pk, "words", cid))["is"] == "ok"


# --- closing ------------------------------------------------------------------------------------


@shows("close:4440")
async def test_a_socket_that_is_too_old_is_closed(database: str, speak: Open) -> None:
    with serving(database, SHORT_LIFE="1") as passing:
        async with speak(person(), f"http://{passing.urls[0]}") as line:
            assert await line.end(30) == 4440


@shows("close:4503")
async def test_a_server_that_stops_says_so(database: str, speak: Open) -> None:
    with serving(database) as ending:
        async with speak(person(), f"http://{ending.urls[0]}") as line:
            stopping = threading.Thread(target=ending.stop, args=(0,))
            stopping.start()
            assert await line.end() == 4503
            stopping.join()


@shows("close:4408")
async def test_who_lets_answers_pile_up_is_cut_without_a_frame(hasty: Served) -> None:
    """A client that asks for pongs and reads none; the others go on."""
    url = f"http://{hasty.urls[0]}"
    line = await open_line(url, session_of(person()))
    line.listening.cancel()
    line.socket.transport.pause_reading()
    async with asyncio.timeout(60):
        while not line.socket.transport.is_closing():
            line.socket.transport.write((b"\x89\xfd" + bytes(4) + b"x" * 125) * 200)
            await asyncio.sleep(0.002)
    again = Speaker(await open_line(url, session_of(person())))
    assert (await again.next("welcome"))["is"] == "welcome"
    await again.line.close()
