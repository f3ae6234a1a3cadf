"""How each person wants to be told, category by category: the house's usage, and what they changed of it."""

from collections.abc import Collection
from dataclasses import dataclass

from realtime.notifications.models import Category, Preference

Pace = Preference.Pace
Channel = Preference.Channel

USUAL_MAIL = {
    Category.MENTION: Pace.SOON,
    Category.REPLY: Pace.SOON,
    Category.PRIVATE: Pace.SOON,
    Category.MODERATION: Pace.SOON,
    Category.ANNOUNCEMENT: Pace.DAILY,
    Category.FOLLOWED: Pace.WEEKLY,
    Category.PAGE: Pace.DAILY,
}

ALWAYS_ON_SCREEN = {Category.MODERATION}  # one is told of what is done to one's own words


@dataclass(frozen=True, slots=True)
class Wishes:
    """What one person changed, by (category, channel)."""

    changed: dict[tuple[str, str], str]

    def on_screen(self, category: str) -> bool:
        """Whether they want it on Parvis."""
        return category in ALWAYS_ON_SCREEN or self.changed.get((category, Channel.INBOX)) != Pace.NEVER

    def mail(self, category: str) -> str:
        """At which pace they want it by mail."""
        return self.changed.get((category, Channel.MAIL), USUAL_MAIL[Category(category)])

    def mailed(self, pace: str) -> set[str]:
        """The categories they want by mail at `pace`."""
        return {str(category) for category in Category if self.mail(category) == pace}


def wishes_of(user_ids: Collection[int]) -> dict[int, Wishes]:
    """What each of some people wants; one query."""
    found = {pk: Wishes({}) for pk in user_ids}
    rows = Preference.objects.filter(user__in=user_ids).values_list("user_id", "category", "channel", "pace")
    for user_id, category, channel, pace in rows:
        found[user_id].changed[category, channel] = pace
    return found
