"""What a person follows, and what is new in it: asked when it is looked at, never written down message by message."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from intranet.accounts.models import User
from realtime.spaces.models import Level, Space, SpaceSubscription
from realtime.threads.models import Subscription, Thread
from realtime.threads.unread import new_messages, with_place


def with_levels(threads: Any, user: User) -> Any:
    """Adds `own_level`, what `user` chose for a thread, and `place_level`, for its space; None where they did not."""
    own = Subscription.objects.filter(user=user, thread=OuterRef("pk"))
    place = SpaceSubscription.objects.filter(user=user, space=OuterRef("space"))
    return threads.annotate(
        own_level=Subquery(own.values("level")[:1]), place_level=Subquery(place.values("level")[:1])
    )


def followed_by(user: User) -> Any:
    """The threads that `user` sees and follows, alone or with their space."""
    found = with_levels(Thread.objects.visible_to(user), user)
    return found.filter(Q(own_level=Level.FOLLOWED) | Q(own_level=None, place_level=Level.FOLLOWED))


def news_in(user: User, *, since: datetime | None = None) -> Any:
    """The followed threads in which something said after `since` is new to `user`, with the last of it as `news_id`.

    New is what `unread` says, and in a thread that was never opened what was said since its following began.
    Not to be put inside another query (`said_before`).
    """
    own = Subscription.objects.filter(user=user, thread=OuterRef("pk")).values("since")[:1]
    place = SpaceSubscription.objects.filter(user=user, space=OuterRef("space")).values("since")[:1]
    found = followed_by(user).annotate(began=Coalesce(Subquery(own), Subquery(place)))
    found, fresh = with_place(found, user, unopened_since=OuterRef("began")), new_messages(user)
    if since:
        found, fresh = found.filter(last_at__gt=since), fresh.filter(posted_at__gt=since)
    return found.annotate(news_id=Subquery(fresh.reverse().values("pk")[:1])).exclude(news_id=None)


def chosen_threads(user: User) -> Any:
    """The threads that `user` sees and chose a level for, those that moved last first, with `own_level`."""
    return with_levels(Thread.objects.visible_to(user), user).exclude(own_level=None).for_list().latest_first()


def heard_spaces(user: User) -> Any:
    """The places `user` belongs to or chose a level for, by name, with `level`."""
    chosen = SpaceSubscription.objects.filter(user=user, space=OuterRef("pk"))
    seen: Any = Space.objects.visible_to(user).active().places()
    mine = seen if user.is_guest else Space.objects.joined_by(user)
    spaces = seen.filter(Q(pk__in=mine.values("pk")) | Exists(chosen.exclude(level=Level.NORMAL)))
    level = Coalesce(Subquery(chosen.values("level")[:1]), Value(str(Level.NORMAL)))
    return spaces.annotate(level=level).order_by("name", "pk")


def level_shown(user: User, thread: Thread) -> str:
    """The level at which `user` hears a thread now; one query, none for a thread that came with levels."""
    found: Any = thread
    if not hasattr(thread, "own_level"):
        found = with_levels(Thread.objects.filter(pk=thread.pk), user).get()
    return found.own_level or found.place_level or Level.NORMAL
