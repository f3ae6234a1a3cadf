"""Where the facts of the measures come from: the apps below that own them."""

from collections.abc import Iterator
from typing import Any

from cms import citing
from cms import facts as pages
from intranet.metrics import sixteen
from intranet.metrics.core.facts import Asked, Cited, Edited, Help, Said
from intranet.metrics.core.windows import window_at
from intranet.metrics.registry import Period, measures, reads, register
from realtime.threads import facts as threads

for described in sixteen.described():
    if described.key not in measures():
        register(described)


@reads("B1", "B3")
def messages(period: Period) -> Iterator[Any]:
    """A contribution a message."""
    found = threads.message_days(start=period.start, end=period.end, zone=period.zone)
    return ((person, day) for person, day, _ in found)


@reads("B1", "B3")
def edits(period: Period) -> Iterator[Any]:
    """A contribution a person, page and day."""
    found = pages.edit_days(start=period.start, end=period.end, zone=period.zone)
    return ((person, day) for person, day, _ in found)


@reads("B2")
def presence(period: Period) -> Iterator[Any]:
    """Who contributed to which space: by what they said, and by what they wrote."""
    yield from threads.message_days(start=period.start, end=period.end, zone=period.zone)
    yield from pages.edit_days(start=period.start, end=period.end, zone=period.zone)


@reads("A2", "C2")
def talks(period: Period) -> Iterator[Any]:
    """The threads that began in the window, with all that was said in them until its end."""
    return (Said(*row) for row in threads.talks(start=period.start, end=period.end))


@reads("C1")
def questions(period: Period) -> Iterator[Any]:
    """Questions with the first answer of somebody else, until the window is settled."""
    return (Asked(*row) for row in threads.questions(start=period.start, end=period.end, until=period.until))


@reads("D1")
def helpful_marks(period: Period) -> Iterator[Any]:
    """Messages that somebody marked helpful."""
    return (Help(*row) for row in threads.helpful_days(start=period.start, end=period.end, zone=period.zone))


@reads("D3")
def pages_written(period: Period) -> Iterator[Any]:
    """Pages with those who wrote in them."""
    return (Edited(*row) for row in pages.edits(start=period.start, end=period.end, zone=period.zone))


@reads("D2")
def pages_reused(period: Period) -> Iterator[Any]:
    """Pages improved in the window or the three before, with those who cite them in the window."""
    since = window_at(period.start, period.zone).moved(-3).opens_at
    found = citing.reuses(since=since, start=period.start, end=period.end, zone=period.zone)
    return (Cited(*row) for row in found)
