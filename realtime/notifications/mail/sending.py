"""Who is written to now, and what: claimed in one transaction, then sent, so that nothing is sent twice.

A process killed between the claim and the sending loses that letter; what it would have said stands in the inbox.
The line to the mail server is open before anything is claimed: while it cannot be reached, all waits. What the server
certainly did not take is given back, and tried again at the next run; where that is unknown it is not sent again.
"""

import logging
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection
from django.db import transaction
from django.db.models import Min, Q

from intranet.accounts.models import User
from realtime.notifications.mail.hours import Hours, hours_of
from realtime.notifications.mail.letters import DAILY, SOON, WEEKLY, Post, letter
from realtime.notifications.mail.line import NotTaken
from realtime.notifications.models import Category, Notification, Rhythm
from realtime.notifications.preferences import Pace, Wishes, wishes_of
from realtime.notifications.sources import news_for, still_heard

logger = logging.getLogger(__name__)

GATHERING = timedelta(minutes=10)  # a letter waits this long after the first thing it says, for others to join it
STALE = timedelta(days=14)  # older than this, it is not news any more
NEWS = 15
Claim = Callable[[User, datetime], Post | None]


def write_soon(*, at: datetime) -> int:
    """Writes to those who have waited long enough for what they want soon; returns how many letters left."""
    waiting = Notification.objects.unread().unmailed().filter(at__gt=at - STALE).values("user_id", "category")
    ripe: dict[int, set[str]] = {}
    for row in waiting.annotate(first=Min("at")).filter(first__lte=at - GATHERING):
        ripe.setdefault(row["user_id"], set()).add(row["category"])
    wishes = wishes_of(ripe)
    due = {pk for pk, categories in ripe.items() if categories & wishes[pk].mailed(Pace.SOON)}
    people = [user for user, hours in reachable(due, at=at) if hours.are_open(at)]
    return send(people, lambda user, at: claim_soon(user, wishes[user.pk], at=at), at=at)


def write_digests(*, at: datetime) -> int:
    """Writes the letters of the day and of the week to those whose morning it is; returns how many left."""
    recently = at - timedelta(hours=9)
    late = User.objects.exclude(pk__in=Rhythm.objects.filter(daily_at__gt=recently).values("pk"))
    people = [user for user, hours in reachable(late.values("pk"), at=at) if is_due(user, hours, at)]
    wishes = wishes_of([user.pk for user in people])
    return send(people, lambda user, at: claim_digest(user, wishes[user.pk], at=at), at=at)


def is_due(user: User, hours: Hours, at: datetime) -> bool:
    return hours.are_open(at) and hours.is_new_day(at, rhythm_of(user).daily_at)


def rhythm_of(user: User) -> Rhythm:
    """The person's rhythm, the house's when they have none; no query for a person given by `reachable`."""
    found: Rhythm | None = getattr(user, "_rhythm", None)
    return found or Rhythm(user=user)


def reachable(user_ids: Any, *, at: datetime) -> Iterable[tuple[User, Hours]]:
    """Those of some people whose account is open, each with their hours; two queries."""
    people = User.objects.filter(Q(expires_at=None) | Q(expires_at__gt=at), pk__in=user_ids, is_active=True)
    found = list(people.exclude(profile=None).select_related("profile").order_by("pk"))
    rhythms = Rhythm.objects.in_bulk([user.pk for user in found])
    for user in found:
        user._rhythm = rhythms.get(user.pk)  # type: ignore[attr-defined]  # read by rhythm_of
        yield user, hours_of(user.profile, rhythms.get(user.pk))


# --- claiming -----------------------------------------------------------------------------------


@transaction.atomic
def claim_soon(user: User, wishes: Wishes, *, at: datetime) -> Post | None:
    """What is to be written to `user` now, theirs from here on; None when another process took it or it was read."""
    notes = claimed(user, wishes.mailed(Pace.SOON), at=at)
    return Post(user, SOON, notes, [], at) if notes else None


