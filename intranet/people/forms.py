"""What people say of themselves, and who is in which team."""

from io import BytesIO
from typing import IO, Any
from zoneinfo import available_timezones

from django import forms
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from intranet.accounts.models import User
from intranet.people.models import Membership, Profile, Skill, Team
from intranet.people.words import WORD, fold

PHOTO_BYTES = 4 * 1024 * 1024
PHOTO_FORMATS = {"JPEG", "PNG", "WEBP"}
PHOTO_SIDE = 8000  # pixels


class ProfileForm(forms.ModelForm[Profile]):
    """What colleagues read of a person: short, and all of it optional."""

    skills = forms.CharField(
        label=_("Ask me about"),
        required=False,
        max_length=400,
        help_text=_("What you know, separated by commas: sheet metal, Excel, Polish."),
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
        """The photo made small and rid of what a camera writes in it (the place, the hour); "" to have none."""
        photo = self.cleaned_data.get("photo")
        if not photo or photo == self.instance.photo:
            return photo or ""
        if photo.size > PHOTO_BYTES:
            raise forms.ValidationError(_("A photo may weigh 4 MB at most."))
        if photo.image.format not in PHOTO_FORMATS or max(photo.image.size) > PHOTO_SIDE:
            raise forms.ValidationError(_("Choose a JPEG, PNG or WebP photo, at most 8,000 pixels wide or high."))
        try:
            photo.seek(0)
            return shrunk(photo)
        except (OSError, ValueError, Image.DecompressionBombError):
            raise forms.ValidationError(_("This file is not a photo that can be read.")) from None


def shrunk(photo: IO[bytes]) -> ContentFile[bytes]:
    """A photo cut to a square of 320 pixels, upright, as WebP."""
    with Image.open(photo) as image:
        square = ImageOps.fit(ImageOps.exif_transpose(image).convert("RGB"), (320, 320))
    out = BytesIO()
    square.save(out, "WEBP", quality=82)
    return ContentFile(out.getvalue(), name="photo.webp")


class SettingsForm(forms.ModelForm[Profile]):
    """How Parvis speaks to a person, and when."""

    zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[(name, name.replace("_", " ")) for name in sorted(available_timezones()) if "/" in name],
    )

    class Meta:
        model = Profile
        fields = ["language", "zone", "theme", "quiet_from", "quiet_until", "shows_presence"]
        widgets = {
            "theme": forms.RadioSelect,
            "language": forms.RadioSelect,
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }
        help_texts = {
            "shows_presence": _(
                "Others see that you are in the same conversation, at that moment only. It is never kept."
            )
        }


class JoinTeamForm(forms.Form):
    """A person to take into a team, from today on."""

    person = forms.CharField(
        label=_("Person"), max_length=120, help_text=_("Their name as in the directory, or their address.")
    )
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices, initial=Membership.Role.MEMBER)
    is_home = forms.BooleanField(
        label=_("This becomes their home team"),
        required=False,
        initial=True,
        help_text=_("Everyone has one; their former one ends today."),
    )

    def clean_person(self) -> User:
        return colleague_called(self.cleaned_data["person"])


def colleague_called(words: str) -> User:
    """The one employee of this name, however accents and capitals are written, or of this address.

    Raises ValidationError when there is nobody, or more than one.
    """
    wanted = WORD.findall(fold(words))
    employees = User.objects.select_related("profile").filter(is_active=True, profile__kind=Profile.Kind.EMPLOYEE)
    found = list(employees.filter(email__iexact=words.strip()))
    if wanted and not found:
        begun = employees.filter(profile__search_text__startswith=" ".join(wanted)).order_by("pk")
        found = [user for user in begun if WORD.findall(fold(user.name)) == wanted]
    if not found:
        raise forms.ValidationError(_("Nobody of this name or address is in the directory."))
    if len(found) > 1:
        raise forms.ValidationError(_("Several people have this name: give the address."))
    return found[0]


class TeamRoleForm(forms.Form):
    """Another role in a team."""

    role = forms.ChoiceField(choices=Membership.Role.choices)


class DirectoryForm(forms.Form):
    """Whom one looks for. What is no team or no skill is left out rather than refused."""

    q = forms.CharField(label=_("Name, trade, skill, team, place"), required=False, max_length=100, strip=True)
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), to_field_name="slug", required=False, empty_label=_("All teams")
    )
    skill = forms.ModelChoiceField(
        label=_("Skill"),
        queryset=Skill.objects.order_by("name", "pk"),
        to_field_name="slug",
        required=False,
        widget=forms.HiddenInput,
    )
