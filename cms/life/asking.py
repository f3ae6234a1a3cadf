"""Somebody was given an address that they cannot open: they ask, and those who run its space decide.

Whoever asks learns nothing from the answer: it is the same when nothing is there, and the work is done elsewhere.
"""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import unquote, urlsplit

from django.db import transaction
from django.db.models import Case, Q, Value, When

from cms.base.curtain import backstage
from cms.base.models import BasePage
from cms.models import HOME, AccessRequest
from intranet.accounts.models import User
from realtime.notifications.models import Category
from realtime.notifications.services import Notice, notify
from realtime.spaces.access import people_who_run
from realtime.spaces.models import Space, SpaceMember
from realtime.spaces.services import AlreadyMember, add_member

PAGES = "/pages/"
SPACE = re.compile(r"/spaces/([-\w]+)/")
KIND = "access_request"  # of a source of notifications


class Decided(Exception):
    """Somebody who runs the space has answered already."""


def path_of(address: str) -> str:
    """The path of an address of ours, whole or from the first slash on; "" for one that no page or space has."""
    try:
        path = f"{unquote(urlsplit(address.strip()).path).rstrip('/')}/"
    except ValueError:  # no address at all
        return ""
    if not path.isprintable():
        return ""
    return path if path.startswith(PAGES) or SPACE.match(path) else ""


@backstage
def place_at(path: str) -> tuple[Space, BasePage | None] | None:
    """The space that takes people in at a path, and the published page there or that was there once."""
    if path.startswith(PAGES):
        url = path.removeprefix(PAGES)
        there = Q(url_path=HOME + url) | Q(old_addresses__path=url)
        found = BasePage.objects.live().filter(there, binned_at=None, depth__gt=2, space__archived_at=None)
        now_first = found.order_by(Case(When(url_path=HOME + url, then=Value(0)), default=Value(1)), "pk")
        page = now_first.select_related("space").first()
        return (page.space, page) if page else None
    match = SPACE.match(path)
    space = Space.objects.active().places().filter(slug=match[1]).first() if match else None
    return (space, None) if space else None


@transaction.atomic
def ask_to_be_let_in(*, by: User, path: str, words: str, at: datetime) -> AccessRequest | None:
    """Tells those who run the space at `path` that somebody asks; None where nothing is, or it is open to them, or they wait."""
    place = place_at(path)
    if place is None or by.is_guest or Space.objects.visible_to(by).filter(pk=place[0].pk).exists():
        return None
    space, page = place
    if AccessRequest.objects.filter(space=space, user=by, decided_at=None).exists():
        return None
    AccessRequest.objects.bulk_create(
        [AccessRequest(space=space, page_id=page.pk if page else None, user=by, words=words, at=at)],
        ignore_conflicts=True,  # two tabs may be as quick
    )
    asked = AccessRequest.objects.get(space=space, user=by, decided_at=None)
    told = Notice(people_who_run(space), Category.PAGE, f"access:{asked.pk}", KIND, asked.pk, actor_id=by.pk)
    notify([told], at=at)
    return asked


@transaction.atomic
def let_in(*, asked: AccessRequest, by: User, at: datetime) -> AccessRequest:
    """Makes a member of who asked, and tells them. Raises Decided or SpaceIsArchived."""
    decided = decide(asked, by, at, is_granted=True)
    try:
        add_member(space=decided.space, member=decided.user, role=SpaceMember.Role.MEMBER, at=at)
    except AlreadyMember:  # let in by another way meanwhile
        return decided
    notify([Notice([decided.user_id], Category.PAGE, f"let-in:{decided.pk}", KIND, decided.pk, actor_id=by.pk)], at=at)
    return decided


@transaction.atomic
def turn_down(*, asked: AccessRequest, by: User, at: datetime) -> AccessRequest:
    """Closes the request; who asked is told nothing. Raises Decided."""
    return decide(asked, by, at, is_granted=False)


def decide(asked: AccessRequest, by: User, at: datetime, *, is_granted: bool) -> AccessRequest:
    open_still = AccessRequest.objects.filter(pk=asked.pk, decided_at=None)
    if not open_still.update(decided_at=at, decided_by=by, is_granted=is_granted):
        raise Decided
    return AccessRequest.objects.select_related("space", "user").get(pk=asked.pk)
