"""Shows a document bent updates, so many and with this seed, and prints what became of them. A process of its own.

python -m tests.realtime.coedit.besieging 20000 1
"""

import json
import random
import sys
from collections import Counter
from contextlib import suppress

import django


def besiege(count: int, seed: int) -> dict[str, int]:
    """Bends what editors wrote and shows it to the copies of their text, of which each is read back now and then."""
    from realtime.coedit.gate import Refused

    chance = random.Random(seed)
    met: Counter[str] = Counter()
    siege = Siege(chance)
    for number in range(count):
        if number % 500 == 0:
            siege = Siege(chance)
        try:
            met["passed, news" if siege.show() else "passed, nothing new"] += 1
        except Refused as refusal:
            met[refusal.code] += 1
        if number % 20 == 0:
            siege.go_on()
            siege.read_back()
    return dict(met)


class Siege:
    """One text that goes on being written, its copy, and updates that are bent or forged."""

    def __init__(self, chance: random.Random) -> None:
        from realtime.coedit.copy import Copy
        from tests.realtime.coedit.owning.notebooks import SCHEMA
        from tests.realtime.coedit.writing import Crowd

        self.chance, self.schema = chance, SCHEMA
        self.log = Crowd(chance.randrange(10**9)).write(60)
        self.next = len(self.log) // 3
        self.copy = Copy(SCHEMA)
        for update in self.log[: self.next]:
            self.copy.take_in(update)

    def show(self) -> bool:
        """One wrong update; what passes must break nothing. True when it said something new."""
        from realtime.coedit.structs import parse

        update = self.wrong()
        before = self.clocks()
        passed, said = self.copy.take_in(update)
        if said is not None:
            parse(said)
        assert bool(passed.clients) == (before != self.clocks()), "moved other than it said"
        return said is not None

    def wrong(self) -> bytes:
        from tests.realtime.coedit.forging import forged
        from tests.realtime.coedit.writing import mutated

        if self.chance.random() < 0.4:
            return forged(self.chance, self.clocks())
        near = self.log[self.next : self.next + 3] if self.chance.random() < 0.7 else []
        return mutated(self.chance, self.chance.choice(near or self.log), self.log)

    def go_on(self) -> None:
        """The editors write on, as far as what was forged lets them."""
        from realtime.coedit.gate import Refused

        if self.next < len(self.log):
            with suppress(Refused):
                self.copy.take_in(self.log[self.next])
            self.next += 1

    def read_back(self) -> None:
        """Another copy finds the same letters and elements in it, and yrs and the gate agree on how far it has come.

        Their order is not compared: neighbors by chance, which no editor would say, may stand differently elsewhere.
        """
        from realtime.coedit.copy import Copy
        from tests.realtime.coedit.writing import letters

        assert clocks(self.copy.doc.get_state()) == self.clocks()
        other = Copy(self.schema)
        other.gate.learn(whole := self.copy.whole())
        other.doc.apply_update(whole)
        assert letters(other.text) == letters(self.copy.text)
        other.close()

    def clocks(self) -> dict[int, int]:
        return clocks(self.copy.gate.known.state_vector())


def clocks(vector: bytes) -> dict[int, int]:
    """A state vector as a dictionary."""
    from realtime.coedit.wire import Reader

    reader = Reader(vector)
    return {reader.uint(): reader.uint() for _ in range(reader.uint())}


if __name__ == "__main__":
    django.setup()
    print(json.dumps(besiege(int(sys.argv[1]), int(sys.argv[2]))))
