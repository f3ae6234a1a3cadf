"""A served Parvis to speak to: with the product's own limits, and one whose limits can be reached in a minute."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from intranet.accounts.models import User
from tests.contract.speaking import Speaker
from tests.crash.speaker import open_line
from tests.realtime.live.cast import session_of
from tests.realtime.live.conftest import bell, database
from tests.realtime.live.served import Served, serving

__all__ = ["bell", "database"]
Open = Callable[..., AbstractAsyncContextManager[Speaker]]


@pytest.fixture(scope="module")
def served(database: str, bell: str) -> Iterator[Served]:
    """One process with the limits of the product."""
    with serving(database, PARVIS_REDIS_URL=bell) as running:
        yield running


@pytest.fixture(scope="module")
def hasty(database: str, bell: str) -> Iterator[Served]:
    """One process whose writer lets few wait, and which can be made to fall."""
    with serving(database, PARVIS_REDIS_URL=bell, CONTRACT="1", UNLIMITED="1") as running:
        yield running


@pytest.fixture
def url(served: Served) -> str:
    return f"http://{served.urls[0]}"


@pytest.fixture
def speak(url: str) -> Open:
    """Opens a welcomed socket for a person: `async with speak(ada) as line`."""

    @asynccontextmanager
    async def opened(who: User, at: str = url) -> AsyncIterator[Speaker]:
        session = session_of(who)
        line = await open_line(at, session)
        line.patience = 30.0
        speaker = Speaker(line, session)
        try:
            assert (await speaker.next("welcome"))["is"] == "welcome"
            yield speaker
        finally:
            await line.close()
            await asyncio.sleep(0)

    return opened
