"""The one door to a page one writes: drafts too, for those who may."""

from django.http import Http404

from cms.base.curtain import lifted
from cms.models import CollaborativePage
from intranet.accounts.models import User
from realtime.spaces.access import rights_in
from realtime.spaces.models import Space


def access_written_page(user: User, pk: int) -> CollaborativePage:
    """A shared page of a space `user` writes in, as it is published now; Http404 for anybody else, and for an alias."""
    with lifted():
        seen = Space.objects.visible_to(user).active().places()
        page = (
            CollaborativePage.objects.select_related("space", "latest_revision", "live_revision")
            .kept_where_they_stand()
            .filter(pk=pk, space__in=seen)
            .first()
        )
    if page is None or user.is_guest or not rights_in(user, page.space).may_write:
        raise Http404
    return page  # type: ignore[no-any-return]  # Wagtail's managers carry no types


def space_of(page: CollaborativePage) -> Space:
    """The space a written page is in; every one is in one."""
    space: Space | None = page.space
    assert space is not None  # noqa: S101  # the door let nothing else through
    return space
