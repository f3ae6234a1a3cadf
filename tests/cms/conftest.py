"""One closed place with a page full of canaries, and everybody who may come by."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from cms.models import SpaceDocument, SpaceImage
from intranet.accounts.models import User
from realtime.spaces.models import Space
from tests.cms.factories import an_editor, make_document, make_image, make_page, png
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory
from tests.realtime.threads.conftest import house

__all__ = ["house"]

CANARY = "zibeline"  # in every name and word of the closed place


@dataclass
class Place:
    """A closed space, what it holds, and people by their part in it."""

    space: Space
    page: Any
    draft: Any
    shared: Any
    image: SpaceImage
    document: SpaceDocument
    people: dict[str, User]

    def client(self, role: str) -> Client:
        """Somebody's browser; "anonymous" has not signed in."""
        client = Client()
        if role != "anonymous":
            client.force_login(self.people[role])
        return client


@pytest.fixture
def place(db: None, settings: Any, tmp_path: Any) -> Place:
    settings.MEDIA_ROOT = tmp_path
    cache.clear()  # Wagtail remembers the sizes of images of the test before
    runner = UserFactory()
    space = SpaceFactory(name=f"Atelier {CANARY}", slug=f"atelier-{CANARY}", members_only=True, by=runner)
    member = SpaceMemberFactory(space=space).user
    guest = SpaceMemberFactory(space=space, guest=True).user
    inside = an_editor()
    SpaceMemberFactory(space=space, user=inside)
    image = make_image(space, f"Image {CANARY}", name=f"{CANARY}.png", content=png(comment=CANARY))
    document = make_document(space, f"Fiche {CANARY}", name=f"{CANARY}.pdf", content=f"%PDF-1.4 {CANARY}".encode())
    body = [
        ("paragraph", f"<p>Le corps dit {CANARY}.</p>"),
        ("image", {"image": image, "alt": f"Une {CANARY}", "caption": ""}),
        ("file", {"file": document, "about": CANARY}),
    ]
    people = {
        "outside": UserFactory(),
        "member": member,
        "facilitator": runner,
        "guest": guest,
        "editor inside": inside,
        "editor outside": an_editor(),
        "administrator": UserFactory(administrator=True),
    }
    return Place(
        space,
        make_page(space, f"Page {CANARY}", body=body, intro=f"Introduction {CANARY}"),
        make_page(space, f"Brouillon {CANARY}", body=body, is_published=False),
        make_page(space, f"Partagée {CANARY}", body=body, shared_with_guests=True),
        image,
        document,
        people,
    )
