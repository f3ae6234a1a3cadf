"""What people type into conversations."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from realtime.spaces.markup import MAX_LENGTH, EmptyMessage, MessageTooLong, clean_body
from realtime.threads.models import Thread
from realtime.threads.posting import NothingSaid, TooLong


class BodyField(forms.CharField):
    """The words of a message, cleaned as every door cleans them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(strip=False, widget=forms.Textarea(attrs={"rows": 3, "maxlength": MAX_LENGTH}), **kwargs)

    def clean(self, value: Any) -> str:
        try:
            return clean_body(str(value or ""))
        except EmptyMessage:
            raise forms.ValidationError(NothingSaid.reason) from None
        except MessageTooLong:
            raise forms.ValidationError(TooLong.reason) from None


class MessageForm(forms.Form):
    """One message. `client_id` is made with the form, so that sending twice says it once."""

    body = BodyField(label=_("Your message"))
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    reply_to = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**62)


class EditForm(forms.Form):
    """Other words for a message."""

    body = BodyField(label=_("Your message"))


class ThreadForm(forms.Form):
    """A conversation to open."""

    title = forms.CharField(label=_("Title"), max_length=160, help_text=_("What it is about, in a few words."))
    body = BodyField(label=_("First message"))
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Thread.Kind.choices, initial=Thread.Kind.DISCUSSION, widget=forms.RadioSelect
    )
    audience = forms.ChoiceField(
        label=_("Who sees it"),
        choices=Thread.Audience.choices,
        initial=Thread.Audience.INTERNAL,
        widget=forms.RadioSelect,
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, with_guests: bool, is_guest: bool, may_announce: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_guest:  # a guest's words can only be where guests are
            self.fields["audience"] = forms.CharField(
                widget=forms.HiddenInput, initial=Thread.Audience.SHARED, required=False
            )
        elif not with_guests:
            self.fields["audience"] = forms.CharField(
                widget=forms.HiddenInput, initial=Thread.Audience.INTERNAL, required=False
            )
        if not may_announce:
            kinds = [choice for choice in Thread.Kind.choices if choice[0] != Thread.Kind.ANNOUNCEMENT]
            self.fields["kind"] = forms.ChoiceField(
                label=_("Kind"), choices=kinds, initial=kinds[0][0], widget=forms.RadioSelect
            )
        self.fixed_audience = Thread.Audience.SHARED if is_guest else None if with_guests else Thread.Audience.INTERNAL

    def clean_audience(self) -> str:
        return self.fixed_audience or self.cleaned_data["audience"]


class ThreadChangeForm(forms.Form):
    """A conversation to rename or pin."""

    title = forms.CharField(label=_("Title"), max_length=160)
    pinned = forms.BooleanField(label=_("Keep at the top of the space"), required=False)
