"""The local day of an instant, computed by the database: alike on SQLite and PostgreSQL, and as fast as it reads."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import DateField, Func

STEP = timedelta(minutes=15)  # zones change their hour on such a minute


class LocalDay(Func):
    """The day in `zone` of a field of instants, right for instants in [start, end).

    SQLite has no time zones, and would call Python for each row: it is told the offsets of that time instead.
    """

    output_field = DateField()

    def __init__(self, instant: Any, *, zone: ZoneInfo, start: datetime, end: datetime, **extra: Any) -> None:
        self.zone, self.start, self.end = zone, start, end
        super().__init__(instant, **extra)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        sql, params = compiler.compile(self.source_expressions[0])
        return f"(({sql}) AT TIME ZONE %s)::date", [*params, self.zone.key]

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        sql, params = compiler.compile(self.source_expressions[0])
        *changes, last = offsets(self.zone, self.start, self.end)
        cases, values = "", []
        for until, seconds in changes:
            cases += f" WHEN {sql} < %s THEN date(substr({sql}, 1, 19), %s)"
            values += [*params, connection.ops.adapt_datetimefield_value(until), *params, f"{seconds:+d} seconds"]
        plain = f"date(substr({sql}, 1, 19), %s)"  # it would round .9999 up to the next second
        values += [*params, f"{last[1]:+d} seconds"]
        return (f"CASE{cases} ELSE {plain} END" if changes else plain), values


@lru_cache
def offsets(zone: ZoneInfo, start: datetime, end: datetime) -> tuple[tuple[datetime, int], ...]:
    """Until when, and how many seconds ahead of UTC, the hours of `zone` run from `start` to `end`."""
    found: list[tuple[datetime, int]] = []
    at = start.astimezone(UTC)
    at -= timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)
    seconds = ahead(zone, at)
    while at < end:
        at += STEP
        if ahead(zone, at) != seconds:
            found.append((at, seconds))
            seconds = ahead(zone, at)
    return (*found, (end, seconds))


def ahead(zone: ZoneInfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset() or timedelta()
    return int(offset.total_seconds())
