"""What is done to a page together with all that is below it."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from cms.base.models import BasePage
from realtime.threads.models import Thread

HOME_DEPTH = 2


def hold_tree() -> None:
    """Has those who move, bin or bring back pages take turns: the places of a tree are numbers that depend on each other."""
    list(BasePage.objects.select_for_update(of=("self",)).filter(depth=HOME_DEPTH).values_list("pk"))


def held_with_below(pk: int) -> list[Any]:
    """A page and what is below it, in the order of the tree, as they are now; nobody else changes them meanwhile.

    What hangs on them is read once it is our turn, for what is joined may be older than the row that was waited for.
    """
    path = BasePage.objects.filter(pk=pk).values_list("path", flat=True).first()
    if path is None:
        return []
    found = BasePage.objects.select_for_update(of=("self",)).prefetch_related("latest_revision", "text")
    return list(found.filter(path__startswith=path).order_by("path"))


def threads_of(pks: list[int]) -> Any:
    """The conversations beside pages, and those on their passages."""
    beside = BasePage.objects.filter(pk__in=pks).exclude(thread=None).values("thread")
    return Thread.objects.filter(Q(pk__in=beside) | Q(passage__page__in=pks))
