"""What a client may ask over the socket: a registry with, for each action, who may and what the frame holds."""

from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from intranet.accounts.policy import Policy
from realtime.live.limits import SAFE_INTEGER

StreamName = Annotated[str, Field(pattern=r"\A[a-z_]{1,20}:[1-9][0-9]{0,17}\z")]
ClientId = Annotated[UUID, BeforeValidator(lambda value: UUID(value) if isinstance(value, str) else value)]
Seq = Annotated[int, Field(ge=0, le=SAFE_INTEGER)]


class Frame(BaseModel):
    """What every frame has: `do` names the action, `ref` comes back in the answer."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    do: str
    ref: Seq | None = None


F = TypeVar("F", bound=Frame)


@dataclass(frozen=True, slots=True)
class Later:
    """An answer that comes when `future` is done, in the words of `answer(result)`. The next frame need not wait."""

    future: "Future[Any]"
    answer: Callable[[Any], dict[str, Any]]


Answer = dict[str, Any] | Later | None
Handler = Callable[[Any, Any], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to ask. `handler(connection, frame)` answers on the hub's loop and must not block it."""

    name: str
    policy: Policy
    schema: type[Frame]
    handler: Handler


class Refused(Exception):
    """No, with a stable `code` for the client and a `message` for the person, in lazy gettext."""

    def __init__(self, code: str, message: Any = "", **more: Any) -> None:
        super().__init__(code)
        self.code, self.message, self.more = code, message, more


_actions: dict[str, Action] = {}


def action(name: str, *, policy: Policy, schema: type[F]) -> Callable[[Callable[[Any, F], Awaitable[Answer]]], Handler]:
    """Registers an async `(connection, frame) -> dict | Later | None` as what `{"do": name}` does.

    Only people inside `policy` reach it, with a frame already checked against `schema`. It may raise
    Refused, Http404, PermissionDenied, ValidationError or an exception with a `code` and a `reason` (and so
    may the future of a Later); None answers nothing.
    """

    def register(handler: Callable[[Any, F], Awaitable[Answer]]) -> Handler:
        _actions[name] = Action(name, policy, schema, handler)
        return handler

    return register


def action_named(name: object) -> Action | None:
    """The registered action, None for one nobody knows."""
    return _actions.get(name) if isinstance(name, str) else None


def actions() -> dict[str, Action]:
    """All of them, by name, for the access matrix."""
    return dict(_actions)
