"""Files under messages: bringing one, dropping one, and the bytes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from intranet.accounts.models import User
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest
from realtime.spaces.files import ASKED_EACH_TIME, file_response
from realtime.threads import services
from realtime.threads.access import access_attachment, access_thread_to_write
from realtime.threads.events import FileShown
from realtime.threads.models import Attachment, Thread
from realtime.threads.payloads import file_shown, files_shown


@require_POST
@policy(Audience.PERSON, holds="thread")
def file_bring(request: PersonRequest, pk: int) -> HttpResponse:
    """Takes in one file for a message to come; it stays its uploader's alone until that is said."""
    thread = access_thread_to_write(request.user, pk)
    file = request.FILES.get("file")
    if file is None:
        return JsonResponse({"message": _("No file arrived. Try again.")}, status=422)
    try:
        return JsonResponse(file_shown(bring(request.user, thread, file)), status=201)
    except services.FileRefused as refusal:
        return JsonResponse({"message": refusal.reason}, status=422)


def bring(user: User, thread: Thread, file: UploadedFile[Any]) -> Attachment:
    """Takes in a file for somebody who may write in the thread. Raises FileRefused."""
    return services.bring_file(thread=thread, by=user, content=file, at=timezone.now())


def brought(user: User, tokens: Iterable[str]) -> tuple[FileShown, ...]:
    """Those files of `tokens` that still wait for a message of `user`."""
    return tuple(files_shown(Attachment.objects.visible_to(user).unsaid().filter(token__in=tokens)))


@require_POST
@policy(Audience.PERSON, holds="attachment")
def file_drop(request: PersonRequest, token: str) -> HttpResponse:
    """Takes back a file that was not said; one that a message carries goes with its message."""
    attachment = access_attachment(request.user, token)
    if attachment.message_id is not None:
        raise Http404
    services.drop_file(attachment=attachment)
    return HttpResponse(status=204)


@require_GET
@policy(Audience.PERSON, holds="attachment")
def attachment(request: PersonRequest, token: str, name: str) -> HttpResponseBase:
    """The file as it was brought, without what a camera wrote beside it."""
    found = access_attachment(request.user, token)
    return unchanged(request, token) or sent(str(found.file.name), found.name, token)


@require_GET
@policy(Audience.PERSON, holds="attachment")
def attachment_preview(request: PersonRequest, token: str) -> HttpResponseBase:
    """The small picture of an image."""
    found = access_attachment(request.user, token)
    if not found.preview:
        raise Http404
    return unchanged(request, token) or sent(str(found.preview.name), "preview.webp", token)


def unchanged(request: HttpRequest, token: str) -> HttpResponse | None:
    """The answer to a browser that has the bytes already: they never change."""
    return HttpResponseNotModified() if request.headers.get("If-None-Match") == f'"{token}"' else None


def sent(stored: str, name: str, token: str) -> HttpResponseBase:
    response = file_response(stored, shown_as=name, kept=ASKED_EACH_TIME)
    response.headers["ETag"] = f'"{token}"'
    return response
