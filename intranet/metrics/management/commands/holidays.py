"""`manage.py holidays 2027 2027-01-01 2027-05-01`: records the holidays of a year; without days, prints what is known."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from intranet.metrics.models import Holidays
from intranet.metrics.services import HolidaysInForce, WrongHolidays, record_holidays


class Command(BaseCommand):
    """All holidays of a year at once: working days are counted only in years that are known."""

    help = "Record all holidays of a year, in place of what was recorded; without any day, print the years known."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", type=int, nargs="?")
        parser.add_argument("days", type=date.fromisoformat, nargs="*", help="for instance 2027-05-01")
        parser.add_argument("--none", action="store_true", help="the year has no holidays")

    def handle(self, *args: Any, year: int | None, days: list[date], **options: Any) -> None:
        if year is not None and (days or options["none"]):
            try:
                record_holidays(year=year, days=days, at=timezone.now())
            except (WrongHolidays, HolidaysInForce) as why:
                raise CommandError(f"{(type(why).__doc__ or '').rstrip('.')} ({why}).") from why
        for known in Holidays.objects.order_by("year"):
            self.stdout.write(f"{known.year}: {', '.join(known.days) or 'none'}")
