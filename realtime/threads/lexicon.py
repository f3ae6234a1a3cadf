"""The words of messages, kept where they are found from: one row a message, matched by the database, newest first.

Wagtail's index cannot stop early: a common word in a million messages is a long answer to sort. Here each row
holds, beside the stems and the words of a message, where it is held and whose it is as words of their own
(`p12` for its space, `a7` for its author); so who may see what is part of the match, and the first few hundred
are found without a look at the rest. SQLite keeps it in FTS5, PostgreSQL in a `tsvector`; both answer alike.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from intranet.people.words import Question, folded_words, search_words
from realtime.spaces.mentions import spoken
from realtime.threads.models import Attachment, Message, Thread

SHORTEST = 2  # letters of a beginning that is completed
NEWEST = 10_000  # messages looked through one by one before the index is asked about all
MOST_PLACES = 150  # named in a question; beyond, the rights are asked of the rows alone
SAFE = re.compile(r"[a-z0-9]+")
TABLE = "threads_messagewords"
SQLITE = [
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} USING fts5(stems, words, marks, detail=column, prefix='2 3')",
    f"""CREATE TRIGGER IF NOT EXISTS {TABLE}_goes AFTER DELETE ON threads_message
        BEGIN DELETE FROM {TABLE} WHERE rowid = OLD.id; END""",  # noqa: S608  # our own name
]
POSTGRESQL = [
    f"""CREATE TABLE IF NOT EXISTS {TABLE} (
        message_id bigint PRIMARY KEY REFERENCES threads_message (id) ON DELETE CASCADE, words tsvector NOT NULL)""",
    f"CREATE INDEX IF NOT EXISTS {TABLE}_words ON {TABLE} USING gin (words)",
]
# PostgreSQL guesses how rare a word is, and a wrong guess walks through every message. So it is not asked to guess: a
# common word is found often enough among the newest, and of any other the index gives all there are.
NEWEST_FIRST = f"""
WITH edge AS MATERIALIZED (
    SELECT coalesce((SELECT message_id FROM {TABLE} ORDER BY message_id DESC OFFSET %(newest)s LIMIT 1), 0) AS id),
newest AS MATERIALIZED (
    SELECT message_id FROM {TABLE} WHERE message_id > (SELECT id FROM edge) AND words @@ %(match)s::tsquery
    ORDER BY message_id DESC LIMIT %(most)s),
others AS MATERIALIZED (
    SELECT message_id FROM {TABLE} WHERE words @@ %(match)s::tsquery AND (SELECT count(*) FROM newest) < %(most)s)
SELECT message_id FROM newest UNION SELECT message_id FROM others ORDER BY 1 DESC LIMIT %(most)s
"""  # noqa: S608  # our own name


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: words, and marks of which one of each group must be there."""

    question: Question
    groups: Sequence[Collection[str]] = ()


def lay(**kwargs: Any) -> None:
    """Makes the table when it is not there; takes what Django's signal `post_migrate` sends and ignores it."""
    with connection.cursor() as cursor:
        for statement in SQLITE if connection.vendor == "sqlite" else POSTGRESQL:
            cursor.execute(statement)


def write(messages: Iterable[Message]) -> None:
    """Puts the words of messages into the index, in place of what it held of them."""
    found = list(messages)
    keys = [message.pk for message in found]
    threads = Thread.objects.in_bulk({message.thread_id for message in found})
    with_files = set(Attachment.objects.filter(message__in=keys).values_list("message_id", flat=True))
    rows = [(m.pk, *texts(m, threads[m.thread_id], has_file=m.pk in with_files)) for m in found]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            forget(keys)
            cursor.executemany(f"INSERT INTO {TABLE} (rowid, stems, words, marks) VALUES (%s, %s, %s, %s)", rows)  # noqa: S608
        else:
            cursor.executemany(
                f"INSERT INTO {TABLE} (message_id, words) VALUES (%s, array_to_tsvector(%s)) "  # noqa: S608
                "ON CONFLICT (message_id) DO UPDATE SET words = EXCLUDED.words",
                [(pk, lexemes(stems, words, marks)) for pk, stems, words, marks in rows],
            )


def texts(message: Message, thread: Thread, *, has_file: bool) -> tuple[str, str, str]:
    """What is kept of a message: its stems, its words, and the marks of where it is and whose."""
    marks = [f"p{thread.space_id}", f"t{thread.pk}", f"k{thread.kind.replace('_', '')}", month(message.posted_at)]
    marks += [f"a{message.author_id}"] if message.author_id else []
    marks += [f"g{thread.space_id}"] if thread.audience == Thread.Audience.SHARED else []
    marks += ["file"] if has_file else []
    return search_words(spoken(message.body)), folded_words(spoken(message.body)), " ".join(marks)


