"""`manage.py measures`: the register; `adopt`, `suspend`, `safeguard` and `raise` record what was decided."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from intranet.metrics import services
from intranet.metrics.access import whole_register
from intranet.metrics.core.windows import NoSuchWindow
from intranet.metrics.models import Safeguard
from intranet.metrics.registering import sheet_of
from intranet.metrics.registry import NoSuchMeasure, measure

REFUSALS = (
    NoSuchMeasure,
    NoSuchWindow,
    services.AlreadyAdopted,
    services.AnotherFormula,
    services.ApproversMissing,
    services.DecidedLater,
    services.MeasureIsOff,
    services.NotAdopted,
    services.ReferenceMissing,
    services.RuleNotRaised,
    services.WindowHasBegun,
)


def decided(parser: CommandParser) -> None:
    parser.add_argument("--on", type=date.fromisoformat, required=True, help="the day it was decided, 2026-12-31")
    parser.add_argument("--reference", required=True, help="where the decision can be read")
    parser.add_argument("--employer", required=True, help="who approved it for the employer")
    parser.add_argument("--staff", required=True, help="who approved it for the staff")


def approval(options: dict[str, Any]) -> services.Approval:
    return services.Approval(options["on"], options["reference"], options["employer"], options["staff"])


class Command(BaseCommand):
    """Without a word more it prints the register."""

    help = "Print the register of measures, or record what was decided of them."

    def add_arguments(self, parser: CommandParser) -> None:
        acts = parser.add_subparsers(dest="act", metavar="WHAT")
        adopting = acts.add_parser("adopt", help="a measure was adopted by two")
        adopting.add_argument("measure", help="for instance A2")
        adopting.add_argument("--fingerprint", required=True, help="of the formula that was approved, or its beginning")
        decided(adopting)
        suspending = acts.add_parser("suspend", help="a measure is not to be computed any more")
        suspending.add_argument("measure")
        suspending.add_argument("--reason", required=True)
        safeguard = acts.add_parser("safeguard", help="the consultation or the impact assessment was done")
        safeguard.add_argument("kind", choices=Safeguard.Kind.values)
        safeguard.add_argument("--on", type=date.fromisoformat, required=True)
        safeguard.add_argument("--reference", required=True)
        raising = acts.add_parser("raise", help="blocks are larger from a quarter on that has not begun")
        raising.add_argument("least", type=int, help="people of a block")
        raising.add_argument("since", help="for instance 2027-Q1")
        decided(raising)

    def handle(self, *args: Any, act: str | None, **options: Any) -> None:
        acts: dict[str | None, Callable[[dict[str, Any]], None]] = {
            None: self.show,
            "adopt": self.adopt,
            "suspend": self.suspend,
            "safeguard": self.safeguard,
            "raise": self.raise_least,
        }
        try:
            acts[act](options)
        except REFUSALS as why:
            raise CommandError(f"{(type(why).__doc__ or '').rstrip('.')}: {why}") from why

    def show(self, options: dict[str, Any]) -> None:
        register = whole_register(at=timezone.now())
        sheet = sheet_of(register)
        for each in sheet.recorded:
            told = f"{each.safeguard.done_on}, {each.safeguard.reference}" if each.safeguard else "NOT recorded"
            self.stdout.write(f"{each.label}: {told}")
        if not sheet.is_safe:
            self.stdout.write("Nothing is measured until both are recorded.")
        for line in [*sheet.in_force, *sheet.others]:
            found = line.registered.described
            self.stdout.write(f"{found.key} {found.name} [{line.state}] {found.fingerprint[:16]}")
            self.stdout.write(f"   {found.question} {found.formula}")
            self.stdout.write(f"   {found.reads}")
        for window in register.waiting:
            trouble = f", {window.trouble_in_words}" if window.trouble else ""
            self.stdout.write(f"{window} is open{trouble}")

    def adopt(self, options: dict[str, Any]) -> None:
        key, begins = options["measure"], options["fingerprint"]
        whole = measure(key).fingerprint
        approved = whole if len(begins) >= 16 and whole.startswith(begins) else begins
        services.adopt_measure(key=key, fingerprint=approved, approval=approval(options), at=timezone.now())
        self.stdout.write(f"{key} is adopted, for the quarters that begin from {options['on']} on.")

    def suspend(self, options: dict[str, Any]) -> None:
        services.suspend_measure(key=options["measure"], reason=options["reason"], at=timezone.now())
        self.stdout.write(f"{options['measure']} is suspended.")

    def safeguard(self, options: dict[str, Any]) -> None:
        kept = services.record_safeguard(
            kind=options["kind"], done_on=options["on"], reference=options["reference"], at=timezone.now()
        )
        self.stdout.write(f"Recorded: {kept.get_kind_display()}, {kept.done_on}.")

    def raise_least(self, options: dict[str, Any]) -> None:
        changed = services.change_rule(
            least=options["least"], since=options["since"], approval=approval(options), at=timezone.now()
        )
        self.stdout.write(f"Blocks have {changed.least} people or more from {changed.since} on.")
