"""Turns of typing: the editors of each server in a program of their own, one server after the other, in another order each round."""

import json
import random
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from intranet.bench.coedit.servers import Side
from intranet.bench.live.processes import processor_seconds
from intranet.bench.live.servers.peers import find_node

PROGRAM = Path(__file__).parent / "programs" / "typist.cjs"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done: crowds of so many editors, turns of each server, seconds of a turn, milliseconds between letters."""

    crowds: Sequence[int] = (2, 10, 50)
    rounds: int = 4
    seconds: float = 4.0
    every: float = 125.0


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of the letters of one server in one turn."""

    side: str
    is_ours: bool
    editors: int
    processor: float  # seconds
    counted: dict[str, Any]


class Typist:
    """The editors of one server."""

    def __init__(self, modules: Path, log: Path) -> None:
        node, _ = find_node()
        with log.open("ab") as errors:
            self.running = subprocess.Popen(
                [node, str(PROGRAM), str(modules)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self.log = log

    def ask(self, **what: Any) -> dict[str, Any]:
        """What it answers. Raises RuntimeError with its last words."""
        assert self.running.stdin is not None
        assert self.running.stdout is not None
        self.running.stdin.write(json.dumps(what) + "\n")
        self.running.stdin.flush()
        line = self.running.stdout.readline()
        if not line:
            raise RuntimeError(f"the editors stopped:\n{self.log.read_text()[-2000:]}")
        found: dict[str, Any] = json.loads(line)
        return found

    def close(self) -> None:
        self.running.kill()
        self.running.communicate()


@contextmanager
def typists(up: Sequence[Side], modules: Path, editors: int, page: int) -> Iterator[list[tuple[Side, Typist]]]:
    """So many editors at each server, in one text each."""
    with ExitStack() as stack:
        found = []
        for side in up:
            typist = Typist(modules, side.folder / "typist.log")
            stack.callback(typist.close)
            typist.ask(lines=side.lines(editors, page))
            found.append((side, typist))
        yield found


def turns(up: Sequence[Side], modules: Path, size: Size, seed: int) -> Iterator[Turn]:
    """All turns, those of a crowd together."""
    chance = random.Random(seed)  # noqa: S311  # a repeatable order
    for page, editors in enumerate(size.crowds):
        with typists(up, modules, editors, page) as pairs:
            for side, typist in pairs:
                typist.ask(seconds=1, every=size.every)  # the first letters warm it up
                del side
            for _ in range(size.rounds):
                for side, typist in chance.sample(pairs, len(pairs)):
                    yield one_turn(side, typist, editors, size)


def one_turn(side: Side, typist: Typist, editors: int, size: Size) -> Turn:
    processes = side.processes()
    before = processor_seconds(processes)
    counted = typist.ask(seconds=size.seconds, every=size.every)
    return Turn(side.name, side.is_ours, editors, processor_seconds(processes) - before, counted)


@dataclass(frozen=True, slots=True)
class Row:
    """What is told of a server with a crowd: medians of its turns, and sums of what went wrong."""

    side: str
    is_ours: bool
    editors: int
    edits: int
    delivered: float  # share
    wrong: int  # doubled, passed over, refused, unacknowledged, closed
    p50: float  # milliseconds
    p99: float
    processor: float  # milliseconds an edit


def rows(found: Sequence[Turn]) -> list[Row]:
    """One for each server and crowd, in the order of their first turns."""
    keys = dict.fromkeys((turn.editors, turn.side) for turn in sorted(found, key=lambda turn: turn.editors))
    return [row([turn for turn in found if (turn.editors, turn.side) == key]) for key in keys]


def row(found: Sequence[Turn]) -> Row:
    total = {name: sum(turn.counted[name] for turn in found) for name in found[0].counted}
    wrong = sum(total[name] for name in ("doubled", "gaps", "refused", "closed")) + found[-1].counted["unacknowledged"]
    return Row(
        side=found[0].side,
        is_ours=found[0].is_ours,
        editors=found[0].editors,
        edits=total["sent"],
        delivered=total["delivered"] / max(1, total["wanted"]),
        wrong=wrong,
        p50=median(turn.counted["p50"] for turn in found),
        p99=median(turn.counted["p99"] for turn in found),
        processor=median(1000 * turn.processor / max(1, turn.counted["sent"]) for turn in found),
    )
