"""Histories made up for the tests of the checker: nothing ran, and everything went well."""

import random
from dataclasses import replace

from tests.crash.history import Call, Fault, History, Reader, Row, Sight, Stored, Told

SIGN = "👍"


class Invented:
    """A clean run on two threads, to be spoiled. One writer does one thing after another; readers see it 50 ms later."""

    def __init__(self, messages: int = 6, *, seed: int = 1, readers: int = 2) -> None:
        self.chance = random.Random(seed)
        self.now = 100.0
        self.history = History(readers=[Reader(f"reader {n}", (1, 2)) for n in range(readers)])
        self.history.readers.append(Reader("poller", (1, 2), polls=True))
        self.stored = Stored(events={1: [], 2: []})
        for number in range(messages):
            self.say(1 + number % 2, f"words {number}")

    def say(self, thread: int, body: str) -> Row:
        cid, number = f"cid-{len(self.stored.rows)}", len(self.stored.rows) + 1
        call = self.call(thread, "say", cid, body)
        row = Row(number, thread, call.who, cid, self.head(thread) + 1, body, f"<p>{body}</p>", is_deleted=False)
        self.stored.rows.append(row)
        self.tell(thread, "message.posted", {"id": row.id, "seq": row.seq, "cid": cid, "body": body, "html": row.html})
        call.end("ok", self.now, {"id": row.id, "seq": row.seq})
        return row

    def edit(self, row: Row, body: str) -> Row:
        call = self.call(row.thread, "edit", str(row.id), body)
        edited = replace(row, body=body, html=f"<p>{body}</p>")
        self.stored.rows[self.stored.rows.index(row)] = edited
        self.tell(row.thread, "message.edited", {"id": row.id, "body": body, "html": edited.html})
        call.end("ok", self.now)
        return edited

    def delete(self, row: Row) -> Row:
        call = self.call(row.thread, "delete", str(row.id), "")
        gone = replace(row, body="", html="", is_deleted=True)
        self.stored.rows[self.stored.rows.index(row)] = gone
        log = self.stored.events[row.thread]
        for place, event in enumerate(log):
            if event.payload["id"] == row.id and "body" in event.payload:
                log[place] = replace(event, payload={**event.payload, "body": "", "html": ""})
        self.stored.signs = {sign for sign in self.stored.signs if sign[0] != row.id}
        self.tell(row.thread, "message.deleted", {"id": row.id})
        call.end("ok", self.now)
        return gone

    def react(self, row: Row) -> None:
        call = self.call(row.thread, "react", str(row.id), SIGN)
        sign = (row.id, call.who, SIGN)
        self.stored.signs ^= {sign}
        people = [{"id": who} for pk, who, _ in self.stored.signs if pk == row.id]
        groups = [{"emoji": SIGN, "people": people}] if people else []
        self.tell(row.thread, "reactions.changed", {"id": row.id, "reactions": groups})
        call.end("ok", self.now, {"there": sign in self.stored.signs})

    def call(self, thread: int, verb: str, key: str, words: str) -> Call:
        self.now += self.chance.uniform(0.1, 0.5)
        call = Call(7, thread, verb, key, words, invoked=self.now)  # type: ignore[arg-type]  # one of the verbs
        self.history.calls.append(call)
        self.now += 0.05
        return call

    def tell(self, thread: int, kind: str, payload: dict[str, object]) -> None:
        event = Told(self.head(thread) + 1, kind, payload)
        self.stored.events[thread].append(event)
        for reader in self.history.readers:
            delay = self.chance.uniform(0.01, 0.1)
            reader.sights.append(Sight(thread, event.seq, kind, payload, self.now + delay))

    def fault(self, seconds: float) -> None:
        self.history.faults.append(Fault("kill the database", self.now, self.now + seconds))
        self.now += seconds

    def head(self, thread: int) -> int:
        return len(self.stored.events[thread])
