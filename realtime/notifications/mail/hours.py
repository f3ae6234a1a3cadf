"""When a person may be written to: not in their quiet hours, not on a day they do not work, not while they pause."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings

from intranet.people.models import Profile
from realtime.notifications.models import Rhythm

MORNING = time(7)  # a daily letter is not made before


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of one person, by the clock on their wall."""

    zone: ZoneInfo
    quiet_from: time
    quiet_until: time
    days: str  # worked: 1 is Monday
    paused_until: date | None = None

    def are_open(self, at: datetime) -> bool:
        """Whether something may be sent at that moment."""
        local = at.astimezone(self.zone)
        is_paused = self.paused_until is not None and local.date() < self.paused_until
        return not is_paused and str(local.isoweekday()) in self.days and not self.is_quiet(local.time())

    def is_quiet(self, moment: time) -> bool:
        """Whether a time of day is in the quiet hours, which may pass midnight; none when they end as they begin."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= moment < self.quiet_until
        return moment >= self.quiet_from or moment < self.quiet_until

    def is_new_day(self, at: datetime, before: datetime | None) -> bool:
        """Whether it is the morning, or later, of another day than `before`."""
        local = at.astimezone(self.zone)
        return local.time() >= MORNING and (before is None or before.astimezone(self.zone).date() < local.date())

    def is_new_week(self, at: datetime, before: datetime | None) -> bool:
        """Whether it is another week, Monday first, than that of `before`."""
        return self.is_new_day(at, before) and (before is None or self.monday(before) < self.monday(at))

    def monday(self, at: datetime) -> date:
        local = at.astimezone(self.zone).date()
        return local - timedelta(days=local.weekday())


def hours_of(profile: Profile, rhythm: Rhythm | None) -> Hours:
    """The hours of a person; without a rhythm of their own, the house's."""
    rhythm = rhythm or Rhythm()
    return Hours(zone_called(profile.zone), profile.quiet_from, profile.quiet_until, rhythm.days, rhythm.paused_until)


def zone_called(name: str) -> ZoneInfo:
    """The zone of that name; the house's for one that is not known."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)
