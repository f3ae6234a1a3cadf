"""Columns of our lists in the CMS."""

from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from wagtail.admin.ui.tables import Column


class DayColumn(Column):
    """A day, with its hour where it has one: also in days to come, of which Wagtail's own column says "just now"."""

    def get_value(self, instance: Any) -> str:
        value = super().get_value(instance)
        if value is None:
            return ""
        if hasattr(value, "hour"):
            return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
        return date_format(value, "DATE_FORMAT")
