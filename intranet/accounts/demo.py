"""The people of the demo company that a newcomer can be with one click."""

from collections.abc import Sequence

from django.conf import settings

from intranet.accounts.models import DemoPerson


def demo_cast() -> Sequence[DemoPerson]:
    """Whom the sign-in page offers, nobody where the demo is off."""
    if not settings.PARVIS_DEMO:
        return []
    return list(DemoPerson.objects.select_related("user__profile").filter(user__is_active=True).order_by("position"))
