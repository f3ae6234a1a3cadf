"""A file to take people and teams from."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from intranet.people.roster.reading import MAX_BYTES, Unreadable, decoded


class ImportForm(forms.Form):
    """A spreadsheet to take in: a file at first, then the text that was read from it."""

    file = forms.FileField(
        label=_("CSV file"),
        required=False,
        help_text=_("Semicolons or commas, in UTF-8 or Windows-1252. 1.5 MB at most."),
    )
    text = forms.CharField(required=False, widget=forms.HiddenInput, strip=False, max_length=MAX_BYTES)

    def clean(self) -> dict[str, Any]:
        words = super().clean() or {}
        if not words.get("file") and not words.get("text") and not self.errors:
            self.add_error("file", _("Choose a file."))
        elif words.get("file"):
            try:
                words["text"] = decoded(words["file"].read(MAX_BYTES + 1))
            except Unreadable as wrong:
                self.add_error("file", str(wrong))
        return words
