"""The servers side by side, each with its clients: who takes a turn, and what the turn cost."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from intranet.bench.live.generator import Generator, GeneratorFailed
from intranet.bench.live.processes import processor_seconds, resident_bytes
from intranet.bench.live.servers.base import Absent, Server
from intranet.bench.live.slots import Slot

Say = Callable[[str], None]


@dataclass(slots=True)
class Side:
    """A server and its clients."""

    server: Server
    generator: Generator
    connection_bytes: float = 0.0  # of memory for each connection

    @property
    def name(self) -> str:
        return self.server.name

    def connect(self, count: int, *, at_once: int = 64) -> None:
        try:
            self.generator.connect(count, at_once=at_once)
        except GeneratorFailed as failed:
            raise GeneratorFailed(f"{self.name}: {failed}\n{self.server.told()}") from failed

    def turn(self, scenario: str, *command: object, at: float) -> Slot:
        """One slot of this server alone."""
        family = self.server.processes()
        before = processor_seconds(family)
        counted = self.generator.ask(*command)
        return Slot(self.name, scenario, at, processor_seconds(family) - before, counted)


class Field:
    """All sides at once. `slots` keeps every turn, in time."""

    def __init__(self, sides: Sequence[Side], *, seed: int, say: Say) -> None:
        self.sides = list(sides)
        self.say = say
        self.slots: list[Slot] = []
        self.begun = time.monotonic()
        self.random = random.Random(seed)  # noqa: S311  # to be fair, not to hide

    def now(self) -> float:
        return time.monotonic() - self.begun

    def connect(self, count: int) -> None:
        """Everybody's clients up to `count`."""
        for side in list(self.sides):
            self.lets_in(side, count, lambda each=side: each.connect(count))  # type: ignore[misc]  # bound in the loop

    def lets_in(self, side: Side, count: int, come: Callable[[], object]) -> bool:
        """Whether its clients came in; a peer that does not take so many leaves the field. Raises GeneratorFailed for ours."""
        try:
            come()
        except GeneratorFailed:
            if side.server.is_ours:
                raise
            self.say(f"  {side.name}: does not let {count:,} in, and is left out from here on")
            self.sides.remove(side)
            side.generator.stop()
            side.server.stop()
            return False
        return True

    def rounds(self, count: int, take: Callable[[Side], Any]) -> None:
        """Lets every side take a turn `count` times, in another order each time."""
        for _ in range(count):
            order = self.random.sample(self.sides, len(self.sides))
            for side in order:
                if side in self.sides:  # it may have left the field
                    take(side)

    def take(self, side: Side, scenario: str, *command: object) -> Slot:
        """A turn that counts."""
        slot = side.turn(scenario, *command, at=self.now())
        self.slots.append(slot)
        return slot

    def stop(self) -> None:
        for side in self.sides:
            side.generator.stop()
            side.server.stop()


def bring_up(servers: Sequence[Server], *, clients: int, say: Say, seed: int) -> tuple[Field, dict[str, str]]:
    """Starts every server that can be had, with its clients' program; and says of the others what is missing."""
    sides, absent = [], {}
    for server in servers:
        begun = time.monotonic()
        try:
            server.start(clients)
            sides.append(Side(server, Generator(server.dialect(), server.ports, server.folder)))
        except Absent as missing:
            absent[server.name] = str(missing)
            say(f"  {server.name}: not here, for want of {missing}")
            server.stop()
        except BaseException:
            for other in [*(side.server for side in sides), server]:
                other.stop()
            raise
        else:
            say(f"  {server.name}: up in {time.monotonic() - begun:.0f} s")
    return Field(sides, seed=seed, say=say), absent


def weigh(side: Side, count: int, begin: int) -> None:
    """Connects up to `count` and remembers what each connection beyond `begin` took of memory."""
    before = resident_bytes(side.server.processes())
    side.connect(count)
    side.connection_bytes = (resident_bytes(side.server.processes()) - before) / max(1, count - begin)
