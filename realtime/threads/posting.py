"""Saying something: one service for the form, the socket, imports and the demo; many at once in one transaction."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from intranet.people.models import Profile
from realtime.spaces.access import NO_RIGHTS, Rights, rights_of_many
from realtime.spaces.markup import EmptyMessage, MessageTooLong, clean_body
from realtime.spaces.mentions import TEAM
from realtime.spaces.telling import tell_spaces
from realtime.streams import statements
from realtime.streams.models import StreamEvent
from realtime.streams.services import Fact, append_locked, lock
from realtime.threads.access import may_see, may_write
from realtime.threads.carrying import MOST_FILES, FileNotHere, brought_for, keep, take
from realtime.threads.events import MESSAGE_POSTED
from realtime.threads.indexing import index_soon
from realtime.threads.mentions import Called, Switchboard, Words, open_switchboard
from realtime.threads.models import Attachment, Mention, Message, Thread, Trace
from realtime.threads.notices import tell_of
from realtime.threads.payloads import message_posted
from realtime.threads.polling import PollDraft, store_polls


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants to say. `client_id` is made by the browser, the same for every retry.

    `said_at` is for conversations brought from elsewhere, which were said before they are posted.
    `file_tokens` name files that the author brought before; with one of them the body may be empty.
    """

    author_id: int
    thread_id: int
    client_id: uuid.UUID
    body: str
    reply_to_id: int | None = None
    said_at: datetime | None = None
    poll: PollDraft | None = None
    file_tokens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that is said: it was committed with its event, now or by an earlier try (then `event` is None)."""

    message: Message
    event: StreamEvent | None


class PostRefused(Exception):
    """Why a draft is not said; `code` is for the browser, the text for the person."""

    code = "refused"
    reason = _("This message cannot be sent.")


class NoSuchThread(PostRefused):
    code = "gone"
    reason = _("This conversation is not there, or no longer open to you. Your words are kept here.")


class MayNotWrite(PostRefused):
    code = "denied"
    reason = _("You can read this conversation but not write in it. Your words are kept here.")


class ThreadMoved(PostRefused):
    code = "merged"
    reason = _("This conversation goes on in another one. Your words are kept here.")


class ThreadClosed(PostRefused):
    code = "closed"
    reason = _("This conversation is closed: nothing more is said in it. Your words are kept here.")


class NothingSaid(PostRefused):
    code = "empty"
    reason = _("Write something first.")


class TooLong(PostRefused):
    code = "too_long"
    reason = _(
        "This is too long for one message (20,000 characters at most). Your words are kept here: shorten or split them."
    )


class ClientIdTaken(PostRefused):
    code = "conflict"
    reason = _("This message was already sent in another conversation.")


class ReplyElsewhere(PostRefused):
    code = "reply_gone"
    reason = _("The message you answer is no longer in this conversation. Your words are kept here.")


class FileGone(PostRefused):
    code = "file_gone"
    reason = _("One of the files is no longer here. Add it again; your words are kept here.")


class TooManyFiles(PostRefused):
    code = "too_many_files"
    reason = _("A message carries ten files at most. Your words are kept here: send the others in another message.")


def post_message(draft: Draft, *, at: datetime) -> Message:
    """Says one thing and returns it; the same draft again returns the same message. Raises PostRefused."""
    [outcome] = post_messages([draft], at=at)
    if isinstance(outcome, PostRefused):
        raise outcome
    return outcome.message


@transaction.atomic
def post_messages(drafts: Sequence[Draft], *, at: datetime) -> list[Posted | PostRefused]:
    """Says many things in one transaction, each answered in its place; one refusal never hurts a neighbor.

    The threads are held before their streams, so that none is merged or closed meanwhile, and before it is asked what
    was said already: another process may be committing the same draft. Rights are read afresh for the whole batch.
    Ten statements whatever the number of drafts, eleven where one answers a message, eight more at most where people
    are called by name, two more where any has files, three more where one begins its conversation or calls a team.
    """
    threads = statements.in_bulk(Thread, {draft.thread_id for draft in drafts}, beside="space", held=True)
    said_before, answered = known_messages(drafts)
    rights = rights_of_many(
        {draft.author_id for draft in drafts}, list({t.space_id: t.space for t in threads.values()}.values())
    )
    batch = [Words(d.body, d.author_id, threads[d.thread_id]) for d in drafts if d.thread_id in threads]
    switchboard = open_switchboard(batch, rights)
    brought = brought_for(drafts)
    outcomes: dict[int, Posted | PostRefused] = {}
    fresh: dict[tuple[int, uuid.UUID], tuple[int, Composed]] = {}
    for place, draft in enumerate(drafts):
        key = (draft.author_id, draft.client_id)
        try:
            if key in said_before and was_moved(said_before[key], draft):
                outcomes[place] = Posted(said_before[key], None)
                continue
            thread = thread_to_write(draft, threads.get(draft.thread_id), rights)
            if key in said_before:
                outcomes[place] = Posted(same_message(said_before[key], thread, draft, switchboard), None)
            elif key in fresh:
                same_message(fresh[key][1].message, thread, draft, switchboard)
            else:
                composed = compose(draft, thread, answered, switchboard, at)
                carry(draft, composed.message, brought)
                fresh[key] = (place, composed)
        except PostRefused as refusal:
            outcomes[place] = refusal
    events = store([composed for _place, composed in fresh.values()], brought.values(), at)
    for (place, composed), event in zip(fresh.values(), events, strict=True):
        outcomes[place] = Posted(composed.message, event)
    for place, draft in enumerate(drafts):
        if place not in outcomes:  # said twice in this very batch
            outcomes[place] = Posted(fresh[draft.author_id, draft.client_id][1].message, None)
    return [outcomes[place] for place in range(len(drafts))]


def known_messages(drafts: Sequence[Draft]) -> tuple[dict[tuple[int, uuid.UUID], Message], dict[int, Message]]:
    """What these drafts said before by (author, client id), and the messages they answer by id; one query."""
    ids = said_by(drafts) | {draft.reply_to_id for draft in drafts if draft.reply_to_id is not None}
    messages = list(Message.objects.filter(pk__in=ids).select_related("author__profile")) if ids else []
    by_retry = {(m.author_id, m.client_id): m for m in messages if m.author_id is not None}
    return by_retry, {m.pk: m for m in messages}


def said_by(drafts: Sequence[Draft]) -> set[int]:
    """The messages that these drafts became by an earlier try, by id."""
    pairs = ", ".join(["(%s, %s)"] * len(drafts))
    client_id = Message._meta.get_field("client_id")
    params = [value for d in drafts for value in (d.author_id, client_id.get_db_prep_value(d.client_id, connection))]
    found = statements.select(
        f"SELECT id FROM threads_message WHERE (author_id, client_id) IN (VALUES {pairs})",  # noqa: S608  # places alone
        params,
    )
    return {pk for (pk,) in found}


def thread_to_write(draft: Draft, thread: Thread | None, rights: Mapping[tuple[int, int], Rights]) -> Thread:
    right = rights.get((draft.author_id, thread.space_id), NO_RIGHTS) if thread else NO_RIGHTS
    if thread is None or not may_see(right, thread):
        raise NoSuchThread
    if thread.merged_into_id is not None:
        raise ThreadMoved
    if not may_write(right, thread, draft.author_id):
        raise MayNotWrite
    if not thread.takes_words:
        raise ThreadClosed
    return thread


def was_moved(message: Message, draft: Draft) -> bool:
    """Whether what a draft said before stands elsewhere now because it was moved; no query when it does not."""
    if message.thread_id == draft.thread_id:
        return False
    return Trace.objects.filter(thread=draft.thread_id, kind=Trace.Kind.MOVED_OUT, at__gte=message.posted_at).exists()


def same_message(message: Message, thread: Thread, draft: Draft, switchboard: Switchboard) -> Message:
    """What a draft said before, with the names that it did not call: its first answer was perhaps lost."""
    if message.thread_id != draft.thread_id:
        raise ClientIdTaken
    message.thread = thread
    if "@" in draft.body:
        message.unheard = switchboard.connect(Words(words_of(draft), draft.author_id, thread)).unheard
    return message


@dataclass(slots=True)
class Composed:
    """A message that is not stored yet, and whom it calls."""

    message: Message
    called: Called
    poll: PollDraft | None

    @property
    def moves_space(self) -> bool:
        """Whether those who look at its place are told: where it begins a conversation or calls a team; no query."""
        thread = self.message.thread
        begins = thread.last_seq == 0 and not thread.is_private
        return begins or any(target.kind == TEAM for target in self.called.targets)


def words_of(draft: Draft) -> str:
    """The words of a draft, cleaned; a file may go without any."""
    try:
        return clean_body(draft.body)
    except EmptyMessage:
        if draft.file_tokens:
            return ""
        raise NothingSaid from None
    except MessageTooLong:
        raise TooLong from None


def compose(
    draft: Draft, thread: Thread, answered: Mapping[int, Message], switchboard: Switchboard, at: datetime
) -> Composed:
    """The message of a draft, not stored yet."""
    body = words_of(draft)
    reply_to = answered.get(draft.reply_to_id) if draft.reply_to_id is not None else None
    if draft.reply_to_id is not None and (reply_to is None or reply_to.thread_id != thread.pk or reply_to.deleted_at):
        raise ReplyElsewhere
    called = switchboard.connect(Words(body, draft.author_id, thread))
    message = Message(
        thread=thread,
        author_id=draft.author_id,
        client_id=draft.client_id,
        body=called.body,
        html=called.html,
        reply_to=reply_to,
        posted_at=draft.said_at or at,
    )
    message.unheard = called.unheard
    return Composed(message, called, draft.poll)


def carry(draft: Draft, message: Message, brought: Mapping[str, Attachment]) -> None:
    """Puts the files of a draft under its message."""
    if len(draft.file_tokens) > MOST_FILES:
        raise TooManyFiles
    try:
        take(draft, message, brought)
    except FileNotHere:
        raise FileGone from None


def store(composed: Sequence[Composed], brought: Iterable[Attachment], at: datetime) -> list[StreamEvent]:
    """Writes messages with their events, given back in the same order; each thread moves to its last one."""
    if not composed:
        return []
    messages = [each.message for each in composed]
    streams = lock("thread", {message.thread_id for message in messages})
    heads = {stream.key: stream.head for stream in streams}
    for message in messages:
        heads[message.thread_id] += 1
        message.seq = heads[message.thread_id]
    statements.insert(messages)
    if mentions := [mention for each in composed for mention in each.called.rows(each.message)]:
        Mention.objects.bulk_create(mentions)
    store_polls([(each.message, each.poll) for each in composed])
    files = keep(brought)
    facts: dict[int, list[Fact]] = {}
    for message in with_authors(messages):
        shown = message_posted(message, files.get(message.pk, ()))
        facts.setdefault(message.thread_id, []).append(Fact(MESSAGE_POSTED, dict(shown)))
    events = {(event.stream.key, event.seq): event for event in append_locked(streams, facts, at=at)}
    tell_spaces({each.message.thread.space_id for each in composed if each.moves_space}, at=at)
    tell_of([message for message in messages if message.posted_at == at], at=at)  # not of what comes from elsewhere
    move_threads(messages)
    index_soon()
    return [events[message.thread_id, message.seq] for message in messages]


def with_authors(messages: list[Message]) -> list[Message]:
    """Gives each message its author with their profile, fetched in one query."""
    authors = {message.author_id for message in messages if message.author_id}
    profiles = statements.in_bulk(Profile, authors, beside="user")
    for message in messages:
        message.author = profiles[message.author_id].user if message.author_id else None
    return messages


def move_threads(messages: list[Message]) -> None:
    """Each thread remembers its last message, in one statement."""
    last = {message.thread_id: message for message in messages}
    for message in last.values():
        message.thread.last_message = message
        message.thread.last_seq = message.seq
        message.thread.last_at = message.posted_at
    statements.update([m.thread for m in last.values()], ["last_message", "last_seq", "last_at"])
