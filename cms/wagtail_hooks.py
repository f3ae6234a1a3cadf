"""Where the CMS meets Wagtail: dashboard, menu, links, and what happens to a page."""

from functools import partial
from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.views.home import UserObjectsInWorkflowModerationPanel

from cms.base.models import BasePage
from cms.cards import page_cards
from cms.care.reports import REPORTS, report_item, report_urls
from cms.front.listings import ByTypeGroup
from cms.front.viewsets import FrontPageGroup
from cms.links import SeenDocumentLinks, SeenPageLinks
from cms.models import WrittenPage
from cms.panels import ComingEventsPanel, DraftsPanel, HelpPanel, MyReviewsPanel, ReviewsPanel
from cms.services import follow_space, open_space_pages
from cms.syntheses.reading import acts_of, text_shown
from cms.tasks import wake_for
from cms.writing.beside import writing_on_the_portal
from cms.writing.checks import answers, remarks_on
from cms.writing.keeping import loads, opened_elsewhere
from intranet.accounts.models import User
from intranet.accounts.request import whole
from realtime.spaces.models import Space
from realtime.spaces.tabs import Tab

hooks.register("after_space_created", open_space_pages)
hooks.register("after_space_changed", follow_space)
hooks.register("link_card", page_cards)
hooks.register("synthesis_acts", acts_of)
hooks.register("synthesis_texts", text_shown)

A_SCREEN = 50  # requests, the oldest first
KEPT_ELSEWHERE = {"users", "groups", "collections", "workflow-tasks", "sites", "redirects"}


@hooks.register("construct_explorer_page_queryset")
def asked_once(parent_page: BasePage, pages: Any, request: HttpRequest) -> Any:
    """What the editor may change is asked once for all the lines of the tree."""
    return pages.with_what_opens_to(request.user)


@hooks.register("space_tabs")
def pages_tab(space: Space, user: User) -> Tab:
    return Tab("pages", _("Pages"), reverse("cms:space_pages", args=[space.slug]), order=20)


@hooks.register("members_waiting")
def who_asks_to_be_let_in(request: HttpRequest, space: Space) -> SafeString | None:
    """Those who were given an address of the space, for who runs it."""
    asked = list(
        space.access_requests.filter(decided_at=None, user__is_active=True).select_related("user__profile", "page")[
            :A_SCREEN
        ]
    )
    return render_to_string("cms/includes/access_requests.html", {"asked": asked}, request=request) if asked else None


@hooks.register("register_rich_text_features", order=100)
def links_behind_the_curtain(features: Any) -> None:
    features.register_link_type(SeenPageLinks)
    features.register_link_type(SeenDocumentLinks)


# --- the dashboard and the menu -----------------------------------------------------------------


@hooks.register("construct_homepage_panels")
def our_panels(request: HttpRequest, panels: list[Any]) -> None:
    """Ours beside Wagtail's; without the one that finds pages through their workflow and not through their space."""
    panels[:] = [panel for panel in panels if not isinstance(panel, UserObjectsInWorkflowModerationPanel)]
    panels += [MyReviewsPanel(), ReviewsPanel(), DraftsPanel(), ComingEventsPanel(), HelpPanel()]


@hooks.register("construct_settings_menu")
@hooks.register("construct_main_menu")
def without_what_is_kept_elsewhere(request: HttpRequest, items: list[Any]) -> None:
    items[:] = [item for item in items if item.name not in KEPT_ELSEWHERE]


@hooks.register("register_admin_viewset")
def front_page() -> FrontPageGroup:
    return FrontPageGroup()


@hooks.register("register_admin_viewset")
def pages_by_type() -> ByTypeGroup:
    return ByTypeGroup()


hooks.register("register_admin_urls", report_urls)
for place in range(len(REPORTS)):
    hooks.register("register_reports_menu_item", partial(report_item, place))


@hooks.register("construct_account_menu")
def without_account(request: HttpRequest, items: list[Any]) -> None:
    items.clear()


@hooks.register("register_admin_menu_item")
def back_to_parvis() -> MenuItem:
    return MenuItem(gettext_lazy("Back to Parvis"), "/", name="parvis", icon_name="home", order=1)


@hooks.register("register_help_menu_item")
def how_we_write() -> MenuItem:
    url = "https://guide.wagtail.org/"
    return MenuItem(gettext_lazy("Wagtail’s guide for editors"), url, name="guide", icon_name="help", order=10)


@hooks.register("insert_global_admin_css")
def our_accent() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("parvis/cms.css"))


# --- what happens to a page ---------------------------------------------------------------------


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
@hooks.register("after_publish_page")
def wake_the_worker(request: HttpRequest, page: BasePage) -> None:
    wake_for(page, at=timezone.now())


@hooks.register("after_publish_page")
def what_to_look_at(request: HttpRequest, page: BasePage) -> None:
    """Who publishes in the CMS learns what a reader would stumble over."""
    specific = page.specific
    if isinstance(specific, WrittenPage):
        for remark in remarks_on(specific):
            messages.warning(request, remark.words)


@hooks.register("before_edit_page")
def with_what_is_being_written(request: HttpRequest, page: BasePage) -> HttpResponse | None:
    """The CMS opens what was typed on the portal until now, and what it saves was changed from what it had opened."""
    if request.method == "GET":
        is_news = opened_elsewhere(page_id=page.pk, at=timezone.now()) != page.latest_revision_id
        if is_news:
            return redirect(request.get_full_path())
        say_who_writes(request, page)
        say_that_nobody_can_answer(request, page)
        return None
    loads(page.pk, whole(request.POST.get("loaded_revision_id", "")))
    return None


def say_that_nobody_can_answer(request: HttpRequest, page: BasePage) -> None:
    """Before anything is published from here: what nobody can answer is told from above."""
    specific = page.specific
    if isinstance(specific, WrittenPage):
        for remark in answers(specific):
            messages.warning(request, remark.words)


def say_who_writes(request: HttpRequest, page: BasePage) -> None:
    """Tells an editor of the CMS who types in the page on the portal: both keep their words."""
    names = writing_on_the_portal(page, reader=cast(User, request.user), at=timezone.now())
    if names:
        words = _("On the portal, %s writes in this page too: what you save here joins what is typed there.")
        messages.info(request, words % ", ".join(names))


@hooks.register("after_edit_page")
def nothing_open_any_more(request: HttpRequest, page: BasePage) -> None:
    """What was saved is in the shared text since its commit."""
    loads(page.pk, None)
