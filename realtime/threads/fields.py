"""Long words in forms: what is too much is counted on the screen and refused, and never cut."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from realtime.spaces.markup import MAX_LENGTH, EmptyMessage, MessageTooLong, clean_body
from realtime.threads.posting import NothingSaid, TooLong


def counted(most: int) -> dict[str, Any]:
    """What the script of a field is told (client: threads/length_controller.ts) of the `most` characters it takes."""
    return {
        "data-length-most-value": most,
        "data-length-near-value": _("%(length)s characters of %(most)s at most"),
        "data-length-over-value": _("Too long: %(length)s characters, %(most)s at most. Nothing is cut."),
    }


class LongField(forms.CharField):
    """Words of some length. `maxlength` would cut the end of what is pasted, silently: the script counts instead."""

    def __init__(self, *, rows: int, max_length: int, **kwargs: Any) -> None:
        super().__init__(max_length=max_length, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def to_python(self, value: Any) -> Any:
        """A line ends with one character, as the script counts it."""
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"data-controller": "length", **counted(self.max_length or 0)}


class BodyField(LongField):
    """The words of a message, cleaned as every door cleans them; `may_be_empty` where files stand with them."""

    def __init__(self, *, may_be_empty: bool = False, **kwargs: Any) -> None:
        self.may_be_empty = may_be_empty
        super().__init__(rows=3, max_length=MAX_LENGTH, strip=False, **kwargs)

    def clean(self, value: Any) -> str:
        try:
            return clean_body(str(value or ""))
        except EmptyMessage:
            if self.may_be_empty:
                return ""
            raise forms.ValidationError(NothingSaid.reason) from None
        except MessageTooLong:
            raise forms.ValidationError(TooLong.reason) from None
