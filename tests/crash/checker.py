"""Compares a history with the database and names what should not be: K1, K2, K3, K4 and K5 of docs/promises.md."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.crash.history import Call, History, Payload, Reader, Row, Sight, Stored, Told

KINDS = {
    "lost": "acknowledged, and not in the database",
    "phantom": "in the database, and never asked for",
    "duplicated": "twice in the database, or shown twice to one reader",
    "reordered": "shown out of order, or numbered against the order of things",
    "unseen": "in the database, and never shown to a reader who may see it",
    "poll-skip": "in the database, and passed over by somebody who polls",
    "stale": "shown later than a heartbeat and a second after the last fault ended",
    "wrong bytes": "shown otherwise than a fresh load shows it",
    "broken": "an answer that no fault excuses",
}
HEARTBEAT = 10.0
LATEST = HEARTBEAT + 1.0
WORDS_OF = ("message.posted", "message.edited")


@dataclass(frozen=True, slots=True)
class Anomaly:
    kind: str
    words: str


def check(history: History, stored: Stored) -> list[Anomaly]:
    """Every anomaly of a run, none when all promises were kept."""
    return [
        Anomaly(kind, words)
        for kind, finders in FINDERS.items()
        for finder in finders
        for words in finder(history, stored)
    ]


def said(history: History) -> dict[str, Call]:
    return {call.key: call for call in history.calls if call.verb == "say"}


def rows_by_cid(stored: Stored) -> dict[str, Row]:
    return {row.cid: row for row in stored.rows}


# --- what was acknowledged is there -------------------------------------------------------------


def lost_words(history: History, stored: Stored) -> Iterator[str]:
    rows = rows_by_cid(stored)
    for call in said(history).values():
        row = rows.get(call.key)
        if call.outcome != "ok":
            continue
        if row is None:
            yield f"message {call.key} of thread {call.thread}"
        elif (row.id, row.seq, row.thread) != (call.told["id"], call.told["seq"], call.thread):
            yield f"message {call.key} is #{row.id} at {row.seq}, acknowledged as {dict(call.told)}"


def lost_events(history: History, stored: Stored) -> Iterator[str]:
    """Every row has its event, and the log has no hole."""
    for thread, events in stored.events.items():
        seqs = [event.seq for event in events]
        if seqs != list(range(1, len(seqs) + 1)):
            yield f"the log of thread {thread} has a hole among {len(seqs)} events"
    told = {(thread, event.seq) for thread, events in stored.events.items() for event in events}
    for row in stored.rows:
        if (row.thread, row.seq) not in told:
            yield f"the event of message #{row.id}"


def lost_changes(history: History, stored: Stored) -> Iterator[str]:
    rows = {str(row.id): row for row in stored.rows}
    for key, calls in by_message(history, "delete").items():
        if any(call.outcome == "ok" for call in calls) and not rows[key].is_deleted:
            yield f"the taking back of message #{key}"
    for key, calls in by_message(history, "edit").items():
        final = possible_words(calls)
        if final and not rows[key].is_deleted and rows[key].body not in final:
            yield f"an edit of message #{key}: {rows[key].body!r} is none of {sorted(final)}"
    for (key, who, emoji), is_there in settled_signs(history).items():
        if not rows[key].is_deleted and ((int(key), who, emoji) in stored.signs) != is_there:
            yield f"the sign {emoji} of {who} on message #{key}"


def by_message(history: History, verb: str) -> dict[str, list[Call]]:
    found: dict[str, list[Call]] = defaultdict(list)
    for call in history.calls:
        if call.verb == verb:
            found[call.key].append(call)
    return found


def possible_words(edits: list[Call]) -> set[str]:
    """What a message may say after its author's edits, one after the other: the last acknowledged, or one whose
    try went unanswered, which may have been carried out at any time. Empty when none was acknowledged."""
    kept = [edit for edit in edits if edit.outcome == "ok"]
    if not kept:
        return set()
    return {kept[-1].words} | {edit.words for edit in edits if edit.outcome == "unknown" or edit.tries > 1}


def settled_signs(history: History) -> dict[tuple[str, int, str], bool]:
    """Whether each sign must be there. A turn without an answer leaves both possible."""
    signs: dict[tuple[str, int, str], bool | None] = {}
    for call in history.calls:
        if call.verb != "react" or call.outcome == "fail":
            continue
        place = (call.key, call.who, call.words)
        is_sure = call.outcome == "ok" and signs.get(place, True) is not None
        signs[place] = bool(call.told["there"]) if is_sure else None
    return {place: is_there for place, is_there in signs.items() if is_there is not None}


def phantoms(history: History, stored: Stored) -> Iterator[str]:
    calls = said(history)
    edited = {call.key for call in history.calls if call.verb == "edit"}
    for row in stored.rows:
        call = calls.get(row.cid)
        if call is None or call.outcome == "fail":
            yield f"message #{row.id}, {row.cid}"
        elif row.body != call.words and not row.is_deleted and str(row.id) not in edited:
            yield f"message #{row.id} says {row.body!r} and not {call.words!r}"


# --- once ---------------------------------------------------------------------------------------


def twice_stored(history: History, stored: Stored) -> Iterator[str]:
    for cid, count in Counter(row.cid for row in stored.rows).items():
        if count > 1:
            yield f"{count} messages of {cid}"
    posted = Counter(
        event.payload["cid"] for events in stored.events.values() for event in events if event.kind == "message.posted"
    )
    for cid, count in posted.items():
        if count > 1:
            yield f"{count} events of {cid}"


def twice_shown(history: History, stored: Stored) -> Iterator[str]:
    for reader in history.readers:
        for (thread, seq), count in Counter((sight.thread, sight.seq) for sight in reader.sights).items():
            if count > 1:
                yield f"{reader.name} saw event {seq} of thread {thread} {count} times"


# --- in one order -------------------------------------------------------------------------------


def shown_out_of_order(history: History, stored: Stored) -> Iterator[str]:
    for reader in history.readers:
        last: dict[int, int] = {}
        for sight in reader.sights:
            if sight.seq < last.get(sight.thread, 0):
                yield f"{reader.name} saw event {sight.seq} of thread {sight.thread} after {last[sight.thread]}"
            last[sight.thread] = max(sight.seq, last.get(sight.thread, 0))


def numbered_out_of_order(history: History, stored: Stored) -> Iterator[str]:
    """What was acknowledged before another thing was asked for must stand before it."""
    threads: dict[int, list[Call]] = defaultdict(list)
    for call in said(history).values():
        if call.outcome == "ok":
            threads[call.thread].append(call)
    for thread, calls in threads.items():
        earliest, later = float("inf"), calls[0]
        for call in sorted(calls, key=lambda call: -int(call.told["seq"])):
            if earliest < call.invoked:
                yield f"{call.key} was asked for after {later.key} was acknowledged, and precedes it in thread {thread}"
            if call.ended is not None and call.ended < earliest:
                earliest, later = call.ended, call


# --- by everyone --------------------------------------------------------------------------------


def never_shown(history: History, stored: Stored) -> Iterator[str]:
    yield from missing(history, stored, polls=False)


def passed_over(history: History, stored: Stored) -> Iterator[str]:
    yield from missing(history, stored, polls=True)


def missing(history: History, stored: Stored, *, polls: bool) -> Iterator[str]:
    for reader in history.readers:
        if reader.polls != polls:
            continue
        seen = {(sight.thread, sight.seq) for sight in reader.sights}
        for thread in reader.threads:
            lacks = [event.seq for event in stored.events.get(thread, []) if (thread, event.seq) not in seen]
            if lacks:
                yield f"{reader.name} lacks {len(lacks)} events of thread {thread}, the first {lacks[0]}"


# --- in time ------------------------------------------------------------------------------------


def stale(history: History, stored: Stored) -> Iterator[str]:
    committed = commit_times(history)
    for reader in history.readers:
        for sight in reader.sights if not reader.polls else []:
            at = committed.get((sight.thread, sight.seq))
            if at is not None and sight.at > (latest := deadline(at, history)):
                late = sight.at - latest
                yield f"{reader.name} saw event {sight.seq} of thread {sight.thread} {late:.1f} s too late"


def commit_times(history: History) -> dict[tuple[int, int], float]:
    """When each message was certainly committed: it was acknowledged, or somebody saw it."""
    times: dict[tuple[int, int], float] = {}
    for reader in history.readers:
        for sight in reader.sights:
            if sight.kind == "message.posted":
                place = (sight.thread, sight.seq)
                times[place] = min(sight.at, times.get(place, sight.at))
    for call in said(history).values():
        if call.outcome == "ok" and call.ended is not None:
            place = (call.thread, call.told["seq"])
            times[place] = min(call.ended, times.get(place, call.ended))
    return times


def deadline(committed: float, history: History) -> float:
    """When what was committed must have been shown: a fault before that moves it to its own end."""
    latest = committed + LATEST
    for fault in sorted(history.faults, key=lambda fault: fault.begun):
        if fault.begun < latest and fault.ended > committed:
            latest = max(latest, fault.ended + LATEST)
    return latest + sum(length for at, length in history.stalls if committed < at < latest)


# --- as a fresh load ----------------------------------------------------------------------------


def shown_otherwise(history: History, stored: Stored) -> Iterator[str]:
    """Each event is shown as the log holds it; of a message taken back the log keeps no words."""
    told = {(thread, event.seq): event for thread, events in stored.events.items() for event in events}
    forgotten = {row.id for row in stored.rows if row.is_deleted}
    for reader in history.readers:
        for sight in reader.sights:
            event = told.get((sight.thread, sight.seq))
            if event is None:
                yield f"{reader.name} saw event {sight.seq} of thread {sight.thread}, which is not in the log"
            elif not is_same(sight, event, forgotten):
                shown, held = what_stays(sight.payload, forgotten), what_stays(event.payload, forgotten)
                apart = {name: (shown.get(name), held.get(name)) for name in shown if shown.get(name) != held.get(name)}
                where = f"event {sight.seq} of thread {sight.thread}"
                yield f"{reader.name} saw {where} otherwise than the log holds it: {sight.kind} {apart}"


def is_same(sight: Sight, event: Told, forgotten: set[int]) -> bool:
    if sight.kind != event.kind:
        return False
    if event.kind not in WORDS_OF:
        return dict(sight.payload) == dict(event.payload)
    return what_stays(sight.payload, forgotten) == what_stays(event.payload, forgotten)


def what_stays(payload: Payload, forgotten: set[int]) -> dict[str, Any]:
    """A message without what the log forgets: the words of one taken back, and the glance at it of those who answer."""
    kept = dict(payload)
    if kept.get("id") in forgotten:
        kept |= {"html": "", "body": "", "excerpt": ""}
    if (kept.get("reply_to") or {}).get("id") in forgotten:
        kept["reply_to"] = None
    return kept


@dataclass(slots=True)
class Shown:
    """A message as a reader's screen ends up showing it."""

    body: str
    html: str
    is_deleted: bool = False
    signs: set[tuple[int, str]] = field(default_factory=set)


