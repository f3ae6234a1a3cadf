"""Conversations: threads of messages, and what people do with them."""

from realtime.threads.models.attachments import Attachment
from realtime.threads.models.live_qa import LiveQuestion, LiveSupport
from realtime.threads.models.messages import (
    HelpfulMark,
    Kept,
    Mention,
    Message,
    MessageQuerySet,
    MessageRevision,
    Reaction,
)
from realtime.threads.models.moderation import Appeal, ModerationAct, Report
from realtime.threads.models.polls import Poll, PollOption, PollVote
from realtime.threads.models.synthesis import Citation, Point, Synthesis
from realtime.threads.models.threads import ReadMark, Subscription, Thread, ThreadQuerySet, Trace

__all__ = [
    "Appeal",
    "Attachment",
    "Citation",
    "HelpfulMark",
    "Kept",
    "LiveQuestion",
    "LiveSupport",
    "Mention",
    "Message",
    "MessageQuerySet",
    "MessageRevision",
    "ModerationAct",
    "Point",
    "Poll",
    "PollOption",
    "PollVote",
    "Reaction",
    "ReadMark",
    "Report",
    "Subscription",
    "Synthesis",
    "Thread",
    "ThreadQuerySet",
    "Trace",
]
