"""The form's door to posting: it waits for the commit. The socket's is in `actions`."""

from realtime.live.writer import writer
from realtime.threads.models import Message
from realtime.threads.posting import Draft, post_messages

PATIENCE = 20  # seconds a form waits for its commit


def say(draft: Draft) -> Message:
    """Says one thing and returns it once it is committed. Raises PostRefused, WriterBusy or DatabaseError."""
    message: Message = writer.submit(post_messages, draft).result(timeout=PATIENCE).message
    return message
