"""Documents on the tests' own database, in this process and in served ones."""

from tests.realtime.coedit.owning import notebooks  # noqa: F401  # registers the owner here too
from tests.realtime.live.conftest import bell, database

__all__ = ["bell", "database"]
