"""What a screen shows of a synthesis: its points by kind, each with the messages it rests on that the reader sees."""

from dataclasses import dataclass, field

from intranet.accounts.models import User
from realtime.threads.models import Citation, Message, Point, Synthesis, Thread


@dataclass(slots=True)
class PointShown:
    """A point with the messages it rests on; `unseen` of them are not open to the reader, or were taken back."""

    point: Point
    messages: list[Message] = field(default_factory=list)
    unseen: int = 0

    @property
    def cited(self) -> str:
        """As its form holds them."""
        return " ".join(f"#{message.pk}" for message in self.messages)


@dataclass(frozen=True, slots=True)
class Section:
    """The points of one kind."""

    kind: str
    title: str
    points: list[PointShown]


def synthesis_of(thread: Thread) -> Synthesis | None:
    """The synthesis of a thread, None where nobody began one."""
    return getattr(thread, "synthesis", None)


def merged_syntheses(thread: Thread, user: User) -> list[Thread]:
    """The conversations merged into `thread` that kept a synthesis of their own, as far as `user` sees them; one query."""
    kept = Thread.objects.visible_to(user).filter(merged_into=thread, synthesis__isnull=False)
    return list(kept.order_by("title", "pk"))


def sections(synthesis: Synthesis | None, user: User) -> list[Section]:
    """The synthesis as `user` reads it, three queries at most; kinds without a point are left out."""
    if synthesis is None:
        return []
    shown = {point.pk: PointShown(point) for point in synthesis.points.order_by("position", "pk")}
    rows = list(Citation.objects.filter(point__in=shown).order_by("message", "pk").values_list("point", "message"))
    seen = Message.objects.visible_to(user).said().select_related("author__profile", "thread")
    messages = seen.in_bulk({message for _point, message in rows}) if rows else {}
    for point, message in rows:
        if message in messages:
            shown[point].messages.append(messages[message])
        else:
            shown[point].unseen += 1
    kinds = [(str(kind), str(title)) for kind, title in Point.Kind.choices]
    found = [Section(kind, title, [s for s in shown.values() if s.point.kind == kind]) for kind, title in kinds]
    return [section for section in found if section.points]
