"""One document in two processes: what one commits the other shows, whatever becomes of the bell or of a process."""

import asyncio
import random
import signal
from collections.abc import Iterator

import pytest

from intranet.accounts.models import User
from realtime.coedit import services
from realtime.coedit.models import Document, Update
from tests.realtime.coedit.cast import kept_shape, notebook
from tests.realtime.coedit.tab import Tab, eventually, meet, online
from tests.realtime.coedit.writing import Crowd, new_doc, paragraph, typed, updates_of
from tests.realtime.live.cast import now, person, session_of
from tests.realtime.live.served import Served, serving
from tests.support.redis import Redis

SETTINGS = "tests.realtime.coedit.settings"
SEED = random.randrange(10**6)
pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def pair(database: str, bell: str) -> Iterator[Served]:
    """Two processes whose bell loses, doubles, delays and disorders."""
    with serving(database, processes=2, PARVIS_REDIS_URL=bell, DJANGO_SETTINGS_MODULE=SETTINGS, CHAOS="7") as running:
        yield running


@pytest.fixture
def people(database: str) -> list[User]:
    return [person() for _ in range(4)]


@pytest.fixture
def document(people: list[User]) -> Document:
    return notebook(*people, state=typed("To begin with", 4))


@pytest.mark.feature("P3")
async def test_four_who_write_at_random_over_two_processes_agree(
    pair: Served, people: list[User], document: Document
) -> None:
    """And the database holds what they see, and every word of theirs is in it unless one of them deleted it."""
    print("seed", SEED)
    crowds = [Crowd(SEED + number) for number in range(4)]
    tabs = [Tab(new_doc(1000 + number)) for number in range(4)]
    async with (
        online(tabs[0], pair.urls[0], session_of(people[0]), document.pk),
        online(tabs[1], pair.urls[1], session_of(people[1]), document.pk),
        online(tabs[2], pair.urls[0], session_of(people[2]), document.pk),
        online(tabs[3], pair.urls[1], session_of(people[3]), document.pk),
    ):

        async def write(tab: Tab, crowd: Crowd) -> None:
            for number in range(60):
                await tab.write(crowd.change)
                if number % 6 == 0:
                    await tab.add(f"kept {tab.doc.client_id} {number}")
                await asyncio.sleep(crowd.chance.random() * 0.04)

        await asyncio.gather(*(write(tab, crowd) for tab, crowd in zip(tabs, crowds, strict=True)))
        await meet(*tabs, wait=30)
        assert kept_shape(document) == tabs[0].shape
        services.take_snapshot(document_id=document.pk, at=now())
        await tabs[0].add("after the folding")
        await meet(*tabs, wait=30)
    assert kept_shape(document) == tabs[0].shape
    seqs = list(Update.objects.filter(document=document).order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))


async def test_cursors_are_seen_over_processes(pair: Served, people: list[User], document: Document) -> None:
    cursor = {"anchor": {"item": None}, "head": {"item": None}}
    async with (
        online(Tab(), pair.urls[0], session_of(people[0]), document.pk) as first,
        online(Tab(), pair.urls[1], session_of(people[1]), document.pk) as second,
    ):
        for clock in range(1, 200):  # a client says it again and again: some of it gets through
            await first.point({"cursor": cursor}, clock=clock)
            await asyncio.sleep(0.05)
            if second.cursors:
                break
        assert second.cursors[first.doc.client_id]["user"]["name"] == people[0].name


async def test_a_tab_goes_on_in_another_process(pair: Served, people: list[User], document: Document) -> None:
    """Under its own id, with what it had not been answered."""
    tab = Tab()
    for number in range(6):
        async with online(tab, pair.urls[number % 2], session_of(people[0]), document.pk):
            await tab.saved()
            await tab.type("words", place=0)  # and away without waiting
    async with online(tab, pair.urls[0], session_of(people[0]), document.pk):
        await tab.saved()
    assert tab.words() == ["To begin with" + "words" * 6]
    assert kept_shape(document) == tab.shape


async def test_the_same_id_in_two_processes_is_kept_once(pair: Served, people: list[User], document: Document) -> None:
    """Somebody writes two things under one id and number: the first in the log is the text, for everybody."""
    one, other = Tab(new_doc(77)), Tab(new_doc(77))
    session = session_of(people[0])
    async with (
        online(one, pair.urls[0], session, document.pk),
        online(other, pair.urls[1], session, document.pk),
    ):
        first = updates_of(one.doc, lambda text: text.children.append(paragraph("one")))
        second = updates_of(other.doc, lambda text: text.children.append(paragraph("two")))
        await asyncio.gather(one.send(first[0]), other.send(second[0]))
        await eventually(lambda: one.acked == one.sent and other.acked == other.sent)
    readers = [Tab(), Tab()]
    async with (
        online(readers[0], pair.urls[0], session, document.pk),
        online(readers[1], pair.urls[1], session, document.pk),
    ):
        await readers[0].add("and on")
        await meet(*readers)
    assert kept_shape(document) == readers[0].shape
    assert sum(word in ("one", "two") for word in readers[0].words()) == 1


