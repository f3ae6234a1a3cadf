"""The two doors to posting: a form waits here for the commit, the socket hands its draft over."""

from django.utils import timezone

from realtime.threads.models import Message
from realtime.threads.posting import Draft, post_message


def say(draft: Draft) -> Message:
    """Says one thing and returns it once it is committed. Raises PostRefused."""
    return post_message(draft, at=timezone.now())
