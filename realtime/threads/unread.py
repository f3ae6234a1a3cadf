"""What is new to a person: how many messages of a thread, how many conversations of a place. Theirs alone.

A message is new when it stands after the person's place in its thread, is somebody else's, and was neither taken
back nor hidden. The place is the read mark; in a thread never opened, what had been said when the person came into
the space; and never before what they declared read at once (`SpaceSubscription.read_at`). Muted, nothing is new.

Every number is capped and every look is bounded, so that none costs more in an old house than in a young one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext

from intranet.accounts.models import User
from intranet.people.models import Membership
from realtime.notifications.services import read_topics, topics_waiting, unread_again
from realtime.spaces.models import Level, Space, SpaceMember, SpaceSubscription
from realtime.streams.models import Stream
from realtime.threads.models import Message, ReadMark, Subscription, Thread

MOST_MESSAGES = 99  # counted in a thread; then "99+"
MOST_THREADS = 20  # counted in a place; then "20+"
LOOKED_AT = 50  # conversations of a place, those that moved last, looked through for what is new
ALWAYS = datetime(1970, 1, 2, tzinfo=UTC)
NEVER = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands in a space: when they came, None for passing by; what they declared read; whether muted."""

    came_at: datetime | None
    read_at: datetime | None
    is_muted: bool

    @property
    def unopened_since(self) -> datetime:
        """What was said after it is new in a thread that was never opened."""
        return max(self.came_at, self.read_at or ALWAYS) if self.came_at else NEVER


class CappedCount(Subquery):
    """The number of rows of a sliced query, which stops at the slice's end."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) capped)"
    output_field = IntegerField()


def with_unread(threads: Any, user: User) -> Any:
    """Adds `unread`, the number of messages new to `user`: exact up to MOST_MESSAGES, then one more; and `is_heard`."""
    number = CappedCount(new_messages(user).values("pk")[: MOST_MESSAGES + 1])
    heard = with_place(threads, user).annotate(is_heard=ExpressionWrapper(heard_by(user), BooleanField()))
    return heard.annotate(unread=Case(When(is_heard=True, then=number), default=Value(0)))


def with_heads(threads: Any) -> Any:
    """Adds `head`, the place of each conversation's stream to watch from; 0 where nothing was told."""
    head = Stream.objects.filter(kind="thread", key=OuterRef("pk")).values("head")[:1]
    return threads.annotate(head=Coalesce(Subquery(head), 0))


def unread_by(threads: Any, user: User) -> Any:
    """Those in which something is new to `user`."""
    return with_place(threads, user).filter(heard_by(user)).filter(Exists(new_messages(user)))


def with_unread_threads(spaces: Any, user: User) -> Any:
    """Adds `unread` to spaces, the number of conversations with something new: exact up to MOST_THREADS, then one more.

    The LOOKED_AT conversations that moved last in each are looked at. A guest is told of shared ones alone.
    """
    here = OuterRef(OuterRef("pk"))
    moved = Thread.objects.filter(space=here, last_seq__gt=0, last_at__gt=by_space(user, "read_at", ALWAYS, of=here))
    if user.is_guest:
        moved = moved.filter(audience=Thread.Audience.SHARED)
    latest = moved.order_by("-last_at").values("pk")[:LOOKED_AT]
    fresh = unread_by(Thread.objects.filter(pk__in=latest), user)
    return spaces.annotate(unread=CappedCount(fresh.values("pk")[: MOST_THREADS + 1]))


def with_place(threads: Any, user: User, *, unopened_since: Any = None) -> Any:
    """Adds `read_seq`, the person's mark or None, and `new_after`, the place after which what was said is new to them.

    `unopened_since` is the moment after which a thread never opened is new, when it is not their coming into the space.
    """
    mark = ReadMark.objects.filter(user=user, thread=OuterRef("pk")).values("seq")[:1]
    here = OuterRef("space")
    declared = said_before(by_space(user, "read_at", ALWAYS, of=here))
    unopened = said_before(unopened_since or by_space(user, "unopened_since", NEVER, of=here))
    opened = Coalesce(F("read_seq"), unopened, output_field=BigIntegerField())
    return threads.annotate(read_seq=Subquery(mark)).annotate(new_after=Greatest(opened, declared))


