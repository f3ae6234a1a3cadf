"""What a letter carries to stop others like it, and what takes that back: signed, bound to one person and their letter."""

from collections.abc import Collection, Mapping

from django.core import signing

from realtime.notifications.models import Category

SALT = "notifications.unsubscribe"
UNDO_SALT = "notifications.unsubscribe.undo"


class BadToken(ValueError):
    """Not signed by us, or about nothing we know."""


def token_for(user_id: int, categories: Collection[str]) -> str:
    """A token that says who wants no more letters about what. It has no end: a letter may be old."""
    return signing.dumps([user_id, sorted(categories)], salt=SALT)


def read_token(token: str) -> tuple[int, list[str]]:
    """The person and the categories of a token. Raises BadToken."""
    try:
        user_id, categories = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise BadToken from None
    return int(user_id), [category for category in categories if category in Category.values]


def undo_for(token: str, before: Mapping[str, str]) -> str:
    """What takes back the stopping by `token`: the paces of before, by category."""
    return signing.dumps([token, dict(before)], salt=UNDO_SALT)


def read_undo(undo: str, token: str) -> dict[str, str]:
    """The paces of before, of an undo of `token`. Raises BadToken."""
    try:
        stopped, before = signing.loads(undo, salt=UNDO_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        raise BadToken from None
    if stopped != token:
        raise BadToken
    return dict(before)
