"""An event of a place, and those who may come to it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cms.models import EventPage
from intranet.accounts.models import User
from realtime.spaces.models import Space
from tests.cms.factories import make_page
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory

STARTS = datetime(2031, 11, 20, 13, 30, tzinfo=UTC)
ENDS = datetime(2031, 11, 20, 15, 0, tzinfo=UTC)


@pytest.fixture
def ada() -> User:
    """Who runs the place."""
    return UserFactory(name="Ada Moreau")


@pytest.fixture
def space(ada: User) -> Space:
    return SpaceFactory(name="Atelier du bas", slug="atelier", by=ada, members_only=True)


@pytest.fixture
def member(space: Space) -> User:
    user: User = SpaceMemberFactory(space=space, user=UserFactory(name="Béa Roche")).user
    return user


@pytest.fixture
def guest(space: Space) -> User:
    user: User = SpaceMemberFactory(space=space, guest=True).user
    return user


@pytest.fixture
def event(space: Space) -> Any:
    return an_event(space)


def an_event(space: Space, title: str = "Visite de la ligne 1", **more: Any) -> Any:
    """An event far ahead, published."""
    words: dict[str, Any] = {"starts_at": STARTS, "ends_at": ENDS, "place": "Hall, porte B"} | more
    return make_page(space, title, model=EventPage, **words)
