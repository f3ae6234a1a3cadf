"""The round of the quarters, by itself: what cannot be done yet is tried again, and says why in the meantime."""

import logging
from datetime import datetime

from intranet.metrics import house
from intranet.metrics.models import Window
from intranet.metrics.services import CannotClose, CannotOpen, close_window, open_window, suspend_changed

logger = logging.getLogger(__name__)


def look_after_windows(*, at: datetime) -> None:
    """Suspends what has another formula, opens the quarter of `at`, closes those that are settled, the oldest first."""
    for key in suspend_changed(at=at):
        logger.warning("the measure %s is suspended: it has another formula", key)
    try:
        open_window(name=house.window_of(at).name, at=at)
    except CannotOpen as why:
        logger.debug("the quarter is not opened: %s", type(why).__name__)
    for window in Window.objects.open():
        close(window, at)


def close(window: Window, at: datetime) -> None:
    try:
        close_window(name=window.name, at=at)
    except CannotClose as why:
        level = logging.WARNING if why.trouble else logging.DEBUG
        logger.log(level, "the quarter %s is not closed: %s", window.name, type(why).__name__)
