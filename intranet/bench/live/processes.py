"""What programs cost: the processor's time and the memory of a process and of those it began, as the kernel counts them."""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")


def family(roots: Iterable[int]) -> set[int]:
    """The processes `roots` and all that descend from them, by id."""
    parents = {int(entry.name): parent_of(entry) for entry in PROC.iterdir() if entry.name.isdigit()}
    found = set(roots)
    grows = True
    while grows:
        children = {pid for pid, parent in parents.items() if parent in found} - found
        found |= children
        grows = bool(children)
    return found


def parent_of(entry: Path) -> int:
    try:
        return int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        return 0  # it ended meanwhile


def processor_seconds(pids: Iterable[int]) -> float:
    """Seconds that the threads of these processes have spent on a processor, to the nanosecond."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            for thread in (PROC / str(pid) / "task").iterdir():
                with suppress(OSError):
                    total += int((thread / "schedstat").read_text().split()[0])
    return total / 1e9


def resident_bytes(pids: Iterable[int]) -> int:
    """Memory that these processes alone hold."""
    total = 0
    for pid in pids:
        with suppress(OSError):
            for line in (PROC / str(pid) / "smaps_rollup").read_text().splitlines():
                if line.startswith(("Private_Clean:", "Private_Dirty:")):
                    total += int(line.split()[1]) * 1024
    return total
