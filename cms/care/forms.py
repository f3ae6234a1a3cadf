"""What readers and those who answer for a page fill in."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.models import PageProblem
from intranet.accounts.models import User
from intranet.people.models import Team


class AnswerForm(forms.Form):
    """In how many months a page that is still right is read again."""

    months = forms.TypedChoiceField(
        label=_("Read it again"),
        coerce=int,
        choices=[(3, _("in three months")), (6, _("in six months")), (12, _("in a year"))],
        initial=12,
    )


class ProblemForm(forms.Form):
    """What a reader found wrong with a page."""

    kind = forms.ChoiceField(label=_("What is it?"), choices=PageProblem.Kind.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In your words"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Who tells it is kept nowhere: sign it if you would like an answer."),
    )


class KeepersForm(forms.Form):
    """Who answers for a page, and until when it holds."""

    steward = forms.ModelChoiceField(
        label=_("Steward team"), queryset=Team.objects.none(), required=False, empty_label=_("No team")
    )
    contact = forms.ModelChoiceField(
        label=_("Contact"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody in particular"),
        help_text=_("Somebody who sees the space."),
    )
    review_on = forms.DateField(
        label=_("Next review"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("On that day, those who answer for the page are asked whether it is still needed."),
    )

    def __init__(self, *args: Any, contacts: "QuerySet[User]", **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["steward"].queryset = Team.objects.order_by("name", "pk")  # type: ignore[attr-defined]  # a choice
        self.fields["contact"].queryset = contacts  # type: ignore[attr-defined]  # a choice

    def clean_review_on(self) -> date | None:
        """A day to come."""
        day: date | None = self.cleaned_data["review_on"]
        if day is not None and day <= timezone.localdate():
            raise forms.ValidationError(_("Choose a day to come."))
        return day
