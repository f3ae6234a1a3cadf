"""From the text of a frame to its answer: rate, decoder, action, policy, schema, handler, in that order."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Future
from functools import partial
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError
from django.http import Http404
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from pydantic import ValidationError as SchemaError

from realtime.live import limits
from realtime.live.actions import Action, Answer, Later, Refused, action_named
from realtime.live.frames import BadFrame, decode
from realtime.live.mail import Mail
from realtime.live.rates import Bucket
from realtime.live.writer import WriterBusy

if TYPE_CHECKING:
    from realtime.live.connection import Connection

logger = logging.getLogger(__name__)

MESSAGES = {
    "bad_frame": _("This could not be understood."),
    "too_big": _("This is too long to be sent."),
    "unknown_action": _("This is not possible here. Reload the page."),
    "bad_fields": _("Something is missing or wrong in what was sent."),
    "not_found": _("This does not exist, or is not open to you."),
    "forbidden": _("You may not do this."),
    "slow_down": _("This is going too fast. Wait a moment."),
    "too_many": _("Too many things are open at once."),
    "busy": _("Many people are writing at this moment. It will be tried again."),
    "unavailable": _("The server cannot write at this moment. It will be tried again."),
    "internal": _("Something went wrong. It was noted."),
}


async def handle(connection: Connection, buckets: tuple[Bucket, Bucket], text: str | None) -> None:
    """Answers one frame; `text` is None for a binary one. Never raises but CancelledError.

    Twenty bad frames close the socket with 4400, as many too fast with 4429.
    """
    ref = None
    try:
        _check_rate(buckets)
        raw = decode(_text(text))
        ref = _ref(raw)
        action, frame = _parse(connection, raw)
        _answer(connection, ref, await action.handler(connection, frame))
    except Exception as error:
        refuse(connection, ref, error)


def refuse(connection: Connection, ref: int | None, error: BaseException) -> None:
    """Sends the error's code and its message in the person's language; bad frames are counted."""
    code, message, more = _explain(error)
    with translation.override(connection.visitor.language):
        connection.reply(
            {"is": "error", "ref": ref, "code": code, "message": str(message or MESSAGES.get(code, "")), **more}
        )
    if code in ("bad_frame", "too_big", "unknown_action", "bad_fields", "slow_down"):
        connection.strikes += 1
    if connection.strikes >= limits.BAD_FRAMES:
        connection.close(limits.TOO_MANY if code == "slow_down" else limits.BAD_CLIENT)


def _check_rate(buckets: tuple[Bucket, Bucket]) -> None:
    for bucket in buckets:
        if not bucket.take():
            raise Refused("slow_down", retry_after=round(bucket.wait, 2))


def _text(text: str | None) -> str:
    if text is None:
        raise BadFrame("bad_frame")
    return text


def _ref(raw: dict[str, Any]) -> int | None:
    ref = raw.get("ref")
    return ref if type(ref) is int and ref >= 0 else None


def _parse(connection: Connection, raw: dict[str, Any]) -> tuple[Action, Any]:
    action = action_named(raw.get("do"))
    if action is None:
        raise Refused("unknown_action")
    if not action.policy.admits(connection.visitor.user):
        raise PermissionDenied
    return action, action.schema.model_validate(raw)


def _answer(connection: Connection, ref: int | None, answer: Answer) -> None:
    if isinstance(answer, Later):
        connection.in_flight += 1
        mail = connection.mail or Mail(asyncio.get_running_loop())
        finish = partial(_answer_later, connection, ref, answer)
        answer.future.add_done_callback(lambda future: mail.post(partial(finish, future)))
    elif answer is not None:
        connection.reply({"is": "ok", "ref": ref, **answer})


def _answer_later(connection: Connection, ref: int | None, later: Later, future: Future[Any]) -> None:
    connection.in_flight -= 1
    connection.room.set()
    error = future.exception()
    if error is None:
        try:
            connection.reply({"is": "ok", "ref": ref, **later.answer(future.result())})
        except Exception as wrong:
            refuse(connection, ref, wrong)
    else:
        refuse(connection, ref, error)


def _explain(error: BaseException) -> tuple[str, Any, dict[str, Any]]:
    match error:
        case Refused():
            return error.code, error.message, error.more
        case BadFrame():
            return str(error), "", {}
        case SchemaError():
            return "bad_fields", "", {"fields": [".".join(map(str, wrong["loc"])) for wrong in error.errors()][:10]}
        case ValidationError():
            return "invalid", " ".join(error.messages), {}
        case Http404():
            return "not_found", "", {}
        case PermissionDenied():
            return "forbidden", str(error), {}
        case WriterBusy():
            return "busy", "", {}
        case DatabaseError():
            return "unavailable", "", {}
        case _ if hasattr(error, "code") and hasattr(error, "reason"):
            return error.code, error.reason, {}
    logger.error("An action failed.", exc_info=error)
    return "internal", "", {}
