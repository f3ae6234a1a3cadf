"""The serving processes of these tests: as those of the live transport, with an app that owns documents."""

import os

from intranet.settings.base import INSTALLED_APPS as OURS
from realtime.coedit import limits as bounds
from tests.realtime.live.settings import *  # noqa: F403

INSTALLED_APPS = [*OURS, "tests.realtime.coedit.owning"]
if os.environ.get("FEW"):  # what would take too long to reach
    bounds.CONNECTIONS, bounds.DOCUMENT_BYTES, bounds.IDLE, bounds.ROOM_LINGERS = 3, 4000, 0.5, 0.5
