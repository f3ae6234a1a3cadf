"""The settings of the serving processes of these tests: as in development, with a bell that lies when asked to."""

import faulthandler
import os
import signal

from intranet.settings.base import CHANNEL_LAYERS as QUIET_LAYERS
from intranet.settings.base import INSTALLED_APPS
from intranet.settings.dev import *  # noqa: F403
from realtime.live import limits

faulthandler.register(signal.SIGUSR1)  # a test that fails asks where this process stands
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
if os.environ.get("CHAOS"):
    chaos = {"inner": QUIET_LAYERS["default"], "seed": int(os.environ["CHAOS"])}
    CHANNEL_LAYERS = {"default": {"BACKEND": "tests.support.chaos.ChaosChannelLayer", "CONFIG": chaos}}
    PARVIS_DIRECT_BELL = False
PARVIS_FAST_PATH = not os.environ.get("PLAIN")
if os.environ.get("UNLIMITED"):
    PARVIS_SOCKET_RATE = PARVIS_PERSON_RATE = (1e6, 1e6)
if os.environ.get("CONTRACT"):  # what cannot be waited for, or must not happen, in an hour or ever
    INSTALLED_APPS = [*INSTALLED_APPS, "tests.contract.falling"]
    limits.WAITING = 20
if os.environ.get("SHORT_LIFE"):
    limits.LIFE = 2.0
