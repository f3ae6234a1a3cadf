"""What is filled in to ask for an approval, and to decide."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

APPROVE, SEND_BACK = "approve", "send_back"
FARTHEST = timedelta(days=366)


class AskForm(forms.Form):
    """Until when, and what whoever approves should know."""

    due_on = forms.DateField(
        label=_("Wanted by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Those who approve are reminded on that day."),
    )
    words = forms.CharField(
        label=_("What they should know"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean_due_on(self) -> date:
        """Today or a day to come, within a year."""
        day: date = self.cleaned_data["due_on"]
        if not timezone.localdate() <= day <= timezone.localdate() + FARTHEST:
            raise forms.ValidationError(_("Choose today or a day to come, within a year."))
        return day


class DecideForm(forms.Form):
    """Yes, or what is to be changed."""

    words = forms.CharField(
        label=_("Your words to those who wrote it"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when you send it back: say what is to be changed."),
    )

    def __init__(self, *args: Any, act: str = APPROVE, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["words"].required = act == SEND_BACK
        self.fields["words"].error_messages["required"] = _("Say what is to be changed.")
