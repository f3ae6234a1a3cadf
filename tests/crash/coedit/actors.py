"""Those who write one text in a crash run: each in a tab that keeps its copy, as a browser does on its device."""

import asyncio
import json
import random
import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from pycrdt import Doc, XmlFragment
from websockets.exceptions import InvalidHandshake, InvalidMessage

from tests.crash.coedit.history import Deed, TextHistory, Verb
from tests.crash.history import Broken
from tests.realtime.coedit.tab import Frame, Tab, online
from tests.realtime.coedit.writing import new_doc, paragraph, updates_of

WORD = re.compile(r"m\d+x\d+z")
PATIENCE = 4.0  # seconds without a frame: then the line is taken for dead
PING = 1.0
EXCUSED = {None, 1000, 1001, 1006, 4412, 4413}  # codes of a line that breaks, or of a server that cannot at the moment
BROKEN = (OSError, InvalidHandshake, InvalidMessage, TimeoutError, EOFError)


@dataclass(slots=True)
class Scene:
    """Where it happens: the processes' addresses, who is signed in how, which document."""

    urls: Sequence[str]
    sessions: Sequence[str]
    page: int
    document: int
    history: TextHistory = field(default_factory=TextHistory)
    is_still: bool = False  # nobody types
    is_done: bool = False  # everybody goes home


class Sheet(Tab):
    """A tab that knows which of its deeds are answered."""

    def __init__(self, doc: Doc[XmlFragment] | None = None, waiting: Sequence[Deed] = ()) -> None:
        super().__init__(doc)
        self.waiting = list(waiting)  # in the copy, and not answered
        self.under_way: list[tuple[int, Deed]] = []  # with the number of the update they went with
        self.flows = False  # the server asked for what it lacks: what is written goes as it is made
        self.refused: list[Frame] = []

    def begin(self) -> None:
        """A new line: what was on its way must be asked about again."""
        self.flows, self.under_way = False, []

    async def do(self, deed: Deed, act: Callable[[Any], None]) -> None:
        """Changes the copy, and sends it now or when the server asks."""
        updates = updates_of(self.doc, act)
        self.waiting.append(deed)
        if self.flows:
            self.under_way.append((self.sent + len(updates), deed))
            for update in updates:
                await self.send(update)

    async def answer(self, clocks: bytes) -> None:
        self.flows = True
        self.under_way = [(self.sent + 1, deed) for deed in self.waiting]
        await super().answer(clocks)

    def told(self, frame: Frame) -> None:
        super().told(frame)
        del self.frames[:-50]
        if frame["is"] == "nack":
            self.refused.append(frame)
        elif frame["is"] == "ack":
            for number, deed in self.under_way:
                if number <= frame["n"]:
                    deed.answered = time.monotonic()
            self.under_way = [one for one in self.under_way if one[1].answered is None]
            self.waiting = [deed for deed in self.waiting if deed.answered is None]


