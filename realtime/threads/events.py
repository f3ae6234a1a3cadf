"""What browsers are told of a thread. The payloads are the contract of docs/protocol.md."""

from typing import TypedDict

MESSAGE_POSTED = "message.posted"
MESSAGE_EDITED = "message.edited"
MESSAGE_DELETED = "message.deleted"
MESSAGE_HIDDEN = "message.hidden"
MESSAGE_SHOWN = "message.shown"
MESSAGES_MOVED = "messages.moved"
MESSAGE_ARRIVED = "message.arrived"
THREAD_MERGED = "thread.merged"
REACTIONS_CHANGED = "reactions.changed"
POLL_CHANGED = "poll.changed"
HELPFUL_CHANGED = "helpful.changed"
THREAD_CHANGED = "thread.changed"
TRACE_LEFT = "trace.left"
SYNTHESIS_CHANGED = "synthesis.changed"
STATE_CHANGED = "state.changed"
ASIDE_CHANGED = "aside.changed"
QUESTION_ASKED = "question.asked"
QUESTION_CHANGED = "question.changed"
QUESTION_HIDDEN = "question.hidden"
QUESTION_SHOWN = "question.shown"
QUESTION_WITHDRAWN = "question.withdrawn"


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


class PollOptionShown(TypedDict):
    """One thing that can be chosen, and who chose it; `code` names one of a sense check, which has no label."""

    id: int
    code: str
    label: str
    people: list[Author]


class PollShown(TypedDict):
    """The poll that a message carries: `kind` is "sense" or "choice"."""

    kind: str
    is_multiple: bool
    closed: bool
    options: list[PollOptionShown]


class FileShown(TypedDict):
    """A file under a message."""

    token: str
    name: str
    url: str
    size: int  # bytes
    icon: str  # its name in the sprite
    preview: str  # address of a small picture, "" without one
    width: int  # pixels in which the picture is shown, 0 of anything else
    height: int


class MessagePosted(TypedDict):
    """A message as a fresh load of the page would show it."""

    id: int
    seq: int
    cid: str  # the browser's own id: its pending message becomes this one
    author: Author
    html: str  # sanitised
    body: str  # as typed, for quoting and editing
    reply_to: ReplyTo | None
    files: list[FileShown]
    posted_at: str  # ISO 8601, UTC
    poll: PollShown | None


class MessageEdited(TypedDict):
    id: int
    html: str
    body: str
    excerpt: str  # plain text, for the glances of those who answer it
    edited_at: str


class MessageDeleted(TypedDict):
    id: int


class ReactionShown(TypedDict):
    """One sign on a message and who left it, in the order they did."""

    emoji: str
    people: list[Author]


class MessageHidden(TypedDict):
    """Its words are no longer shown, but to its author, who fetches the row; the answers to it keep no word of it."""

    id: int
    reason: str


class MessageShown(MessagePosted):
    """A hidden message, whole again."""

    excerpt: str  # plain text, for the glances of those who answer it
    edited_at: str | None
    reactions: list[ReactionShown]


class ReactionsChanged(TypedDict):
    id: int  # of the message
    reactions: list[ReactionShown]


class OptionChosen(TypedDict):
    id: int
    people: list[Author]


class PollChanged(TypedDict):
    """Who chose what now; the options keep their words, which the log must be able to forget."""

    id: int  # of the message
    closed: bool
    options: list[OptionChosen]


class HelpfulChanged(TypedDict):
    """Whom a message helped, in the order they said so."""

    id: int  # of the message
    people: list[Author]


class ThreadChanged(TypedDict):
    title: str
    pinned: bool
    one_way: bool  # of an announcement: those who run the space alone answer it


class ThreadLink(TypedDict):
    """Another conversation: its title only where everybody who is told sees it too."""

    id: int
    title: str


class TraceLeft(TypedDict):
    """Something that happened to the thread; its place among the messages is the event's `seq`."""

    kind: str  # a Trace.Kind
    by: str  # a name, empty for a former member
    at: str  # ISO 8601, UTC
    reason: str
    other: ThreadLink | None  # from or to where messages were moved
    message: int | None  # the answer kept
    count: int  # of messages moved


class KeptIn(TypedDict):
    """A page that cites a message."""

    title: str
    url: str


class SynthesisChanged(TypedDict):
    """The synthesis of the thread says something else: to be fetched. `page` and the messages it cites, once published."""

    page: KeptIn | None
    cited: list[int]


class MessagesMoved(TypedDict):
    """Messages that went elsewhere; the trace stands at `seq`, where the first one was."""

    ids: list[int]
    seq: int
    trace: TraceLeft


class MessageArrived(TypedDict):
    """A message that came from elsewhere; its place is the event's `seq`, its words are fetched with the reader's rights."""

    id: int
    answers: list[int]  # messages already here that answer it


class ThreadMerged(TypedDict):
    """Everything went into another conversation: it goes on there."""

    into: ThreadLink


class Answer(TypedDict):
    """A glance at the message kept as the answer of a question."""

    id: int
    author: str  # a name, empty for a former member
    excerpt: str  # plain text


class StateChanged(TypedDict):
    """How the thread stands now."""

    state: str  # a Thread.State
    reason: str
    answer: Answer | None


class AsideChanged(TypedDict):
    """Whether a message under a question is said aside: it does not answer it."""

    id: int
    is_aside: bool


class QuestionShown(TypedDict):
    """A question of a live Q&A as it is now: by itself when it is shown again after it was hidden.

    Who supports it is not told.
    """

    id: int
    body: str
    author: Author | None  # None: asked without a name
    state: str  # a LiveQuestion.State
    reason: str  # why it was set aside
    supports: int
    asked_at: str  # ISO 8601, UTC; to the minute for one without a name
    edited_at: str | None  # since when it is in these words, None for the first ones


class QuestionAsked(QuestionShown):
    """A question nobody supports yet."""


class QuestionChanged(QuestionShown):
    """Its words, its state, its reason or its support changed."""


class QuestionHidden(TypedDict):
    """Its words are not shown any more, except to those who run the space and to who asked."""

    id: int
    reason: str


class QuestionWithdrawn(TypedDict):
    """Who asked took it back: it is not there any more."""

    id: int
