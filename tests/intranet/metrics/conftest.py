"""A space and two people, of whose acts facts are read."""

import pytest

from intranet.accounts.models import User
from realtime.spaces.models import Space
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory


@pytest.fixture
def space() -> Space:
    found: Space = SpaceFactory()
    return found


@pytest.fixture
def ana() -> User:
    found: User = UserFactory()
    return found


@pytest.fixture
def ben() -> User:
    found: User = UserFactory()
    return found
