"""What those who run the demo's spaces did about conversations: one split, one merged, one message hidden and appealed."""

from datetime import timedelta
from typing import Any

from intranet.accounts.models import User
from intranet.demo.seeding.clock import Clock
from intranet.demo.seeding.content import care, threads
from realtime.spaces.models import Space
from realtime.threads.models import Message, Thread
from realtime.threads.services import appeal, hide_message, merge_thread, report_message, split_thread


def seed_care(spaces: dict[str, Space], people: dict[str, User], clock: Clock) -> int:
    """All of it; returns how many acts."""
    told = dict(threads())

    def thread(name: str) -> Thread:
        row = told[name]
        found: Thread = Thread.objects.select_related("space").get(space=spaces[row["space"]], title=row["title"])
        return found

    for row in care()["split"]:
        source = thread(row["thread"])
        said = list(source.messages.order_by("seq").values_list("pk", flat=True))
        split_thread(
            source=source,
            title=row["title"],
            messages=[said[place] for place in row["messages"]],
            by=people[row["by"]],
            at=clock.morning(row["day"], row["thread"]),
        )
    for row in care()["merge"]:
        at = clock.morning(row["day"], row["thread"])
        merge_thread(source=thread(row["thread"]), target=thread(row["into"]), by=people[row["by"]], at=at)
    for row in care()["hidden"]:
        look_after(thread(row["thread"]), row, people, clock)
    return sum(len(acts) for acts in care().values())


def look_after(thread: Thread, row: dict[str, Any], people: dict[str, User], clock: Clock) -> None:
    """Somebody reports a message, somebody else hides it, and its author asks for a second look."""
    message: Message = list(thread.messages.order_by("seq"))[row["message"]]
    author, at = User.objects.get(messages=message), clock.morning(row["day"], row["thread"])
    report_message(message=message, by=people[row["reported_by"]], reason=row["report"], at=at)
    hide_message(message=message, by=people[row["by"]], reason=row["reason"], at=at + timedelta(minutes=50))
    appeal(message=message, by=author, words=row["appeal"], at=at + timedelta(hours=2))
