"""Where messages may be moved, by whom, and who would see them there.

What is moved is never seen by anybody who did not see it before: a place that somebody sees who does not see the
conversation is refused, whoever asks.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from intranet.accounts.models import User
from realtime.spaces.access import Rights, people_named_in, rights_of_many, seen_by
from realtime.spaces.models import Space, SpaceMember
from realtime.threads.access import may_see
from realtime.threads.models import Thread

KINDS = (Thread.Kind.DISCUSSION, Thread.Kind.QUESTION)  # that take messages from elsewhere


class MoveRefused(Exception):
    """Why messages are not moved; the text is for the person."""

    reason = _("These messages cannot be moved.")


class MayNotMove(MoveRefused):
    reason = _("Those who run both places can move messages; who began a conversation can split it.")


class NothingChosen(MoveRefused):
    reason = _("Choose at least one message that is still there.")


class TooManyChosen(MoveRefused):
    reason = _("This is too much to move at once. Move it in parts.")


class QuestionStays(MoveRefused):
    reason = _("The question itself stays with its answers. Merge the whole conversation instead.")


class PlaceTakesNothing(MoveRefused):
    reason = _("Messages cannot be moved there: it is closed, archived, or a conversation of another kind.")


class CannotLeave(MoveRefused):
    reason = _("Messages of a private conversation or of an archived space stay where they are.")


class HasAPlace(MoveRefused):
    reason = _("This conversation stands beside a page or an event, and keeps its place. Move its messages instead.")


class SeenByMore(MoveRefused):
    reason = _(
        "People who do not read this conversation would read it there. Nothing is moved to where more people see it."
    )


@dataclass(frozen=True, slots=True)
class MoveRights:
    """What somebody may do with the messages of a conversation they see."""

    may_split: bool  # into a new conversation of the same space
    may_move: bool  # into another one, or all of it


def move_rights(user: User, thread: Thread, right: Rights) -> MoveRights:
    """What `user` may move out of `thread`, given their rights in its space; no query."""
    may_leave = leaves(thread)
    began = thread.created_by_id == user.pk and right.may_write and not right.is_guest
    return MoveRights(
        may_split=may_leave and (right.may_facilitate or began),
        may_move=may_leave and right.may_facilitate,
    )


def takes_messages(thread: Thread) -> bool:
    """Whether messages may come into `thread` at all."""
    return (
        thread.kind in KINDS
        and thread.state in (Thread.State.OPEN, Thread.State.SOLVED)
        and thread.merged_into_id is None
        and not thread.space.is_archived
    )


def places_for(user: User, source: Thread) -> "QuerySet[Thread]":
    """The conversations that somebody who runs `source` could move its messages to, the latest first."""
    found: Any = (
        Thread.objects.visible_to(user)
        .filter(
            space__in=run_by(user),
            kind__in=KINDS,
            state__in=[Thread.State.OPEN, Thread.State.SOLVED],
            merged_into=None,
            space__archived_at=None,
        )
        .exclude(pk=source.pk)
        .select_related("space")
    )
    if source.audience == Thread.Audience.INTERNAL:
        found = found.filter(audience=Thread.Audience.INTERNAL)
    return found.latest_first()  # type: ignore[no-any-return]  # a custom QuerySet


def run_by(user: User) -> "QuerySet[Space]":
    """The spaces that `user` runs, alone or through a team."""
    rows = SpaceMember.objects.held_by(user).filter(role=SpaceMember.Role.FACILITATOR)
    return Space.objects.filter(pk__in=rows.values("space"))


def check_rights(by: User, source: Thread, target: Thread) -> None:
    """Raises MayNotMove unless `by` sees and runs both, fresh from the database; two queries."""
    spaces = list({thread.space_id: thread.space for thread in (source, target)}.values())
    rights = rights_of_many({by.pk}, spaces)
    for thread in (source, target):
        right = rights.get((by.pk, thread.space_id))
        if right is None or not may_see(right, thread) or not right.may_facilitate:
            raise MayNotMove


def check_may_split(by: User, source: Thread) -> None:
    """Raises CannotLeave, or MayNotMove unless `by` runs the space or began the conversation; fresh, two queries."""
    if not leaves(source):
        raise CannotLeave
    right = rights_of_many({by.pk}, [source.space]).get((by.pk, source.space_id))
    if right is None or not may_see(right, source) or not move_rights(by, source, right).may_split:
        raise MayNotMove


def leaves(thread: Thread) -> bool:
    """Whether messages may go from `thread` at all."""
    return thread.kind != Thread.Kind.PRIVATE and not thread.space.is_archived and thread.merged_into_id is None


def check_places(source: Thread, target: Thread) -> None:
    """Raises CannotLeave, PlaceTakesNothing or SeenByMore."""
    if not leaves(source):
        raise CannotLeave
    if target.pk == source.pk or not takes_messages(target):
        raise PlaceTakesNothing
    if is_seen_by_more(target, than=source):
        raise SeenByMore


def check_chosen(source: Thread, messages: Collection[int]) -> None:
    """Raises QuestionStays where the question itself is among `messages`: its first answer would be asked in its place."""
    if source.opening_id() in messages:
        raise QuestionStays


def is_seen_by_more(target: Thread, *, than: Thread) -> bool:
    """Whether somebody sees `target` now who does not see `than`; a bounded number of queries."""
    if target.audience == Thread.Audience.SHARED and than.audience != Thread.Audience.SHARED:
        return True
    if target.space_id == than.space_id:
        return False
    if target.space.is_open and not than.space.is_open:
        return True
    people = people_named_in(target.space)
    return bool(seers(target, people) - seers(than, people))


def seers(thread: Thread, people: set[int]) -> set[int]:
    """Those of `people` who see `thread` now."""
    return seen_by(thread.space, people, with_guests=thread.audience == Thread.Audience.SHARED)
