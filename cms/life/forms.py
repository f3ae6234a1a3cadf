"""What people fill in about the life of a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from cms.base.models import GROUND, BasePage
from cms.life.asking import path_of
from cms.life.beginning import OWN
from cms.life.house import HOUSE
from cms.models import PageTemplate
from realtime.spaces.models import Space

FARTHEST = timedelta(days=3_653)  # a day on which a page comes out


class BeginPageForm(forms.Form):
    """The title of a shared page, and what it begins with."""

    title = forms.CharField(label=_("Title"), max_length=160)
    start = forms.ChoiceField(label=_("Begin with"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, space: Space, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = space.page_templates.order_by("name", "pk")
        ways = [("", way(_("An empty page"), _("Nothing but the title.")))]
        ways += [(f"{OWN}{template.pk}", way(template.name, template.purpose)) for template in kept]
        ways += [(template.key, way(template.name, template.purpose)) for template in HOUSE.values()]
        self.fields["start"].choices = ways  # type: ignore[attr-defined]  # a ChoiceField


def way(name: Any, purpose: Any) -> str:
    """A way to begin as one chooses it: its name, and under it what it is for."""
    return format_html('<span><b>{}</b><br><span class="soft small">{}</span></span>', name, purpose)


class TemplateForm(forms.ModelForm):  # type: ignore[type-arg]  # of PageTemplate
    """How a template is called, and what it is for."""

    class Meta:
        model = PageTemplate
        fields = ("name", "purpose")
        help_texts = {"purpose": _("One sentence, shown to who chooses how to begin.")}  # Django's own way


class SpaceChoiceForm(forms.Form):
    """One of the spaces in which somebody writes."""

    space = forms.ChoiceField(label=_("Space"))

    def __init__(self, *args: Any, spaces: Sequence[Space], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.spaces = {space.slug: space for space in spaces}
        self.fields["space"].choices = [(space.slug, space.name) for space in spaces]  # type: ignore[attr-defined]  # a ChoiceField

    def clean_space(self) -> Space:
        return self.spaces[self.cleaned_data["space"]]


class PlaceForm(forms.Form):
    """The page of a space under which another one is to stand."""

    under = forms.TypedChoiceField(label=_("Under which page"), coerce=int)

    def __init__(self, *args: Any, places: Sequence[BasePage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = {page.pk: page for page in places}
        self.fields["under"].choices = [(page.pk, place_name(page)) for page in places]  # type: ignore[attr-defined]  # a ChoiceField

    def clean_under(self) -> BasePage:
        return self.places[self.cleaned_data["under"]]


def place_name(page: BasePage) -> str:
    """A page as a place to stand under: the first of a space, or one of its pages as deep as it stands."""
    if page.depth == GROUND:
        return str(_("Among the pages of the space, under none"))
    return f"{'— ' * (page.depth - GROUND)}{page.draft_title}"


class AskForm(forms.Form):
    """An address that one cannot open, and a few words for those who run its space."""

    address = forms.CharField(label=_("Address"), max_length=500)
    words = forms.CharField(
        label=_("A few words"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who gave you the address, and what you would do with it."),
    )

    def clean_address(self) -> str:
        """Its path. Raises ValidationError for one that no page or space could have."""
        path = path_of(self.cleaned_data["address"])
        if not path:
            raise forms.ValidationError(_("This is not the address of a page or a space of Parvis."))
        return path


class DayForm(forms.Form):
    """When a page is to come out, in the time of who says it."""

    moment = forms.DateTimeField(
        label=_("Day and time"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )

    def clean_moment(self) -> datetime:
        """One within ten years."""
        moment: datetime = self.cleaned_data["moment"]
        if moment > timezone.now() + FARTHEST:
            raise forms.ValidationError(_("Choose a moment within ten years."))
        return moment
