"""A small organisation with an open place, a closed one, and one shared with a customer."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from intranet.accounts.models import User
from intranet.people.models import Profile
from intranet.people.services import create_person
from realtime.spaces.models import Space, SpaceMember
from realtime.spaces.services import add_member, create_space


@dataclass
class House:
    """Valérie runs the three places; Moussa is a member; Rosa passes by; Agnès is a customer invited to one of them."""

    valerie: User
    moussa: User
    rosa: User
    agnes: User
    open: Space
    closed: Space
    shared: Space


def person(name: str, **more: Any) -> User:
    """Somebody called `name`; `more` are fields of a profile."""
    return create_person(
        email=f"{name}@exemple.example", name=name.capitalize(), at=timezone.now(), language="en", **more
    )


@pytest.fixture
def house(db: None) -> House:
    at = timezone.now() - timedelta(days=3)
    valerie, moussa, rosa = person("valerie"), person("moussa"), person("rosa")
    agnes = person("agnes", kind=Profile.Kind.GUEST)
    spaces = []
    for name, audience in [("Ouvert", "organisation"), ("Ferme", "members"), ("Partage", "members")]:
        space = create_space(name=name, kind=Space.Kind.PROJECT, audience=audience, by=valerie, at=at)
        add_member(space=space, member=moussa, role=SpaceMember.Role.MEMBER, at=at)
        spaces.append(space)
    add_member(space=spaces[2], member=agnes, role=SpaceMember.Role.GUEST, at=at)
    return House(valerie, moussa, rosa, agnes, *spaces)
