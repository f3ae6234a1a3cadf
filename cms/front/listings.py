"""The pages of one type in the CMS, with our columns: of the spaces that the editor sees, behind the curtain."""

from typing import Any, ClassVar

from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from django_filters.filters import ModelMultipleChoiceFilter
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.ui.tables.pages import BulkActionsColumn, PageStatusColumn, PageTitleColumn
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.pages import PageListingViewSet

from cms.base.models import BasePage
from cms.columns import DayColumn
from cms.models import CollaborativePage, EventPage, GuidePage, NewsPage
from intranet.people.models import Team
from realtime.spaces.models import Space


def spaces_seen(request: Any) -> Any:
    """The places that the editor sees, by name."""
    return Space.objects.visible_to(request.user).active().places().order_by("name", "pk")


def stewards_seen(request: Any) -> Any:
    """The teams that answer for a page the editor sees, by name."""
    pages = BasePage.objects.managed_by(request.user).exclude(steward=None)
    return Team.objects.filter(pk__in=pages.values("steward")).order_by("name", "pk")


class OurFilters(WagtailFilterSet):
    """By space and by steward team; by nobody in person."""

    space = ModelMultipleChoiceFilter(label=_("Space"), queryset=spaces_seen, widget=CheckboxSelectMultiple)
    steward = ModelMultipleChoiceFilter(label=_("Steward team"), queryset=stewards_seen, widget=CheckboxSelectMultiple)

    class Meta:
        model = BasePage
        fields: ClassVar[list[str]] = []


class WithSpaces(IndexView):
    """A list whose lines name the space and the team, fetched with them."""

    def annotate_queryset(self, pages: Any) -> Any:
        told = super().annotate_queryset(pages).with_what_opens_to(self.request.user)
        return told.prefetch_related("space", "steward")


class Events(WithSpaces):
    """Those furthest ahead first."""

    default_ordering = "-starts_at"


FIRST = [BulkActionsColumn("bulk_actions"), PageTitleColumn("title", label=_("Title"), sort_key="title")]
OURS = [
    Column("space", label=_("Space"), sort_key="space__name"),
    Column("steward", label=_("Steward team"), sort_key="steward__name"),
    DayColumn("review_on", label=_("Review on"), sort_key="review_on"),
    PageStatusColumn("status", label=_("Status"), sort_key="live"),
]
EVENT = [
    DayColumn("starts_at", label=_("Date"), sort_key="starts_at"),
    Column("place", label=_("Place"), sort_key="place"),
]


class TypeViewSet(PageListingViewSet):
    """All pages of one type."""

    index_view_class = WithSpaces
    filterset_class = OurFilters
    columns: ClassVar[list[Any]] = [*FIRST, *OURS]


class NewsViewSet(TypeViewSet):
    model = NewsPage
    name = "news"
    menu_label = _("News")
    icon = "doc-full"


class EventViewSet(TypeViewSet):
    index_view_class = Events
    model = EventPage
    name = "events"
    menu_label = _("Events")
    icon = "date"
    columns: ClassVar[list[Any]] = [*FIRST, *EVENT, *OURS]


class GuideViewSet(TypeViewSet):
    model = GuidePage
    name = "guides"
    menu_label = _("Guides")
    icon = "openquote"


class SharedViewSet(TypeViewSet):
    model = CollaborativePage
    name = "shared"
    menu_label = _("Shared pages")
    icon = "group"


class ByTypeGroup(ViewSetGroup):
    """All of them in one entry of the menu."""

    menu_label = _("Pages by type")
    menu_icon = "list-ul"
    menu_order = 110
    items = (NewsViewSet, EventViewSet, GuideViewSet, SharedViewSet)
