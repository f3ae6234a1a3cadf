"""The demo's conversations, said through the same service as everyone's, at the times they were said."""

import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from intranet.accounts.models import User
from intranet.demo.seeding.clock import Clock
from intranet.demo.seeding.content import company, threads
from realtime.spaces.models import Space
from realtime.threads.models import Message, Reaction, ReadMark, Thread
from realtime.threads.posting import Draft, PostRefused, post_messages
from realtime.threads.services import create_thread, edit_message

NAMESPACE = uuid.UUID("6f1f8b0e-0d6b-4f58-9d53-0a5a0b0c7a11")
LAST_SENTENCE = re.compile(r"^(?P<first>.{40,}?[.!?…])\s+\S[^\n]*$", re.DOTALL)
Host = Callable[[str], Thread | None]


def seed_threads(spaces: dict[str, Space], people: dict[str, User], clock: Clock, *, host: Host) -> int:
    """All conversations with their signs; `host` gives the conversation already beside a page. Returns the messages said."""
    said = 0
    for name, row in threads():
        said += len(seed_thread(name, row, spaces, people, clock, host=host))
    return said


def seed_thread(
    name: str, row: dict[str, Any], spaces: dict[str, Space], people: dict[str, User], clock: Clock, *, host: Host
) -> list[Message]:
    """One conversation: its messages in waves, each wave ending where somebody answers a message of it."""
    start = clock.morning(row["start"], name)
    thread = host(row["on"]) if "on" in row else None
    if thread is None:
        thread = create_thread(
            space=spaces[row["space"]],
            title=row["title"],
            kind=row["kind"],
            audience=row.get("audience", Thread.Audience.INTERNAL),
            by=people[row["m"][0]["by"]],
            at=start,
        )
    if row.get("pinned"):
        Thread.objects.filter(pk=thread.pk).update(pinned=True)
    said: list[Message] = []
    wave: list[Draft] = []
    for place, words in enumerate(row["m"]):
        start = clock.later(start, words["after"], left=len(row["m"]) - place)
        if "reply" in words and words["reply"] >= len(said):
            said += say(wave)
            wave = []
        wave.append(
            Draft(
                author_id=people[words["by"]].pk,
                thread_id=thread.pk,
                client_id=uuid.uuid5(NAMESPACE, f"{name}/{place}"),
                body=first_version(words),
                reply_to_id=said[words["reply"]].pk if "reply" in words else None,
                said_at=start,
            )
        )
    said += say(wave)
    for message, words in zip(said, row["m"], strict=True):
        if message.body != words["body"].strip():
            edit_message(message=message, body=words["body"].strip(), at=message.posted_at + timedelta(minutes=4))
    seed_signs(said, row["m"], people)
    return said


def first_version(words: dict[str, Any]) -> str:
    """What was said first: an edited message gained its last sentence later."""
    body: str = words["body"].strip()
    longer = LAST_SENTENCE.match(body) if words.get("edited") else None
    return longer["first"] if longer else body


def say(wave: list[Draft]) -> list[Message]:
    """Says a wave. Raises PostRefused when the content breaks a rule of the product."""
    outcomes = post_messages(wave, at=wave[-1].said_at) if wave and wave[-1].said_at else []
    for draft, outcome in zip(wave, outcomes, strict=True):
        if isinstance(outcome, PostRefused):
            raise PostRefused(f"{type(outcome).__name__}: {draft.body[:60]}")
    return [outcome.message for outcome in outcomes if not isinstance(outcome, PostRefused)]


def seed_signs(said: list[Message], rows: list[dict[str, Any]], people: dict[str, User]) -> None:
    """The signs left on messages; nobody was watching yet, so no stream tells them."""
    Reaction.objects.bulk_create(
        Reaction(message=message, user=people[key], emoji=emoji, at=message.posted_at + timedelta(minutes=9))
        for message, words in zip(said, rows, strict=True)
        for emoji, keys in words.get("react", {}).items()
        for key in dict.fromkeys(keys)
    )


def seed_read_marks(people: dict[str, User], clock: Clock) -> None:
    """The demo cast has read what was said until two days ago, and finds the rest new."""
    until: datetime = clock.now - timedelta(days=2)
    for person in [people[row["person"]] for row in company()["cast"]]:
        marks = []
        for thread in Thread.objects.visible_to(person).order_by("pk"):
            read = Message.objects.filter(thread=thread, posted_at__lt=until).order_by("-seq").first()
            if read is not None:
                marks.append(ReadMark(user=person, thread=thread, seq=read.seq))
        ReadMark.objects.bulk_create(marks)
