"""What all that is told of a page hangs under, and whether its reader was told something that they have not read."""

from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat

from cms.base.models import BasePage
from intranet.accounts.models import User
from realtime.notifications.models import Notification

KIND = "page:"
ON_PAGE, ON_DRAFT = 0, 1  # places in a topic: what its readers find on the page, and what only its draft says


def topic_of(page: BasePage) -> str:
    return f"{KIND}{page.pk}"


def told_of_page(user: User) -> Exists:
    """Whether `user` was told something of a page of the query that they find on it and have not read."""
    topic = Concat(Value(KIND), Cast(OuterRef("pk"), CharField()))
    return Exists(Notification.objects.of(user).unread().filter(topic=topic, seq__lte=ON_PAGE))
