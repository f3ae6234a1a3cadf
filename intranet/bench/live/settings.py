"""As in development, but one may say as much as one likes: a generator speaks faster than a person."""

from intranet.settings.dev import *  # noqa: F403

PARVIS_SOCKET_RATE = PARVIS_PERSON_RATE = (1e6, 1e6)
