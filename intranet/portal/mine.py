"""What Parvis keeps about one person, for that person alone: as plain rows, from every app that holds some of it."""

from typing import Any

from django.db.models import Exists, OuterRef

from intranet.accounts.models import User
from intranet.metrics.models import Reading
from intranet.people.models import Membership, Profile, ProfileChange
from realtime.notifications.models import Preference
from realtime.spaces.models import Space, SpaceSubscription
from realtime.threads.models import Message, Subscription, Thread

LINES = ("title", "about", "organization", "place", "days", "phone", "interests", "spoken")
CHOICES = ("language", "zone", "theme", "quiet_from", "quiet_until", "shows_presence", "is_counted")


def data_of(user: User, profile: Profile) -> dict[str, Any]:
    """Everything a file can hold of a person, ready for JSON; a statement for each kind of thing.

    A place or a conversation that they see no more is not named: their own words are there all the same.
    """
    return {
        "account": {"name": user.name, "email": user.email, "joined_at": user.joined_at},
        "profile": {name: getattr(profile, name) for name in LINES} | {"skills": skills_of(profile)},
        "settings": {name: getattr(profile, name) for name in CHOICES},
        "profile_changes": list(
            ProfileChange.objects.filter(profile=profile)
            .order_by("at", "pk")
            .values("field", "before", "after", "at", "by__name")
        ),
        "teams": list(
            Membership.objects.filter(user=user)
            .order_by("starts_on", "pk")
            .values("team__name", "role", "is_home", "starts_on", "ends_on")
        ),
        "messages": messages_of(user),
        "followed_conversations": list(
            Subscription.objects.filter(user=user, thread__in=Thread.objects.visible_to(user))
            .order_by("pk")
            .values("thread__title", "level", "since")
        ),
        "followed_spaces": list(
            SpaceSubscription.objects.filter(user=user, space__in=Space.objects.visible_to(user))
            .order_by("pk")
            .values("space__name", "level", "since")
        ),
        "notices": list(
            Preference.objects.filter(user=user).order_by("category", "channel").values("category", "channel", "pace")
        ),
        "team_figures_opened": list(
            Reading.objects.filter(reader=user).order_by("at", "pk").values("team__name", "way", "at")
        ),
    }


def skills_of(profile: Profile) -> list[str]:
    return list(profile.skills.order_by("name", "pk").values_list("name", flat=True))


def messages_of(user: User) -> list[dict[str, Any]]:
    """What a person said and did not take back, the oldest first; one statement."""
    seen = Exists(Thread.objects.visible_to(user).filter(pk=OuterRef("thread")))
    said = Message.objects.standing().filter(author=user).order_by("posted_at", "pk")
    rows = said.values_list("body", "posted_at", "edited_at", "thread__title", "thread__space__name", seen)
    return [
        {
            "words": words,
            "posted_at": posted_at,
            "edited_at": edited_at,
            "conversation": title if is_seen else None,
            "space": space if is_seen else None,
        }
        for words, posted_at, edited_at, title, space, is_seen in rows
    ]
