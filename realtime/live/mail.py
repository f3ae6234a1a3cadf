"""Calls into the event loop from other threads: however many come together, the loop is woken once."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

logger = logging.getLogger(__name__)
Call = Callable[[], None]


class Mail:
    """What other threads want done in `loop`, in the order they posted it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.calls: deque[Call] = deque()
        self.is_rung = False

    def post(self, call: Call) -> None:
        """Lets `call` be made in the loop soon, from any thread. Raises RuntimeError when the loop is closed."""
        self.calls.append(call)
        if not self.is_rung:
            self.is_rung = True
            self.loop.call_soon_threadsafe(self._open)

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is posted meanwhile, by whoever, is done in one turn of the loop. Raises RuntimeError as `post` does."""
        self.is_rung = True
        try:
            yield
        finally:
            self.is_rung = True  # the loop may have looked since
            self.loop.call_soon_threadsafe(self._open)

    def _open(self) -> None:
        self.is_rung = False  # before it looks: what is posted from now on rings again
        for _ in range(len(self.calls)):
            call = self.calls.popleft()
            try:
                call()
            except Exception:
                logger.exception("What another thread asked for failed.")
