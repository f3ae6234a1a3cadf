"""A house of any size, filled in minutes: the same people, places and days, more or fewer words.

Words follow a Zipf law; a few conversations are huge and most are small; they are spread over two years. Rows are
written as the services would have written them, but for the events, of which only the numbers are kept: a
conversation is read from its messages.
"""

import random
import uuid
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate, islice
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from intranet.accounts.models import User
from intranet.people.services import create_person
from intranet.portal.indexing import make_findable
from realtime.spaces.models import Space, SpaceMember
from realtime.spaces.services import add_member, create_space
from realtime.streams.models import Stream
from realtime.threads.models import Message, ReadMark, Thread

PEOPLE, SPACES, JOINED = 60, 24, 12
DAYS = 730
BATCH = 5_000
BODIES = 4_000  # different texts, said again and again
LEFT = 30  # conversations that the reader has not caught up with, those that moved last
COMMON, RARE, RARE_TIMES = "livraison", "zingueuse", 5
SYLLABLES = [
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "la",
    "me",
    "ni",
    "po",
    "ru",
    "sa",
    "te",
    "vi",
    "cho",
    "bra",
    "cri",
    "plo",
    "tra",
    "gne",
    "lon",
    "mar",
    "ven",
    "sol",
]


@dataclass(frozen=True)
class Size:
    threads: int
    messages: int


def fill(size: Size, *, seed: int) -> dict[str, Any]:
    """Fills an empty house; returns what a measure needs to know of it."""
    chance = random.Random(seed)  # noqa: S311  # a house, not a secret
    now = timezone.now().replace(microsecond=0)
    begin = now - timedelta(days=DAYS)
    people = [
        create_person(email=f"p{n}@exemple.example", name=f"Personne {n}", at=begin, language="fr")
        for n in range(PEOPLE)
    ]
    spaces = make_spaces(people, begin)
    bodies = make_bodies(chance)
    with transaction.atomic():
        threads = make_threads(size, spaces, people, begin, chance)
        make_messages(threads, people, bodies, chance, now)
    make_findable(at=now)
    read_nearly_all(people[0])
    settle()
    return facts(people[0], spaces, threads)


def make_spaces(people: list[User], at: datetime) -> list[Space]:
    """Half of the places have the reader, `people[0]`, and all their people, among their members; the others are open."""
    spaces = [
        create_space(name=f"Atelier {n}", kind=Space.Kind.PROJECT, audience="organisation", by=people[1], at=at)
        for n in range(SPACES)
    ]
    for space in spaces[:JOINED]:
        add_member(space=space, member=people[0], role=SpaceMember.Role.MEMBER, at=at)
    return spaces


def make_bodies(chance: random.Random) -> list[str]:
    """Texts of 8 to 40 words; one in five has the common word, none the rare one."""
    lexicon = ["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))) for _ in range(3_000)]
    weights = list(accumulate(1 / (rank + 2) for rank in range(len(lexicon))))

    def word() -> str:
        return lexicon[min(bisect(weights, chance.random() * weights[-1]), len(lexicon) - 1)]

    texts = []
    for number in range(BODIES):
        words = [word() for _ in range(chance.randint(8, 40))]
        if number % 5 == 0:
            words[chance.randrange(len(words))] = COMMON
        texts.append(" ".join(words).capitalize() + ".")
    return texts


def make_threads(
    size: Size, spaces: list[Space], people: list[User], begin: datetime, chance: random.Random
) -> list[tuple[Thread, int]]:
    """Conversations with how many messages each will hold: the n-th largest holds about 1/n of the largest."""
    weights = [1 / (rank + 1) ** 0.85 for rank in range(size.threads)]
    total = sum(weights)
    numbers = [max(1, round(size.messages * weight / total)) for weight in weights]
    threads = []
    for rank in range(size.threads):
        at = begin + timedelta(days=chance.random() * (DAYS - 20) if rank else 0)
        threads.append(
            Thread(
                space=spaces[rank % len(spaces)],
                title=f"Conversation {rank}",
                kind=Thread.Kind.QUESTION if rank % 4 == 3 else Thread.Kind.DISCUSSION,
                created_by=people[rank % PEOPLE],
                created_at=at,
                last_at=at,
            )
        )
    Thread.objects.bulk_create(threads, batch_size=BATCH)
    return list(zip(threads, numbers, strict=True))


def make_messages(
    threads: list[tuple[Thread, int]], people: list[User], bodies: list[str], chance: random.Random, now: datetime
) -> None:
    """All that is said, in the order of its days, so that ids grow with them as they would have."""
    said = sorted(moments(threads, chance, now))
    places = [0] * len(threads)
    step = max(1, len(said) // RARE_TIMES)

    def rows() -> Iterator[Message]:
        for number, (at, rank) in enumerate(said):
            places[rank] += 1
            body = bodies[chance.randrange(BODIES)]
            if number % step == step // 2:
                body = f"{body} {RARE} {COMMON}"
            yield Message(
                thread=threads[rank][0],
                author=people[chance.randrange(PEOPLE)],
                client_id=uuid.UUID(int=number + 1),
                seq=places[rank],
                body=body,
                html=f"<p>{body}</p>",
                posted_at=at,
            )

    waiting = rows()
    while batch := list(islice(waiting, BATCH)):
        Message.objects.bulk_create(batch)
        for message in batch:
            thread = message.thread
            thread.last_message, thread.last_seq, thread.last_at = message, message.seq, message.posted_at
    every = [thread for thread, _ in threads]
    Thread.objects.bulk_update(every, ["last_message", "last_seq", "last_at"], batch_size=500)
    streams = [Stream(kind="thread", key=thread.pk, head=thread.last_seq) for thread in every]
    Stream.objects.bulk_create(streams, batch_size=BATCH)


def moments(threads: list[tuple[Thread, int]], chance: random.Random, now: datetime) -> Iterator[tuple[datetime, int]]:
    """When each message is said: the longer a conversation, the longer it lasts."""
    for rank, (thread, number) in enumerate(threads):
        most = (now - thread.created_at).total_seconds()
        lasts = most if rank < 3 else min(most, number * 6 * 3600.0)
        for _ in range(number):
            yield thread.created_at + timedelta(seconds=chance.random() * lasts), rank


def read_nearly_all(reader: User) -> None:
    """The reader opened every conversation of their places, and has not seen the last words of a few."""
    mine = Thread.objects.filter(space__members__user=reader).order_by("-last_at", "-pk")
    marks = [
        ReadMark(user=reader, thread=thread, seq=max(0, thread.last_seq - (5 if place < LEFT else 0)))
        for place, thread in enumerate(mine)
    ]
    ReadMark.objects.bulk_create(marks, batch_size=BATCH)


def settle() -> None:
    """Lets the database know what it holds, as it does by itself at night."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
        else:
            cursor.execute("ANALYZE")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def facts(reader: User, spaces: list[Space], threads: list[tuple[Thread, int]]) -> dict[str, Any]:
    largest = threads[0][0]
    middle = Message.objects.filter(thread=largest, seq=largest.last_seq // 2).get()
    return {
        "reader": reader.pk,
        "space": spaces[0].slug,
        "space_id": spaces[0].pk,
        "largest": largest.pk,
        "last": largest.last_seq,
        "middle": middle.seq,
        "day": f"{middle.posted_at:%Y-%m-%d}",
        "author": "Personne 7",
    }
