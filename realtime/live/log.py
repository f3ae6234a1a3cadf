"""What the hub reads of the streams: news after a bell, gaps of those who lag, heads, and who may watch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q, Subquery

from intranet.accounts.models import AccessEpoch
from realtime.live import limits
from realtime.live.frames import encode_event
from realtime.live.people import current_epoch
from realtime.streams.models import Stream, StreamEvent
from realtime.streams.watch import is_rewritten_by, watchable_kind

STREAMS_A_STATEMENT = 100


class Told(NamedTuple):
    """An encoded event. Where it `rewrites`, what was read of its stream before may hold words that nobody reads now."""

    seq: int
    frame: bytes
    rewrites: bool = False


Frames = list[Told]  # of one stream, in order


class Place(NamedTuple):
    """A stream and the last event somebody has of it."""

    stream_id: int
    name: str
    after: int


class Asked(NamedTuple):
    """A person who wants to watch a stream."""

    kind: str
    key: int
    person_id: int


@dataclass(frozen=True, slots=True)
class Door:
    """The answer: whether they may, at access epoch `epoch`, and where the stream stood just before it was asked."""

    is_open: bool
    epoch: int
    stream_id: int = 0
    head: int = 0


@dataclass(slots=True)
class News:
    """New events by stream id, all read at access epoch `epoch`; `is_cut` when there are more."""

    events: dict[int, Frames]
    epoch: int = 0
    is_cut: bool = False


def read_news(places: Sequence[Place]) -> News:
    """The events after each place, and the access epoch, from one statement for up to a hundred streams.

    Where there is no event, the epoch is not read: nothing will be delivered.
    """
    news = News({})
    for start in range(0, len(places), STREAMS_A_STATEMENT):
        _add_news(news, {place.stream_id: place for place in places[start : start + STREAMS_A_STATEMENT]})
    return news


def read_between(place: Place, until: int) -> Frames:
    """At most 256 events after `place`, none after `until`. A hole at the start means they are no longer kept."""
    rows = StreamEvent.objects.filter(stream_id=place.stream_id, seq__gt=place.after, seq__lte=until).order_by("seq")
    return [told_of(place.name, event) for event in rows[: limits.REFILL_EVENTS]]


def told_of(stream: str, event: StreamEvent) -> Told:
    """An event as browsers are told it on `stream`, such as thread:12."""
    frame = encode_event(stream=stream, seq=event.seq, kind=event.kind, payload=event.payload, at=event.at)
    return Told(event.seq, frame, is_rewritten_by(stream.partition(":")[0], event.kind))


def read_heads(stream_ids: Sequence[int]) -> tuple[dict[int, int], int]:
    """Where each stream stands, and the access epoch."""
    epoch = current_epoch()
    heads: dict[int, int] = {}
    for start in range(0, len(stream_ids), 500):
        heads.update(Stream.objects.filter(pk__in=stream_ids[start : start + 500]).values_list("pk", "head"))
    return heads, epoch


def open_doors(asked: Sequence[Asked]) -> dict[Asked, Door]:
    """Who may watch what: one query for the heads, one for the rights on each stream.

    The order matters. The heads are read before the rights, so whatever is up to the head was committed
    before the person was found entitled; and all is read again when the access epoch moved meanwhile.
    """
    while True:
        epoch = current_epoch()
        doors = _doors(asked, epoch)
        if current_epoch() == epoch:
            return doors


def may_watch(kind: str, key: int, person_ids: Iterable[int]) -> set[int]:
    """Those of `person_ids` who may see the stream now; nobody for a kind that cannot be watched."""
    watchable = watchable_kind(kind)
    return watchable.allowed(key, list(person_ids)) if watchable else set()


def _doors(asked: Sequence[Asked], epoch: int) -> dict[Asked, Door]:
    wanted: dict[tuple[str, int], list[Asked]] = {}
    for question in asked:
        wanted.setdefault((question.kind, question.key), []).append(question)
    streams = _streams(wanted)
    doors = dict.fromkeys(asked, Door(False, epoch))
    for thing, questions in wanted.items():
        if stream := streams.get(thing):
            entitled = may_watch(*thing, {question.person_id for question in questions})
            doors |= {q: Door(q.person_id in entitled, epoch, stream.pk, stream.head) for q in questions}
    return doors


def _streams(things: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Stream]:
    condition = Q(pk__in=[])
    for kind in {kind for kind, _ in things}:
        condition |= Q(kind=kind, key__in={key for other, key in things if other == kind})
    return {(stream.kind, stream.key): stream for stream in Stream.objects.filter(condition)}


def _add_news(news: News, places: dict[int, Place]) -> None:
    condition = Q()
    for place in places.values():
        condition |= Q(stream_id=place.stream_id, seq__gt=place.after)
    epoch = AccessEpoch.objects.filter(pk=1).values("value")
    rows = StreamEvent.objects.filter(condition).annotate(epoch=Subquery(epoch)).order_by("stream_id", "seq")
    count = 0
    for event in rows[: limits.READ_EVENTS]:
        count += 1
        news.epoch = max(news.epoch, event.epoch or 0)  # type: ignore[attr-defined]  # annotated above
        news.events.setdefault(event.stream_id, []).append(told_of(places[event.stream_id].name, event))
    news.is_cut = news.is_cut or count == limits.READ_EVENTS
