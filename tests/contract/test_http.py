"""What docs/protocol.md says of the way without a WebSocket, and what docs/events.md says of events."""

import asyncio
import re
import time
import uuid
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files import File

from intranet.accounts.models import User
from realtime.spaces.models import SpaceMember
from realtime.spaces.services import change_role
from realtime.threads.models import Thread
from tests.contract.conftest import Open
from tests.crash.speaker import Reply, fetch
from tests.realtime.live.cast import join, now, person, say, session_of, space, tell, thread
from tests.support.engines import ROOT

shows = pytest.mark.contract
JSON = {"string": str, "number": (int, float), "boolean": bool, "null": type(None)}


async def poll(url: str, who: User, *places: str) -> Any:
    """A poll at a humane pace."""
    session = session_of(who)  # a browser of its own: the pace is counted by session
    reply = await fetch(url, "/live/poll?streams=" + ",".join(places), session)
    assert reply.status == 200, reply
    return reply.json()


@shows("poll:events", "poll:more")
async def test_a_poll_gives_exactly_the_gap_in_parts(url: str) -> None:
    ada = person()
    where = thread(ada)
    tell(where, *map(str, range(203)))
    name = f"thread:{where.pk}"

    first = await poll(url, ada, f"{name}@0")
    rest = await poll(url, ada, f"{name}@200")

    assert (first["protocol"], first["wait"]) == (1, 5)
    assert [event["seq"] for event in first["streams"][name]["events"]] == list(range(1, 201))
    assert [event["seq"] for event in rest["streams"][name]["events"]] == [201, 202, 203]
    assert (first["streams"][name]["more"], rest["streams"][name]["more"]) == (True, False)
    assert first["streams"][name]["head"] == 203
    assert set(first["streams"][name]["events"][0]) == {"seq", "kind", "payload", "at"}


@shows("poll:reset", "poll:gone")
async def test_a_poll_tells_what_cannot_be_resumed(url: str) -> None:
    ada, hidden = person(), thread(person())
    where = thread(ada)
    tell(where, "1")

    told = await poll(url, ada, f"thread:{where.pk}@7", f"thread:{hidden.pk}@0", "thread:999999999@0", "no:1@0")

    assert told["streams"] == {
        f"thread:{where.pk}": {"reset": True, "head": 1},
        f"thread:{hidden.pk}": {"gone": True},
        "thread:999999999": {"gone": True},
        "no:1": {"gone": True},
    }


@shows("poll:400", "poll:429", "poll:302")
async def test_a_poll_refuses_nonsense_haste_and_strangers(url: str) -> None:
    session = session_of(person())
    for nonsense in ("thread", "thread:1", "thread:1@-1", ",".join(["thread:1@0"] * 21)):
        assert (await fetch(url, f"/live/poll?streams={nonsense}", session)).status == 400
    assert [(await fetch(url, "/live/poll", session)).status for _ in range(2)] == [200, 429]
    stranger = await fetch(url, "/live/poll", "nobody")
    assert (stranger.status, stranger.headers["location"].split("?")[0]) == (302, "/account/login/")


@shows("poll:health")
async def test_health_says_only_whether(url: str) -> None:
    reply = await fetch(url, "/live/health", "nobody")
    assert (reply.status, reply.body) == (200, b"{}")


@shows("field:files", "form:files")
async def test_a_file_is_brought_then_said_or_taken_back(url: str, speak: Open) -> None:
    ada = person()
    where = thread(ada)
    path = f"/threads/{where.pk}/files/"
    brought = [await post(url, ada, path, file=File(BytesIO(b"1;2\n"), name)) for name in ("a.csv", "b.csv", "c.csv")]
    refused = await post(url, ada, path, file=File(BytesIO(b"MZ"), "a.exe"))
    tokens = [reply.json()["token"] for reply in brought]

    async with speak(ada) as line:
        await line.watch(where.pk)
        await line.say(where.pk, "", files=tokens[:1])
        [event] = await line.events(1)
    form = await post(url, ada, f"/threads/{where.pk}/say/", body="", client_id=str(uuid.uuid4()), tokens=tokens[1])
    dropped = await post(url, ada, f"/files/attachments/{tokens[2]}/drop/")

    assert [reply.status for reply in (*brought, refused, form, dropped)] == [201, 201, 201, 422, 200, 204]
    assert refused.json()["message"]
    assert event["payload"]["files"] == [brought[0].json()]
    assert set(where.messages.values_list("attachments__token", flat=True)) == set(tokens[:2])


async def post(url: str, who: User, path: str, **form: Any) -> Reply:
    return await fetch(url, path, session_of(who), form, patience=30)


@shows("form:200", "form:422", "form:404")
async def test_a_form_says_once_and_refuses_with_words(url: str) -> None:
    ada, reader = person(), person()
    place = space(ada)
    join(place, reader)
    change_role(member=place.members.get(user=reader), role=SpaceMember.Role.READER, at=now())
    where, hidden, cid = thread(place=place), thread(person()), str(uuid.uuid4())
    path = f"/threads/{where.pk}/say/"

    said = [await post(url, ada, path, body="By form", client_id=cid) for _ in range(2)]
    empty = await post(url, ada, path, body=" ", client_id=str(uuid.uuid4()))
    denied = await post(url, reader, path, body="x", client_id=str(uuid.uuid4()))
    absent = await post(url, ada, f"/threads/{hidden.pk}/say/", body="x", client_id=str(uuid.uuid4()))

    first, again = (reply.json() for reply in said)
    assert [reply.status for reply in said] == [200, 200]
    assert (first["id"], first["seq"]) == (again["id"], again["seq"])
    assert [empty.status, denied.status, absent.status] == [422, 422, 404]
    assert empty.json()["message"]
    assert denied.json()["message"]
    assert where.messages.count() == 1


