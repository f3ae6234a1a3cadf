"""What is done with notifications: telling, reading, choosing."""

from realtime.notifications.services.choosing import (
    choose_hours,
    choose_preferences,
    start_letters,
    stop_letters,
)
from realtime.notifications.services.reading import (
    carry,
    close,
    read_all,
    read_one,
    read_topic,
    read_topics,
    topics_waiting,
    unread_again,
    unread_one,
)
from realtime.notifications.services.telling import Notice, notify, open_inboxes, withdraw

__all__ = [
    "Notice",
    "carry",
    "choose_hours",
    "choose_preferences",
    "close",
    "notify",
    "open_inboxes",
    "read_all",
    "read_one",
    "read_topic",
    "read_topics",
    "start_letters",
    "stop_letters",
    "topics_waiting",
    "unread_again",
    "unread_one",
    "withdraw",
]