def screen(reader: Reader, thread: int) -> dict[int, Shown]:
    """What a reader has on the screen after all they were shown, by message."""
    shown: dict[int, Shown] = {}
    for sight in reader.sights:
        if sight.thread == thread:
            apply(shown, sight.kind, sight.payload)
    return shown


def apply(shown: dict[int, Shown], kind: str, payload: Payload) -> None:
    if kind == "message.posted":
        shown[payload["id"]] = Shown(payload["body"], payload["html"])
    elif payload.get("id") not in shown:
        return
    elif kind == "message.edited":
        shown[payload["id"]].body, shown[payload["id"]].html = payload["body"], payload["html"]
    elif kind == "message.deleted":
        shown[payload["id"]] = Shown("", "", is_deleted=True)
    elif kind == "reactions.changed":
        groups = payload["reactions"]
        shown[payload["id"]].signs = {(who["id"], group["emoji"]) for group in groups for who in group["people"]}


def screens_otherwise(history: History, stored: Stored) -> Iterator[str]:
    """What was shown bit by bit, put together, is what the database holds and a fresh page shows."""
    for reader in history.readers:
        for thread in reader.threads:
            shown = screen(reader, thread)
            fresh = {row.id: fresh_one(row, stored) for row in stored.rows if row.thread == thread}
            for pk in shown.keys() & fresh.keys():
                if shown[pk] != fresh[pk]:
                    yield f"{reader.name} sees message #{pk} as {shown[pk]}, and it is {fresh[pk]}"


