"""What people say of themselves, and who is in which team."""

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from intranet.accounts.models import User
from intranet.people.models import Membership, Profile

PHOTO_BYTES = 4 * 1024 * 1024
PHOTO_FORMATS = {"JPEG", "PNG", "WEBP"}


class ProfileForm(forms.ModelForm[Profile]):
    """What colleagues read of a person: short, and all of it optional."""

    skills = forms.CharField(
        label=_("Ask me about"), required=False, max_length=400, help_text=_("What you know, separated by commas: sheet metal, Excel, Polish.")
    )

    class Meta:
        model = Profile
        fields = ["title", "about", "place", "days", "phone", "spoken", "interests", "photo"]
        widgets = {"about": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skills"].initial = ", ".join(self.instance.skills.order_by("name").values_list("name", flat=True))

    def clean_skills(self) -> list[str]:
        return [name.strip()[:60] for name in self.cleaned_data["skills"].split(",") if name.strip()][:20]

    def clean_photo(self) -> Any:
        """A photograph by its content, not by its name, and not too heavy."""
        photo = self.cleaned_data.get("photo")
        if not photo or photo == self.instance.photo:
            return photo
        if photo.size > PHOTO_BYTES:
            raise forms.ValidationError(_("A photo may weigh 4 MB at most."))
        try:
            photo.seek(0)
            with Image.open(photo) as image:
                image_format, size = image.format, image.size
        except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
            raise forms.ValidationError(_("This file is not a photo that can be read.")) from None
        finally:
            photo.seek(0)
        if image_format not in PHOTO_FORMATS or max(size) > 8000:
            raise forms.ValidationError(_("Choose a JPEG, PNG or WebP photo, at most 8,000 pixels wide or high."))
        return photo


class SettingsForm(forms.ModelForm[Profile]):
    """How Parvis speaks to a person, and when."""

    zone = forms.ChoiceField(label=_("Time zone"), choices=[(name, name.replace("_", " ")) for name in sorted(available_timezones()) if "/" in name])

    class Meta:
        model = Profile
        fields = ["language", "zone", "theme", "quiet_from", "quiet_until", "shows_presence"]
        widgets = {
            "theme": forms.RadioSelect,
            "language": forms.RadioSelect,
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }
        help_texts = {"shows_presence": _("Others see that you are in the same conversation, at that moment only. It is never kept.")}


class JoinTeamForm(forms.Form):
    """A person to take into a team, from today on."""

    person = forms.CharField(label=_("Person"), max_length=120, help_text=_("Their name as in the directory, or their address."))
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices, initial=Membership.Role.MEMBER)
    is_home = forms.BooleanField(
        label=_("This becomes their home team"), required=False, initial=True, help_text=_("Everyone has one; their former one ends today.")
    )

    def clean_person(self) -> User:
        words = self.cleaned_data["person"].strip()
        employees = User.objects.filter(is_active=True, profile__kind=Profile.Kind.EMPLOYEE)
        found = list(employees.filter(Q(name__iexact=words) | Q(email__iexact=words)).order_by("pk")[:2])
        if not found:
            raise forms.ValidationError(_("Nobody of this name or address is in the directory."))
        if len(found) > 1:
            raise forms.ValidationError(_("Several people have this name: give the address."))
        return found[0]


class TeamRoleForm(forms.Form):
    role = forms.ChoiceField(choices=Membership.Role.choices)
