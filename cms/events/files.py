"""Events as a file that calendars read (RFC 5545): plain text, instants in UTC, nothing about who comes."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from icalendar import Calendar, Event

from cms.models import EventPage

AN_HOUR = timedelta(hours=1)  # of an event that says no end: calendars want one
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def calendar_of(events: Iterable[EventPage], *, site: str, at: datetime) -> bytes:
    """The file with `events`, made at `at`; `site` is the beginning of our addresses, without a slash at its end."""
    file = Calendar()
    file.add("prodid", "-//Parvis//Parvis//FR")
    file.add("version", "2.0")
    for event in events:
        file.add_component(entry_of(event, site=site, at=at))
    return bytes(file.to_ical())


def entry_of(event: EventPage, *, site: str, at: datetime) -> Event:
    """One event. It is the same one for a calendar whatever becomes of its title, day and address."""
    entry = Event()
    entry.add("uid", f"{event.translation_key}@parvis")
    entry.add("dtstamp", at.astimezone(UTC))
    entry.add("last-modified", (event.last_published_at or at).astimezone(UTC))
    entry.add("dtstart", event.starts_at.astimezone(UTC))
    entry.add("dtend", end_of(event).astimezone(UTC))
    entry.add("summary", plain(event.title))
    entry.add("url", f"{site}{event.url}")
    for name, words in (("location", event.place), ("description", event.intro)):
        if words:
            entry.add(name, plain(words))
    return entry


def end_of(event: EventPage) -> datetime:
    """Its end, which comes after its beginning."""
    ends: datetime = event.ends_at if event.ends_at and event.ends_at > event.starts_at else event.starts_at + AN_HOUR
    return ends


def plain(words: str) -> str:
    """Words without what no calendar may hold."""
    return CONTROL.sub(" ", words)