@transaction.atomic
def claim_digest(user: User, wishes: Wishes, *, at: datetime) -> Post | None:
    """The letter of the day, which holds that of the week where a new one began; None when it was made already.

    Someone with neither is not asked about again before tomorrow.
    """
    Rhythm.objects.bulk_create([Rhythm(user=user)], ignore_conflicts=True)
    rhythm = Rhythm.objects.select_for_update().get(user=user)
    hours = hours_of(user.profile, rhythm)
    if not hours.is_new_day(at, rhythm.daily_at):
        return None
    is_weekly = hours.is_new_week(at, rhythm.weekly_at)
    weekly = wishes.mailed(Pace.WEEKLY) if is_weekly else set()
    categories = wishes.mailed(Pace.DAILY) | weekly
    since, before = news_since(rhythm, wishes, at), (rhythm.daily_at, rhythm.weekly_at)
    rhythm.daily_at, rhythm.weekly_at = at, at if is_weekly else rhythm.weekly_at
    rhythm.save(update_fields=["daily_at", "weekly_at"])
    notes = claimed(user, categories - {Category.FOLLOWED}, at=at)
    news = news_for(user, since=since, most=NEWS) if Category.FOLLOWED in categories else []
    told = {note.category for note in notes} | ({Category.FOLLOWED} if news else set())
    pace = WEEKLY if told & weekly else DAILY
    return Post(user, pace, notes, news, at, *before) if notes or news else None


def news_since(rhythm: Rhythm, wishes: Wishes, at: datetime) -> datetime:
    """From when on things are new: the last letter that told of them."""
    if wishes.mail(Category.FOLLOWED) == Pace.WEEKLY:
        return rhythm.weekly_at or at - timedelta(days=7)
    return rhythm.daily_at or at - timedelta(days=1)


def claimed(user: User, categories: Collection[str], *, at: datetime) -> list[Notification]:
    """What waits of some categories and was not read, marked as mailed.

    Those whose letter would be late, or whose source was muted meanwhile, are let go.
    """
    rows = Notification.objects.of(user).unread().unmailed().filter(category__in=categories)
    notes = list(rows.select_for_update(of=("self",)).select_related("actor").order_by("at", "pk"))
    Notification.objects.filter(pk__in=[note.pk for note in notes]).update(mailed_at=at)
    return still_heard(user, [note for note in notes if note.at > at - STALE])


@transaction.atomic
def give_back(post: Post) -> None:
    """Undoes the claim of a letter that was not taken: it is due again at the next run."""
    Notification.objects.filter(pk__in=[note.pk for note in post.notes]).update(mailed_at=None)
    if post.pace != SOON:
        rhythm = Rhythm.objects.filter(user=post.user, daily_at=post.at)
        rhythm.update(daily_at=post.daily_at, weekly_at=post.weekly_at)


# --- sending ------------------------------------------------------------------------------------


def send(people: Iterable[User], claim: Claim, *, at: datetime) -> int:
    """Claims and sends a letter to each of some people; one that cannot be sent keeps nobody else from theirs.

    Raises what opening the line to the mail server raises: whoever was not written to by then is not claimed.
    """
    people = list(people)
    if not people:
        return 0
    sent = 0
    line = get_connection()
    try:
        for user in people:
            line.open()  # another one where the last letter failed
            post = claim(user, at)
            message = letter(post) if post else None
            if post is not None and message is not None:
                message.connection = line
                sent += delivered(post, message)
    finally:
        line.close()
    return sent


def delivered(post: Post, message: EmailMultiAlternatives) -> int:
    """Sends one letter; says so in the log when that fails. Returns how many left."""
    try:
        return int(message.send())
    except NotTaken:
        logger.warning("A letter was not taken; it is tried again at the next run.", exc_info=True)
        give_back(post)
    except OSError:  # SMTP's own errors are among them
        logger.exception("A letter could not be sent; what it said stands in the inbox.")
    return 0