def said_before(moment: Any) -> Any:
    """The place of the last message of a thread up to a moment.

    Where it may stand inside another query the moment is made of constants alone (`by_space`), and `with_place` asks
    nothing of a subquery: Django gives one in a condition the alias of the thread it looks at, and it looks at itself.
    """
    later = Message.objects.filter(thread=OuterRef("pk"), posted_at__gt=moment)
    first = Subquery(later.order_by("posted_at", "seq").values("seq")[:1])  # many are said at one moment
    return Coalesce(first - Value(1, BigIntegerField()), F("last_seq"), output_field=BigIntegerField())


def new_messages(user: User) -> Any:
    """Of the outer thread (`with_place`), the messages new to `user`, in order."""
    later = Message.objects.filter(thread=OuterRef("pk"), seq__gt=OuterRef("new_after"))
    return later.said().exclude(author=user).order_by("seq")


def heard_by(user: User) -> Q:
    """Threads that `user` has not muted: what they want of a thread goes before what they want of its space."""
    muted = [pk for pk, standing in standings(user).items() if standing.is_muted]
    own = Subscription.objects.filter(user=user, thread=OuterRef("pk"))
    heard = ~Exists(own.filter(level=Level.MUTED))
    return heard & (Q(Exists(own)) | ~Q(space__in=muted)) if muted else Q(heard)


def by_space(user: User, name: str, otherwise: datetime, *, of: Any = None) -> Any:
    """A moment of the person's standing in the space of a row (or the space `of`), `otherwise` where they have none."""
    moments = {pk: getattr(standing, name) for pk, standing in standings(user).items()}
    return case_of({pk: at for pk, at in moments.items() if at not in (None, otherwise)}, otherwise, of or F("space"))


def case_of(moments: Mapping[int, datetime], otherwise: datetime, space: Any) -> Any:
    cases = [When(Exact(space, pk), then=Value(at)) for pk, at in moments.items()]
    return Case(*cases, default=Value(otherwise), output_field=DateTimeField()) if cases else Value(otherwise)


# --- where a person stands ----------------------------------------------------------------------


def standings(user: User) -> Mapping[int, Standing]:
    """Where `user` stands, by space: those they are in, or have settings for. One query, kept with the person object."""
    kept: dict[int, Standing] | None = user.__dict__.get("_standings")
    if kept is None:
        kept = {pk: Standing(came, read, level == Level.MUTED) for pk, came, read, level in standing_rows(user)}
        user.__dict__["_standings"] = kept
    return kept


def standing_rows(user: User) -> Iterable[tuple[int, datetime | None, datetime | None, str]]:
    held = SpaceMember.objects.guests().filter(user=user) if user.is_guest else SpaceMember.objects.held_by(user)
    came = held.filter(space=OuterRef("pk")).annotate(came=came_at(user)).order_by("came").values("came")[:1]
    own = SpaceSubscription.objects.filter(user=user, space=OuterRef("pk"))
    spaces = Space.objects.annotate(
        came=Subquery(came), read=Subquery(own.values("read_at")[:1]), level=Subquery(own.values("level")[:1])
    )
    known = spaces.exclude(came=None, level=None)
    return known.order_by("pk").values_list("pk", "came", "read", "level")