def fresh_one(row: Row, stored: Stored) -> Shown:
    if row.is_deleted:
        return Shown("", "", is_deleted=True)
    return Shown(row.body, row.html, signs={(who, emoji) for pk, who, emoji in stored.signs if pk == row.id})


def pages_otherwise(history: History, stored: Stored) -> Iterator[str]:
    for thread, page in stored.pages.items():
        rows = sorted((row for row in stored.rows if row.thread == thread), key=lambda row: row.seq)
        for row in rows[-20:]:
            if not row.is_deleted and (f'id="m-{row.id}"' not in page or row.html not in page):
                yield f"the page of thread {thread} shows message #{row.id} otherwise"


def broken(history: History, stored: Stored) -> Iterator[str]:
    for answer in history.broken:
        yield f"{answer.who}: {answer.what}"


Finder = Callable[[History, Stored], Iterator[str]]
FINDERS: dict[str, list[Finder]] = {
    "lost": [lost_words, lost_events, lost_changes],
    "phantom": [phantoms],
    "duplicated": [twice_stored, twice_shown],
    "reordered": [shown_out_of_order, numbered_out_of_order],
    "unseen": [never_shown],
    "poll-skip": [passed_over],
    "stale": [stale],
    "wrong bytes": [shown_otherwise, screens_otherwise, pages_otherwise],
    "broken": [broken],
}
