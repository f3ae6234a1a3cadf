"""A house whose exact numbers stand nowhere by chance: each is large, and every key of a row is larger still.

So an exact number that is found in an answer was told by something that counted.
"""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import AutoField, Count

from intranet.accounts.models import User
from intranet.metrics.core import release
from intranet.metrics.core.blocks import Partition
from intranet.metrics.core.bounded import count_bits
from realtime.spaces.models import Space
from realtime.threads.models import HelpfulMark, Message, Thread
from tests.intranet.metrics.houses import House, close, open_house
from tests.realtime.spaces.factories import SpaceFactory

FIRST_KEY = 5_000_000  # of every table from now on
SEEN_FROM = 100  # smaller numbers stand on any page by chance
NOON = datetime(2026, 10, 5, 10, tzinfo=UTC)
LETTERS = "abcdefghij"

# By block: who begins a conversation, of whom the first ones are answered there; who asks, who is answered;
# who speaks in six weeks; who is helped; how much the one says who says most.
ACTS = {"a": (251, 173, 233, 157, 149, 127, 1237), "b": (227, 139, 199, 131, 113, 103, 641)}


def far_keys() -> None:
    """From now on the tables number their rows from FIRST_KEY."""
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if isinstance(model._meta.pk, AutoField) and not model._meta.proxy and model._meta.managed:
                number_from(cursor, model._meta.db_table, model._meta.pk.column)


def number_from(cursor: Any, table: str, column: str | None) -> None:
    if connection.vendor == "sqlite":
        cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [table])
        cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, FIRST_KEY])
    else:
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [f'"{table}"', column, FIRST_KEY])


def take_stock() -> None:
    """Lets PostgreSQL know how many rows there are now: it would plan for what others left, and take minutes.

    Until the transaction ends it keeps autovacuum from counting again, which would see none of them.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def counted_house() -> tuple[House, set[int]]:
    """A house with a closed quarter, and all the exact numbers that closing it computed or that count a person."""
    far_keys()
    house, _ = open_house(sizes={"a": 401, "b": 353, "c": 8, "d": 6})
    name_in_letters(house)
    space = SpaceFactory(by=house.people["a"][0], name="Grande place")
    for block, other in (("a", "b"), ("b", "a")):
        act(space, house.people[block], house.people[other], ACTS[block])
    take_stock()
    with heard() as exact:
        close()
    return house, {number for number in exact | a_person() if number >= SEEN_FROM}


def name_in_letters(house: House) -> None:
    """A number in a name would be found."""
    for place, user in enumerate(house.everybody):
        user.name = "Zo " + "".join(LETTERS[int(digit)] for digit in str(place))
        user.email = f"{user.name[3:]}@exemple.example"
    User.objects.bulk_update(house.everybody, ["name", "email"], batch_size=200)


def act(space: Space, people: list[User], others: list[User], numbers: tuple[int, ...]) -> None:
    """What `people` do in the quarter, and others for them."""
    begun, answered, asked, helped_soon, weekly, helped, most = numbers
    threads = begin(space, people[:begun], "discussion")
    say([(thread, thread.created_by, 1, NOON) for thread in threads])
    say([(thread, others[0], 2, NOON + timedelta(hours=2)) for thread in threads[:answered]])
    say([(thread, thread.created_by, 3, NOON + timedelta(hours=4)) for thread in threads[:answered]])
    questions = begin(space, people[-asked:], "question")
    say([(thread, thread.created_by, 1, NOON) for thread in questions])
    say([(thread, others[1], 2, NOON + timedelta(hours=3)) for thread in questions[:helped_soon]])
    weeks = [timedelta(weeks=week) for week in range(1, 7)]
    said = say([(threads[n], people[n], 10 + w, NOON + at) for n in range(weekly) for w, at in enumerate(weeks)])
    marked = {message.author_id: message for message in said[: helped * len(weeks)]}
    marks = [HelpfulMark(message=message, user=others[2], at=NOON) for message in marked.values()]
    HelpfulMark.objects.bulk_create(marks)
    spread = [(threads[-1 - n // 40], people[0], 20 + n % 40, NOON + timedelta(days=1, minutes=n)) for n in range(most)]
    say(spread)


def begin(space: Space, people: list[User], kind: str) -> list[Thread]:
    threads = [
        Thread(space=space, title="Sujet", kind=kind, created_by=user, created_at=NOON, last_at=NOON) for user in people
    ]
    return list(Thread.objects.bulk_create(threads, batch_size=100))


def say(rows: Sequence[tuple[Thread, User | None, int, datetime]]) -> list[Message]:
    """Messages by conversation, author, place in it and moment."""
    messages = [
        Message(thread=t, author=by, seq=seq, posted_at=at, client_id=uuid.uuid4(), body="Oui.", html="<p>Oui.</p>")
        for t, by, seq, at in rows
    ]
    return list(Message.objects.bulk_create(messages, batch_size=100))


@contextmanager
def heard() -> Iterator[set[int]]:
    """The exact numbers of blocks and of the house that the publisher makes its figures of."""
    exact: set[int] = set()

    def bits(people: Any, among: Partition, **more: Any) -> dict[str, int]:
        counts = count_bits(people, among, **more)
        exact.update([*counts.values(), sum(counts.values())])
        exact.update(n - counts[block] for block, n in among.sizes.items())
        return counts

    def level(objects: Any, n: int) -> Any:
        good = sum(found.is_good for found in objects)
        exact.update([good, len(objects), len(objects) - good, len({found.person for found in objects})])
        return level_told(objects, n)

    level_told = release.level_told
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(release, "count_bits", bits)
        patch.setattr(release, "level_told", level)
        yield exact


def a_person() -> set[int]:
    """How much single people said, began, asked, and were thanked."""
    said = Message.objects.values("author").annotate(number=Count("pk")).values_list("number", flat=True)
    begun = Thread.objects.values("created_by").annotate(number=Count("pk")).values_list("number", flat=True)
    return {*said, *begun}
