"""What an inbox and a letter show of conversations, with the rights of the moment."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from functools import partial

from django.utils.functional import SimpleLazyObject

from intranet.accounts.models import User
from realtime.notifications.models import Notification
from realtime.notifications.sources import News, Shown, hearing, news, source
from realtime.spaces.markup import excerpt
from realtime.threads.following import news_in
from realtime.threads.levels import levels_of
from realtime.threads.models import LiveQuestion, Message, Thread


@source("message")
def show_messages(user: User, keys: Collection[int]) -> Mapping[int, Shown]:
    """Messages as somebody sees them now; one query. One that is hidden keeps its place, not its words."""
    found = Message.objects.visible_to(user).standing().filter(pk__in=keys).select_related("thread__space")
    return {
        message.pk: Shown(
            title=message.thread.name,
            words="" if message.hidden_at else words_of(message),
            url=message.get_absolute_url(),
            place=place_of(message.thread),
        )
        for message in found
    }


def words_of(message: Message) -> str:
    """The beginning of a message, made only where somebody looks at it: more are asked for than are shown."""
    return SimpleLazyObject(partial(excerpt, message.body))  # type: ignore[return-value]  # it stands for its words


@hearing("message")
def heard_messages(user: User, notes: Sequence[Notification]) -> set[int]:
    """What is heard at the levels of now, for the reason it was told for; three queries."""
    found = Message.objects.filter(pk__in=[note.source_key for note in notes]).select_related("thread")
    threads = {message.pk: message.thread for message in found}
    if not threads:
        return set()
    levels = levels_of([user.pk], [], set(threads.values()))
    there = [note for note in notes if note.source_key in threads]
    return {note.pk for note in there if levels.hears(user.pk, threads[note.source_key], note.reason)}


@source("live_question")
def show_questions(user: User, keys: Collection[int]) -> Mapping[int, Shown]:
    """Questions of live Q&As as somebody sees them now, with why they were set aside; one query. A hidden one keeps its place."""
    seen = LiveQuestion.objects.visible_to(user).standing().filter(pk__in=keys)
    return {
        question.pk: Shown(
            title=question.thread.name,
            words="" if question.hidden_at else excerpt(question.reason or question.body),
            url=question.get_absolute_url(),
            place=place_of(question.thread),
        )
        for question in seen.select_related("thread__space")
    }


@source("thread")
def show_threads(user: User, keys: Collection[int]) -> Mapping[int, Shown]:
    """Conversations as somebody sees them now; one query."""
    found = Thread.objects.visible_to(user).filter(pk__in=keys).select_related("space", "last_message")
    return {thread.pk: shown(thread, thread.last_message) for thread in found}


@news
def new_words(user: User, since: datetime | None, most: int) -> list[News]:
    """What was said in the threads a person follows and has not read; two queries."""
    found = news_in(user, since=since).select_related("space").latest_first()[:most]
    said = Message.objects.in_bulk([thread.news_id for thread in found])
    return [
        News(thread.stream, shown(thread, said[thread.news_id]), said[thread.news_id].posted_at)
        for thread in found
        if thread.news_id in said
    ]


def shown(thread: Thread, last: Message | None) -> Shown:
    words = excerpt(last.body) if last and not last.deleted_at and not last.hidden_at else ""
    return Shown(title=thread.name, words=words, url=thread.get_absolute_url(), place=place_of(thread))


def place_of(thread: Thread) -> str:
    """The space, "" for a private conversation, whose room is no place."""
    return thread.space.name if thread.space.is_place else ""
