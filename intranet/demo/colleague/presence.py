"""The scripted colleague beside the rooms of this process: she writes while somebody has her page open, and only then."""

from __future__ import annotations

import asyncio
import logging
import random
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError
from django.utils import timezone

from intranet.demo.colleague import writing
from intranet.demo.colleague.script import Script, pieces, the_script
from intranet.demo.colleague.writing import Desk
from realtime.coedit.awareness import user_of
from realtime.coedit.database import in_database
from realtime.coedit.gate import Refused
from realtime.coedit.messages import Told
from realtime.coedit.room import Room
from realtime.coedit.store import Overtaken, Shut

if TYPE_CHECKING:
    from realtime.coedit.rooms import Rooms

logger = logging.getLogger(__name__)
LOOK = 2.0  # seconds between two looks at whether somebody came
FIRST = (2.0, 4.0)  # before her first line, once somebody is there
BETWEEN = (9.0, 18.0)  # two lines
PIECE = (0.5, 1.1)  # two pieces of a line
AWAY = 1_200.0  # with nobody there so long she begins anew, once she had said everything
AGAIN = 60.0  # before a page that was not there is looked for again
SOURCE = "colleague"  # of her cursor, as of another process


class Colleague:
    """One a process. `chance` gives the pauses, and `sleep` waits for them."""

    def __init__(self, rooms: Rooms, *, chance: Any = random, sleep: Any = asyncio.sleep) -> None:
        self.rooms, self.chance, self.sleep = rooms, chance, sleep
        self.script: Script = the_script()
        self.desk: Desk | None = None
        self.looked_at = -AGAIN
        self.left_at = -AWAY  # when somebody was last there
        self.said: set[str] = set()  # in this visit: never twice, whatever becomes of it
        self.client, self.clock = writing.new_client(), 0

    async def work(self) -> None:
        """Goes on for ever; what fails is tried again a while later."""
        while True:
            await self.sleep(LOOK)
            try:
                if self.rooms.rooms and await self.find_desk():
                    await self.write_while_watched()
            except (DatabaseError, Shut, Overtaken, Refused) as error:
                logger.info("The scripted colleague could not write: %r", error)
                await self.sleep(AGAIN)
            except Exception:
                logger.exception("The scripted colleague could not write.")
                await self.sleep(AGAIN)

    async def find_desk(self) -> bool:
        """Whether there is a page to write in; asked of the database once, and seldom where there is none."""
        now = self.now()
        if self.desk is None and now - self.looked_at >= AGAIN:
            self.looked_at = now
            self.desk = await in_database(lambda: writing.desk_of(self.script, at=at()))
        return self.desk is not None

    async def write_while_watched(self) -> None:
        """Line after line while somebody is there; the first one a moment after they came."""
        pause, gone_for = FIRST, self.now() - self.left_at
        if self.is_watched() and gone_for >= AWAY:
            await self.begin_visit()
        while self.is_watched():
            line = await self.next_line()
            if line is None or not await self.rest(pause):
                return
            await self.write(line)
            pause = BETWEEN

    async def begin_visit(self) -> None:
        """Where she had said everything, she takes her own words back and begins anew."""
        self.said.clear()
        desk = self.here()
        if await in_database(lambda: writing.may_write(desk) and writing.line_to_write(desk, self.script) is None):
            await in_database(lambda: writing.begin_again(desk, self.script, at=at()))

    async def next_line(self) -> str | None:
        desk = self.here()
        if not await in_database(writing.may_write, desk):
            return None
        line = await in_database(lambda: writing.line_to_write(desk, self.script))
        return None if line in self.said else line

    async def write(self, line: str) -> None:
        """Some words at a time, with her cursor behind them; where everybody leaves, she stops in the middle."""
        desk = self.here()
        for words in pieces(line):
            if not self.is_watched():
                return
            caret = await in_database(lambda upto=words: writing.type_words(desk, self.script, line, upto, at=at()))
            if caret:
                self.show(caret)
            await self.sleep(self.chance.uniform(*PIECE))
        self.said.add(line)

    async def rest(self, between: tuple[float, float]) -> bool:
        """Whether somebody is still there after a pause; her cursor stays where it was."""
        left = self.chance.uniform(*between)
        while left > 0 and self.is_watched():
            await self.sleep(min(left, LOOK))
            self.show(None)
            left -= LOOK
        return self.is_watched()

    def is_watched(self) -> bool:
        """Whether somebody has the page open in this process."""
        room = self.room()
        if room is None or not room.editors:
            return False
        self.left_at = self.now()
        return True

    def show(self, caret: dict[str, Any] | None) -> None:
        """Her cursor, as the others see it; None leaves it in its place."""
        room, desk = self.room(), self.here()
        if room is None:
            return
        held = room.awareness.present.get(self.client)
        self.clock += 1
        cursor = {"anchor": caret, "head": caret} if caret else held.state["cursor"] if held else None
        state = {"user": user_of(desk.author.pk, desk.author.name), "cursor": cursor}
        room.awareness.hear(Told(self.client, self.clock, state), SOURCE, now=self.now())

    def room(self) -> Room | None:
        return self.rooms.rooms.get(self.desk.document_id) if self.desk else None

    def here(self) -> Desk:
        desk = self.desk
        assert desk is not None  # noqa: S101  # she only works at a desk
        return desk

    def now(self) -> float:
        return self.rooms.hub.loop.time()


def at() -> datetime:
    return timezone.now()