def month(at: datetime | date) -> str:
    """The mark of a month: "m202603"."""
    day = timezone.localtime(at, timezone.get_default_timezone()) if isinstance(at, datetime) else at
    return f"m{day:%Y%m}"


def lexemes(stems: str, words: str, marks: str) -> list[str]:
    kept = {f"s:{stem}" for stem in stems.split()} | {f"w:{word}" for word in words.split()} | set(marks.split())
    return sorted(lexeme for lexeme in kept if len(lexeme) < 500)


def forget(keys: Collection[int]) -> None:
    """Takes messages out of the index now."""
    column = "rowid" if connection.vendor == "sqlite" else "message_id"
    with connection.cursor() as cursor:
        cursor.executemany(f"DELETE FROM {TABLE} WHERE {column} = %s", [(key,) for key in keys])  # noqa: S608


def forget_unsaid() -> None:
    """Takes out whatever is not of a message that can be read."""
    column = "rowid" if connection.vendor == "sqlite" else "message_id"
    said = "SELECT id FROM threads_message WHERE deleted_at IS NULL AND hidden_at IS NULL"
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {TABLE} WHERE {column} NOT IN ({said})")  # noqa: S608


def found(wanted: Wanted, *, most: int) -> list[int]:
    """The ids of the newest `most` messages that hold what is wanted; [] when nothing is wanted. Two queries at most.

    Whole words first: every word that begins with a common one is a long list to bring together, and not needed
    where the words themselves are found often enough.
    """
    groups = [any_of(group) for group in wanted.groups]
    asked = [part for part in (whole_words_of(wanted.question), *groups) if part]
    keys = matched(asked, most=most) if asked else []
    begun = begun_words_of(wanted.question)
    return keys if len(keys) >= most or not begun else matched([either(asked[0], begun), *groups], most=most)


def matched(parts: Sequence[str], *, most: int) -> list[int]:
    """The ids of the newest messages that answer all of some matches."""
    if connection.vendor == "sqlite":
        given: Any = [" AND ".join(f"({part})" for part in parts), most]
        statement = f"SELECT rowid FROM {TABLE} WHERE {TABLE} MATCH %s ORDER BY rowid DESC LIMIT %s"  # noqa: S608
    else:
        given = {"match": " & ".join(f"({part})" for part in parts), "newest": NEWEST, "most": most}
        statement = NEWEST_FIRST
    with connection.cursor() as cursor:
        cursor.execute(statement, given)
        return [row[0] for row in cursor.fetchall()]


def whole_words_of(question: Question) -> str:
    """The match of a question: all its stems, or all its words."""
    if not question:
        return ""
    return either(all_of([stem_of(stem) for stem in question.stems]), all_of([whole(word) for word in question.words]))


def begun_words_of(question: Question) -> str:
    """The match of its words of which the last may be only begun; "" where it is too short to be."""
    if not question or len(question.words[-1]) < SHORTEST:
        return ""
    *before, last = question.words
    return all_of([*(whole(word) for word in before), beginning(last)])


def either(*sides: str) -> str:
    return (" OR " if connection.vendor == "sqlite" else " | ").join(f"({side})" for side in sides)


def all_of(terms: Sequence[str]) -> str:
    return (" AND " if connection.vendor == "sqlite" else " & ").join(terms)


def any_of(marks: Collection[str]) -> str:
    """The match of any of some marks; one that nothing holds where there are none."""
    terms = [mark_of(mark) for mark in sorted(marks)] or [mark_of("none")]
    return (" OR " if connection.vendor == "sqlite" else " | ").join(terms)


def stem_of(stem: str) -> str:
    return f'stems : "{safe(stem)}"' if connection.vendor == "sqlite" else f"'s:{safe(stem)}'"


def whole(word: str) -> str:
    return f'words : "{safe(word)}"' if connection.vendor == "sqlite" else f"'w:{safe(word)}'"


def beginning(word: str) -> str:
    return f"{whole(word)} *" if connection.vendor == "sqlite" else f"{whole(word)}:*"


def mark_of(mark: str) -> str:
    return f'marks : "{safe(mark)}"' if connection.vendor == "sqlite" else f"'{safe(mark)}'"


def safe(term: str) -> str:
    """A term as it is: folded words hold nothing else. Raises ValueError otherwise, rather than be clever."""
    if SAFE.fullmatch(term) is None:
        raise ValueError(term)
    return term
