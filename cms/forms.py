"""What people fill in, outside Wagtail's own forms."""

from django import forms
from django.utils.translation import gettext_lazy as _

from intranet.accounts.models import User
from intranet.people.models import Profile


class EditorForm(forms.Form):
    """An employee, and whether the CMS opens to them or closes."""

    person = forms.ModelChoiceField(
        label=_("Person"),
        queryset=User.objects.filter(is_active=True, profile__kind=Profile.Kind.EMPLOYEE).order_by("name", "pk"),
    )
    act = forms.ChoiceField(
        choices=[("appoint", "appoint"), ("dismiss", "dismiss")], widget=forms.HiddenInput, initial="appoint"
    )


class SynthesisPageForm(forms.Form):
    """The title under which a synthesis becomes a page."""

    title = forms.CharField(label=_("Title of the page"), max_length=160)
