"""Telling people: once each, whatever is retried."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count

from intranet.accounts.models import User
from realtime.notifications.events import INBOX_CHANGED, InboxChanged
from realtime.notifications.models import Notification
from realtime.notifications.preferences import Pace, wishes_of
from realtime.streams.models import Stream
from realtime.streams.services import Fact, append_locked, lock


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell some people. `key` names the event: telling it again tells nobody twice.

    The caller has checked that they see the source; it is asked once more when the notification is shown.
    `topic` is what it hangs under (the source itself when left out) and `seq` its place there; `at` is when it
    happened, when that is not now.
    """

    user_ids: Collection[int]
    category: str
    key: str
    source_kind: str
    source_key: int
    actor_id: int | None = None
    reason: str = ""
    topic: str = ""
    seq: int = 0
    at: datetime | None = None


@transaction.atomic
def notify(notices: Sequence[Notice], *, at: datetime) -> int:
    """Tells all of `notices`, the actor of each left out; returns how many notifications are new.

    Bounded statements whatever the number of notices and people.
    """
    rows = wanted([row for notice in notices for row in rows_of(notice, at)])
    known = set(
        Notification.objects.filter(
            user__in={row.user_id for row in rows}, key__in={row.key for row in rows}
        ).values_list("user_id", "key")
        if rows
        else ()
    )
    fresh = list({(row.user_id, row.key): row for row in rows if (row.user_id, row.key) not in known}.values())
    if fresh:
        Notification.objects.bulk_create(fresh, ignore_conflicts=True)
        tell_inboxes({row.user_id for row in fresh if row.on_screen}, at=at)
    return len(fresh)


@transaction.atomic
def withdraw(
    *, source: tuple[str, int], reasons: Collection[str], still: Collection[tuple[int, str]], at: datetime
) -> set[int]:
    """Whoever was told of `source` for one of `reasons`, has not read it and was sent no letter, is told no more.

    `still` are the pairs of person and reason that hold. Returns the people.
    """
    told = Notification.objects.unread().unwritten().filter(source_kind=source[0], source_key=source[1])
    rows = told.filter(reason__in=reasons).select_for_update().order_by("pk")
    gone = [row for row in rows if (row.user_id, row.reason) not in still]
    if gone:
        Notification.objects.filter(pk__in=[row.pk for row in gone]).delete()
        tell_inboxes({row.user_id for row in gone if row.on_screen}, at=at)
    return {row.user_id for row in gone}


def rows_of(notice: Notice, at: datetime) -> list[Notification]:
    """The notifications of a notice, not stored yet: one for each person but its actor."""
    return [
        Notification(
            user_id=user_id,
            category=notice.category,
            reason=notice.reason,
            key=notice.key,
            source_kind=notice.source_kind,
            source_key=notice.source_key,
            topic=notice.topic or f"{notice.source_kind}:{notice.source_key}",
            seq=notice.seq,
            actor_id=notice.actor_id,
            at=notice.at or at,
        )
        for user_id in sorted(set(notice.user_ids) - {notice.actor_id})
    ]


def wanted(rows: Sequence[Notification]) -> list[Notification]:
    """Those of `rows` that their person wants on Parvis or by mail, each knowing which; one query.

    What they do not want by mail now is decided: it does not wait for the day when they will.
    """
    if not rows:
        return []
    wishes = wishes_of({row.user_id for row in rows})
    for row in rows:
        row.on_screen = wishes[row.user_id].on_screen(row.category)
        if wishes[row.user_id].mail(row.category) == Pace.NEVER:
            row.mailed_at = row.at
    return [row for row in rows if row.on_screen or row.mailed_at is None]


def tell_inboxes(user_ids: Collection[int], *, at: datetime) -> None:
    """Tells the open screens of some people how much waits in their inbox now; inside a transaction.

    It is counted once their streams are held: whoever comes last says the number that holds.
    """
    if not user_ids:
        return
    open_streams(user_ids)
    streams = lock("inbox", user_ids)
    unread = unread_of(user_ids)
    facts = {pk: [Fact(INBOX_CHANGED, dict(InboxChanged(unread=unread.get(pk, 0))))] for pk in user_ids}
    append_locked(streams, facts, at=at)


def open_inboxes(*, users: Iterable[User], at: datetime) -> None:
    """Whoever comes has an inbox that can be watched. Called through people's hook."""
    open_streams({user.pk for user in users})


def open_streams(user_ids: Collection[int]) -> None:
    """Sees to it that some people's inboxes have their stream; in the order of their keys, so that nobody deadlocks."""
    Stream.objects.bulk_create([Stream(kind="inbox", key=pk) for pk in sorted(user_ids)], ignore_conflicts=True)


def unread_of(user_ids: Collection[int]) -> Mapping[int, int]:
    """How much waits in each inbox, absent for nothing; one query."""
    waiting = Notification.objects.on_screen().unread().filter(user__in=user_ids)
    return dict(waiting.values("user_id").annotate(number=Count("pk")).values_list("user_id", "number"))
