"""A document that several people write at once: the row that numbers its updates, their log, and what was kept."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Document(models.Model):
    """One shared text. It belongs to the thing `key` of its owner `kind` (see `owners`), as a page has one.

    `head` is the number of its last update. `state` is the text up to `state_seq`, the log holds the rest: the two
    together are the document, and what processes keep in memory is a copy. `epoch` moves when the text is replaced
    as a whole, so that no client goes on with what it had.
    """

    kind = models.CharField(max_length=20)
    key = models.BigIntegerField()
    epoch = models.BigIntegerField(default=1)
    head = models.BigIntegerField(default=0)
    state = models.BinaryField(default=bytes)
    state_seq = models.BigIntegerField(default=0)
    schema_version = models.PositiveIntegerField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="coedit_one_document_per_thing"),
            models.CheckConstraint(
                condition=Q(state_seq__gte=0) & Q(state_seq__lte=F("head")), name="coedit_state_within_the_log"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}"


class UpdateQuerySet(models.QuerySet["Update"]):
    def after(self, seq: int) -> Self:
        return self.filter(seq__gt=seq).order_by("seq")


class Update(models.Model):
    """One change to a document, in Yjs's encoding. Only ever added, and deleted once it is in a kept state.

    `clients` are the ids, by Yjs's count, that it moves.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="updates")
    seq = models.BigIntegerField()
    data = models.BinaryField()
    clients = models.JSONField(default=list)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()

    objects: ClassVar[UpdateQuerySet] = UpdateQuerySet.as_manager()  # type: ignore[assignment]  # a typed manager

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "seq"], name="coedit_update_one_per_seq")]

    def __str__(self) -> str:
        return f"{self.document_id}#{self.seq}"


class ClientId(models.Model):
    """Whose tab writes under an id of Yjs: the first to write claims it. Forgotten after 30 days."""

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="clients")
    client = models.BigIntegerField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "client"], name="coedit_client_of_one_person")]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.client}"


class Checkpoint(models.Model):
    """The document up to `seq` was kept, and these people had written in it since the one before: a set, no numbers.

    What it was kept *as*, such as the revision of a page, is the owner's to link to it: keys go down the ladder only.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="checkpoints")
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    contributors = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "seq"], name="coedit_checkpoint_one_per_seq")]

    def __str__(self) -> str:
        return f"{self.document_id}@{self.seq}"
