"""The dashboard of the CMS: what waits for the editor in the spaces they see."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils import timezone
from wagtail.admin.ui.components import Component

from cms.base.models import BasePage
from cms.models import EventPage, answers_for

A_PANEL = 10  # pages in one
AHEAD = timedelta(days=30)  # how early a review is announced


class PagesPanel(Component):
    """Pages that wait for something, by date."""

    template_name = "wagtailadmin/parvis/pages_panel.html"
    name = ""
    order = 100

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        user = parent_context["request"].user
        return {"pages": list(self.pages(user).select_related("space", "content_type")[:A_PANEL]), "panel": self.name}

    def pages(self, user: Any) -> Any:
        raise NotImplementedError


class MyReviewsPanel(PagesPanel):
    """Pages of my teams and spaces whose review is due."""

    name = "mine"
    order = 230

    def pages(self, user: Any) -> Any:
        until = timezone.localdate() + AHEAD
        return BasePage.objects.managed_by(user).filter(answers_for(user)).to_review(until)


class ReviewsPanel(PagesPanel):
    """Pages of the spaces I see whose review is late."""

    name = "late"
    order = 240

    def pages(self, user: Any) -> Any:
        return BasePage.objects.managed_by(user).exclude(answers_for(user)).to_review(timezone.localdate())


class DraftsPanel(PagesPanel):
    """Pages with words that nobody else sees yet."""

    name = "drafts"
    order = 245

    def pages(self, user: Any) -> Any:
        drafts = BasePage.objects.managed_by(user).filter(has_unpublished_changes=True, depth__gt=2)
        return drafts.order_by("-latest_revision_created_at", "pk")


class ComingEventsPanel(PagesPanel):
    """What will happen in the spaces I see, the next one first."""

    name = "events"
    order = 250

    def pages(self, user: Any) -> Any:
        return EventPage.objects.managed_by(user).live().coming(timezone.now())


class HelpPanel(Component):
    """Where to read how the CMS is used here."""

    template_name = "wagtailadmin/parvis/help_panel.html"
    order = 900
