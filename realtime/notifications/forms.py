"""How a person wants to be told, as a form."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from intranet.accounts.models import User
from realtime.notifications.models import Category, Rhythm
from realtime.notifications.preferences import ALWAYS_ON_SCREEN, Pace, Wishes

PACES = [(Pace.NEVER, _("Never")), (Pace.SOON, _("Soon")), (Pace.DAILY, _("Every day")), (Pace.WEEKLY, _("Every week"))]
HOURS = ("quiet_from", "quiet_until", "days", "paused_until")
DAYS = [(str(place + 1), name) for place, name in WEEKDAYS.items()]


class PreferencesForm(forms.Form):
    """Category by category what comes where, then the hours. What is computed when it is looked at never comes soon.

    It carries what it showed: `changed_data` is what a person changed, not what another tab did since.
    """

    def __init__(self, *args: Any, user: User, wishes: Wishes, rhythm: Rhythm, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for category in Category:
            paces = [c for c in PACES if category != Category.FOLLOWED or c[0] != Pace.SOON]
            self.fields[f"{category}_screen"] = forms.BooleanField(
                label=_("On Parvis"),
                required=False,
                initial=wishes.on_screen(category),
                disabled=category in ALWAYS_ON_SCREEN,
            )
            self.fields[f"{category}_mail"] = forms.ChoiceField(
                label=_("By e-mail"), choices=paces, initial=wishes.mail(category)
            )
        clock = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
        an_hour = {"required": _("Choose an hour. The same hour twice means no quiet hours.")}
        self.fields["quiet_from"] = forms.TimeField(
            label=_("quiet from"), widget=clock, initial=user.profile.quiet_from, error_messages=an_hour
        )
        self.fields["quiet_until"] = forms.TimeField(
            label=_("quiet until"),
            widget=clock,
            initial=user.profile.quiet_until,
            error_messages=an_hour,
            help_text=_("By the clock where you are. The same hour twice means no quiet hours."),
        )
        self.fields["days"] = forms.MultipleChoiceField(
            label=_("Days I work"),
            choices=DAYS,
            widget=forms.CheckboxSelectMultiple,
            initial=list(rhythm.days),
            error_messages={"required": _("Choose at least one day. To receive nothing for a while, pause.")},
        )
        self.fields["paused_until"] = forms.DateField(
            label=_("No letter before"),
            required=False,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            initial=rhythm.paused_until,
            help_text=_("Holidays, a week of quiet: what comes meanwhile waits in For you. Empty to receive letters."),
        )

        for field in self.fields.values():
            field.show_hidden_initial = True

    def rows(self) -> Iterator[dict[str, Any]]:
        """The fields by category, as the table shows them."""
        for category in Category:
            yield {"label": category.label, "screen": self[f"{category}_screen"], "mail": self[f"{category}_mail"]}

    def below(self) -> list[forms.BoundField]:
        """The fields of hours and days, which stand below the table."""
        return [self[name] for name in HOURS]

    def clean_paused_until(self) -> date | None:
        day: date | None = self.cleaned_data["paused_until"]
        return day if day and day > timezone.localdate() else None

    def screens(self, names: Collection[str]) -> dict[str, bool]:
        """What the fields among `names` say of each category on Parvis."""
        return {str(c): self.cleaned_data[f"{c}_screen"] for c in Category if f"{c}_screen" in names}

    def mails(self, names: Collection[str]) -> dict[str, str]:
        """What the fields among `names` say of each category by mail."""
        return {str(c): self.cleaned_data[f"{c}_mail"] for c in Category if f"{c}_mail" in names}

    def hours(self, names: Collection[str]) -> dict[str, Any]:
        """What the fields among `names` say of hours and days."""
        return {name: self.cleaned_data[name] for name in HOURS if name in names}
