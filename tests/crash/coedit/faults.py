"""The faults of a run on a text: those of every crash run, and what becomes of people's tabs."""

from collections.abc import Collection, Sequence
from functools import partial

from tests.crash.coedit.actors import Writer
from tests.crash.coedit.history import TextHistory
from tests.crash.faults import Breaker, Strike
from tests.crash.house import House

NAMED = {
    "kill -9 of server 1",
    "kill -9 of server 2",
    "SIGSTOP of Redis",
    "FLUSHALL of Redis",
    "offline, the tab closed, and back",
    "offline, the tab and its copy lost",
}  # of a short run


class TextBreaker(Breaker):
    """Breaks a house and the lines of those who write in it. `only` are the faults that may be dealt; all without."""

    def __init__(
        self, house: House, history: TextHistory, seed: str, writers: Sequence[Writer], only: Collection[str] = ()
    ) -> None:
        super().__init__(house, history, seed)
        self.writers = writers
        self.strikes |= self.of_tabs()
        self.strikes = {kind: strike for kind, strike in self.strikes.items() if not only or kind in only}

    def of_tabs(self) -> dict[str, Strike]:
        return {
            "offline, the tab closed, and back": partial(self.close_tab, keeps=True),
            "offline, the tab and its copy lost": partial(self.close_tab, keeps=False),
        }

    async def close_tab(self, *, keeps: bool) -> None:
        writer = self.chance.choice(self.writers)
        writer.go_offline()
        await self.last(0.5, 2)
        writer.close_tab(keeps=keeps)
        await self.last(0, 1)
        writer.come_back()
