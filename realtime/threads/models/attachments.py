"""Files that stand under messages."""

import secrets
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from realtime.spaces.models import SpaceMember
from realtime.threads.models.messages import Message
from realtime.threads.models.threads import Thread

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from intranet.accounts.models import User


def new_token() -> str:
    """The part of a file's address that nobody guesses; who sees the thread is asked all the same."""
    return secrets.token_urlsafe(16)


def stored_name(attachment: "Attachment", filename: str) -> str:
    """Where the bytes lie: a name that says nothing of them but their kind."""
    return f"attachments/{attachment.token}{PurePosixPath(filename).suffix.lower()[:10]}"


def preview_name(attachment: "Attachment", filename: str) -> str:
    """Where the small picture of an image lies."""
    return f"attachments/{attachment.token}.preview.webp"


def judged_by(user: "User | AnonymousUser") -> Q:
    """The messages whose words `user` reads although they are hidden."""
    if not user.is_authenticated:
        return Q(pk__in=[])
    run = SpaceMember.objects.held_by(user).filter(role=SpaceMember.Role.FACILITATOR)
    return Q(message__author=user.pk) | Q(message__thread__space__in=run.values("space"))


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Files of messages that `user` reads, and those `user` brought and has not said yet.

        Those of a hidden message are for its author, and for who runs the space and decides about it.
        """
        threads = Thread.objects.visible_to(user)
        read = Q(message__thread__in=threads, message__deleted_at=None) & (Q(message__hidden_at=None) | judged_by(user))
        return self.filter(read | Q(message=None, thread__in=threads, uploaded_by=user.pk))

    def unsaid(self) -> Self:
        """Those that no message carries yet."""
        return self.filter(message=None)


class Attachment(models.Model):
    """A file of a thread: its uploader's alone until the message that carries it is said."""

    token = models.CharField(max_length=32, unique=True, default=new_token)
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="attachments")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="attachments")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    place = models.PositiveSmallIntegerField(default=0)  # among the files of its message
    file = models.FileField(upload_to=stored_name)
    preview = models.FileField(upload_to=preview_name, blank=True)
    name = models.CharField(max_length=160)  # as the person called it
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()  # bytes
    width = models.PositiveIntegerField(default=0)  # pixels, of an image
    height = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = AttachmentQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["uploaded_at"], condition=Q(message=None), name="attachment_not_said")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("threads:attachment", args=[self.token, self.name])

    @property
    def preview_url(self) -> str:
        """The address of its small picture, "" without one."""
        return reverse("threads:attachment_preview", args=[self.token]) if self.preview else ""
