"""What becomes of the demo's conversations, its private ones and its live Q&As, each through the services."""

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from intranet.accounts.models import User
from intranet.demo.seeding.clock import Clock
from intranet.demo.seeding.content import live_sessions, private_conversations
from realtime.spaces.models import Space
from realtime.threads.models import Message, Thread
from realtime.threads.posting import Draft, post_message
from realtime.threads.services import (
    accept_answer,
    ask_question,
    begin_private,
    close_thread,
    create_thread,
    mark_aside,
    move_question,
    support_question,
)

NAMESPACE = uuid.UUID("0b9a9d0e-8f0f-4e4d-9d5c-2f6f0a9b6c01")
Where = Callable[[str], str]


def end(said: list[Message], row: dict[str, Any], people: dict[str, User]) -> None:
    """What whoever began a conversation made of it: the answer accepted, what was aside, why it is closed."""
    if not said:
        return
    began, at = people[row["m"][0]["by"]], said[-1].posted_at + timedelta(minutes=30)
    for index in row.get("asides", []):
        mark_aside(message=said[index], is_aside=True, at=at)
    if "answer" in row:
        accept_answer(message=said[row["answer"]], by=began, at=at)
    if "closed" in row:
        close_thread(thread=said[0].thread, reason=row["closed"], by=began, at=at)


def seed_private(people: dict[str, User], clock: Clock) -> int:
    """The private conversations of the cast; returns the messages said."""
    total = 0
    for name, row in private_conversations():
        times = moments(row, clock, name)
        first, *others = row["m"]
        thread = begin_private(
            people=[people[key] for key in row["people"]],
            title=row.get("title", ""),
            body=first["body"].strip(),
            client_id=uuid.uuid5(NAMESPACE, f"{name}/0"),
            by=people[first["by"]],
            at=times[0],
        )
        for place, (words, at) in enumerate(zip(others, times[1:], strict=True), 1):
            say(thread, people[words["by"]], words, f"{name}/{place}", at)
        total += len(row["m"])
    return total


def seed_live(spaces: dict[str, Space], people: dict[str, User], clock: Clock, *, where: Where) -> int:
    """The live Q&As; `where` gives the address of a page. Returns the questions asked."""
    return sum(hold(name, row, spaces, people, clock, where) for name, row in live_sessions())


def hold(
    name: str, row: dict[str, Any], spaces: dict[str, Space], people: dict[str, User], clock: Clock, where: Where
) -> int:
    """One live Q&A: what was said, asked, supported, answered; and how it ended."""
    times = moments(row, clock, name)
    thread = create_thread(
        space=spaces[row["space"]],
        title=row["title"],
        kind=Thread.Kind.LIVE_QA,
        by=people[row["host"]],
        at=times[0],
        event_url=where(row["event"]) if "event" in row else "",
    )
    for place, (words, at) in enumerate(zip(row["m"], times, strict=True)):
        say(thread, people[words["by"]], words, f"{name}/{place}", at)
    for place, asked in enumerate(row["q"]):
        at = times[0] + timedelta(minutes=3 * place + 2)
        question = ask_question(
            thread=thread,
            body=asked["body"],
            by=people[asked["by"]],
            is_anonymous=asked.get("nameless", False),
            client_id=uuid.uuid5(NAMESPACE, f"{name}/q{place}"),
            at=at,
        )
        for key in asked["support"]:
            support_question(question=question, user=people[key], wants=True, at=at + timedelta(minutes=1))
        if asked["state"] != question.state:
            host, why = people[row["host"]], asked.get("reason", "")
            move_question(question=question, state=asked["state"], by=host, reason=why, at=at)
    if "closed" in row:
        close_thread(thread=thread, reason=row["closed"], by=people[row["host"]], at=times[-1] + timedelta(hours=1))
    return len(row["q"])


def moments(row: dict[str, Any], clock: Clock, name: str) -> list[datetime]:
    """When each message of a conversation is said."""
    times, at = [], clock.morning(row["start"], name)
    for place, words in enumerate(row["m"]):
        at = clock.later(at, words["after"], left=len(row["m"]) - place, name=name)
        times.append(at)
    return times


def say(thread: Thread, author: User, words: dict[str, Any], key: str, at: datetime) -> None:
    post_message(Draft(author.pk, thread.pk, uuid.uuid5(NAMESPACE, key), words["body"].strip(), said_at=at), at=at)
