"""An inbox is its owner's alone."""

from collections.abc import Collection

from django.http import Http404

from intranet.accounts.models import User
from realtime.notifications.models import Notification
from realtime.streams.watch import watchable


def only_the_owner(key: int, user_ids: Collection[int]) -> set[int]:
    """Those of `user_ids` who may watch the inbox of person `key`: that person."""
    return {key} & set(user_ids)


@watchable("inbox", allowed=only_the_owner, shows_presence=False)
def access_inbox(user: User, pk: int) -> User:
    """The owner of inbox `pk`; Http404 for anybody else."""
    if user.pk != pk:
        raise Http404
    return user


def access_notification(user: User, pk: int) -> Notification:
    """The notification for whom it was written; Http404 for anybody else."""
    found: Notification | None = Notification.objects.of(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
