"""The live transport where a WebSocket cannot pass, and whether this process is well."""

import re
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from intranet.accounts.models import User
from intranet.accounts.policy import Audience, policy
from realtime.live import limits
from realtime.live.frames import stamp
from realtime.live.process import is_well
from realtime.streams.models import Stream, StreamEvent
from realtime.streams.watch import watchable_kind

WAIT = 5  # seconds a client waits before it polls again
PACE = 1  # seconds between two answers to one session
EVENTS_A_STREAM = 200


@require_GET
@never_cache
@policy(Audience.PERSON, "stream")
def poll(request: HttpRequest) -> HttpResponse:
    """What happened on `?streams=thread:12@345,thread:7@0`, for a client whose socket does not open.

    For each stream its events after the number, `head`, and `more` when there are others; or `reset` when
    the gap is not kept, or `gone` when it may not be seen. At most 20 streams, at the pace told by `wait`.
    """
    try:
        asked = _asked(request.GET.get("streams", ""))
    except ValueError as error:
        return JsonResponse({"error": str(error)}, status=400)
    if not cache.add(f"live.poll.{request.session.session_key}", True, timeout=PACE):
        return JsonResponse({"wait": PACE}, status=429)
    streams = {name: _poll_stream(request.user, *place) for name, place in asked.items()}
    return JsonResponse({"protocol": limits.PROTOCOL, "wait": WAIT, "streams": streams})


@require_GET
@never_cache
@policy(Audience.ANYONE)
def health(request: HttpRequest) -> HttpResponse:
    """200 when this process reaches the database and its hub ticks, else 503. Says nothing else."""
    return JsonResponse({}, status=200 if _reaches_database() and is_well() else 503)


def _asked(text: str) -> dict[str, tuple[str, int, int]]:
    """Kind, key and place by stream. Raises ValueError."""
    parts = [part for part in text.split(",") if part]
    if len(parts) > limits.POLLED_STREAMS:
        raise ValueError("too many streams")
    return dict(_place(part) for part in parts)


def _place(part: str) -> tuple[str, tuple[str, int, int]]:
    found = re.fullmatch(r"([a-z_]{1,20}):([0-9]{1,18})@([0-9]{1,16})", part, re.ASCII)
    if found is None:
        raise ValueError("streams must look like thread:12@345")
    kind, key, after = found.groups()
    return f"{kind}:{key}", (kind, int(key), int(after))


def _poll_stream(user: User | AnonymousUser, kind: str, key: int, after: int) -> dict[str, Any]:
    """The gap is read before the right is asked for: nothing committed after a revocation can be in it."""
    stream = Stream.objects.filter(kind=kind, key=key).first()
    events = list(stream.events.after(after)[: EVENTS_A_STREAM + 1]) if stream else []
    if stream is None or not _may_watch(user, kind, key):
        return {"gone": True}
    if not 0 <= stream.head - after <= limits.GAP_EVENTS or (
        stream.head > after and (not events or events[0].seq != after + 1)
    ):
        return {"reset": True, "head": stream.head}
    more = len(events) > EVENTS_A_STREAM
    return {"head": stream.head, "more": more, "events": [_shown(event) for event in events[:EVENTS_A_STREAM]]}


def _may_watch(user: User | AnonymousUser, kind: str, key: int) -> bool:
    watchable = watchable_kind(kind)
    try:
        return watchable is not None and bool(watchable.access(user, key))
    except (Http404, PermissionDenied):
        return False


def _shown(event: StreamEvent) -> dict[str, Any]:
    return {"seq": event.seq, "kind": event.kind, "payload": event.payload, "at": stamp(event.at)}


def _reaches_database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True
