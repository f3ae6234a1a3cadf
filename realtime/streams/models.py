"""What happened, in order: the log that every live screen is caught up from."""

from typing import ClassVar, Self

from django.db import models


class Stream(models.Model):
    """One live thing (a thread, an inbox) and the number of its last event."""

    kind = models.CharField(max_length=20)
    key = models.BigIntegerField()
    head = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="stream_one_per_thing")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class StreamEventQuerySet(models.QuerySet["StreamEvent"]):
    def after(self, seq: int) -> Self:
        return self.filter(seq__gt=seq).order_by("seq")


class StreamEvent(models.Model):
    """One fact of a stream. `seq` has no hole and no double: it is the only cursor (docs/promises.md)."""

    stream = models.ForeignKey(Stream, on_delete=models.CASCADE, related_name="events")
    seq = models.BigIntegerField()
    kind = models.CharField(max_length=40)  # noun.past: message.posted
    payload = models.JSONField()
    at = models.DateTimeField()

    objects: ClassVar[StreamEventQuerySet] = StreamEventQuerySet.as_manager()  # type: ignore[assignment]  # a typed manager

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="stream_event_one_per_seq")]

    def __str__(self) -> str:
        return f"{self.stream_id}#{self.seq} {self.kind}"
