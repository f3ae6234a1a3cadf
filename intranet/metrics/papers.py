"""The papers for the works council and for the impact assessment, filled from the register; to be completed and signed."""

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from intranet.metrics import house
from intranet.metrics.core.bands import LEAST_OBJECTS, LEAST_PEOPLE
from intranet.metrics.core.bounded import OBJECTS
from intranet.metrics.models import Safeguard
from intranet.metrics.registry import measures

TEMPLATES = {
    Safeguard.Kind.CONSULTATION: "metrics/consultation.txt",
    Safeguard.Kind.ASSESSMENT: "metrics/assessment.txt",
}


def paper(*, kind: str, language: str, since: str) -> str:
    """The text of one paper in Markdown, "en" or "fr", with the rules as they will be from the window `since` on."""
    with translation.override(language):
        context = {
            "organization": settings.WAGTAIL_SITE_NAME,
            "measures": [each for each in measures().values() if each.is_on],
            "off": [each for each in measures().values() if not each.is_on],
            "since": since,
            "least": house.least_for(since),
            "objects": OBJECTS,
            "least_objects": LEAST_OBJECTS,
            "least_people": LEAST_PEOPLE,
        }
        return render_to_string(TEMPLATES[Safeguard.Kind(kind)], context).strip() + "\n"
