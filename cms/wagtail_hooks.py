"""Where the CMS meets Wagtail: dashboard, menu, links, and what happens to a page."""

from typing import Any

from django.http import HttpRequest
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
from cms.links import SeenDocumentLinks, SeenPageLinks
from cms.panels import DraftsPanel, HelpPanel, MyReviewsPanel, ReviewsPanel
from cms.services import follow_space, open_space_pages
from cms.tasks import wake_for
from intranet.accounts.models import User
from realtime.spaces.models import Space
from realtime.spaces.tabs import Tab

hooks.register("after_space_created", open_space_pages)
hooks.register("after_space_changed", follow_space)

KEPT_ELSEWHERE = {"users", "groups", "collections", "workflow-tasks", "sites", "redirects"}


@hooks.register("space_tabs")
def pages_tab(space: Space, user: User) -> Tab:
    return Tab("pages", _("Pages"), reverse("cms:space_pages", args=[space.slug]), order=20)


@hooks.register("register_rich_text_features", order=100)
def links_behind_the_curtain(features: Any) -> None:
    features.register_link_type(SeenPageLinks)
    features.register_link_type(SeenDocumentLinks)


# --- the dashboard and the menu -----------------------------------------------------------------


@hooks.register("construct_homepage_panels")
def our_panels(request: HttpRequest, panels: list[Any]) -> None:
    """Ours beside Wagtail's; without the one that finds pages through their workflow and not through their space."""
    panels[:] = [panel for panel in panels if not isinstance(panel, UserObjectsInWorkflowModerationPanel)]
    panels += [MyReviewsPanel(), ReviewsPanel(), DraftsPanel(), HelpPanel()]


@hooks.register("construct_settings_menu")
@hooks.register("construct_main_menu")
def without_what_is_kept_elsewhere(request: HttpRequest, items: list[Any]) -> None:
    items[:] = [item for item in items if item.name not in KEPT_ELSEWHERE]


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
