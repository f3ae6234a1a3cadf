"""What a letter carries to stop others like it: signed, bound to one person and to what the letter was about."""

from collections.abc import Collection

from django.core import signing

from realtime.notifications.models import Category

SALT = "notifications.unsubscribe"


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
