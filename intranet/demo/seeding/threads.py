"""The demo's conversations, said through the same service as everyone's, at the times they were said."""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count, islice
from typing import Any

from django.core.files import File
from django.utils import timezone

from intranet.accounts.models import User
from intranet.demo.seeding.clock import Clock
from intranet.demo.seeding.content import CONTENT, company, threads
from intranet.demo.seeding.kinds import end
from realtime.spaces.models import Space
from realtime.threads.models import Attachment, Message, PollOption, Reaction, ReadMark, Thread
from realtime.threads.polling import PollDraft
from realtime.threads.posting import Draft, PostRefused, post_messages
from realtime.threads.services import (
    bring_file,
    change_thread,
    close_poll,
    create_thread,
    edit_message,
    mark_helpful,
    vote,
)

NAMESPACE = uuid.UUID("6f1f8b0e-0d6b-4f58-9d53-0a5a0b0c7a11")
LAST_SENTENCE = re.compile(r"^(?P<first>.{40,}?[.!?…])\s+\S[^\n]*$", re.DOTALL)
PAGE_LINK = re.compile(r"\]\(page:(?P<slug>[\w-]+)\)")
Host = Callable[[str], Thread | None]


def seed_threads(spaces: dict[str, Space], people: dict[str, User], clock: Clock, *, host: Host) -> int:
    """All conversations with their signs; `host` gives the one already beside a page. Returns the messages said.

    They are told side by side: each round says of every conversation as much as can be said at once.
    """
    tellings = [Telling(name, row, spaces, people, clock, host) for name, row in threads()]
    while any(telling.waiting for telling in tellings):
        waves = [(telling, telling.next_wave()) for telling in tellings]
        said = iter(say([draft for _, wave in waves for draft in wave]))
        for telling, wave in waves:
            telling.said += islice(said, len(wave))
    for telling in tellings:
        telling.finish()
    return sum(len(telling.said) for telling in tellings)


class Telling:
    """One conversation while it is told: what was said, and what waits."""

    def __init__(
        self,
        name: str,
        row: dict[str, Any],
        spaces: dict[str, Space],
        people: dict[str, User],
        clock: Clock,
        host: Host,
    ) -> None:
        self.row, self.rows, self.people = row, row["m"], people
        for words in self.rows:
            words["body"] = with_addresses(words["body"], host)
        start = clock.morning(row["start"], name)
        self.thread = (host(row["on"]) if "on" in row else None) or create_thread(
            space=spaces[row["space"]],
            title=row["title"],
            kind=row["kind"],
            audience=row.get("audience", Thread.Audience.INTERNAL),
            by=people[row["m"][0]["by"]],
            at=start,
        )
        if row.get("pinned"):
            change_thread(thread=self.thread, title=self.thread.title, pinned=True, at=start)
        self.said: list[Message] = []
        self.waiting: list[tuple[Draft, int | None]] = []
        for place, words in enumerate(self.rows):
            start = clock.later(start, words["after"], left=len(self.rows) - place, name=name)
            self.waiting.append(
                (self.draft(uuid.uuid5(NAMESPACE, f"{name}/{place}"), words, start), words.get("reply"))
            )

    def draft(self, client_id: uuid.UUID, words: dict[str, Any], at: datetime) -> Draft:
        author = self.people[words["by"]]
        poll = poll_of(words["poll"]) if "poll" in words else None
        files = tuple(bring(reference, self.thread, author, at).token for reference in words.get("files", []))
        return Draft(
            author.pk, self.thread.pk, client_id, first_version(words), said_at=at, poll=poll, file_tokens=files
        )

    def next_wave(self) -> list[Draft]:
        """What can be said now: up to the first that answers something of this very wave."""
        wave: list[Draft] = []
        while self.waiting:
            draft, answered = self.waiting[0]
            if answered is not None and answered >= len(self.said):
                break
            reply_to = self.said[answered].pk if answered is not None else None
            wave.append(replace(draft, reply_to_id=reply_to))
            self.waiting.pop(0)
        return wave

    def finish(self) -> None:
        """What happened after the words: some were edited, some got signs; nobody was watching yet."""
        for message, words in zip(self.said, self.rows, strict=True):
            if message.body != words["body"].strip():
                edit_message(message=message, body=words["body"].strip(), at=message.posted_at + timedelta(minutes=4))
        Reaction.objects.bulk_create(
            Reaction(message=message, user=self.people[key], emoji=emoji, at=message.posted_at + timedelta(minutes=9))
            for message, words in zip(self.said, self.rows, strict=True)
            for emoji, keys in words.get("react", {}).items()
            for key in dict.fromkeys(keys)
        )
        for message, words in zip(self.said, self.rows, strict=True):
            seed_answers(message, words, self.people)
        end(self.said, self.row, self.people)


