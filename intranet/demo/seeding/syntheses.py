"""What some of the demo's conversations came to, written by those who took part, and two of them kept in pages, one written together."""

from datetime import timedelta

from django.utils import translation

from cms.syntheses.services import publish_synthesis, write_together
from intranet.accounts.models import User
from intranet.demo.seeding.clock import Clock
from intranet.demo.seeding.content import syntheses, threads
from realtime.spaces.models import Space
from realtime.threads.models import Thread
from realtime.threads.services.synthesis import add_point


def seed_syntheses(spaces: dict[str, Space], people: dict[str, User], clock: Clock) -> int:
    """All of them; returns how many."""
    told = dict(threads())
    for row in syntheses():
        about = told[row["thread"]]
        thread = Thread.objects.select_related("space").get(space=spaces[about["space"]], title=about["title"])
        said = list(thread.messages.order_by("seq").values_list("pk", flat=True))
        at = clock.morning(row["days"], row["thread"])
        for place, point in enumerate(row["point"]):
            add_point(
                thread=thread,
                kind=point["kind"],
                text=point["text"],
                cited=[said[cited] for cited in point["cites"]],
                by=people[point["by"]],
                at=at + timedelta(minutes=7 * place),
            )
        if "page" in row:
            with translation.override("fr"):
                publish_synthesis(thread=thread, title=row["page"], by=people[row["by"]], at=at + timedelta(hours=1))
        if row.get("together"):
            with translation.override("fr"):
                write_together(thread=thread, by=people[row["by"]], at=at + timedelta(hours=1))
    return len(syntheses())
