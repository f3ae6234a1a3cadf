"""What people fill in about spaces."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from intranet.accounts.models import User
from intranet.people.forms import colleague_called
from intranet.people.models import Team
from realtime.spaces.models import Space, SpaceMember

LONGEST_ACCESS = timedelta(days=366)


class SpaceForm(forms.ModelForm[Space]):
    """What a place says of itself, and who sees it."""

    class Meta:
        model = Space
        fields = ["name", "description", "charter", "audience"]
        widgets = {"charter": forms.Textarea(attrs={"rows": 8}), "audience": forms.RadioSelect}
        help_texts = {
            "description": _("One sentence, for somebody who has never been there."),
            "charter": _("How one behaves here. Markdown is understood."),
        }


class NewSpaceForm(SpaceForm):
    """A place to open."""

    class Meta(SpaceForm.Meta):
        fields = ["name", "description", "kind", "audience", "team"]
        widgets = {"kind": forms.RadioSelect, "audience": forms.RadioSelect}
        help_texts = {**SpaceForm.Meta.help_texts, "team": _("For the space of a team: everyone in it is a member.")}

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [choice for choice in Space.Kind.choices if choice[0] not in (Space.Kind.PRACTICE, Space.Kind.PRIVATE)]
        self.fields["kind"] = forms.ChoiceField(
            label=_("Kind"), choices=kinds, initial=kinds[0][0], widget=forms.RadioSelect
        )
        self.fields["team"] = forms.ModelChoiceField(
            label=_("Team"), queryset=teams_run_by(by), required=False, help_text=self.Meta.help_texts["team"]
        )
        self.fields["kind"].initial = Space.Kind.COMMUNITY

    def clean(self) -> dict[str, Any]:
        words = super().clean() or {}
        if words.get("kind") == Space.Kind.TEAM and not words.get("team"):
            self.add_error(
                "team", _("Choose the team. You can open the space of a team that you manage or facilitate.")
            )
        if words.get("kind") != Space.Kind.TEAM:
            words["team"] = None
        return words


def teams_run_by(user: User) -> Any:
    """Teams whose space `user` may open."""
    if user.is_administrator:
        return Team.objects.all()
    runs = Q(memberships__role__in=["manager", "facilitator"], memberships__user=user, memberships__ends_on=None)
    return Team.objects.filter(runs).distinct()


class AddPersonForm(forms.Form):
    """A colleague to take in, chosen by name or address."""

    person = forms.CharField(
        label=_("Colleague"), max_length=120, help_text=_("Their name as in the directory, or their address.")
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[c for c in SpaceMember.Role.choices if c[0] != SpaceMember.Role.GUEST],
        initial=SpaceMember.Role.MEMBER,
    )

    def clean_person(self) -> User:
        return colleague_called(self.cleaned_data["person"])


class AddTeamForm(forms.Form):
    """A team to take in, with everyone who is or will be in it."""

    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.all())


class RoleForm(forms.Form):
    """Another role for a member."""

    role = forms.ChoiceField(choices=[c for c in SpaceMember.Role.choices if c[0] != SpaceMember.Role.GUEST])


class UntilForm(forms.Form):
    """Until when somebody from outside has access."""

    until = forms.DateField(
        label=_("Access until"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("At most a year; it can be renewed."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].initial = timezone.localdate() + timedelta(days=90)

    def clean_until(self) -> datetime:
        """The last instant of the chosen day."""
        day = self.cleaned_data["until"]
        if not timezone.localdate() <= day <= timezone.localdate() + LONGEST_ACCESS:
            raise forms.ValidationError(_("Choose a day from today to a year from now."))
        return timezone.make_aware(datetime.combine(day + timedelta(days=1), time()))


class InviteForm(UntilForm):
    """Somebody from outside to invite."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail address"))
    organization = forms.CharField(label=_("Organization"), max_length=120, required=False)
    field_order = ["name", "email", "organization", "until"]


class AcceptForm(forms.Form):
    """A guest's own password."""

    password = forms.CharField(
        label=_("Choose a password"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}), min_length=10
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, User(email=self.email, name=self.email))
        return password
