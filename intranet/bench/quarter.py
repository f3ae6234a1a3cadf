"""A quarter of a house of any size: its teams, what was said in it, and the closing that reads it all."""

import random
import resource
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction

from intranet.accounts.models import User
from intranet.bench.seeding import BATCH, settle
from intranet.metrics import services
from intranet.metrics.access import figures_of_house
from intranet.metrics.models import GateReport
from intranet.metrics.registry import measures
from intranet.people.models import Membership, Profile, Team
from realtime.spaces.models import Space
from realtime.spaces.services import create_space
from realtime.threads.models import HelpfulMark, Message, Thread

NAME = "2026-Q3"
BEGIN = datetime(2026, 7, 1, tzinfo=UTC)
OPENED, CLOSED = BEGIN + timedelta(days=2), datetime(2026, 10, 6, tzinfo=UTC)
MINUTES = 91 * 24 * 60
TEAM, UNIT = 12, 20  # people of a team, teams of a unit
TALK = 8  # messages of a conversation
SPACES = 40
MARKED = 20  # one message in so many helped somebody


@transaction.atomic
def fill(people: int, facts: int, *, seed: int) -> dict[str, Any]:
    """Fills an empty house and opens its quarter; `facts` are messages and helpful marks together."""
    chance = random.Random(seed)  # noqa: S311  # a house, not a secret
    everybody = make_people(people)
    ready()
    window = services.open_window(name=NAME, at=OPENED)
    number = round(facts * MARKED / (MARKED + 1))
    threads = make_threads(number // TALK, everybody, chance)
    for batch in batches(messages_of(threads, number, everybody, chance)):
        Message.objects.bulk_create(batch)
        marked = batch[::MARKED]
        marks = [
            HelpfulMark(message=message, user=chance.choice(everybody), at=message.posted_at) for message in marked
        ]
        HelpfulMark.objects.bulk_create(marks)
    return {"blocks": len(window.blocks)}


def make_people(number: int) -> list[User]:
    """Everybody in teams of twelve, twenty of which make a unit below the root; they have been there for a year."""
    people = [User(email=f"q{n}@exemple.example", name=f"Personne {n}", joined_at=BEGIN) for n in range(number)]
    User.objects.bulk_create(people, batch_size=BATCH)
    Profile.objects.bulk_create([Profile(user=user) for user in people], batch_size=BATCH)
    root = Team.add_root(name="Maison", slug="maison")
    seats = []
    for place in range(0, number, TEAM):
        if place % (TEAM * UNIT) == 0:
            root.refresh_from_db()
            unit = root.add_child(name=f"Unité {place}", slug=f"unite-{place}")
        else:
            unit.refresh_from_db()
        team = unit.add_child(name=f"Équipe {place}", slug=f"equipe-{place}")
        seats += [
            Membership(user=user, team=team, is_home=True, starts_on=date(2025, 6, 1))
            for user in people[place : place + TEAM]
        ]
    Membership.objects.bulk_create(seats, batch_size=BATCH)
    return people


def ready() -> None:
    approval = services.Approval(date(2026, 6, 1), "Banc d’essai", "Employeur", "Personnel")
    for kind in ("consultation", "assessment"):
        services.record_safeguard(kind=kind, done_on=date(2026, 6, 1), reference="Banc d’essai", at=OPENED)
    services.record_holidays(year=2026, days=[date(2026, 7, 14), date(2026, 8, 15)], at=OPENED)
    for key, each in measures().items():
        if each.is_on:
            services.adopt_measure(key=key, fingerprint=each.fingerprint, approval=approval, at=OPENED)


def make_threads(number: int, people: Sequence[User], chance: random.Random) -> list[Thread]:
    """Conversations of the whole quarter in forty places; every second one is a question."""
    spaces = [
        create_space(name=f"Lieu {n}", kind=Space.Kind.COMMUNITY, audience="organisation", by=people[0], at=BEGIN)
        for n in range(SPACES)
    ]
    threads = []
    for place in range(number):
        at = BEGIN + timedelta(minutes=chance.randrange(MINUTES))
        kind = Thread.Kind.QUESTION if place % 2 else Thread.Kind.DISCUSSION
        by, space = chance.choice(people), spaces[place % SPACES]
        threads.append(Thread(space=space, title=f"Sujet {place}", kind=kind, created_by=by, created_at=at, last_at=at))
    Thread.objects.bulk_create(threads, batch_size=BATCH)
    return threads


def messages_of(
    threads: Sequence[Thread], number: int, people: Sequence[User], chance: random.Random
) -> Iterator[Message]:
    """All that is said, in the order in which it is: conversations run side by side."""
    by_thread = [(thread, thread.created_by_id) for thread in threads]
    for place in range(number):
        thread, opener = by_thread[place % len(threads)]
        author = opener if place < len(threads) else people[chance.randrange(len(people))].pk
        at = min(thread.created_at + timedelta(hours=11 * (place // len(threads))), BEGIN + timedelta(minutes=MINUTES))
        yield Message(
            thread=thread,
            author_id=author,
            client_id=uuid.UUID(int=place + 1),
            seq=place // len(threads) + 1,
            body="Oui.",
            html="<p>Oui.</p>",
            posted_at=at,
        )


def batches(rows: Iterator[Message]) -> Iterator[list[Message]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def close() -> dict[str, Any]:
    """Closes the quarter; how long it took, how many facts it read, how much memory it needed beside what was there."""
    settle()
    read: dict[str, int] = {}

    def progress(key: str, facts: int) -> None:
        read[key] = facts
        sys.stderr.write(f"  {key}: {facts:,} facts\n")

    before = peak()
    started, used = time.perf_counter(), time.process_time()
    window = services.close_window(name=NAME, at=CLOSED, progress=progress)
    wall, cpu = time.perf_counter() - started, time.process_time() - used
    cells = GateReport.objects.get(window=window).cells
    house = len(figures_of_house(User.objects.select_related("profile").earliest("pk")))
    return {
        "wall": wall,
        "cpu": cpu,
        "rows": sum(read.values()),
        "memory": peak() - before,
        "whole": peak(),
        "figures": len(cells),
        "house": house,
    }


def peak() -> float:
    """Megabytes that this process has needed at most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
