"""What somebody sends who talks about a passage."""

import base64
import binascii
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

LONGEST = 400  # letters of a passage
PLACE = 64  # bytes of an encoded place


class PlaceField(forms.CharField):
    """A relative position of Yjs, in base64; its bytes."""

    def clean(self, value: Any) -> bytes:
        told = super().clean(value)
        try:
            place = base64.b64decode(told, validate=True)
        except (binascii.Error, ValueError):
            place = b""
        if not 0 < len(place) <= PLACE:
            raise ValidationError(_("This passage cannot be found in the text."))
        return place


class TalkForm(forms.Form):
    """The passage, where it is, and the first words about it."""

    quote = forms.CharField(max_length=LONGEST)
    begins = PlaceField()
    ends = PlaceField()
    words = forms.CharField(max_length=10_000, error_messages={"required": _("Write what there is to say about it.")})
    ref = forms.UUIDField()
