"""The small organisation of the conversations, for what it is told."""

from tests.realtime.threads.conftest import house

__all__ = ["house"]
