"""The people of a crash run: writers who insist until they are answered, readers who resume where they were."""

import asyncio
import random
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tests.crash.history import Broken, Call, History, Reader, Sight
from tests.crash.speaker import FATAL, PATIENCE, Away, Frame, Line, Reply, fetch, open_line

AGAIN = {"busy", "unavailable", "slow_down"}  # codes after which the same words are sent again
SIGNS = ("👍", "🎉", "🤔")
WORDS = ("la navette de seize heures", "part du quai nord", "avec les caisses", "isothermes", "et le relevé signé")
SILENCE = 25.0  # then a client connects again
WAIT_MOST = 1.0  # of a client that connects again, so that what is measured is the server


@dataclass(slots=True)
class Scene:
    """Where it happens: the processes' addresses, who is signed in how, which threads there are."""

    urls: Sequence[str]
    sessions: dict[int, str]
    threads: Sequence[int]
    history: History = field(default_factory=History)
    is_over: bool = False  # no writer begins anything new
    is_done: bool = False  # everybody goes home

    def breaks(self, who: str, what: str) -> None:
        self.history.broken.append(Broken(who, what))

    def hear_code(self, who: str, line: Line | None) -> None:
        if line is not None and line.code == FATAL:
            self.breaks(who, f"closed with {FATAL}")


class Person:
    """Somebody with a line to one of the processes, opened again at another when it breaks."""

    def __init__(self, scene: Scene, who: int, seed: str) -> None:
        self.scene, self.who = scene, who
        self.session = scene.sessions[who]
        self.chance = random.Random(seed)
        self.name = f"person {who}"
        self.line: Line | None = None

    def url(self) -> str:
        return self.chance.choice(self.scene.urls)

    async def work(self) -> None:
        """What this person does until everybody goes home."""
        raise NotImplementedError

    async def connected(self) -> Line:
        """The open line, welcomed. Raises Away."""
        if self.line is None:
            self.line = await open_line(self.url(), self.session)
            try:
                welcome = await self.line.receive(PATIENCE)
            except Away:
                await self.hang_up()
                raise
            if welcome is None or welcome["is"] != "welcome":
                await self.hang_up()
                raise Away
        return self.line

    async def hang_up(self) -> None:
        line, self.line = self.line, None
        if line is not None:
            self.scene.hear_code(self.name, line)
            await line.close()

    async def pause(self) -> None:
        await asyncio.sleep(self.chance.uniform(0.05, WAIT_MOST))


class Writer(Person):
    """Says things by socket and by form, edits, takes back and leaves signs, and insists on an answer."""

    def __init__(self, scene: Scene, who: int, seed: str, pace: float) -> None:
        super().__init__(scene, who, seed)
        self.pace = pace
        self.mine: list[Call] = []  # acknowledged, not taken back
        self.unsure: set[tuple[str, str]] = set()  # signs whose turn went unanswered
        self.count = 0

    async def work(self) -> None:
        while not self.scene.is_over:
            await self.act()
            await asyncio.sleep(self.chance.expovariate(1 / self.pace))
        await self.hang_up()

    async def act(self) -> None:
        chosen = self.chance.random()
        if chosen < 0.8 or not self.mine:
            await self.say()
        elif chosen < 0.88:
            await self.change(self.chance.choice(self.mine[-10:]), "edit")
        elif chosen < 0.91:
            await self.change(self.mine.pop(self.chance.randrange(len(self.mine))), "delete")
        else:
            await self.react(self.chance.choice(self.mine[-10:]))

    def words(self) -> str:
        self.count += 1
        chosen = self.chance.sample(WORDS, self.chance.randrange(2, len(WORDS)))
        return f"{self.who}.{self.count} {' '.join(chosen)} **{self.chance.randrange(10**6)}**"

    def begin(self, thread: int, verb: Any, key: str, words: str) -> Call:
        call = Call(self.who, thread, verb, key, words, invoked=time.monotonic(), tries=0)
        self.scene.history.calls.append(call)
        return call

    async def say(self) -> None:
        call = self.begin(self.chance.choice(self.scene.threads), "say", str(uuid.uuid4()), self.words())
        say = self.say_by_form if self.chance.random() < 0.3 else self.say_by_socket
        await self.insist(call, say)
        if call.outcome == "ok":
            self.mine.append(call)

    async def insist(self, call: Call, ask: Any) -> None:
        """Tries until there is an answer, or until everybody goes home."""
        while not self.scene.is_done and call.outcome == "unknown":
            call.tries += 1
            try:
                await ask(call)
            except Away:
                await self.hang_up()
            if call.outcome == "unknown":
                await self.pause()

    async def say_by_socket(self, call: Call) -> None:
        line = await self.connected()
        answer = await line.ask("say", thread=call.thread, cid=call.key, body=call.words)
        if answer["is"] == "ok":
            call.end("ok", time.monotonic(), {"id": answer["id"], "seq": answer["seq"]})
        elif answer["code"] not in AGAIN:
            self.refused(call, answer["code"])

    async def say_by_form(self, call: Call) -> None:
        form = {"body": call.words, "client_id": call.key}
        reply = await fetch(self.url(), f"/threads/{call.thread}/say/", self.session, form)
        if self.is_answer(call, reply):
            call.end("ok", time.monotonic(), reply.json())

    async def change(self, said: Call, verb: str) -> None:
        message = str(said.told["id"])
        words = self.words() if verb == "edit" else ""
        call = self.begin(said.thread, verb, message, words)

        async def ask(call: Call) -> None:
            reply = await fetch(self.url(), f"/messages/{message}/{verb}/", self.session, {"body": words})
            if reply.status == 404 and verb == "delete" and call.tries > 1:
                call.end("ok", time.monotonic())  # an earlier try took it back
            elif self.is_answer(call, reply):
                call.end("ok", time.monotonic())

        await self.insist(call, ask)

    async def react(self, said: Call) -> None:
        """A sign is turned on and off: who hears no answer does not turn it again."""
        message, sign = str(said.told["id"]), self.chance.choice(SIGNS)
        if (message, sign) in self.unsure:
            return
        call = self.begin(said.thread, "react", message, sign)
        call.tries = 1
        with suppress(Away):
            reply = await fetch(self.url(), f"/messages/{message}/react/", self.session, {"emoji": sign})
            if self.is_answer(call, reply):
                call.end("ok", time.monotonic(), reply.json())
        if call.outcome == "unknown":
            self.unsure.add((message, sign))

    def is_answer(self, call: Call, reply: Reply) -> bool:
        """Whether it was done. 503 is to be tried again; anything else is no answer we know of."""
        if reply.status not in (200, 503):
            self.refused(call, f"status {reply.status}")
        return reply.status == 200

    def refused(self, call: Call, why: str) -> None:
        call.end("fail", time.monotonic())
        self.scene.breaks(self.name, f"{call.verb} in thread {call.thread} was answered with {why}")


