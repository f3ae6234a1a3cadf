"""What those who write a page fill in beside it."""

from django import forms
from django.utils.translation import gettext_lazy as _


class PageTitleForm(forms.Form):
    """A page's title and the words that stand first, in lists too."""

    title = forms.CharField(label=_("Title"), max_length=160)
    intro = forms.CharField(
        label=_("Introduction"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One or two sentences, shown in lists too."),
    )


class PublishForm(forms.Form):
    """What changed, said to readers when a page is published anew."""

    note = forms.CharField(
        label=_("What changed, for readers"),
        max_length=400,
        required=False,
        widget=forms.TextInput(attrs={"form": "publish", "autocomplete": "off"}),  # its button stands elsewhere
        help_text=_("It stands under the page, and those who follow the page are told."),
    )


class VersionNameForm(forms.Form):
    """The name of a version."""

    name = forms.CharField(
        label=_("Name of this version"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Such as “As the committee read it”."),
    )
