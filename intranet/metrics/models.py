"""What is kept of the measures: windows, figures of blocks and of the house, and who decided and who looked.

Nothing here relates to a person but `Reading`, which tells a team who looked at its figures. What a window froze, its
figures, its gate's report and the readings are held by triggers of the database (frozen.py).
"""

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from intranet.metrics.core.blocks import LEAST
from intranet.people.models import Team


class WindowQuerySet(models.QuerySet["Window"]):
    def open(self) -> Self:
        """Those that have not been closed, the oldest first."""
        return self.filter(closed_at=None).order_by("name")

    def closed(self) -> Self:
        """Those that have figures, the latest first."""
        return self.exclude(closed_at=None).order_by("-name")


class Window(models.Model):
    """A quarter whose roster was frozen when it opened, and whose figures were frozen when it closed.

    `units` are the teams of that moment, `[key, key above or null, name]` each; `blocks` who is counted together,
    `{"key", "name", "n", "is_gathered", "units"}` each; `roster` a digest of who was at home where; `measures` the
    fingerprints of what was adopted, by key. No person is named.
    """

    class Trouble(models.TextChoices):
        """Why the last attempt to close it wrote nothing; `trouble_about` says of what."""

        HOLIDAYS = "holidays", _("The holidays of a year are not recorded")
        ROSTER = "roster", _("The teams of the opening day were rewritten since")
        CLOCK = "clock", _("The clock went back")
        SOURCE = "source", _("The facts of a measure could not be read")
        GATE = "gate", _("The gate let nothing through")
        SAFEGUARDS = "safeguards", _("The consultation or the impact assessment is not recorded")

    name = models.CharField(max_length=7, unique=True)  # 2026-Q4
    least = models.PositiveSmallIntegerField()  # people of a block
    roster_on = models.DateField()  # the eve: a change on its first day does not rewrite it
    units = models.JSONField()
    blocks = models.JSONField()
    roster = models.CharField(max_length=64)
    measures = models.JSONField()
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=10, choices=Trouble, blank=True)
    trouble_about = models.CharField(max_length=200, blank=True)
    tried_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = WindowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(least__gte=LEAST), name="metrics_window_least"),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gt=F("opened_at")), name="metrics_window_closes_after"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def trouble_in_words(self) -> str:
        """What kept it open when it was tried last, in the language of whoever reads it; "" for nothing."""
        words = str(self.get_trouble_display())
        return f"{words} ({self.trouble_about})" if self.trouble_about else words


class Figure(models.Model):
    """What one measure says of one block, or of the house where `block` is "": a value as `values.py` writes it.

    Read through `access.py` alone.
    """

    window = models.ForeignKey(Window, on_delete=models.PROTECT, related_name="+")
    measure = models.CharField(max_length=8)
    block = models.CharField(max_length=20, blank=True)
    value = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["window", "measure", "block"], name="metrics_figure_once")]
        indexes = [models.Index(fields=["block", "window"])]

    def __str__(self) -> str:
        return f"{self.measure} {self.block or '*'}"


class GateReport(models.Model):
    """What the gate checked before a window was frozen: a cell of each measure and block, as `gate.Cell` has it.

    `left_out` are the measures that the window opened with and that were suspended before it closed.
    """

    window = models.OneToOneField(Window, on_delete=models.PROTECT, related_name="gate")
    cells = models.JSONField()
    left_out = models.JSONField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.window_id}: {len(self.cells)}"


class Signed(models.Model):
    """What was decided by two, one for the employer and one for the staff, outside Parvis: a date and where to find it."""

    decided_on = models.DateField()
    reference = models.CharField(max_length=300)
    for_employer = models.CharField(max_length=120)
    for_staff = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        abstract = True


class AdoptionQuerySet(models.QuerySet["Adoption"]):
    def standing(self) -> Self:
        """Those that nobody has ended."""
        return self.filter(ended_at=None)

    def by(self, day: date) -> Self:
        """Those decided by a day, that day included."""
        return self.filter(decided_on__lte=day)


class Adoption(Signed):
    """A measure may be computed as long as this stands and its formula has this fingerprint."""

    class Ending(models.TextChoices):
        SUSPENDED = "suspended", _("Suspended")
        CHANGED = "changed", _("Its formula changed")

    measure = models.CharField(max_length=8)
    fingerprint = models.CharField(max_length=64)
    ended_at = models.DateTimeField(null=True)
    ending = models.CharField(max_length=9, choices=Ending, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[Any] = AdoptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["measure"], condition=Q(ended_at=None), name="metrics_adoption_one_stands"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ending="") | (Q(ended_at__isnull=False) & ~Q(ending="")),
                name="metrics_adoption_ends_somehow",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.decided_on}"


class Safeguard(models.Model):
    """What must be recorded before anything is measured, shown to all: a date, and where to find it."""

    class Kind(models.TextChoices):
        CONSULTATION = "consultation", _("Consultation of the works council")
        ASSESSMENT = "assessment", _("Data protection impact assessment")

    kind = models.CharField(max_length=12, choices=Kind)
    done_on = models.DateField()
    reference = models.CharField(max_length=300)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reference=""), name="metrics_safeguard_has_a_reference")]

    def __str__(self) -> str:
        return f"{self.kind} {self.done_on}"


class RuleChange(Signed):
    """Blocks are of at least `least` people from the window `since` on; it is raised and never lowered."""

    least = models.PositiveSmallIntegerField()
    since = models.CharField(max_length=7, unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(least__gt=LEAST), name="metrics_rule_is_raised")]

    def __str__(self) -> str:
        return f"{self.least} since {self.since}"


class Holidays(models.Model):
    """The holidays of one year, ISO days: working days are counted only in years that are known."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    days = models.JSONField()
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.year)


class Reading(models.Model):
    """Somebody outside a team opened its figures. The team can list it; who left is a former member."""

    class Way(models.TextChoices):
        SCREEN = "screen", _("On screen")
        CSV = "csv", "CSV"
        JSON = "json", "JSON"

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    way = models.CharField(max_length=6, choices=Way)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["team", "-at"])]

    def __str__(self) -> str:
        return f"{self.team_id} at {self.at}"
