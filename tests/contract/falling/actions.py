"""Actions that end in an error of each kind."""

from typing import Any, NoReturn

from django.core.exceptions import PermissionDenied, ValidationError

from intranet.accounts.policy import Audience, Policy
from realtime.live.actions import Frame, action


class FallFrame(Frame):
    how: str


@action("fall", policy=Policy(Audience.PERSON), schema=FallFrame)
async def fall(connection: Any, frame: FallFrame) -> NoReturn:
    """Raises what `how` names."""
    raise {
        "forbidden": PermissionDenied(),
        "invalid": ValidationError("Not so."),
        "internal": RuntimeError("a mistake of ours"),
    }[frame.how]
