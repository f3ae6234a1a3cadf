"""Reports of the CMS: pages that nobody answers for, whose review is late, that nothing leads to. Of the editor's spaces alone."""

from typing import Any, ClassVar

from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView

from cms.base.models import BasePage
from cms.columns import DayColumn
from cms.links import said_links
from intranet.people.models import Membership

LISTED = {"newspage", "eventpage", "spacepage"}  # people come to them by lists of their own


def words(value: Any) -> str:
    """What a cell of a spreadsheet says, nothing where there is nothing."""
    return "" if value is None else str(value)


def edit_url(page: BasePage) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


class CareReport(ReportView):
    """Published pages of the spaces in use that the editor sees, with who answers for each and until when."""

    results_template_name = "wagtailadmin/parvis/care_report_results.html"
    model = BasePage
    header_icon = "doc-empty-inverse"
    paginate_by = 50
    nothing = _("There is none.")
    columns: ClassVar[list[Any]] = [
        TitleColumn("title", label=_("Title"), get_url=edit_url),
        Column("space", label=_("Space")),
        Column("steward", label=_("Steward team")),
        Column("contact", label=_("Contact")),
        DayColumn("review_on", label=_("Review on")),
    ]
    list_export: ClassVar[list[str]] = ["title", "space", "steward", "contact", "review_on"]
    export_headings: ClassVar[dict[str, Any]] = {
        "title": _("Title"),
        "space": _("Space"),
        "steward": _("Steward team"),
        "contact": _("Contact"),
        "review_on": _("Review on"),
    }
    custom_field_preprocess: ClassVar[dict[str, Any]] = {
        name: {"csv": words, "xlsx": words} for name in ("space", "steward", "contact")
    }

    def get_queryset(self) -> Any:
        self.queryset = self.pages().select_related("space", "steward", "contact").order_by("space__name", "path")
        return super().get_queryset()

    def pages(self) -> Any:
        """The pages that the editor sees; each report takes some of them."""
        seen = BasePage.objects.managed_by(self.request.user).live()
        return seen.filter(depth__gt=2, space__archived_at=None).exclude(space=None)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"nothing": self.nothing}


class UnkeptPages(CareReport):
    """Pages without a team that has somebody in it, and without a contact who is still here."""

    page_title = _("Pages nobody answers for")
    index_url_name = "pages_unkept"
    index_results_url_name = "pages_unkept_results"
    export_filename = "unkept-pages"
    nothing = _("Somebody answers for every page you see.")

    def pages(self) -> Any:
        today = timezone.localdate()
        kept = Exists(Membership.objects.on(today).filter(team=OuterRef("steward"), user__is_active=True))
        gone = Q(contact=None) | Q(contact__is_active=False) | Q(contact__expires_at__lte=timezone.now())
        return super().pages().filter(gone).exclude(kept)


class LatePages(CareReport):
    """Pages whose review is due, the longest due first."""

    page_title = _("Pages past their review")
    index_url_name = "pages_late"
    index_results_url_name = "pages_late_results"
    export_filename = "late-pages"
    nothing = _("No review is late.")

    def pages(self) -> Any:
        return super().pages().filter(review_on__lte=timezone.localdate())

    def get_queryset(self) -> Any:
        return super().get_queryset().order_by("review_on", "pk")


class UncitedPages(CareReport):
    """Pages that no other published page that the editor sees leads to; news and events have their lists."""

    page_title = _("Pages nothing links to")
    index_url_name = "pages_uncited"
    index_results_url_name = "pages_uncited_results"
    export_filename = "uncited-pages"
    nothing = _("Another page leads to every page you see.")

    def pages(self) -> Any:
        seen = super().pages()
        citing = seen.annotate(key=Cast("pk", CharField())).values("key")
        own = Cast(OuterRef("pk"), CharField())
        to_it = said_links().filter(to_object_id=own, object_id__in=citing).exclude(object_id=own)
        return seen.exclude(content_type__model__in=LISTED).exclude(Exists(to_it))


REPORTS = [(UnkeptPages, "unkept", "group"), (LatePages, "late", "time"), (UncitedPages, "uncited", "link")]


def report_urls() -> list[Any]:
    """The addresses of the reports, behind the gate of the CMS."""
    return [
        address
        for view, name, _icon in REPORTS
        for address in (
            path(f"reports/pages-{name}/", view.as_view(), name=f"pages_{name}"),
            path(f"reports/pages-{name}/results/", view.as_view(results_only=True), name=f"pages_{name}_results"),
        )
    ]


def report_item(place: int) -> MenuItem:
    """The entry of a report in the menu of reports."""
    view, name, icon = REPORTS[place]
    return MenuItem(view.page_title, reverse(f"pages_{name}"), name=f"pages-{name}", icon_name=icon, order=600 + place)
