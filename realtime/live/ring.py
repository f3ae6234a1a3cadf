"""What the hub keeps of one watched stream: its last events, encoded, and who watches from where."""

from collections.abc import Callable

from realtime.live import limits
from realtime.live.connection import Connection


class Watch:
    """One connection's place in one stream: everything up to `cursor` has been written to it.

    While it is level, that is everything up to the ring's `sent`, and `cursor` is out of date.
    """

    __slots__ = ("connection", "cursor", "fetching", "is_guest", "is_quiet", "ring", "told")

    def __init__(self, connection: Connection, ring: "Ring", cursor: int, *, is_quiet: bool = False) -> None:
        self.connection = connection
        self.ring = ring
        self.cursor = cursor
        self.fetching = False
        self.is_quiet = is_quiet
        self.is_guest = connection.visitor.is_guest
        self.told = -1  # the version of "who is here" it has


class Ring:
    """The last encoded events of a stream up to `head`.

    `epoch` is the access epoch at which its watchers were last asked about. Nothing newer than `head` is
    ever written to a connection, and `head` moves only when the watchers passed the epoch of the events.
    `sent` is where the watchers that do not lag stand. Those of them whose socket is free are `level`, each with the
    send of its socket: what comes next is written to them without a question. The others are `behind`.
    """

    __slots__ = (
        "asked_at",
        "behind",
        "epoch",
        "frames",
        "guests",
        "head",
        "key",
        "kind",
        "left_at",
        "level",
        "name",
        "sent",
        "stream_id",
        "watches",
    )

    def __init__(self, kind: str, key: int, *, stream_id: int, head: int, epoch: int) -> None:
        self.kind, self.key, self.name = kind, key, f"{kind}:{key}"
        self.stream_id = stream_id
        self.head = self.sent = head
        self.epoch = epoch
        self.frames: list[bytes] = []
        self.watches: dict[Connection, Watch] = {}
        self.level: dict[Watch, Callable[[bytes], int]] = {}
        self.behind: dict[Watch, None] = {}
        self.asked_at = self.left_at = 0.0
        self.guests = 0

    def add(self, watch: Watch) -> None:
        """Lets a connection watch, in the place of its earlier watch if there is one."""
        self.remove(watch.connection)
        self.watches[watch.connection] = watch
        self.behind[watch] = None
        self.guests += watch.is_guest

    def remove(self, connection: Connection) -> None:
        """Forgets a connection's watch."""
        watch = self.watches.pop(connection, None)
        if watch:
            self.lower(watch)
            del self.behind[watch]
            self.guests -= watch.is_guest

    def rise(self, watch: Watch, send: Callable[[bytes], int]) -> None:
        """Makes a watch level that lacks nothing of what was sent; `send` gives bytes to a socket that is free."""
        if watch.cursor == self.sent and watch in self.behind and not watch.fetching:
            del self.behind[watch]
            self.level[watch] = send

    def lower(self, watch: Watch) -> None:
        """Ends that: from now on its connection is asked before anything is written to it."""
        if self.level.pop(watch, None):
            watch.cursor = self.sent
            self.behind[watch] = None

    def is_sure(self, epoch: int, now: float) -> bool:
        """Whether its watchers still may see it as far as `epoch` tells.

        Some rights end by themselves, without a new epoch: guests are asked about at each delivery, the
        others (a membership until a day) once a minute.
        """
        return self.epoch >= epoch and not self.guests and now - self.asked_at < limits.ASK_AGAIN

    def push(self, frame: bytes) -> None:
        """Adds the event after `head`."""
        self.frames.append(frame)
        self.head += 1
        if len(self.frames) >= 2 * limits.RING_EVENTS:
            del self.frames[: -limits.RING_EVENTS]

    def skip_to(self, head: int) -> None:
        """Forgets what it holds and stands at `head`; watchers behind are refilled from the database."""
        self.frames.clear()
        self.head = head

    def holds_after(self, cursor: int) -> bool:
        """Whether every event after `cursor` is at hand."""
        return self.head - len(self.frames) <= cursor

    def after(self, cursor: int) -> tuple[bytes, int]:
        """The frames after `cursor`, joined up to about 64 KiB, and the cursor they lead to."""
        start = len(self.frames) - (self.head - cursor)
        size, stop = 0, start
        while stop < len(self.frames) and size < limits.PIECE_BYTES:
            size += len(self.frames[stop])
            stop += 1
        return b"".join(self.frames[start:stop]), cursor + stop - start
