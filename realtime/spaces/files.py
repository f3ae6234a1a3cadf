"""Files leave the house through here, after somebody was asked whether they may."""

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase

from realtime.spaces.file_types import type_shown

KEPT = "private, max-age=600"  # how long a browser may keep a file without asking again
ASKED_EACH_TIME = "private, no-cache"  # it may be kept, and whether it may be shown is asked every time
NOTHING_RUNS = "default-src 'none'"


def file_response(name: str, *, shown_as: str, kept: str = KEPT) -> HttpResponseBase:
    """The stored file `name`, to be called `shown_as`; a browser shows pictures and PDF, and saves the rest.

    A proxy sends it where PARVIS_ACCEL_PREFIX names the place it knows. Raises Http404 for a file that is gone.
    """
    if not default_storage.exists(name):
        raise Http404
    kind = type_shown(name)
    response: Any
    if settings.PARVIS_ACCEL_PREFIX:
        response = HttpResponse(headers={"X-Accel-Redirect": settings.PARVIS_ACCEL_PREFIX + quote(name)})
    else:
        response = FileResponse(default_storage.open(name))
        response.headers["Content-Length"] = str(default_storage.size(name))
    response.headers["Content-Type"] = kind or "application/octet-stream"
    response.headers["Content-Disposition"] = (
        f"{'inline' if kind else 'attachment'}; filename*=UTF-8''{quote(shown_as)}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    # In a sandbox browsers refuse to draw a PDF at all.
    response.headers["Content-Security-Policy"] = (
        NOTHING_RUNS if kind == "application/pdf" else f"{NOTHING_RUNS}; sandbox"
    )
    response.headers["Cache-Control"] = kept
    return response  # type: ignore[no-any-return]  # one of the two above
