"""A small company that writes and talks, in French and in English, with a customer at the door."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.rich_text import RichText

from cms.models import GuidePage, SpacePage
from cms.services import create_page
from intranet.accounts.models import User
from intranet.people.models import Membership, Team
from realtime.spaces.models import Space, SpaceMember
from realtime.spaces.services import add_member
from realtime.threads.indexing import index_some
from realtime.threads.models import Thread
from tests.intranet.people.factories import MembershipFactory, TeamFactory, UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory
from tests.realtime.threads.factories import make_thread, say


@dataclass
class Company:
    """Inès and Paul work in the workshop; Léa works elsewhere; Oscar is a customer who is let into one place."""

    ines: User
    paul: User
    lea: User
    oscar: User
    workshop: Team
    floor: Space  # open, the workshop's
    closed: Space  # of Inès and Paul
    customers: Space  # with Oscar
    at: datetime

    def page(self, title: str, *paragraphs: str, space: Space | None = None, **fields: Any) -> GuidePage:
        """A published guide."""
        parent = SpacePage.objects.get(space=space or self.floor)
        body = [("paragraph", RichText(f"<p>{words}</p>")) for words in paragraphs]
        return create_page(
            parent=parent, model=GuidePage, title=title, body=body, by=self.ines, at=fields.pop("at", self.at), **fields
        )

    def thread(self, title: str, *said: str, space: Space | None = None, by: User | None = None, **more: Any) -> Thread:
        """A conversation that Inès and Paul take turns in."""
        at = more.pop("at", self.at)
        thread = make_thread(space or self.floor, by=by or self.ines, title=title, at=at, **more)
        for place, words in enumerate(said):
            say(thread, [self.ines, self.paul][place % 2], words, at=at + timedelta(minutes=place))
        return thread


@pytest.fixture
def company(db: None) -> Company:
    at = timezone.now() - timedelta(days=2)
    ines, paul, lea = UserFactory(name="Inès Morel"), UserFactory(name="Paul Keane"), UserFactory(name="Léa Noël")
    workshop = TeamFactory(name="Atelier soudure")
    MembershipFactory(user=ines, team=workshop, role=Membership.Role.MANAGER)
    MembershipFactory(user=paul, team=workshop)
    floor = SpaceFactory(name="L’atelier", kind=Space.Kind.TEAM, team=workshop, by=ines)
    closed = SpaceFactory(name="Le CSE", members_only=True, by=ines)
    SpaceMemberFactory(space=closed, user=paul)
    customers = SpaceFactory(name="La Sarvenne", customers=True, by=ines)
    oscar = UserFactory(name="Oscar Client", guest=True)
    add_member(space=customers, member=oscar, role=SpaceMember.Role.GUEST, at=at)
    return Company(ines, paul, lea, oscar, workshop, floor, closed, customers, at)


def visitor(user: User) -> Client:
    """A browser in which `user` is signed in."""
    client = Client()
    client.force_login(user)
    return client


def index_all() -> None:
    """What the worker does seconds after something was said."""
    while index_some(at=timezone.now()):
        pass
