"""The one door to conversations. Who may read a thread may watch its stream."""

from collections.abc import Collection
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import Http404

from intranet.accounts.models import User
from realtime.spaces.access import Rights, rights_in, seen_by
from realtime.streams.watch import watchable
from realtime.threads.models import Message, Thread


def allowed_watchers(key: int, user_ids: Collection[int]) -> set[int]:
    """Those of `user_ids` who see thread `key`; equal to `access_thread` for each of them."""
    thread = Thread.objects.select_related("space").filter(pk=key).first()
    if thread is None:
        return set()
    return seen_by(thread.space, user_ids, with_guests=thread.audience == Thread.Audience.SHARED)


@watchable("thread", allowed=allowed_watchers)
def access_thread(user: User, pk: int) -> Thread:
    """The thread for a person; Http404 for one they may not see."""
    thread = Thread.objects.visible_to(user).select_related("space", "created_by__profile").filter(pk=pk).first()
    if thread is None:
        raise Http404
    return thread


def access_message(user: User, pk: int) -> Message:
    """The message for somebody who sees its thread; Http404 otherwise, and for one taken back."""
    message = Message.objects.visible_to(user).said().select_related("thread__space", "author").filter(pk=pk).first()
    if message is None:
        raise Http404
    return message


def access_own_message(user: User, pk: int) -> Message:
    """The message for its author, in a thread they may still write in; PermissionDenied for anyone else."""
    message = access_message(user, pk)
    if message.author_id != user.pk or not rights_in(user, message.thread.space).may_write:
        raise PermissionDenied
    return message


def may_see(right: Rights, thread: Thread) -> bool:
    """Whether rights in a thread's space open the thread: guests see only what is shared with them."""
    return right.sees and (not right.is_guest or thread.audience == Thread.Audience.SHARED)


def may_write(right: Rights, thread: Thread, user_id: int) -> bool:
    """Whether rights in a thread's space let `user_id` write in it; an announcement is answered by those who run the space."""
    announces = thread.kind == Thread.Kind.ANNOUNCEMENT
    return right.may_write and (not announces or right.may_facilitate or thread.created_by_id == user_id)


@dataclass(frozen=True, slots=True)
class ThreadRights:
    """What a person may do in a thread they see."""

    space: Rights
    may_write: bool
    may_run: bool  # rename, pin


def rights_in_thread(user: User, thread: Thread) -> ThreadRights:
    """What `user` may do in `thread`, which they see; one query."""
    right = rights_in(user, thread.space)
    began = thread.created_by_id == user.pk
    return ThreadRights(
        space=right,
        may_write=may_write(right, thread, user.pk),
        may_run=right.may_facilitate or (began and right.may_write and not right.is_guest),
    )
