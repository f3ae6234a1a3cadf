"""Writing the synthesis of a conversation: each point is changed by one person at a time, and says so.

Once it is written together, as one text, no point is written any more: the text is kept elsewhere, and this is told of it.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from intranet.accounts.models import User
from realtime.threads.events import SYNTHESIS_CHANGED, KeptIn, SynthesisChanged
from realtime.threads.models import Citation, Kept, Message, Point, Synthesis, Thread
from realtime.threads.services.telling import tell

MOST_POINTS = 100
MOST_CITED = 20  # messages under one point


class PointChanged(Exception):
    """Somebody changed the point meanwhile; `point` is what it says now."""

    def __init__(self, point: Point) -> None:
        super().__init__()
        self.point = point


class PointGone(Exception):
    """Somebody removed the point meanwhile."""


class WrittenTogether(Exception):
    """It is one text by now, and no longer written as points."""


class SynthesisFull(Exception):
    """MOST_POINTS are there already."""


class CitesElsewhere(Exception):
    """A message cited is not of this conversation, or was taken back."""


@transaction.atomic
def add_point(*, thread: Thread, kind: str, text: str, cited: Collection[int], by: User, at: datetime) -> Point:
    """Writes one more point, at the end of its kind; the first one begins the synthesis.

    Raises SynthesisFull, CitesElsewhere or WrittenTogether.
    """
    synthesis = as_points(begun(thread, at))
    if synthesis.points.count() >= MOST_POINTS:
        raise SynthesisFull
    last = synthesis.points.aggregate(last=Max("position"))["last"] or 0
    point = Point.objects.create(synthesis=synthesis, kind=kind, position=last + 1, text=text)
    cite(point, cited)
    touch(synthesis, by=by, at=at)
    return point


@transaction.atomic
def change_point(
    *, point: Point, kind: str, text: str, cited: Collection[int], version: int, by: User, at: datetime
) -> Point:
    """Says a point in other words. `version` is the one that was read: the words of others are never overwritten unseen.

    Raises PointChanged, PointGone, CitesElsewhere or WrittenTogether.
    """
    synthesis = as_points(point.synthesis)
    now = Point.objects.filter(pk=point.pk).first()
    if now is None:
        raise PointGone
    if now.version != version:
        raise PointChanged(now)
    now.kind, now.text, now.version = kind, text, version + 1
    now.save(update_fields=["kind", "text", "version"])
    cite(now, cited)
    touch(synthesis, by=by, at=at)
    return now


@transaction.atomic
def remove_point(*, point: Point, by: User, at: datetime) -> None:
    """Takes a point out; out already, nothing happens. Raises WrittenTogether."""
    synthesis = as_points(point.synthesis)
    Point.objects.filter(pk=point.pk).delete()
    touch(synthesis, by=by, at=at)


@transaction.atomic
def shift_point(*, point: Point, up: bool, by: User, at: datetime) -> None:
    """Lets a point change places with its neighbor of the same kind; at the edge, nothing happens. Raises WrittenTogether."""
    synthesis = as_points(point.synthesis)
    kin = list(synthesis.points.filter(kind=point.kind).order_by("position", "pk"))
    place = next((n for n, other in enumerate(kin) if other.pk == point.pk), None)
    other = None if place is None else place + (-1 if up else 1)
    if place is None or other is None or not 0 <= other < len(kin):
        return
    kin[place].position, kin[other].position = kin[other].position, kin[place].position
    Point.objects.bulk_update([kin[place], kin[other]], ["position"])
    touch(synthesis, by=by, at=at)


@transaction.atomic
def write_as_text(*, synthesis: Synthesis, at: datetime) -> Synthesis:
    """From now on it is one text, that whoever calls keeps. What is so already stays as it is."""
    synthesis = locked(synthesis)
    if synthesis.together_at is None:
        synthesis.together_at = synthesis.changed_at = at
        synthesis.save(update_fields=["together_at", "changed_at"])
        tell_change(synthesis, at=at)
    return synthesis


@transaction.atomic
def keep_in_page(
    *,
    synthesis: Synthesis,
    title: str,
    url: str,
    cited: Collection[int],
    by: Collection[int],
    with_guests: bool,
    at: datetime,
) -> Synthesis:
    """Remembers the page that the synthesis is published in and who wrote it, and marks the messages that the page cites.

    Only where all who see a message may know of the page: in the space of the conversation, and where guests read along
    only `with_guests`. Called by whoever publishes.
    """
    synthesis = locked(synthesis)
    if synthesis.page_url not in ("", url):
        synthesis = leave_page(synthesis=synthesis, at=at)
    before = marked(synthesis)
    synthesis.published_at = synthesis.changed_at = at
    synthesis.page_title, synthesis.page_url = title, url
    synthesis.save(update_fields=["published_at", "changed_at", "page_title", "page_url"])
    synthesis.writers.add(*by)
    there = Message.objects.said().filter(pk__in=set(cited), thread__space=synthesis.thread.space_id)
    if not with_guests:
        there = there.exclude(thread__audience=Thread.Audience.SHARED)
    Kept.objects.filter(synthesis=synthesis).exclude(message__in=there).delete()
    fresh = [Kept(synthesis=synthesis, message=message) for message in there.order_by("pk")]
    Kept.objects.bulk_create(fresh, ignore_conflicts=True)
    tell_change(synthesis, at=at, before=before)
    return synthesis


@transaction.atomic
def leave_page(*, synthesis: Synthesis, at: datetime) -> Synthesis:
    """No page keeps it any more: no message says so. Where none did, nothing happens."""
    synthesis = locked(synthesis)
    if synthesis.published_at is None:
        return synthesis
    before = marked(synthesis)
    Kept.objects.filter(synthesis=synthesis).delete()
    tell_change(synthesis, at=at, before=before)
    synthesis.published_at, synthesis.page_title, synthesis.page_url = None, "", ""
    synthesis.save(update_fields=["published_at", "page_title", "page_url"])
    return synthesis


@transaction.atomic
def carry_synthesis(*, source: Thread, target: Thread, at: datetime) -> None:
    """After all of `source` went into `target`: gives it the synthesis too, unless it has its own; then each keeps its own."""
    written = Synthesis.objects.select_for_update().filter(thread=source).first()
    if written is None or Synthesis.objects.filter(thread=target).exists():
        return
    written.thread = target
    written.save(update_fields=["thread"])
    tell_change(written, at=at)


def begun(thread: Thread, at: datetime) -> Synthesis:
    """The synthesis of a thread, held; begun now where there was none."""
    return locked(Synthesis.objects.get_or_create(thread=thread, defaults={"begun_at": at, "changed_at": at})[0])


def locked(synthesis: Synthesis) -> Synthesis:
    """The synthesis as it is now, held until the transaction ends: its writers take turns."""
    return Synthesis.objects.select_for_update().get(pk=synthesis.pk)


def as_points(synthesis: Synthesis) -> Synthesis:
    """The same, held, to write a point. Raises WrittenTogether."""
    synthesis = locked(synthesis)
    if synthesis.together_at is not None:
        raise WrittenTogether
    return synthesis


def cite(point: Point, cited: Collection[int]) -> None:
    """Makes a point rest on exactly these messages, of its thread or cited by it before (they may have moved since)."""
    wanted = set(list(dict.fromkeys(cited))[:MOST_CITED])
    before = set(point.citations.values_list("message", flat=True))
    fresh = Message.objects.said().filter(thread=point.synthesis.thread_id, pk__in=wanted - before)
    if set(fresh.values_list("pk", flat=True)) != wanted - before:
        raise CitesElsewhere
    point.citations.exclude(message__in=wanted).delete()
    Citation.objects.bulk_create(Citation(point=point, message_id=pk) for pk in sorted(wanted - before))


def touch(synthesis: Synthesis, *, by: User, at: datetime) -> None:
    synthesis.changed_at = at
    synthesis.save(update_fields=["changed_at"])
    synthesis.writers.add(by)
    tell_change(synthesis, at=at)


def tell_change(synthesis: Synthesis, *, at: datetime, before: Mapping[int, list[int]] | None = None) -> None:
    """Tells its conversation, and those where messages are marked now or were `before`, each what concerns it."""
    page = KeptIn(title=synthesis.page_title, url=synthesis.page_url)
    now, before = marked(synthesis), before or {}
    for thread in sorted({synthesis.thread_id, *now, *before}):
        is_named = thread in now or thread in before  # elsewhere not all may know of the page
        changed = SynthesisChanged(page=page if is_named else None, cited=now.get(thread, []))
        tell(thread, SYNTHESIS_CHANGED, changed, at=at)


def marked(synthesis: Synthesis) -> dict[int, list[int]]:
    """The messages that are marked as cited by its page, by conversation."""
    found: dict[int, list[int]] = {}
    for thread, message in (
        Kept.objects.filter(synthesis=synthesis).order_by("message").values_list("message__thread", "message")
    ):
        found.setdefault(thread, []).append(message)
    return found
