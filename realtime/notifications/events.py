"""What browsers are told of an inbox. The payloads are the contract of docs/protocol.md."""

from typing import TypedDict

INBOX_CHANGED = "inbox.changed"


class InboxChanged(TypedDict):
    """Something came in or was read: `unread` is what waits now. What it says is fetched, with the rights of then."""

    unread: int