@pytest.mark.feature("P3")
async def test_a_killed_process_loses_nothing_that_was_acknowledged(
    database: str, bell: str, people: list[User], document: Document
) -> None:
    """SIGKILL in the middle of typing, again and again; the tabs come back to whichever process is there."""
    environment = {"PARVIS_REDIS_URL": bell, "DJANGO_SETTINGS_MODULE": SETTINGS, "CHAOS": "9"}
    acknowledged: set[str] = set()
    with serving(database, processes=2, **environment) as pair:
        tab = Tab()
        for round_ in range(3):
            async with (
                online(tab, pair.urls[0], session_of(people[0]), document.pk),
                online(Tab(), pair.urls[1], session_of(people[1]), document.pk) as other,
            ):
                await tab.saved()
                number = {}
                for word in range(40):
                    number[await tab.add(f"round {round_} word {word}")] = f"round {round_} word {word}"
                    await asyncio.sleep(0.005)
                    if word == 25:
                        pair.processes[0].send_signal(signal.SIGKILL)
                await tab.code()
                acknowledged |= {words for n, words in number.items() if n <= tab.acked}
                assert tab.acked
                await other.until(lambda kept=frozenset(acknowledged): kept <= set(other.words()))  # type: ignore[misc]
                assert acknowledged <= {words for _, _, [[(words, _)]] in kept_shape(document)[2]}
            pair.processes[0].wait()
            pair.restart(0)
        async with (
            online(tab, pair.urls[0], session_of(people[0]), document.pk),
            online(Tab(), pair.urls[1], session_of(people[1]), document.pk) as other,
        ):
            await tab.saved()
            await meet(tab, other)
            assert len(other.words()) == 1 + 3 * 40  # what was not acknowledged came back with its tab
    print(f"{len(acknowledged)} acknowledged, none lost")


async def test_without_a_bell_two_processes_agree(
    database: str, redis: Redis, bell: str, people: list[User], document: Document
) -> None:
    """Redis stands still: each process finds by itself what the other committed."""
    with serving(database, processes=2, PARVIS_REDIS_URL=bell, DJANGO_SETTINGS_MODULE=SETTINGS) as pair:
        async with (
            online(Tab(), pair.urls[0], session_of(people[0]), document.pk) as first,
            online(Tab(), pair.urls[1], session_of(people[1]), document.pk) as second,
        ):
            await first.add("heard")
            await meet(first, second)
            still(redis, signal.SIGSTOP)
            try:
                await first.add("unheard")
                await second.add("nor this")
                await meet(first, second)
                await asyncio.sleep(3)  # the failure is known by now
                started = asyncio.get_running_loop().time()
                await first.add("found fast")
                await meet(first, second)
                print(f"found after {asyncio.get_running_loop().time() - started:.2f} s")
            finally:
                still(redis, signal.SIGCONT)
            assert {"heard", "unheard", "nor this", "found fast"} <= set(second.words())


def still(redis: Redis, how: signal.Signals) -> None:
    assert redis.process
    redis.process.send_signal(how)


async def test_a_server_that_stops_commits_what_it_has_and_says_so(
    database: str, bell: str, people: list[User], document: Document
) -> None:
    with serving(database, PARVIS_REDIS_URL=bell, DJANGO_SETTINGS_MODULE=SETTINGS) as served:
        async with online(Tab(), served.urls[0], session_of(people[0]), document.pk) as tab:
            await tab.add("at the last moment")
            await asyncio.sleep(0.01)
            served.processes[0].send_signal(signal.SIGTERM)
            assert await tab.code() == 4412
            assert tab.acked == tab.sent
        assert served.processes[0].wait(timeout=20) == 0
    assert kept_shape(document) == tab.shape


async def test_a_few_is_all_a_small_room_holds(
    database: str, bell: str, people: list[User], document: Document
) -> None:
    """The bounds, where they can be reached: three connections, four kilobytes."""
    with serving(database, PARVIS_REDIS_URL=bell, DJANGO_SETTINGS_MODULE=SETTINGS, FEW="1") as served:
        session, url = session_of(people[0]), served.urls[0]
        async with (
            online(Tab(), url, session, document.pk) as first,
            online(Tab(), url, session, document.pk),
            online(Tab(), url, session, document.pk),
        ):
            async with online(Tab(), url, session, document.pk, synced=False) as fourth:
                assert await fourth.code() == 4413
            await first.add("x" * 5000)
            await first.saved()
            await first.add("one word too many")
            assert (await first.frame("nack"))["why"] == "full"
            await first.frame("saved")  # kept after half a second of rest
            assert not Update.objects.filter(document=document).exists()
        assert "one word too many" in first.words()
        lighter = Tab()
        async with online(lighter, url, session, document.pk):
            await lighter.write(lambda text: text.children.__delitem__(1))
            await lighter.saved()
            assert lighter.words() == ["To begin with"]
