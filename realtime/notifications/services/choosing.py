"""Choosing how one is told: by category and channel, at which hours, and not at all for a while."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from intranet.accounts.models import User
from intranet.people.services import update_profile
from realtime.notifications.models import Category, Preference, Rhythm
from realtime.notifications.preferences import ALWAYS_ON_SCREEN, USUAL_MAIL, Channel, Pace


@transaction.atomic
def choose_preferences(*, user: User, on_screen: Mapping[str, bool], mail: Mapping[str, str], at: datetime) -> None:
    """From now on `user` is told so of the categories named, and of the others as before.

    What is about one's own hidden messages stays on the screen whatever is asked.
    """
    unwanted = {category for category, is_wanted in on_screen.items() if not is_wanted} - ALWAYS_ON_SCREEN
    keep_paces(user.pk, Channel.INBOX, {name: Pace.NEVER if name in unwanted else None for name in on_screen})
    usual = {category for category, pace in mail.items() if pace == USUAL_MAIL[Category(category)]}
    keep_paces(user.pk, Channel.MAIL, {name: None if name in usual else Pace(pace) for name, pace in mail.items()})


@transaction.atomic
def choose_hours(*, user: User, changes: Mapping[str, Any], at: datetime) -> None:
    """From now on `user` is written to so; what is not in `changes` stays.

    They are of `quiet_from` and `quiet_until`, times; `days`, the numbers of those worked; `paused_until`, the first
    day after a pause, or None.
    """
    hours = {name: changes[name] for name in ("quiet_from", "quiet_until") if name in changes}
    if hours:
        update_profile(profile=user.profile, changes=hours, by=user, at=at)
    rhythm = {name: changes[name] for name in ("days", "paused_until") if name in changes}
    if "days" in rhythm:
        rhythm["days"] = "".join(sorted(set(rhythm["days"])))
    if rhythm:
        Rhythm.objects.update_or_create(user=user, defaults=rhythm)


@transaction.atomic
def stop_letters(*, user_id: int, categories: Collection[str], at: datetime) -> dict[str, str]:
    """No letter about these categories any more; returns what `start_letters` puts back.

    A category is absent from it where the pace was the usual one, or where the letters had stopped before.
    """
    rows = Preference.objects.filter(user=user_id, channel=Channel.MAIL, category__in=categories)
    before = dict(rows.exclude(pace=Pace.NEVER).values_list("category", "pace"))
    keep_paces(user_id, Channel.MAIL, dict.fromkeys(categories, Pace.NEVER))
    return before


@transaction.atomic
def start_letters(*, user_id: int, categories: Collection[str], before: Mapping[str, str], at: datetime) -> None:
    """Letters about these categories come again, at the pace of `before`; at the usual one for those it leaves out."""
    paces = {category: Pace(before[category]) if category in before else None for category in categories}
    keep_paces(user_id, Channel.MAIL, paces)


def keep_paces(user_id: int, channel: Channel, paces: Mapping[str, Pace | None]) -> None:
    """Keeps the pace of each category named on a channel; None is as usual, which is not written down."""
    usual = [category for category, pace in paces.items() if pace is None]
    Preference.objects.filter(user=user_id, channel=channel, category__in=usual).delete()
    rows = [
        Preference(user_id=user_id, channel=channel, category=category, pace=pace)
        for category, pace in sorted(paces.items())
        if pace is not None
    ]
    same = ["user", "category", "channel"]
    Preference.objects.bulk_create(rows, update_conflicts=True, unique_fields=same, update_fields=["pace"])
