"""Figures of some quarters for the demo company, as if they had been closed."""

from tests.support.sites import Site

PUBLISH = """
from datetime import timedelta
from django.utils import timezone
from intranet.accounts.models import User
from intranet.metrics.models import Figure, Reading, Window
from intranet.people.models import Membership, Team
if Window.objects.exists():
    raise SystemExit  # by another test of this run
alone, small = Team.objects.get(slug="sav"), Team.objects.exclude(slug="sav").first()
blocks = [
    {"key": str(alone.pk), "name": alone.name, "n": 9, "is_gathered": False, "units": [str(alone.pk)]},
    {"key": str(small.pk), "name": small.name, "n": 12, "is_gathered": True, "units": [str(small.pk)]},
]
band = lambda low, high: {"kind": "band", "low": low, "high": high}
level = lambda place: {"kind": "level", "place": place, "of": 3}
silence = {"kind": "silence"}
told = {
    "A2": [silence, level(1), level(1), level(2), level(2), level(3)],
    "B1": [band(0, 2), band(3, 6), band(3, 6), band(7, 9), band(3, 6), band(7, 9)],
    "B3": [silence, band(0, 2), band(0, 2), band(3, 6), band(3, 6), band(3, 6)],
    "C1": [silence, silence, silence, level(2), level(3), level(3)],
    "D1": [silence] * 6,
}
house = {
    "B1": band(5, 14),
    "B2": {"kind": "places", "living": 23, "variety": 9},
    "B3": {"kind": "share", "share": "8/11"},
    "C1": {"kind": "days", "median": 2},
}
at = timezone.now() - timedelta(days=9)
for place, name in enumerate(["2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]):
    window = Window.objects.create(
        name=name, least=8, roster_on=at.date(), units=[], blocks=blocks, roster="",
        measures=dict.fromkeys(told, ""), opened_at=at, closed_at=at + timedelta(days=1),
    )
    values = [(key, str(team.pk), each[place]) for key, each in told.items() for team in (alone, small)]
    for key, block, value in [*values, *((key, "", value) for key, value in house.items())]:
        Figure.objects.create(window=window, measure=key, block=block, value=value)
inside = Membership.objects.filter(team=alone).values("user")
reader = User.objects.filter(is_active=True).exclude(pk__in=inside).order_by("pk").first()
for way in ("screen", "csv"):
    Reading.objects.create(team=alone, reader=reader, way=way, at=at)
"""


def publish_figures(site: Site) -> None:
    """Puts six quarters in the site's database, of the team "sav" alone and of another among small ones, once."""
    site.manage("shell", "-c", PUBLISH)
