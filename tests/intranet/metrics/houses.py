"""A house with its teams and their dated people, and facts said in it on any day: rows as the services write them."""

import json
import random
import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.test import Client
from django.urls import reverse
from wagtail.models import Revision

from cms.models import CollaborativePage, KeptText
from cms.writing.keeping import open_text
from intranet.accounts.models import User
from intranet.metrics import services
from intranet.metrics.models import Window
from intranet.metrics.registry import measures
from intranet.people.models import Membership, Profile, Team
from intranet.people.services import create_team
from realtime.spaces.models import Space
from realtime.threads.models import HelpfulMark, Message, Thread
from tests.cms.factories import make_page
from tests.realtime.spaces.factories import SpaceFactory

NAME = "2026-Q4"
PARIS = ZoneInfo("Europe/Paris")
START, END = datetime(2026, 10, 1, tzinfo=PARIS), datetime(2027, 1, 1, tzinfo=PARIS)  # of that quarter
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)  # of a day in it
OPENED = datetime(2026, 10, 2, 8, tzinfo=UTC)
SETTLED = datetime(2027, 1, 6, 8, tzinfo=UTC)  # the second working day after it, the fifth, is over
APPROVAL = services.Approval(date(2026, 9, 15), "CSE 2026-09-15, 4", "Claire Morel", "Youssef Diallo")
SINCE = date(2024, 1, 1)
LONG_AGO = datetime(2024, 5, 2, 9, tzinfo=UTC)


@dataclass
class House:
    """Teams by name, and their people in order."""

    teams: dict[str, Team] = field(default_factory=dict)
    people: dict[str, list[User]] = field(default_factory=dict)

    @property
    def everybody(self) -> list[User]:
        return [user for people in self.people.values() for user in people]


def build_house(sizes: dict[str, int] | None = None, *, heads: int = 2) -> House:
    """A root with its heads, and a team below it of each size; everybody has been there for years."""
    house = House()
    root = house.teams["root"] = create_team(name="Maison", parent=None, slug="maison")
    house.people["root"] = settle(root, heads)
    for name, size in (sizes or {"a": 9, "b": 12, "c": 8, "d": 6}).items():
        root.refresh_from_db()
        house.teams[name] = create_team(name=f"Equipe {name}", parent=root, slug=f"equipe-{name}")
        house.people[name] = settle(house.teams[name], size)
    return house


def settle(team: Team, number: int) -> list[User]:
    """Some people at home in a team."""
    people = [
        User(email=f"{team.slug}.{n}@exemple.example", name=f"{team.name} {n}", joined_at=OPENED) for n in range(number)
    ]
    User.objects.bulk_create(people)
    Profile.objects.bulk_create([Profile(user=user, language="en") for user in people])
    Membership.objects.bulk_create([Membership(user=user, team=team, is_home=True, starts_on=SINCE) for user in people])
    return people


def make_ready(*keys: str) -> None:
    """Records the safeguards and the holidays, and adopts some measures, all that are on by default."""
    for kind in ("consultation", "assessment"):
        services.record_safeguard(kind=kind, done_on=date(2026, 9, 1), reference="Dossier 12", at=OPENED)
    services.record_holidays(year=2026, days=[date(2026, 11, 11), date(2026, 12, 25)], at=OPENED)
    services.record_holidays(year=2027, days=[date(2027, 1, 1)], at=OPENED)
    for key in keys or [key for key, each in measures().items() if each.is_on]:
        adopt(key)


def adopt(key: str) -> None:
    services.adopt_measure(key=key, fingerprint=measures()[key].fingerprint, approval=APPROVAL, at=OPENED)


def open_house(*keys: str, **shape: Any) -> tuple[House, Window]:
    """A house whose window is open."""
    house = build_house(**shape)
    make_ready(*keys)
    return house, services.open_window(name=NAME, at=OPENED)


def close() -> Window:
    return services.close_window(name=NAME, at=SETTLED)


def thread_of(space: Space, by: User | None, at: datetime, kind: str = "discussion") -> Thread:
    return Thread.objects.create(space=space, title="Un sujet", kind=kind, created_by=by, created_at=at, last_at=at)


def say(thread: Thread, by: User | None, at: datetime, **more: Any) -> Message:
    """A message, as it stands in the table."""
    thread.last_seq += 1
    thread.last_at = max(thread.last_at, at)
    thread.save(update_fields=["last_seq", "last_at"])
    words = {"body": "Oui.", "html": "<p>Oui.</p>"} | more
    return Message.objects.create(
        thread=thread, author=by, client_id=uuid.uuid4(), seq=thread.last_seq, posted_at=at, **words
    )


