"""What each person hears: the level of a thread wins over the level of its space, and both over the usual one."""

from collections.abc import Collection
from dataclasses import dataclass

from realtime.notifications.models import Category, Notification
from realtime.spaces.models import Level, Space, SpaceSubscription
from realtime.streams import statements
from realtime.threads.models import Thread

Reason = Notification.Reason

# The reasons to tell somebody of a message, the strongest first: one message is one notification. For each, its
# category, and the levels at which it is heard.
HEARD: dict[str, tuple[Category, set[str]]] = {
    Reason.CALLED: (Category.MENTION, {Level.MUTED, Level.NORMAL, Level.FOLLOWED}),
    Reason.WROTE: (Category.PRIVATE, {Level.NORMAL, Level.FOLLOWED}),
    Reason.REPLIED: (Category.REPLY, {Level.NORMAL, Level.FOLLOWED}),
    Reason.ANSWERED: (Category.REPLY, {Level.NORMAL, Level.FOLLOWED}),
    Reason.TEAM_CALLED: (Category.MENTION, {Level.NORMAL, Level.FOLLOWED}),
    Reason.SPACE_CALLED: (Category.MENTION, {Level.NORMAL, Level.FOLLOWED}),
    Reason.ANNOUNCED: (Category.ANNOUNCEMENT, {Level.NORMAL, Level.FOLLOWED}),
}
STRONGEST_FIRST = list(HEARD)
CALLS = {reason for reason, (category, _) in HEARD.items() if category == Category.MENTION}  # an edit may change them


@dataclass(frozen=True, slots=True)
class Levels:
    """What some people chose for some threads and spaces, by (person, thread) and (person, space)."""

    threads: dict[tuple[int, int], str]
    spaces: dict[tuple[int, int], str]

    def of(self, user_id: int, thread: Thread) -> str:
        """The level at which a person hears a thread."""
        chosen = self.threads.get((user_id, thread.pk)) or self.spaces.get((user_id, thread.space_id))
        return chosen or Level.NORMAL

    def hears(self, user_id: int, thread: Thread, reason: str) -> bool:
        """Whether a person is to be told of a message of `thread` for `reason`."""
        return self.of(user_id, thread) in HEARD[reason][1]


def levels_of(user_ids: Collection[int], authors: Collection[int], threads: Collection[Thread]) -> Levels:
    """What some people chose for some threads and their spaces, and authors for those threads; two queries at most."""
    people = {*user_ids, *authors}
    chosen = statements.select(
        "SELECT user_id, thread_id, level FROM threads_subscription "  # noqa: S608  # places alone
        f"WHERE user_id IN ({statements.places(people)}) AND thread_id IN ({statements.places(threads)})",
        [*people, *(thread.pk for thread in threads)],
    )
    return Levels(
        {(user, thread): level for user, thread, level in chosen},
        levels_of_spaces(user_ids, {thread.space_id for thread in threads}) if user_ids else {},
    )


def levels_of_spaces(user_ids: Collection[int], space_ids: Collection[int]) -> dict[tuple[int, int], str]:
    """What some people chose for some spaces, by person and space; one query."""
    chosen = SpaceSubscription.objects.filter(user__in=user_ids, space__in=space_ids)
    return {(user, space): level for user, space, level in chosen.values_list("user_id", "space_id", "level")}


def level_in(user_id: int, space: Space) -> str:
    """The level at which a person hears a space; one query."""
    level = SpaceSubscription.objects.filter(user=user_id, space=space).values_list("level", flat=True).first()
    return level or Level.NORMAL
