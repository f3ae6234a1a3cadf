"""Messages as browsers are told them."""

from collections.abc import Iterable

from intranet.accounts.models import User
from realtime.spaces.file_types import icon_of
from realtime.spaces.markup import excerpt
from realtime.threads.events import (
    Answer,
    Author,
    FileShown,
    KeptIn,
    MessagePosted,
    MessageShown,
    PollOptionShown,
    PollShown,
    QuestionShown,
    ReactionShown,
    ReplyTo,
    StateChanged,
    ThreadLink,
    TraceLeft,
)
from realtime.threads.models import (
    Attachment,
    HelpfulMark,
    LiveQuestion,
    Message,
    Poll,
    PollOption,
    Reaction,
    Thread,
    Trace,
)

ANSWER = 280  # characters of an accepted answer shown under its question

SHOWN = (420, 240)  # pixels of a picture under a message, at most


def author_shown(user: User | None) -> Author:
    """Who, as shown beside their words; somebody gone is "former member", named by the reader's screen."""
    if user is None:
        return Author(id=None, name="", photo="", is_guest=False)
    return Author(id=user.pk, name=user.name, photo=user.profile.photo_url, is_guest=user.is_guest)


def reply_shown(message: Message | None) -> ReplyTo | None:
    """A glance at the message answered, without a word of a hidden one; None when there is none or it was taken back."""
    if message is None or message.deleted_at:
        return None
    words = "" if message.hidden_at else excerpt(message.body, 100)
    return ReplyTo(id=message.pk, author=message.author.name if message.author else "", excerpt=words)


def answered_by(message: Message) -> ReplyTo | None:
    """A glance at the message that `message` answers, None when that one is elsewhere: others see it there."""
    answered = message.reply_to
    return reply_shown(answered) if answered is not None and answered.thread_id == message.thread_id else None


def message_posted(message: Message, files: Iterable[Attachment]) -> MessagePosted:
    """The payload of `message.posted`, with the files under the message."""
    return MessagePosted(
        id=message.pk,
        seq=message.seq,
        cid=str(message.client_id),
        author=author_shown(message.author),
        html=message.html,
        body=message.body,
        reply_to=answered_by(message),
        files=files_shown(files),
        posted_at=message.posted_at.isoformat(),
        poll=poll_shown(message),
    )


def message_shown(message: Message) -> MessageShown:
    """The payload of `message.shown`."""
    return MessageShown(
        **message_posted(message, message.attachments.all()),
        excerpt=excerpt(message.body, 100),
        edited_at=message.edited_at.isoformat() if message.edited_at else None,
        reactions=reactions_shown(message.reactions.select_related("user__profile")),
    )


def files_shown(files: Iterable[Attachment]) -> list[FileShown]:
    """The files of a message in their order."""
    return [file_shown(file) for file in sorted(files, key=lambda file: (file.place, file.pk))]


def file_shown(file: Attachment) -> FileShown:
    """One file, as it stands under a message."""
    width, height = fitted(file.width, file.height)
    return FileShown(
        token=file.token,
        name=file.name,
        url=file.get_absolute_url(),
        size=file.size,
        icon=icon_of(file.name),
        preview=file.preview_url,
        width=width,
        height=height,
    )


def fitted(width: int, height: int) -> tuple[int, int]:
    """The size in which a picture is shown under a message: known before it is loaded, so that nothing moves."""
    if not width or not height:
        return 0, 0
    scale = min(1, SHOWN[0] / width, SHOWN[1] / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def reactions_shown(reactions: Iterable[Reaction]) -> list[ReactionShown]:
    """Signs by emoji in the order they first came, each with its people. Never a sum by person."""
    groups: dict[str, list[Author]] = {}
    for reaction in sorted(reactions, key=lambda r: r.pk):
        groups.setdefault(reaction.emoji, []).append(author_shown(reaction.user))
    return [ReactionShown(emoji=emoji, people=people) for emoji, people in groups.items()]


def helpful_shown(marks: Iterable[HelpfulMark]) -> list[Author]:
    """Whom a message helped, whoever said so first before."""
    return [author_shown(mark.user) for mark in sorted(marks, key=lambda mark: mark.pk)]


def poll_shown(message: Message) -> PollShown | None:
    """The poll of a message with who chose what, None without one."""
    poll: Poll | None = getattr(message, "poll", None)
    if poll is None:
        return None
    options = sorted(poll.options.all(), key=lambda option: option.position)
    return PollShown(
        kind=poll.kind,
        is_multiple=poll.is_multiple,
        closed=poll.closed_at is not None,
        options=[option_shown(option) for option in options],
    )


def option_shown(option: PollOption) -> PollOptionShown:
    """One option with its people, whoever chose first before."""
    votes = sorted(option.votes.all(), key=lambda vote: vote.pk)
    people = [author_shown(vote.user) for vote in votes]
    return PollOptionShown(id=option.pk, code=option.code, label=option.label, people=people)


def trace_left(trace: Trace) -> TraceLeft:
    """The payload of `trace.left`."""
    return TraceLeft(
        kind=trace.kind,
        by=trace.by.name if trace.by else "",
        at=trace.at.isoformat(),
        reason=trace.reason,
        other=thread_link(trace.other, seen_with=trace.thread) if trace.other else None,
        message=trace.message_id,
        count=trace.count,
    )


def state_changed(thread: Thread) -> StateChanged:
    """The payload of `state.changed`."""
    return StateChanged(state=thread.state, reason=thread.state_reason, answer=answer_shown(thread.accepted))


def answer_shown(message: Message | None) -> Answer | None:
    """A glance at the answer kept, None when there is none to show any more."""
    if message is None or message.deleted_at or message.hidden_at:
        return None
    author = message.author.name if message.author else ""
    return Answer(id=message.pk, author=author, excerpt=excerpt(message.body, ANSWER))


def question_shown(question: LiveQuestion, supports: int) -> QuestionShown:
    """The payload of `question.asked` and `question.changed`."""
    return QuestionShown(
        id=question.pk,
        body=question.body,
        author=None if question.is_anonymous else author_shown(question.author),
        state=question.state,
        reason=question.reason,
        supports=supports,
        asked_at=question.asked_at.isoformat(),
        edited_at=question.edited_at.isoformat() if question.edited_at else None,
    )


def thread_link(other: Thread, *, seen_with: Thread) -> ThreadLink:
    """A link to another conversation, named only where whoever sees the one sees the other."""
    together = other.space_id == seen_with.space_id
    as_wide = other.audience in (Thread.Audience.SHARED, seen_with.audience)
    return ThreadLink(id=other.pk, title=other.title if together and as_wide else "")


def kept_shown(message: Message) -> list[KeptIn]:
    """The pages that cite a message, the first that did first."""
    kept = sorted(message.kept.all(), key=lambda kept: kept.pk) if message.is_kept else []
    return [KeptIn(title=one.synthesis.page_title, url=one.synthesis.page_url) for one in kept]