def invent_facts(house: House, *, seed: int, threads: int = 60) -> None:
    """A quarter and some days around it of conversations, questions and marks, at any minute of the day and night."""
    chance = random.Random(seed)
    people = house.everybody
    spaces = [SpaceFactory(by=people[0], name=f"Lieu {n}") for n in range(5)]
    spaces.append(SpaceFactory(by=people[0], name="Terrain", kind=Space.Kind.PRACTICE))
    begin = datetime(2026, 9, 24, tzinfo=UTC)
    for _ in range(threads):
        opener, space = chance.choice(people), chance.choice(spaces)
        at = begin + timedelta(minutes=chance.randrange(104 * 24 * 60))
        kind = "question" if chance.random() < 0.5 else "discussion"
        thread = thread_of(space, opener, at, kind)
        talk(thread, opener, at, people, chance)


def talk(thread: Thread, opener: User, at: datetime, people: list[User], chance: random.Random) -> None:
    speaker, some = opener, chance.sample(people, 4)
    for _ in range(chance.choice([1, 2, 3, 5, 8])):
        more: dict[str, Any] = {"is_aside": chance.random() < 0.2}
        if chance.random() < 0.1:
            more = {"deleted_at": at, "body": "", "html": ""}
        elif chance.random() < 0.05:
            more = {"hidden_at": at}
        message = say(thread, None if chance.random() < 0.03 else speaker, at, **more)
        if chance.random() < 0.4:
            by = chance.choice([user for user in people if user != speaker])
            HelpfulMark.objects.create(message=message, user=by, at=at + timedelta(hours=chance.randrange(60)))
        speaker = chance.choice([*some, opener])
        at += timedelta(hours=chance.choice([0, 1, 7, 30, 100]), minutes=chance.randrange(1, 60))


def cite_pages(house: House, *, seed: int, pages: int = 130) -> None:
    """Shared pages of everybody, written in within a year and a half, that cite one another and are cited in messages."""
    chance = random.Random(seed)
    people = house.everybody
    spaces = [SpaceFactory(by=people[0], name=f"Rayon {seed} {n}") for n in range(5)]
    spaces.append(SpaceFactory(by=people[0], name=f"Essais {seed}", kind=Space.Kind.PRACTICE))
    made = [
        make_page(
            chance.choice(spaces), f"Page {seed} {n}", model=CollaborativePage, by=chance.choice(people), at=LONG_AGO
        )
        for n in range(pages)
    ]
    for page in made:
        for days in sorted(chance.sample(range(540), 2), reverse=True):
            at = datetime(2026, 12, 31, 20, tzinfo=UTC) - timedelta(days=days)
            write_version(
                page, chance.sample(made, chance.choice([0, 1, 3])), chance.sample(people, chance.choice([1, 1, 2])), at
            )
    for _ in range(pages * 4):
        at = datetime(2026, 9, 24, tzinfo=UTC) + timedelta(minutes=chance.randrange(104 * 24 * 60))
        author, html = chance.choice(people), f'<p>Voir <a href="{chance.choice(made).url}">ici</a>.</p>'
        say(thread_of(chance.choice(spaces), author, at), author, at, html=html)


def write_version(page: Any, links: list[Any], people: list[User], at: datetime) -> None:
    """A version of a shared page that some people typed, with links to some pages: its rows alone."""
    words = "".join(f'<p><a linktype="page" id="{each.pk}">ici</a></p>' for each in links)
    body = json.dumps([{"type": "paragraph", "value": words, "id": str(uuid.uuid4())}])
    revision = Revision.objects.create(content_object=page, content={"body": body}, created_at=at)
    text = open_text(page=page, at=at)
    kept = KeptText.objects.create(revision=revision, text=text, epoch=1, is_ours=True, at=at)
    kept.contributors.set(people)


def published_house() -> House:
    """A house whose quarter is closed, with figures."""
    house, _ = open_house()
    invent_facts(house, seed=1, threads=120)
    close()
    return house


def fetch(user: User, name: str, *args: Any) -> Any:
    """What somebody is answered at an address of the measures."""
    client = Client()
    client.force_login(user)
    return client.get(reverse(f"metrics:{name}", args=args))
