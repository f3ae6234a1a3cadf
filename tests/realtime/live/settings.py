"""The settings of the serving processes of these tests: as in development, with a bell that lies when asked to."""

import os

from intranet.settings.base import CHANNEL_LAYERS as QUIET_LAYERS
from intranet.settings.dev import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if os.environ.get("CHAOS"):
    chaos = {"inner": QUIET_LAYERS["default"], "seed": int(os.environ["CHAOS"])}
    CHANNEL_LAYERS = {"default": {"BACKEND": "tests.support.chaos.ChaosChannelLayer", "CONFIG": chaos}}
    PARVIS_DIRECT_BELL = False
PARVIS_FAST_PATH = not os.environ.get("PLAIN")
if os.environ.get("UNLIMITED"):
    PARVIS_SOCKET_RATE = PARVIS_PERSON_RATE = (1e6, 1e6)
