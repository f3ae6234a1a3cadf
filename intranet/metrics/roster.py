"""Who is at home where on a day, and the tree of teams: read to be counted in blocks, never kept by name (R2, R3)."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from intranet.metrics.core.blocks import Partition, Person, Unit, partition
from intranet.people.models import Membership, Profile, Team

Units = Sequence[Sequence[Any]]  # [key, key above or None, name], as a window keeps them


def units_now() -> list[list[Any]]:
    """The line teams of this moment; one query. Networks and circles are passed over: they count nobody."""
    by_path: dict[str, str] = {}
    found: list[list[Any]] = []
    for pk, path, name in Team.objects.filter(kind=Team.Kind.LINE).order_by("path").values_list("pk", "path", "name"):
        above = (path[:length] for length in range(len(path) - Team.steplen, 0, -Team.steplen))
        parent = next((by_path[each] for each in above if each in by_path), None)
        by_path[path] = str(pk)
        found.append([str(pk), parent, name])
    return found


def homes_on(day: date) -> dict[int, str]:
    """The home unit of each person on a day, the latest one where two were dated over each other; one query."""
    rows = Membership.objects.on(day).filter(is_home=True, team__kind=Team.Kind.LINE)
    return {user: str(team) for user, team in rows.order_by("starts_on", "pk").values_list("user_id", "team_id")}


def managers_on(day: date) -> frozenset[int]:
    """Those who manage a line team on a day; one query."""
    rows = Membership.objects.on(day).filter(role=Membership.Role.MANAGER, team__kind=Team.Kind.LINE)
    return frozenset(rows.values_list("user_id", flat=True))


def not_counted() -> frozenset[int]:
    """Those who chose not to be counted; one query. Read at the closing, and nowhere else."""
    return frozenset(Profile.objects.filter(is_counted=False).values_list("user_id", flat=True))


def blocks_of(units: Units, homes: Mapping[int, str], *, least: int) -> Partition:
    """The blocks of some units and homes; who is at home in a unit that was not there yet is counted nowhere."""
    known = {key for key, _, _ in units}
    at_home: dict[Person, str] = {person: home for person, home in homes.items() if home in known}
    return partition([Unit(key, above) for key, above, _ in units], at_home, least=least)


def digest(homes: Mapping[int, str]) -> str:
    """A sign of who is at home where: another one when anything of it is written anew."""
    words = "\n".join(f"{person} {home}" for person, home in sorted(homes.items()))
    return hashlib.sha256(words.encode()).hexdigest()


def blocks_kept(found: Partition, units: Units) -> list[dict[str, Any]]:
    """The blocks as a window keeps them: their names and sizes, and the units whose people they hold."""
    names = {key: name for key, _, name in units}
    return [
        {
            "key": block.key,
            "name": names[block.key],
            "n": block.n,
            "is_gathered": block.is_gathered,
            "units": [part.unit for part in block.parts],
        }
        for block in found.blocks
    ]