def came_at(user: User) -> Case:
    """When `user` came in by a row of members: with it, or with their place in its team where that is later.

    A place in a team begins with its day where the house is, which is not where the database is.
    """
    ahead = timezone.localtime(timezone=timezone.get_default_timezone()).utcoffset() or timedelta()
    arrived = (
        Membership.objects.on(timezone.localdate())
        .filter(user=user, team__path__startswith=OuterRef("team__path"))
        .order_by("starts_on")
        .annotate(
            day=ExpressionWrapper(
                Cast("starts_on", DateTimeField()) - Value(ahead, DurationField()), output_field=DateTimeField()
            )
        )
        .values("day")[:1]
    )
    by_team = Greatest(F("since"), Coalesce(Subquery(arrived), F("since")))
    return Case(When(team=None, then=F("since")), default=by_team)


# --- what changes -------------------------------------------------------------------------------


@transaction.atomic
def declare_read(*, user: User, spaces: Any, at: datetime) -> dict[int, str | None]:
    """Declares read all that was said so far in `spaces`, a query, and what the person was told of it.

    Returns what `take_back_read` puts back, plain JSON; with it, `at`. Up to the last words committed, not up to now:
    what is being said at this moment stays new.
    """
    read_topics(user=user, upto=told_in(spaces, user), at=at)  # first: what is said meanwhile is not declared read
    last = Thread.objects.filter(space=OuterRef("pk"), last_seq__gt=0).order_by("-last_at").values("last_at")[:1]
    said = dict(spaces.annotate(last=Subquery(last)).exclude(last=None).values_list("pk", "last"))
    own = {row.space_id: row for row in SpaceSubscription.objects.filter(user=user, space__in=said)}
    before = {pk: own[pk].read_at if pk in own else None for pk in said}
    for pk, row in own.items():
        row.read_at = said[pk]
    SpaceSubscription.objects.bulk_update(own.values(), ["read_at"])
    fresh = [SpaceSubscription(user=user, space_id=pk, read_at=at) for pk, at in said.items() if pk not in own]
    SpaceSubscription.objects.bulk_create(fresh, ignore_conflicts=True)
    return {pk: at.isoformat() if at else None for pk, at in before.items()}


def told_in(spaces: Any, user: User) -> dict[str, int]:
    """The streams in `spaces` of which something told waits for `user`, with the place of the last words in each."""
    waiting = Thread.objects.filter(pk__in=topics_waiting(user=user, kind="thread"), space__in=spaces.values("pk"))
    return {thread.stream: thread.last_seq for thread in waiting.only("last_seq")}


@transaction.atomic
def take_back_read(*, user: User, before: Mapping[int, str | None], read_at: datetime, at: datetime) -> None:
    """Puts back what had been declared read before the `declare_read` of the moment `read_at`, and what was told of it."""
    unread_again(user=user, read_at=read_at, at=at)
    for subscription in SpaceSubscription.objects.filter(user=user, space__in=before):
        earlier = before[subscription.space_id]
        subscription.read_at = datetime.fromisoformat(earlier) if earlier else None
        subscription.save(update_fields=["read_at"])


# --- what is shown ------------------------------------------------------------------------------


def messages_shown(number: int) -> str:
    """A number of new messages as it is written: "7", "99+"."""
    return str(number) if number <= MOST_MESSAGES else f"{MOST_MESSAGES}+"


def messages_said(number: int) -> str:
    """A number of new messages in words."""
    return said(message_forms(), number, MOST_MESSAGES)


def threads_said(number: int) -> str:
    """A number of conversations with something new, in words."""
    return said(thread_forms(), number, MOST_THREADS)


def said(forms: tuple[str, str, str], number: int, most: int) -> str:
    """The form for one, for several, or for more than `most`, with its number."""
    one, several, more = forms
    chosen = more if number > most else one if number == 1 else several
    return chosen % min(number, most)


def message_forms() -> tuple[str, str, str]:
    return gettext("%s new message"), gettext("%s new messages"), gettext("more than %s new messages")


def thread_forms() -> tuple[str, str, str]:
    return (
        gettext("%s conversation with something new"),
        gettext("%s conversations with something new"),
        gettext("more than %s conversations with something new"),
    )
