"""Somebody, a place that is hers, and a page in it."""

import pytest

from cms.models import CollaborativePage
from intranet.accounts.models import User
from realtime.spaces.models import Space
from tests.cms.factories import make_page
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory


@pytest.fixture
def ada() -> User:
    return UserFactory(language="en")


@pytest.fixture
def place(ada: User) -> Space:
    return SpaceFactory(name="Atelier", by=ada, members_only=True)


@pytest.fixture
def page(place: Space) -> CollaborativePage:
    made: CollaborativePage = make_page(place, "Changer un peson", model=CollaborativePage)
    return made
