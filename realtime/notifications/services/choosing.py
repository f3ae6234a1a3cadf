"""Choosing how one is told: by category and channel, at which hours, and not at all for a while."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, time

from django.db import transaction

from intranet.accounts.models import User
from intranet.people.services import update_profile
from realtime.notifications.models import Category, Preference, Rhythm
from realtime.notifications.preferences import ALWAYS_ON_SCREEN, USUAL_MAIL, Channel, Pace


@transaction.atomic
def choose_preferences(*, user: User, on_screen: Mapping[str, bool], mail: Mapping[str, str], at: datetime) -> None:
    """From now on `user` is told so, category by category; what is as usual is not written down.

    What is about one's own hidden messages stays on the screen whatever is asked.
    """
    rows = []
    for category in Category:
        if not on_screen[category] and category not in ALWAYS_ON_SCREEN:
            rows.append(Preference(user=user, category=category, channel=Channel.INBOX, pace=Pace.NEVER))
        if mail[category] != USUAL_MAIL[category]:
            rows.append(Preference(user=user, category=category, channel=Channel.MAIL, pace=Pace(mail[category])))
    Preference.objects.filter(user=user).delete()
    Preference.objects.bulk_create(rows, ignore_conflicts=True)  # two tabs may be as quick


@transaction.atomic
def choose_hours(
    *,
    user: User,
    quiet_from: time,
    quiet_until: time,
    days: Collection[str],
    paused_until: date | None,
    at: datetime,
) -> None:
    """From now on `user` is written to on those days, outside those hours, and not before the end of a pause."""
    hours = {"quiet_from": quiet_from, "quiet_until": quiet_until}
    update_profile(profile=user.profile, changes=hours, by=user, at=at)
    chosen = {"days": "".join(sorted(set(days))), "paused_until": paused_until}
    Rhythm.objects.update_or_create(user=user, defaults=chosen)


@transaction.atomic
def stop_letters(*, user_id: int, categories: Collection[str], at: datetime) -> None:
    """No letter about these categories any more."""
    for category in categories:
        Preference.objects.update_or_create(
            user_id=user_id, category=category, channel=Channel.MAIL, defaults={"pace": Pace.NEVER}
        )


@transaction.atomic
def start_letters(*, user_id: int, categories: Collection[str], at: datetime) -> None:
    """Letters about these categories come again, at the usual pace."""
    Preference.objects.filter(user=user_id, channel=Channel.MAIL, category__in=categories).delete()
