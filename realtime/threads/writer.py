"""The form's door to posting: it waits for the commit. The socket's is in `actions`."""

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _

from realtime.live.writer import WriterBusy, writer
from realtime.threads.models import Message
from realtime.threads.posting import Draft, post_messages

PATIENCE = 20  # seconds a form waits for its commit


class NotNow(Exception):
    """It could not be written yet, or nobody knows: the same draft may be sent again."""

    reason = _("This could not be written at this moment. Your words are kept here: send them again.")


def say(draft: Draft) -> Message:
    """Says one thing and returns it once it is committed. Raises PostRefused or NotNow."""
    try:
        message: Message = writer.submit(post_messages, draft).result(timeout=PATIENCE).message
    except (WriterBusy, TimeoutError, InterfaceError, OperationalError) as error:
        raise NotNow from error
    return message
