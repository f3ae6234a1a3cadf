"""Files leave the house through here, after somebody was asked whether they may."""

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase

from cms.file_types import type_shown

KEPT = 600  # seconds a browser may keep a file


def file_response(name: str, *, shown_as: str) -> HttpResponseBase:
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
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    response.headers["Cache-Control"] = f"private, max-age={KEPT}"
    return response  # type: ignore[no-any-return]  # one of the two above