def poll_of(written: dict[str, Any]) -> PollDraft:
    return PollDraft(written["kind"], tuple(written.get("options", ())), written.get("multiple", False))


def seed_answers(message: Message, words: dict[str, Any], people: dict[str, User]) -> None:
    """Whom a message helped, and the votes of the poll it carries, a minute apart."""
    times = (message.posted_at + timedelta(minutes=minute) for minute in count(10))
    for key in words.get("helpful", ()):
        mark_helpful(message=message, user=people[key], is_helpful=True, at=next(times))
    poll = words.get("poll")
    if poll is None:
        return
    for option, keys in chosen(message, poll["votes"]):
        for key in keys:
            vote(message=message, option_id=option.pk, user=people[key], is_chosen=True, at=next(times))
    if poll.get("closed"):
        close_poll(message=message, at=next(times))


def chosen(message: Message, votes: dict[str, list[str]] | list[list[str]]) -> Iterator[tuple[PollOption, list[str]]]:
    """Each option of a message's poll with the keys of those who choose it."""
    for option in PollOption.objects.filter(poll_id=message.pk).order_by("position"):
        yield option, votes.get(option.code, []) if isinstance(votes, dict) else votes[option.position]


def with_addresses(body: str, host: Host) -> str:
    """The words with `page:slug` turned into the addresses of those pages."""

    def address(match: re.Match[str]) -> str:
        thread = host(match["slug"])
        return f"]({thread.origin_url})" if thread else match[0]

    return PAGE_LINK.sub(address, body)


def bring(reference: str, thread: Thread, by: User, at: datetime) -> Attachment:
    """A picture or a file of the company, brought for a message."""
    kind, _, name = reference.partition(":")
    path = CONTENT / "images" / f"{name}.png" if kind == "image" else CONTENT / "files" / name
    with path.open("rb") as content:
        return bring_file(thread=thread, by=by, content=File(content, name=path.name), at=at)


def first_version(words: dict[str, Any]) -> str:
    """What was said first: an edited message gained its last sentence later."""
    body: str = words["body"].strip()
    longer = LAST_SENTENCE.match(body) if words.get("edited") else None
    return longer["first"] if longer else body


def say(wave: list[Draft]) -> list[Message]:
    """Says a wave, each draft at its own time. Raises PostRefused when the content breaks a rule of the product."""
    outcomes = post_messages(wave, at=timezone.now())
    for draft, outcome in zip(wave, outcomes, strict=True):
        if isinstance(outcome, PostRefused):
            raise PostRefused(f"{type(outcome).__name__}: {draft.body[:60]}")
    return [outcome.message for outcome in outcomes if not isinstance(outcome, PostRefused)]


def seed_read_marks(people: dict[str, User], clock: Clock) -> None:
    """The demo cast has read what was said until two days ago, and finds the rest new."""
    until: datetime = clock.now - timedelta(days=2)
    for person in [people[row["person"]] for row in company()["cast"]]:
        marks = []
        for thread in Thread.objects.visible_to(person).order_by("pk"):
            read = Message.objects.filter(thread=thread, posted_at__lt=until).order_by("-seq").first()
            if read is not None:
                marks.append(ReadMark(user=person, thread=thread, seq=read.seq))
        ReadMark.objects.bulk_create(marks, ignore_conflicts=True)  # some follow what was split or merged