class SocketReader(Person):
    """Follows all threads over a socket, hangs up now and then, and goes on exactly where it was."""

    def __init__(self, scene: Scene, who: int, seed: str) -> None:
        super().__init__(scene, who, seed)
        self.name = f"reader {who} on a socket"
        self.reader = Reader(self.name, tuple(scene.threads))
        self.places = dict.fromkeys(scene.threads, 0)
        self.since = 0.0
        scene.history.readers.append(self.reader)

    async def work(self) -> None:
        while not self.scene.is_done:
            with suppress(Away):
                await self.follow()
            await self.hang_up()
            await self.pause()

    async def follow(self) -> None:
        line = await self.connected()
        for thread, place in self.places.items():
            answer = await line.ask("watch", stream=f"thread:{thread}", after=place)
            if answer["is"] != "ok":
                if answer["code"] not in AGAIN:
                    self.scene.breaks(self.name, f"watching was answered with {answer['code']}")
                return
        self.since = heard_at = time.monotonic()
        leaves_at = self.since + self.chance.uniform(3, 12)
        while not self.scene.is_done and (time.monotonic() < leaves_at or self.scene.is_over):
            frame = await line.receive(0.5)
            if frame is not None:
                heard_at = time.monotonic()
                self.hear(frame)
            elif time.monotonic() - heard_at > SILENCE:
                return

    def hear(self, frame: Frame) -> None:
        if frame["is"] == "event":
            self.see(int(frame["stream"].split(":")[1]), frame)
        elif frame["is"] == "heads" and self.is_behind(frame["heads"]):
            raise Away  # watch again
        elif frame["is"] in ("gone", "reset", "reload", "error"):
            self.scene.breaks(self.name, f"was told {frame['is']}")

    def see(self, thread: int, event: Frame) -> None:
        sight = Sight(thread, event["seq"], event["kind"], event["payload"], time.monotonic(), self.since)
        self.reader.sights.append(sight)
        self.places[thread] = max(event["seq"], self.places[thread])

    def is_behind(self, heads: dict[str, int]) -> bool:
        return any(head > self.places[int(name.split(":")[1])] for name, head in heads.items())


class PollReader(SocketReader):
    """Follows all threads by asking, as where no socket passes."""

    def __init__(self, scene: Scene, who: int, seed: str) -> None:
        super().__init__(scene, who, seed)
        self.name = self.reader.name = f"reader {who} who polls"
        self.reader.polls = True

    async def work(self) -> None:
        while not self.scene.is_done:
            with suppress(Away):
                await self.ask()
            await asyncio.sleep(self.chance.uniform(1.05, 1.6))

    async def ask(self) -> None:
        places = ",".join(f"thread:{thread}@{place}" for thread, place in self.places.items())
        reply = await fetch(self.url(), f"/live/poll?streams={places}", self.session)
        if reply.status == 200:
            for name, news in reply.json()["streams"].items():
                self.take(int(name.split(":")[1]), news)
        elif reply.status not in (429, 503):
            self.scene.breaks(self.name, f"polling was answered with status {reply.status}")

    def take(self, thread: int, news: Frame) -> None:
        if "events" not in news:
            self.scene.breaks(self.name, f"was told {news}")
            return
        for event in news["events"]:
            self.see(thread, event)
