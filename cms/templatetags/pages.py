"""Pages in templates."""

from typing import Any

from django import template
from django.urls import reverse

from cms.base.models import BasePage
from cms.reading import ICONS, Reading

register = template.Library()


@register.filter
def page_icon(page: BasePage) -> str:
    """The name of the icon of a page's type, whose `content_type` was fetched with it."""
    return ICONS.get(page.content_type.model, "file-text")


@register.filter
def edit_url(page: BasePage) -> str:
    """Where an editor changes the page."""
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


@register.filter
def step(page: BasePage) -> int:
    """How far below the first page of its space a page stands: 0 just below it, 3 and further all alike."""
    return min(int(page.depth) - 4, 3)


@register.simple_tag(takes_context=True)
def beside_page(context: template.Context, reading: Reading) -> list[Any]:
    """What other parts of the house show beside a page."""
    return reading.beside(context["request"])


@register.filter
def page_type(page: BasePage) -> str:
    """The name of a page's type, as people say it."""
    model = page.content_type.model_class()
    return str(model._meta.verbose_name) if model else ""
