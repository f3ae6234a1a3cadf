"""The pictures and files that pages hold, when their words go to another space."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from wagtail.models import ReferenceIndex

from cms.base.models import BasePage
from cms.links import references_in
from cms.models import PageTemplate, SpaceDocument, SpaceImage
from cms.writing.keeping import blocks_of
from realtime.spaces.models import Space

Held = tuple[str, int]  # ("image" or "document", its number)
MODELS: dict[str, Any] = {"image": SpaceImage, "document": SpaceDocument}


def files_in(raw: Iterable[dict[str, Any]]) -> Iterator[Held]:
    """The pictures and files that raw blocks hold or link to."""
    for block in raw:
        if number := pictured(block):
            yield "image", number
        yield from ((kind, key) for kind, key in references_in(block) if kind == "document")


def pictured(block: dict[str, Any]) -> int | None:
    """The number of the picture that a block shows, if it does."""
    match block:
        case {"type": "image", "value": {"image": int(key)}}:
            return key
    return None


def shown_file(block: dict[str, Any]) -> Held | None:
    """The picture or file that a block is there to show."""
    match block:
        case {"type": "image", "value": {"image": int(key)}}:
            return "image", key
        case {"type": "file", "value": {"file": int(key)}}:
            return "document", key
    return None


def without_unseen(raw: list[dict[str, Any]], *, of: Space) -> tuple[list[dict[str, Any]], list[str]]:
    """The blocks without the pictures and files that not everyone in a space could see, and what these are called."""
    shown = {held for block in raw if (held := shown_file(block))}
    titles: dict[Held, str] = {}
    for kind, model in MODELS.items():
        found = model.objects.filter(pk__in=[key for other, key in shown if other == kind])
        seen = found.filter(
            Q(collection__folder__space=of) | Q(collection__folder__space__audience=Space.Audience.ORGANISATION)
        )
        unseen = found.exclude(pk__in=seen.values("pk"))
        titles |= {(kind, pk): title for pk, title in unseen.values_list("pk", "title")}
    kept = [block for block in raw if shown_file(block) not in titles]
    return kept, sorted(titles.values())


def carry_files(*, pages: Collection[BasePage], source: Space, target: Space) -> list[str]:
    """Takes what these pages alone hold into the folder of the space they came to.

    Returns what others in the space they left hold too, which stays there.
    """
    held = {file for page in pages for file in files_of(page)}
    moved = [page.pk for page in pages]
    shared = held_by_others(held, source, moved)
    left: list[str] = []
    for kind, model in MODELS.items():
        here = model.objects.filter(collection=source.folder.collection)
        here.filter(pk__in=numbers(held - shared, kind)).update(collection=target.folder.collection)
        left += here.filter(pk__in=numbers(shared, kind)).values_list("title", flat=True)
    return sorted(left)


def files_of(page: BasePage) -> set[Held]:
    """What a page holds, as it is read and as it is being written."""
    drafted = blocks_of(page.latest_revision) if page.latest_revision else []
    return {*files_in(page.specific.body.raw_data), *files_in(drafted)}


def held_by_others(held: set[Held], source: Space, moved: Collection[int]) -> set[Held]:
    """Which of these files another page shows, or a draft or a template of the space they are in."""
    found: set[Held] = set()
    for kind, model in MODELS.items():
        cited = ReferenceIndex.objects.filter(
            to_content_type=ContentType.objects.get_for_model(model),
            to_object_id__in=[str(key) for key in numbers(held, kind)],
            base_content_type__app_label="base",
        ).exclude(object_id__in=[str(pk) for pk in moved])
        found |= {(kind, int(key)) for key in cited.values_list("to_object_id", flat=True)}
    drafts = BasePage.objects.filter(space=source).exclude(pk__in=moved).exclude(latest_revision=None)
    for page in drafts.select_related("latest_revision"):
        found |= held & set(files_in(blocks_of(page.latest_revision)))
    for template in PageTemplate.objects.filter(space=source):
        found |= held & set(files_in(template.body))
    return found


def numbers(held: Iterable[Held], kind: str) -> list[int]:
    return [key for other, key in held if other == kind]
