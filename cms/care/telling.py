"""Whom what happens to a page concerns, and telling them: only those who see it at that moment, each once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, time
from typing import Any

from django.utils import timezone
from wagtail.models import Revision

from cms.base.models import BasePage
from cms.models import KeptText, PageChange, PageWatch
from cms.publishing import last_published, said
from cms.topic import ON_PAGE, topic_of
from intranet.people.models import Membership
from realtime.notifications.models import Category, Notification
from realtime.notifications.services import Notice, notify
from realtime.spaces.access import belong_to, people_who_run, rights_of_many, seen_by
from realtime.spaces.models import Space

Reason = Notification.Reason


def is_quiet(page: BasePage) -> bool:
    """Whether nothing that happens to a page is told: on a practice ground, and where no space is."""
    return page.space is None or page.space.kind == Space.Kind.PRACTICE


def notice_about(
    page: BasePage,
    people: Collection[int],
    *,
    reason: str,
    key: str,
    at: datetime,
    actor_id: int | None = None,
    source_kind: str = "page",
    source_key: int | None = None,
    seq: int = ON_PAGE,
) -> Notice:
    """What some people are told of a page, once for `key`; it shows the page itself unless another source is given.

    Who reads the page has read it, unless it is said ON_DRAFT.
    """
    topic = topic_of(page)
    return Notice(
        people,
        category=Category.PAGE,
        reason=reason,
        key=f"{topic}:{key}",
        source_kind=source_kind,
        source_key=page.pk if source_key is None else source_key,
        topic=topic,
        seq=seq,
        actor_id=actor_id,
        at=at,
    )


# --- published anew -----------------------------------------------------------------------------


def tell_of_publication(*, page: BasePage, revision: Revision, at: datetime, but: Collection[int] = frozenset()) -> int:
    """Tells those who follow a page, and those who answer for it, that it was published anew; returns how many are new.

    With a note each time; without one, when it says something else than before and nobody was told this day. Not
    who published it, nor those of `but`, who were told of it already. Called in the transaction that publishes it.
    """
    before = last_published(page)
    change = PageChange.objects.filter(revision=revision).first()
    if before is None or is_quiet(page) or not (change or said(before) != said(revision)):
        return 0
    people = seers(page, watchers_of(page) | keepers_of([page])[page.pk]) - set(but)
    if change is None:
        people -= told_today(page, at)
    if not people:
        return 0
    about: dict[str, Any] = {"key": f"day:{timezone.localdate(at)}"}
    if change:
        about = {"key": f"change:{change.pk}", "source_kind": "page_change", "source_key": change.pk}
    told = notice_about(page, people, reason=Reason.PUBLISHED, actor_id=revision.user_id, at=at, **about)
    return notify([told], at=at)


def watchers_of(page: BasePage) -> set[int]:
    """Who follows a page. For telling them alone: no screen says it."""
    return set(PageWatch.objects.filter(page=page.pk).values_list("user", flat=True))


def told_today(page: BasePage, at: datetime) -> set[int]:
    """Who was told on this day that a page was published."""
    midnight = timezone.make_aware(datetime.combine(timezone.localdate(at), time()))
    told = Notification.objects.filter(topic=topic_of(page), reason=Reason.PUBLISHED, at__gte=midnight, at__lte=at)
    return set(told.values_list("user", flat=True))


# --- who is concerned ---------------------------------------------------------------------------


def keepers_of(pages: Sequence[BasePage]) -> Mapping[int, set[int]]:
    """Those who answer for each of some pages today, by id: its contact, and its steward team; one query."""
    teams = {page.steward_id for page in pages if page.steward_id}
    members: dict[int, set[int]] = defaultdict(set)
    today = Membership.objects.on(timezone.localdate()).filter(team__in=teams)
    for team_id, user_id in today.values_list("team", "user") if teams else ():
        members[team_id].add(user_id)
    return {
        page.pk: set(members[page.steward_id] if page.steward_id else ())
        | ({page.contact_id} if page.contact_id else set())
        for page in pages
    }


def keepers_and_runners(page: BasePage) -> set[int]:
    """Those who answer for a page today, and those who run its space."""
    return keepers_of([page])[page.pk] | (people_who_run(page.space) if page.space else set())


def runners_of(pages: Sequence[BasePage]) -> Mapping[int, set[int]]:
    """Those who run the spaces of some pages, by space; five queries at most, none for no page."""
    spaces = list({page.space.pk: page.space for page in pages if page.space}.values())
    inside = belong_to(spaces) if spaces else {}
    rights = rights_of_many({pk for people in inside.values() for pk in people}, spaces) if spaces else {}
    found: dict[int, set[int]] = {space.pk: set() for space in spaces}
    for (user_id, space_id), right in rights.items():
        if right.may_facilitate:
            found[space_id].add(user_id)
    return found


def seers_of_many(people: Mapping[BasePage, set[int]]) -> Mapping[BasePage, set[int]]:
    """Those of some people by page who see that page now; two queries."""
    spaces = list({page.space.pk: page.space for page in people if page.space}.values())
    everyone = {pk for found in people.values() for pk in found}
    rights = rights_of_many(everyone, spaces) if everyone and spaces else {}
    return {
        page: {
            pk
            for pk in found
            if (right := rights.get((pk, page.space_id)))
            and right.sees
            and (page.shared_with_guests or not right.is_guest)
        }
        for page, found in people.items()
    }


def writers_of(page: BasePage) -> set[int]:
    """Who wrote in a page, as far as its versions say; two queries."""
    kept = KeptText.objects.filter(text__page=page.pk).exclude(contributors=None)
    saved = page.revisions.exclude(user=None)
    return set(kept.values_list("contributors", flat=True)) | set(saved.values_list("user", flat=True))


def seers(page: BasePage, people: Iterable[int]) -> set[int]:
    """Those of some people who see a page now; a guest one that is shared with guests."""
    wanted = set(people)
    if not wanted or page.space is None:
        return set()
    return seen_by(page.space, wanted, with_guests=page.shared_with_guests)
