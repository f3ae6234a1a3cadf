"""Questions to the database from the event loop: few threads, connections that stay open, many questions in one."""

import asyncio
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, Generic, TypeVar

from django.db import InterfaceError, OperationalError, connection

T = TypeVar("T")
Q = TypeVar("Q", bound=Hashable)
A = TypeVar("A")


class DatabaseThreads:
    """`count` threads, begun when first asked, each with a connection of its own that it keeps."""

    everywhere: "list[DatabaseThreads]" = []

    def __init__(self, name: str, count: int) -> None:
        self.name, self.count = name, count
        self.pool: ThreadPoolExecutor | None = None
        self.everywhere.append(self)

    async def __call__(self, work: Callable[..., T], *args: Any) -> T:
        """`work(*args)` in one of the threads; tried once more when the connection was lost.

        For work that does no harm when it is done twice.
        """
        self.pool = self.pool or ThreadPoolExecutor(self.count, thread_name_prefix=self.name)
        return await asyncio.get_running_loop().run_in_executor(self.pool, _work, work, args)

    def close(self) -> None:
        """Ends the threads and gives their connections back; a later question begins others."""
        if self.pool is None:
            return
        pool, self.pool = self.pool, None
        everyone = Barrier(self.count)
        for _ in range(self.count):
            pool.submit(_close, everyone)
        pool.shutdown(wait=True)


in_database = DatabaseThreads("live-database", 2)  # for reading


def close_database_threads() -> None:
    """Ends all such threads, at the end of the server or of a test."""
    for threads in DatabaseThreads.everywhere:
        threads.close()


def _close(everyone: Barrier) -> None:
    everyone.wait(timeout=30)  # so that each thread takes one
    connection.close()


def _work(work: Callable[..., T], args: tuple[Any, ...]) -> T:
    try:
        return work(*args)
    except (InterfaceError, OperationalError):
        connection.close()
        return work(*args)


class Together(Generic[Q, A]):
    """Asks about many things at once: the questions that arrive while one is asked go together into the next."""

    def __init__(self, ask_all: Callable[[Sequence[Q]], Mapping[Q, A]], most: int = 256) -> None:
        self.ask_all = ask_all
        self.most = most
        self.waiting: dict[Q, asyncio.Future[A]] = {}
        self.asking: asyncio.Task[None] | None = None

    async def ask(self, question: Q) -> A:
        """The answer to `question`, asked after this call. Raises what `ask_all` raised, KeyError without an answer."""
        answer = self.waiting.setdefault(question, asyncio.get_running_loop().create_future())
        if self.asking is None:
            self.asking = asyncio.create_task(self._ask_waiting())
        return await asyncio.shield(answer)

    async def _ask_waiting(self) -> None:
        try:
            while self.waiting:
                questions = list(self.waiting)[: self.most]
                futures = [self.waiting.pop(question) for question in questions]
                await self._ask(questions, futures)
        finally:
            self.asking = None

    async def _ask(self, questions: list[Q], futures: list[asyncio.Future[A]]) -> None:
        try:
            answers = await in_database(self.ask_all, questions)
        except Exception as error:
            for future in futures:
                future.set_exception(error)
                future.exception()  # an asker that left does not make it "never retrieved"
            return
        for question, future in zip(questions, futures, strict=True):
            if question in answers:
                future.set_result(answers[question])
            else:
                future.set_exception(KeyError(question))
