"""What is asked of whoever brings pages in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.exchange.coming import NEW, SKIP


class BringForm(forms.Form):
    """What becomes of pages that are there already, and whether the others are published."""

    same = forms.ChoiceField(
        label=_("Pages whose title is there already"),
        choices=[(SKIP, _("Leave them as they are, and bring the others")), (NEW, _("Bring them too, as new pages"))],
        initial=SKIP,
        widget=forms.RadioSelect,
    )
    publish = forms.BooleanField(
        label=_("Publish at once"),
        required=False,
        help_text=_("Without it they are drafts, which only those who write in this space see."),
    )
