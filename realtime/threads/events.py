"""What browsers are told of a thread. The payloads are the contract of docs/protocol.md."""

from typing import TypedDict

MESSAGE_POSTED = "message.posted"
MESSAGE_EDITED = "message.edited"
MESSAGE_DELETED = "message.deleted"
REACTIONS_CHANGED = "reactions.changed"
THREAD_CHANGED = "thread.changed"


class Author(TypedDict):
    """Whose words these are; `id` and `name` are empty for a former member."""

    id: int | None
    name: str
    photo: str  # address, "" without one
    is_guest: bool


class ReplyTo(TypedDict):
    """A glance at the message answered."""

    id: int
    author: str
    excerpt: str  # plain text


class MessagePosted(TypedDict):
    """A message as a fresh load of the page would show it."""

    id: int
    seq: int
    cid: str  # the browser's own id: its pending message becomes this one
    author: Author
    html: str  # sanitised
    body: str  # as typed, for quoting and editing
    reply_to: ReplyTo | None
    posted_at: str  # ISO 8601, UTC


class MessageEdited(TypedDict):
    id: int
    html: str
    body: str
    edited_at: str


class MessageDeleted(TypedDict):
    id: int


class ReactionShown(TypedDict):
    """One sign on a message and who left it, in the order they did."""

    emoji: str
    people: list[Author]


class ReactionsChanged(TypedDict):
    id: int  # of the message
    reactions: list[ReactionShown]


class ThreadChanged(TypedDict):
    title: str
    pinned: bool
