"""What is said of a publication: whether it says something new, what changed for its readers, and when it was."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from wagtail.models import PageLogEntry, Revision

from cms.base.models import BasePage
from cms.models import KeptText, PageChange
from intranet.accounts.models import User

PUBLISHED = ("wagtail.publish", "wagtail.publish.scheduled")
SAID = ("title", "intro", "place")  # beside the body: what readers find in a page
MOMENTS = ("starts_at", "ends_at")
_published_at: ContextVar[datetime | None] = ContextVar("published_at", default=None)


@contextmanager
def published_at(at: datetime) -> Iterator[None]:
    """Inside, what is published is published at that moment."""
    token = _published_at.set(at)
    try:
        yield
    finally:
        _published_at.reset(token)


def moment_of_publication() -> datetime:
    """When the page that Wagtail just published was published: as our service says, else now."""
    return _published_at.get() or timezone.now()


def said(revision: Revision) -> tuple[Any, ...]:
    """What a revision tells its readers, to be compared with another."""
    content = revision.content
    moments = (moment(content.get(name)) for name in MOMENTS)
    words = (content.get(name) or None for name in SAID)
    return (*words, *moments, bare(json.loads(content.get("body") or "[]")))


def moment(said: str | datetime | None) -> datetime | None:
    """An instant of a revision, which holds it as words, to the millisecond, once it comes from the database."""
    found = parse_datetime(said) if isinstance(said, str) else said
    return found and found.replace(microsecond=found.microsecond // 1000 * 1000)


def bare(raw: Any) -> Any:
    """The raw data of a StreamField without the ids of its blocks, which change without a word of it changing."""
    if isinstance(raw, list):
        return [bare(part) for part in raw]
    if isinstance(raw, dict):
        return {name: bare(part) for name, part in raw.items() if name != "id"}
    return raw


def last_published(page: BasePage) -> Revision | None:
    """The revision that was published last; None when there is none any more. Wagtail writes it down once it told of it."""
    told = PageLogEntry.objects.filter(page=page.pk, action__in=PUBLISHED).exclude(revision=None)
    found = told.order_by("-timestamp", "-pk").values_list("revision_id", flat=True).first()
    return Revision.objects.filter(pk=found).first()


def say_what_changed(*, page: BasePage, revision: Revision, words: str, by: User | None, at: datetime) -> PageChange:
    """Keeps what those who publish `revision` tell its readers; said again of the same words, it is the same."""
    last: PageChange | None = page.changes.select_related("revision").first()
    if last and last.revision and last.words == words and said(last.revision) == said(revision):
        last.revision = revision
        last.save(update_fields=["revision"])
        return last
    people = wrote_since(page)
    change: PageChange = PageChange.objects.create(page_id=page.pk, revision=revision, words=words, by=by, at=at)
    change.people.set(people | ({by.pk} if by else set()))
    return change


def wrote_since(page: BasePage) -> set[int]:
    """Who wrote in a page since it was last published."""
    before = last_published(page)
    kept = KeptText.objects.filter(text__page=page.pk, revision__pk__gt=before.pk if before else 0)
    return set(kept.exclude(contributors=None).values_list("contributors", flat=True))
