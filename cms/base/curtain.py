"""What Wagtail finds when it looks for pages and files by itself: only what the person it works for may see.

Wagtail's choosers, reports, links in rich text and block previews ask a model's manager directly. Behind a
curtain that manager answers with what one person sees, so that no such door has to be known one by one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from intranet.accounts.models import User


@dataclass(frozen=True, slots=True)
class Onlooker:
    """The person something is looked up for; `as_editor` also sees what is not published."""

    user: "User"
    as_editor: bool


_onlooker: ContextVar[Onlooker | None] = ContextVar("onlooker", default=None)


def onlooker() -> Onlooker | None:
    """Who stands before the curtain, None when it is up and everything is there."""
    return _onlooker.get()


@contextmanager
def drawn_for(user: "User", *, as_editor: bool = False) -> Iterator[None]:
    """Inside, managers find what `user` may see and nothing else."""
    token = _onlooker.set(Onlooker(user, as_editor))
    try:
        yield
    finally:
        _onlooker.reset(token)


@contextmanager
def lifted() -> Iterator[None]:
    """Inside, managers find everything: for work on the tree whose result nobody reads."""
    token = _onlooker.set(None)
    try:
        yield
    finally:
        _onlooker.reset(token)


def backstage(method: Callable[..., Any]) -> Callable[..., Any]:
    """Makes a method work on the whole tree: paths and counts must take hidden pages into account."""

    @wraps(method)
    def whole(*args: Any, **kwargs: Any) -> Any:
        with lifted():
            return method(*args, **kwargs)

    return whole


class CurtainMixin:
    """For a manager whose QuerySet knows `visible_to` and `managed_by`."""

    def get_queryset(self) -> Any:
        everything = super().get_queryset()  # type: ignore[misc]  # the manager it is mixed into
        looking = onlooker()
        if looking is None:
            return everything
        return everything.managed_by(looking.user) if looking.as_editor else everything.visible_to(looking.user)
