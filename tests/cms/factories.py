"""Pages and files for tests, made through the services like everyone's."""

import io
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from cms.models import CollaborativePage, EventPage, GuidePage, NewsPage, SpaceDocument, SpaceImage, SpacePage
from cms.services import add_document, add_image, appoint_editor, create_page
from intranet.accounts.models import User
from realtime.spaces.models import Space
from tests.intranet.people.factories import UserFactory


def first_page(space: Space) -> SpacePage:
    return SpacePage.objects.get(space=space)  # type: ignore[no-any-return]  # Wagtail's managers carry no types


def make_page(
    space: Space, title: str = "Changer un peson", *, model: Any = GuidePage, at: datetime | None = None, **more: Any
) -> Any:
    """A published guide of `space`, or another type; `more` as in `create_page`."""
    body = more.pop("body", [("paragraph", "<p>Couper l’air.</p>")])
    more.setdefault("by", space.created_by)
    parent = more.pop("parent", None) or first_page(space)
    if model is EventPage:
        more.setdefault("starts_at", timezone.now() + timedelta(days=3))
    return create_page(parent=parent, model=model, title=title, body=body, at=at or timezone.now(), **more)


def an_editor(**fields: Any) -> User:
    """An employee to whom the CMS opens."""
    user: User = UserFactory(**fields)
    appoint_editor(user=user)
    return user


def png(color: str = "teal", comment: str = "") -> bytes:
    """The bytes of a small picture, with words hidden in them when asked."""
    held, said = io.BytesIO(), PngInfo()
    said.add_text("Comment", comment)
    Image.new("RGB", (64, 48), color).save(held, "PNG", pnginfo=said)
    return held.getvalue()


def make_image(
    space: Space, title: str = "Peson", *, name: str = "peson.png", content: bytes | None = None
) -> SpaceImage:
    file = SimpleUploadedFile(name, content or png(), "image/png")
    return add_image(space=space, title=title, file=file, by=space.created_by)


def make_document(
    space: Space, title: str = "Fiche", *, name: str = "fiche.pdf", content: bytes = b"%PDF-1.4 fiche"
) -> SpaceDocument:
    file = SimpleUploadedFile(name, content, "application/pdf")
    return add_document(space=space, title=title, file=file, by=space.created_by)


TYPES = [NewsPage, EventPage, GuidePage, CollaborativePage]
