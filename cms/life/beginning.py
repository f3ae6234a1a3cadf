"""How a page begins: with nothing, with a template of the house, or with one that its space keeps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from cms.base.curtain import backstage
from cms.coedit.body import doc_of, says, stream_of
from cms.life.house import HOUSE
from cms.models import CollaborativePage, PageTemplate
from cms.writing import services as writing
from cms.writing.keeping import materialise
from intranet.accounts.models import User
from realtime.spaces.models import Space

OWN = "own-"


class NameTaken(Exception):
    """The space has a template of that name already."""


def begin_with(*, space: Space, title: str, start: str, by: User, at: datetime) -> CollaborativePage:
    """A shared page that nobody but those who write in the space sees. `start` is "", a key of HOUSE or `OWN` and a number.

    One that is no more, as when somebody removed it meanwhile, begins empty.
    """
    body = body_for(space, start)
    page: CollaborativePage = writing.begin_page(space=space, title=title, by=by, at=at, body=body)
    return page


def body_for(space: Space, start: str) -> list[dict[str, Any]]:
    """The raw blocks of a way to begin, with numbers of their own."""
    if start in HOUSE:
        return anew(HOUSE[start].blocks())
    if start.startswith(OWN) and start.removeprefix(OWN).isdecimal():
        kept = PageTemplate.objects.filter(space=space, pk=int(start.removeprefix(OWN))).first()
        return anew(kept.body) if kept else []
    return []


def anew(raw: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same words without the numbers that their lines and blocks had where they come from."""
    return stream_of(says(doc_of(raw)))


@backstage
@transaction.atomic
def keep_as_template(*, page: CollaborativePage, name: str, purpose: str, by: User, at: datetime) -> PageTemplate:
    """Keeps what a page says now as a way to begin others in its space. Raises NameTaken."""
    materialise(page_id=page.pk, at=at)
    body = anew(writing.draft_of(page).body.raw_data)
    with refusing_doubles():
        template: PageTemplate = PageTemplate.objects.create(
            space_id=page.space_id, name=name, purpose=purpose, body=body, by=by, at=at
        )
    return template


@transaction.atomic
def rename_template(*, template: PageTemplate, name: str, purpose: str) -> PageTemplate:
    """Calls a template otherwise. Raises NameTaken."""
    template.name, template.purpose = name, purpose
    with refusing_doubles():
        template.save(update_fields=["name", "purpose"])
    return template


def remove_template(*, template: PageTemplate) -> None:
    """The pages that began with it stay as they are."""
    template.delete()


@contextmanager
def refusing_doubles() -> Iterator[None]:
    """Raises NameTaken where the database says that the name is taken, also by somebody as quick."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as taken:
        raise NameTaken from taken
