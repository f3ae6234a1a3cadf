"""Who else has a page open, on the portal and in the CMS: each side says it of the other when it opens."""

from datetime import datetime, timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from wagtail.admin.models import EditingSession

from cms.base.models import BasePage
from cms.models import KeptText, PageText
from intranet.accounts.models import User
from realtime.coedit.models import Update

LATELY = timedelta(minutes=2)  # since somebody typed on the portal, or their tab of the CMS gave a sign


def writing_on_the_portal(page: BasePage, *, reader: User, at: datetime) -> list[str]:
    """The names of the others who typed in the shared text of a page lately and show when they are here; one query."""
    text = PageText.objects.filter(page=page.pk)
    typed = Update.objects.filter(document__in=text.values("document"), at__gte=at - LATELY).exclude(author=None)
    kept = KeptText.objects.filter(text__in=text, is_ours=True, revision__created_at__gte=at - LATELY)
    wrote = Q(pk__in=typed.values("author")) | Q(pk__in=kept.exclude(contributors=None).values("contributors"))
    return names_of(User.objects.filter(wrote), reader)


def open_in_the_cms(page: BasePage, *, reader: User, at: datetime) -> list[str]:
    """The names of the others who have a page open in the CMS and show when they are here; one query."""
    kind = ContentType.objects.get_for_model(BasePage)
    tabs = EditingSession.objects.filter(content_type=kind, object_id=str(page.pk), last_seen_at__gte=at - LATELY)
    return names_of(User.objects.filter(pk__in=tabs.values("user")), reader)


def names_of(people: "QuerySet[User]", reader: User) -> list[str]:
    shown = people.filter(profile__shows_presence=True).exclude(pk=reader.pk)
    return list(shown.order_by("name", "pk").values_list("name", flat=True))
