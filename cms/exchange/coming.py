"""Makes pages, pictures and files of a space of what somebody brought."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from cms import services
from cms.base.curtain import backstage
from cms.coedit.body import stream_of
from cms.coedit.fitting import fitted
from cms.exchange.drafts import named_by
from cms.exchange.plan import Plan, Planned, pictures_in
from cms.exchange.resolving import Resolver, Targets
from cms.models import CollaborativePage, SpaceDocument, SpaceImage, SpacePage
from intranet.accounts.models import User
from realtime.spaces.file_types import SIGNATURES
from realtime.spaces.models import Space

SKIP, NEW = "skip", "new"


@dataclass
class Outcome:
    """What was made: pages, in the order of the tree, and those that were there already and stay as they are."""

    made: list[CollaborativePage] = field(default_factory=list)
    skipped: list[Planned] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)  # pictures and files that the house does not take after all


@backstage
@transaction.atomic
def bring_in(
    *, plan: Plan, space: Space, by: User | None, at: datetime, same: str = SKIP, publish: bool = False, site: str = ""
) -> Outcome:
    """Makes the pages of a plan: drafts, or published at once. Of those whose title is there, `same` says what becomes."""
    outcome = Outcome()
    pages = _made(plan, space, by, same, outcome)
    bringing = Bringing(plan, space, by, site, {path: page.pk for path, page in pages.items()}, outcome)
    for told in plan.pages:
        page = pages.get(told.path)
        if page is None or told in outcome.skipped:
            continue
        services.stand_in_tree(page)
        page.body = bringing.body_of(told, page)
        page.save()
        if publish:
            services.publish_page(page=page, by=by, at=at)
        else:
            services.save_draft(page=page, by=by, at=at)
        outcome.made.append(page)
    return outcome


def _made(plan: Plan, space: Space, by: User | None, same: str, outcome: Outcome) -> dict[str, Any]:
    """All pages without words yet, by their path, so that each can name the others."""
    first = SpacePage.objects.get(space=space, depth=3)
    there = CollaborativePage.objects.in_bulk([page.existing for page in plan.existing]) if same == SKIP else {}
    pages: dict[str, Any] = {}
    for told in plan.pages:
        if same == SKIP and told.existing:
            outcome.skipped.append(told)
            if told.existing in there:
                pages[told.path] = there[told.existing]
            continue
        page = CollaborativePage(
            title=told.title, intro=told.draft.intro, owner=by, steward=space.team, live=False, body=[]
        )
        parent = _above(told, pages) or first
        parent.refresh_from_db(fields=["path", "depth", "numchild", "url_path"])
        parent.add_child(instance=page)
        pages[told.path] = page
    return pages


def _above(told: Planned, pages: Mapping[str, Any]) -> Any:
    """The page under which one comes: the nearest above that takes pages."""
    above = told.above
    while above is not None and above.path not in pages:
        above = above.above
    return pages[above.path] if above is not None else None


@dataclass
class Bringing:
    """Puts each picture and file in the folder of the space once, when the first page asks for it."""

    plan: Plan
    space: Space
    by: User | None
    site: str
    pages: Mapping[str, int]
    outcome: Outcome
    images: dict[str, int] = field(default_factory=dict)  # by the hash of what is in them
    documents: dict[str, int] = field(default_factory=dict)

    def body_of(self, told: Planned, page: CollaborativePage) -> Any:
        """The body of a page, of nothing but what a text may hold."""
        draft = told.draft
        images = Lazily(
            self._image, {**pictures_in(dict.fromkeys(self.plan.assets, 1)), **dict.fromkeys(draft.pictures, 1)}
        )
        images.inside = draft.pictures
        documents = Lazily(self._document, dict.fromkeys(self.plan.assets, 1))
        resolver = Resolver(told.path, Targets(self.pages, documents, images, self.site))
        doc = fitted(resolver.all(draft.children))
        return page.body.stream_block.to_python(stream_of(doc))

    def _image(self, path: str, inside: Mapping[str, bytes]) -> int | None:
        content = inside[path] if path in inside else self.plan.assets[path].content
        name = path if path in self.plan.assets else f"{named_by('image')}.{kind_of(content)}"
        return self._once(self.images, SpaceImage, content, name, self._add_image)

    def _document(self, path: str, inside: Mapping[str, bytes]) -> int | None:
        content = self.plan.assets[path].content
        return self._once(self.documents, SpaceDocument, content, path, self._add_document)

    def _once(self, held: dict[str, int], model: Any, content: bytes, path: str, add: Any) -> int | None:
        """The number of a file with these bytes, in the folder already or put there now; None for one that is refused."""
        told = hashlib.sha1(content, usedforsecurity=False).hexdigest()  # as Wagtail tells files apart
        if told not in held:
            folder = model.objects.filter(collection=self.space.folder.collection)
            found = folder.filter(file_hash=told).values_list("pk", flat=True).first()
            try:
                with transaction.atomic():
                    held[told] = found or add(path.rpartition("/")[2], content)
            except ValidationError:
                self.outcome.refused.append(path[:80])
                held[told] = 0
        return held[told] or None

    def _add_image(self, name: str, content: bytes) -> int:
        file = SimpleUploadedFile(name, content)
        made = services.add_picture(space=self.space, file=file, by=self.by)  # type: ignore[arg-type]  # nobody, for the command
        return int(made.pk)

    def _add_document(self, name: str, content: bytes) -> int:
        file = SimpleUploadedFile(name, content)
        return int(services.add_document(space=self.space, title=named_by(name), file=file, by=self.by).pk)


class Lazily(dict[str, int]):
    """Numbers of files that are put in their folder when they are asked for, and not before."""

    inside: Mapping[str, bytes] = {}

    def __init__(self, number: Any, known: Mapping[str, int]) -> None:
        super().__init__(known)
        self.number = number

    def get(self, path: Any, default: Any = None) -> Any:
        return (self.number(path, self.inside) or default) if path in self else default

    def __getitem__(self, path: str) -> int:
        return self.number(path, self.inside) or 0


def kind_of(content: bytes) -> str:
    """The extension of a picture by its first bytes."""
    return next((kind for kind in ("png", "jpg", "gif", "webp") if content.startswith(SIGNATURES[kind])), "png")
