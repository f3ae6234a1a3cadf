"""Acts about messages, told to those they concern."""

from collections.abc import Collection
from datetime import datetime

from realtime.notifications.models import Category
from realtime.notifications.services import Notice, notify
from realtime.threads.judging import Subject, about
from realtime.threads.models import ModerationAct


def tell_people(act: ModerationAct, user_ids: Collection[int | None], *, at: datetime) -> None:
    """Tells some people of an act, but for who did it. The notification names nobody."""
    people = {pk for pk in user_ids if pk is not None} - {act.by_id}
    notify([Notice(people, Category.MODERATION, f"moderation:{act.pk}", "moderation", act.pk)], at=at)


def reporters_of(subject: Subject) -> set[int | None]:
    """Whose reports of it still wait for a look."""
    return set(subject.reports.filter(handled_at=None).values_list("by_id", flat=True))


def note_taken_back(subject: Subject, *, at: datetime) -> None:
    """Writes that the author of what was reported took it back, and tells who reported it; of others, nothing.

    The reports of a message wait on, with its words as they were reported.
    """
    reporters = reporters_of(subject)
    if not reporters:
        return
    kind = ModerationAct.Kind.TAKEN_BACK
    act = ModerationAct.objects.create(**about(subject), kind=kind, by=subject.author, reason="", at=at)
    tell_people(act, reporters, at=at)
