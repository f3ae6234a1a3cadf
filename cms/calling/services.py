"""Telling people that a page calls them."""

import re
from collections.abc import Iterator
from datetime import datetime

from wagtail.models import Revision

from cms.base.models import BasePage
from cms.care.telling import Reason, is_quiet, notice_about, seers
from cms.coedit.body import doc_of
from cms.coedit.tree import Node, Text
from cms.publishing import last_published
from cms.writing.keeping import blocks_of
from realtime.notifications.services import notify

PERSON = re.compile(r"/people/([1-9]\d{0,14})/")
MOST = 50  # different people that one page calls; the others stay links


def tell_who_is_called(*, page: BasePage, revision: Revision, at: datetime) -> set[int]:
    """Tells those whom a publication calls and the one before did not, where they see the page; returns who they are.

    Nobody is told of themselves. Called in the transaction that publishes, before it is written down.
    """
    if is_quiet(page):
        return set()
    before = last_published(page)
    fresh = called_in(revision) - (called_in(before) if before else set()) - {revision.user_id}
    people = seers(page, fresh) if fresh else set()
    if people:
        key = f"called:{revision.pk}"
        notify([notice_about(page, people, reason=Reason.CALLED, key=key, actor_id=revision.user_id, at=at)], at=at)
    return people


def called_in(revision: Revision) -> set[int]:
    """The people that a revision calls: links to them whose words begin with @."""
    found = called(doc_of(blocks_of(revision)))
    return {person for _, person in zip(range(MOST), dict.fromkeys(found), strict=False)}


def called(found: Node) -> Iterator[int]:
    for child in found.children:
        if isinstance(child, Node):
            yield from called(child)
        elif child.words.startswith("@") and (person := linked(child)):
            yield person


def linked(text: Text) -> int | None:
    """The person a text links to."""
    href = next((str(dict(mark.attributes).get("href", "")) for mark in text.marks if mark.name == "link"), "")
    match = PERSON.fullmatch(href)
    return int(match[1]) if match else None
