"""The front page in the CMS: banners, cards and links, in front of the curtain like pages."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from cms.base.models import BasePage
from cms.columns import DayColumn
from cms.models import AlertBanner, PriorityCard, QuickLink, SpaceImage


class WithPages(IndexView):
    """A list whose lines lead to pages, fetched with them."""

    def get_base_queryset(self) -> Any:
        return super().get_base_queryset().select_related("page")


def leads_to(item: Any) -> str:
    """Where something leads, in words for an editor, who sees it."""
    return str(item.page.draft_title) if item.page else item.address


class FrontForm(WagtailAdminModelForm):
    """What leads to a page of the spaces that the editor sees, and to no other, and shows a picture of theirs."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, model in (("page", BasePage), ("picture", SpaceImage)):
            if name in self.fields:
                self.fields[name].queryset = model.objects.managed_by(self.for_user)


class FrontViewSet(ModelViewSet):
    """What is on the front page; it stands in no index of references, whose readers may not see where it leads."""

    index_view_class = WithPages
    add_to_reference_index = False
    copy_view_enabled = False


class BannerViewSet(FrontViewSet):
    model = AlertBanner
    edit_handler = ObjectList(AlertBanner.panels, base_form_class=FrontForm)
    url_prefix = "banners"
    icon = "warning"
    ordering = ("-starts_at", "-pk")
    list_display: ClassVar[list[Any]] = [
        "words_fr",
        "words_en",
        Column("get_level_display", label=_("Level")),
        DayColumn("starts_at", label=_("Shown from"), sort_key="starts_at"),
        DayColumn("ends_at", label=_("Until"), sort_key="ends_at"),
        Column("leads", label=_("Leads to"), accessor=leads_to),
    ]


class CardViewSet(FrontViewSet):
    model = PriorityCard
    edit_handler = ObjectList(PriorityCard.panels, base_form_class=FrontForm)
    url_prefix = "cards"
    icon = "doc-full"
    list_display: ClassVar[list[Any]] = ["title", "line", Column("leads", label=_("Leads to"), accessor=leads_to)]


class LinkViewSet(FrontViewSet):
    model = QuickLink
    edit_handler = ObjectList(QuickLink.panels, base_form_class=FrontForm)
    url_prefix = "links"
    icon = "link"
    list_display: ClassVar[list[Any]] = ["words", Column("leads", label=_("Leads to"), accessor=leads_to)]


class FrontPageGroup(ModelViewSetGroup):
    """All of it in one entry of the menu."""

    menu_label = _("Front page")
    menu_icon = "desktop"
    menu_order = 250
    items = (BannerViewSet, CardViewSet, LinkViewSet)