# --- events -------------------------------------------------------------------------------------


def documented_payloads() -> dict[str, dict[str, str]]:
    """For each kind of event in docs/events.md its fields, by path, and their JSON types."""
    text = Path(ROOT / "docs" / "events.md").read_text()
    kinds = re.findall(r"^### `([\w.]+)`\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
    return {kind: dict(re.findall(r"^\| `([^`]+)` \| ([^|]+?) \|", table, re.MULTILINE)) for kind, table in kinds}


def breaches(payload: Any, fields: dict[str, str], prefix: str = "") -> list[str]:
    """Where a payload is not as documented: a field that lacks, or has another type."""
    own = {path.removeprefix(prefix): kind for path, kind in fields.items() if path.startswith(prefix)}
    wrong = []
    for name, kind in own.items():
        if "." in name:
            continue
        if name not in payload:
            wrong.append(f"{prefix}{name} lacks")
        elif not is_of(payload[name], kind):
            wrong.append(f"{prefix}{name} is {payload[name]!r} and not {kind}")
        elif isinstance(payload[name], dict):
            wrong += breaches(payload[name], fields, f"{prefix}{name}.")
        elif isinstance(payload[name], list):
            inner = [one for one in payload[name] if isinstance(one, dict)]
            wrong += [breach for one in inner for breach in breaches(one, fields, f"{prefix}{name}[].")]
    return wrong


def is_of(value: Any, kind: str) -> bool:
    if kind.endswith("[]"):
        return isinstance(value, list)
    if isinstance(value, bool):
        return "boolean" in kind
    words = kind.split(" or ")
    return any(isinstance(value, JSON.get(word, dict)) for word in words)  # type: ignore[arg-type]  # types and tuples


async def test_what_a_message_goes_through_is_told_as_documented_live_and_by_polling(url: str, speak: Open) -> None:
    """Said, answered, edited, left a sign on, taken back: the same events by socket and poll, each as documented."""
    ada = person()
    where = thread(ada)
    first = say(where, ada, "**first**")
    async with speak(ada) as line:
        await line.watch(where.pk, 0)
        answer = await line.say(where.pk, "an answer", reply_to=first.pk)
        for path, form in [
            (f"/messages/{answer['id']}/edit/", {"body": "another answer"}),
            (f"/messages/{answer['id']}/react/", {"emoji": "👍"}),
            (f"/threads/{where.pk}/change/", {"title": "Another title", "kind": "discussion"}),
            (f"/messages/{first.pk}/delete/", {}),
        ]:
            assert (await post(url, ada, path, **form)).status in (200, 302)
        live = [await line.next("event")]
        while live[-1]["kind"] != "message.deleted":
            live.append(await line.next("event"))
    polled = (await poll(url, ada, f"thread:{where.pk}@0"))["streams"][f"thread:{where.pk}"]["events"]

    told = {event["kind"] for event in live}
    assert {"message.posted", "message.edited", "reactions.changed", "message.deleted"} <= told
    assert [event["seq"] for event in live] == list(range(1, len(live) + 1))
    forgotten = {**live[0]["payload"], "body": "", "html": ""}  # of what was taken back the log keeps no words,
    assert polled[0]["payload"] == forgotten
    polled[1]["payload"]["reply_to"] = live[1]["payload"]["reply_to"]  # neither where it was answered
    assert [(event["seq"], event["kind"], event["at"]) for event in polled] == [
        (event["seq"], event["kind"], event["at"]) for event in live
    ]
    assert [event["payload"] for event in polled[1:]] == [event["payload"] for event in live[1:]]
    payloads = documented_payloads()
    assert [breaches(event["payload"], payloads[event["kind"]]) for event in live] == [[]] * len(live)


def test_the_comparison_finds_what_is_not_as_documented() -> None:
    fields = {"id": "number", "author": "Author", "author.name": "string", "list": "Author[]", "list[].id": "number"}

    assert breaches({"id": 1, "author": {"name": "x"}, "list": [{"id": 1}]}, fields) == []
    assert breaches({"id": "1", "author": {"name": None}, "list": [{}]}, fields) == [
        "id is '1' and not number",
        "author.name is None and not string",
        "list[].id lacks",
    ]


async def test_a_fresh_page_shows_what_was_told(url: str, speak: Open) -> None:
    ada = person()
    where: Thread = thread(ada)
    async with speak(ada) as line:
        await line.watch(where.pk)
        await line.say(where.pk, "On the **page**")
        [event] = await line.events(1)
    page = (await fetch(url, f"/threads/{where.pk}/", session_of(ada), patience=30)).body.decode()

    assert event["payload"]["html"].strip() in page
    assert f'id="m-{event["payload"]["id"]}"' in page


async def test_polling_and_socket_stand_at_the_same_place(url: str, speak: Open) -> None:
    ada = person()
    where = thread(ada)
    begun = time.monotonic()
    async with speak(ada) as line:
        answer = await line.watch(where.pk)
        tell(where, "1", "2")
        await line.events(2)
        await asyncio.sleep(max(0, 1.1 - (time.monotonic() - begun)))
        news = await poll(url, ada, f"thread:{where.pk}@{answer['head']}")
    assert news["streams"][f"thread:{where.pk}"]["head"] == 2