class Writer:
    """Somebody who types, takes back and saves, over one line after the other to whichever process answers."""

    def __init__(self, scene: Scene, who: int, seed: str, pace: float) -> None:
        self.scene, self.who, self.pace = scene, who, pace
        self.chance = random.Random(seed)
        self.sheet = Sheet()
        self.deeds: list[Deed] = []
        self.count = 0
        self.is_away = False  # no network

    @property
    def name(self) -> str:
        return f"writer {self.who}"

    @property
    def is_settled(self) -> bool:
        """On a line, with everything answered."""
        return self.sheet.flows and self.sheet.closed is None and not self.sheet.waiting

    # --- the line ---

    async def work(self) -> None:
        """Comes back whenever the line breaks, until everybody goes home."""
        while not self.scene.is_done:
            if not self.is_away:
                with suppress(*BROKEN):
                    await self.stay(self.sheet)
            await asyncio.sleep(self.chance.uniform(0.05, 0.5))

    async def stay(self, sheet: Sheet) -> None:
        """One line, as long as it lasts."""
        sheet.begin()
        place = urlsplit(self.chance.choice(self.scene.urls)).netloc
        session = self.scene.sessions[self.who]
        async with online(
            sheet, place, session, self.scene.document, synced=False, open_timeout=PATIENCE, close_timeout=0.2
        ):
            await sheet.ask()
            await self.hold(sheet)
        self.hear_end(sheet)

    async def hold(self, sheet: Sheet) -> None:
        heard_at, seen = time.monotonic(), -1
        while sheet.closed is None and not self.is_away and not self.scene.is_done:
            await asyncio.sleep(0.1)
            heard = sheet.heard
            if heard != seen:
                heard_at, seen = time.monotonic(), heard
            silence = time.monotonic() - heard_at
            if silence > PATIENCE:
                return
            if silence > PING:
                await sheet.say(json.dumps({"do": "ping"}))

    def hear_end(self, sheet: Sheet) -> None:
        if sheet.closed not in EXCUSED:
            self.breaks(f"closed with {sheet.closed}")
        for frame in sheet.refused:
            self.breaks(f"refused: {frame['why']}")
        sheet.refused.clear()
        sheet.flows = False

    def breaks(self, what: str) -> None:
        self.scene.history.broken.append(Broken(self.name, what))

    # --- the tab ---

    def go_offline(self) -> None:
        """The network is gone, without a word to anybody; one types on."""
        self.is_away, self.sheet.flows = True, False
        if self.sheet.socket is not None:
            self.sheet.socket.transport.abort()

    def close_tab(self, *, keeps: bool) -> None:
        """Closes the tab while the network is gone. What is kept on the device is there for the next one."""
        old = self.sheet
        if keeps:
            doc = new_doc()
            doc.apply_update(old.doc.get_update())
            self.sheet = Sheet(doc, old.waiting)
        else:
            for deed in old.waiting:
                deed.is_dropped = True
            self.deeds = [deed for deed in self.deeds if not deed.is_dropped]
            self.sheet = Sheet()

    def come_back(self) -> None:
        self.is_away = False

    # --- the hands ---

    async def write(self) -> None:
        """Types whatever happens to the line, until everybody goes home."""
        while not self.scene.is_done:
            await asyncio.sleep(self.chance.expovariate(1 / self.pace))
            if not self.scene.is_still and len(self.sheet.text.children):
                await self.act()

    async def act(self) -> None:
        chosen = self.chance.random()
        mine = [deed for deed in self.deeds[-20:] if deed.answered is not None]
        if chosen < 0.1 and mine:
            await self.take_back(self.chance.choice(mine))
        elif chosen < 0.12:
            await self.save()
        else:
            await self.type(with_paragraph=chosen > 0.9)

    async def save(self) -> None:
        if self.sheet.flows:
            await self.sheet.say(json.dumps({"do": "save"}))

    async def type(self, *, with_paragraph: bool) -> None:
        self.count += 1
        word = f"m{self.who}x{self.count}z"
        deed = self.begin("type", word)
        self.deeds.append(deed)
        if with_paragraph:
            place = self.chance.randrange(len(self.sheet.text.children)) + 1
            await self.sheet.do(deed, lambda text: text.children.insert(place, paragraph(f"{word} ")))
        else:
            inside, at = self.somewhere()
            marks: dict[str, Any] | None = {"bold": {}} if self.chance.random() < 0.1 else None
            await self.sheet.do(deed, lambda _: inside.insert(at, f" {word} ", marks))

    async def take_back(self, typed: Deed) -> None:
        """Deletes the letters of a word."""
        for child in self.sheet.text.children:
            inside = child.children[0]
            start = words_in(inside).find(typed.word)
            if start >= 0:
                self.deeds.remove(typed)
                stop = start + len(typed.word)
                deed = self.begin("take back", typed.word)
                await self.sheet.do(deed, lambda _: inside.__delitem__(slice(start, stop)))  # noqa: B023  # at once
                return

    def begin(self, verb: Verb, word: str) -> Deed:
        deed = Deed(self.who, verb, word, time.monotonic())
        self.scene.history.deeds.append(deed)
        return deed

    def somewhere(self) -> tuple[Any, int]:
        """A text, and a place in it that is in no word. All is ASCII: letters are bytes."""
        children = self.sheet.text.children
        inside = children[self.chance.randrange(len(children))].children[0]
        said = words_in(inside)
        return inside, self.chance.choice([0, len(said), *(found.end() for found in WORD.finditer(said))])


def words_in(inside: Any) -> str:
    return "".join(str(piece) for piece, _ in inside.diff())
