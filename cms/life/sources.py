"""What an inbox and a letter show of requests to be let in, with the rights of the moment."""

from collections.abc import Collection, Mapping

from django.urls import reverse
from django.utils.translation import gettext as _

from cms.base.models import BasePage
from cms.life.asking import KIND
from cms.models import AccessRequest
from intranet.accounts.models import User
from realtime.notifications.sources import Shown, source
from realtime.spaces.access import rights_of_many
from realtime.spaces.models import Space


@source(KIND)
def show_requests(user: User, keys: Collection[int]) -> Mapping[int, Shown]:
    """Those that wait, or waited, for those who run the space; one that was granted, for who asked."""
    found = list(AccessRequest.objects.filter(pk__in=keys).select_related("space", "user"))
    rights = rights_of_many([user.pk], {asked.space for asked in found})
    seen = set(
        Space.objects.visible_to(user).filter(pk__in={asked.space_id for asked in found}).values_list("pk", flat=True)
    )
    pages = BasePage.objects.visible_to(user).in_bulk([asked.page_id for asked in found if asked.page_id])
    shown = {}
    for asked in found:
        right = rights.get((user.pk, asked.space_id))
        if asked.user_id == user.pk and asked.is_granted and asked.space_id in seen:
            page = pages.get(asked.page_id)
            url = page.url if page else asked.space.get_absolute_url()
            shown[asked.pk] = Shown(_("You are let in"), page.title if page else "", url, asked.space.name)
        elif right is not None and right.may_facilitate:
            title = _("%(name)s asks to be let in") % {"name": asked.user.name}
            url = reverse("spaces:members", args=[asked.space.slug]) + "#asking"
            shown[asked.pk] = Shown(title, asked.words, url, asked.space.name)
    return shown
