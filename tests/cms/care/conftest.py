"""Somebody who writes or keeps a page, and a page that is written together."""

import pytest
from django.utils import timezone

from cms.models import CollaborativePage
from cms.writing.keeping import open_text
from intranet.accounts.models import User
from tests.cms.factories import make_page
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory


@pytest.fixture
def ada() -> User:
    return UserFactory(name="Ada Moreau")


@pytest.fixture
def page(ada: User) -> CollaborativePage:
    body = [("paragraph", "<p>Couper l’air.</p>")]
    made: CollaborativePage = make_page(SpaceFactory(by=ada), "Peson", model=CollaborativePage, body=body)
    open_text(page=made, at=timezone.now())
    return made


@pytest.fixture
def keeper() -> User:
    return UserFactory(name="Ada Moreau")
