"""What other threads want done in the loop: in order, whatever fails, and with one waking for many."""

import asyncio
import threading
from functools import partial
from typing import Any

import pytest

from realtime.live.mail import Mail


class Loop:
    """The running loop, with the wakings counted."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.woken = 0

    def call_soon_threadsafe(self, call: Any) -> None:
        self.woken += 1
        self.loop.call_soon_threadsafe(call)


async def test_many_calls_wake_the_loop_once() -> None:
    loop: Any = Loop(asyncio.get_running_loop())
    mail, done = Mail(loop), list[int]()
    for number in range(50):
        mail.post(partial(done.append, number))
    assert loop.woken == 1
    await asyncio.sleep(0.01)
    assert done == list(range(50))
    mail.post(partial(done.append, 50))
    assert loop.woken == 2
    await asyncio.sleep(0.01)
    assert done[-1] == 50


async def test_what_is_posted_together_is_done_in_one_turn() -> None:
    loop: Any = Loop(asyncio.get_running_loop())
    mail, done = Mail(loop), list[str]()
    with mail.together():
        mail.post(partial(done.append, "first"))
        await asyncio.sleep(0.01)
        assert (loop.woken, done) == (0, [])
        mail.post(partial(done.append, "second"))
    assert loop.woken == 1
    await asyncio.sleep(0.01)
    assert done == ["first", "second"]


async def test_a_waking_that_was_under_way_forgets_nothing() -> None:
    mail, done = Mail(asyncio.get_running_loop()), list[str]()
    mail.post(partial(done.append, "before"))
    with mail.together():
        await asyncio.sleep(0.01)
        mail.post(partial(done.append, "meanwhile"))
    await asyncio.sleep(0.01)
    mail.post(partial(done.append, "after"))
    await asyncio.sleep(0.01)
    assert done == ["before", "meanwhile", "after"]


async def test_what_is_posted_meanwhile_waits_for_the_next_turn() -> None:
    mail, done = Mail(asyncio.get_running_loop()), list[str]()

    def first() -> None:
        mail.post(partial(done.append, "posted"))
        done.append("first")

    mail.post(first)
    mail.post(partial(done.append, "second"))
    await asyncio.sleep(0.01)
    assert done == ["first", "second", "posted"]


async def test_a_call_that_fails_costs_the_others_nothing(caplog: pytest.LogCaptureFixture) -> None:
    mail, done = Mail(asyncio.get_running_loop()), list[str]()
    mail.post(lambda: done.append(str(1 / 0)))
    mail.post(partial(done.append, "after"))
    await asyncio.sleep(0.01)
    assert done == ["after"]
    assert "ZeroDivisionError" in caplog.text


async def test_nothing_is_forgotten_between_threads() -> None:
    mail, done = Mail(asyncio.get_running_loop()), list[int]()

    def post() -> None:
        for number in range(2000):
            mail.post(partial(done.append, number))

    threads = [threading.Thread(target=post) for _ in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(500):
        await asyncio.sleep(0.01)
        if len(done) == 8000:
            break
    assert len(done) == 8000
