"""What a run found, as tables a person reads and as JSON a program does."""

import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from intranet.bench.live.goals import Verdict, kilobytes, of
from intranet.bench.live.scenes import Findings
from intranet.bench.live.slots import Slot, quartiles

WIDTH = 140


def tables(slots: Sequence[Slot], findings: Findings, verdicts: Sequence[Verdict], names: Sequence[str]) -> str:
    """The whole report."""
    scenarios = list(dict.fromkeys(slot.scenario for slot in slots if slot.scenario != "E level"))
    parts = [scenario_table(scenario, of(slots, scenario), names) for scenario in scenarios]
    parts += [stall_table(findings, names)] if findings.stalls else []
    parts += [weight_table(findings, names)] if findings.connection_bytes else []
    return drawn([*parts, verdict_table(verdicts)])


def scenario_table(scenario: str, slots: Sequence[Slot], names: Sequence[str]) -> Table:
    columns = ["deliveries/s", "acked/s", "CPU us/delivery", "bytes", "receipt p50", "p99", "ack p50", "p99 ms", "told"]
    table = begun(title_of(scenario), "server", *columns)
    for name in names:
        if mine := [slot for slot in slots if slot.server == name]:
            table.add_row(name, *row(mine))
    return table


def row(slots: Sequence[Slot]) -> list[str]:
    """The middle of each figure; `told` is what arrived of what should have, all turns together."""
    delivered = sum(slot.deliveries for slot in slots)
    expected = sum(int(slot.counted["expected"]) for slot in slots)
    return [
        middle((slot.deliveries_a_second for slot in slots), ",.0f"),
        middle((slot.acknowledged_a_second for slot in slots), ",.0f"),
        spread(slot.microseconds for slot in slots),
        middle((slot.counted["bytes"] / max(1, slot.deliveries) for slot in slots), ",.0f"),
        *(middle((slot.counted[name] for slot in slots), ",.1f") for name in LATENCIES),
        told(delivered, expected, sum(slot.faults for slot in slots)),
    ]


LATENCIES = ("receipt_p50", "receipt_p99", "ack_p50", "ack_p99")


def told(delivered: int, expected: int, faults: int) -> str:
    if not expected:
        return "-"
    return "all" if delivered == expected and not faults else f"{delivered / expected:.2%}, {faults:,} faults"


def title_of(scenario: str) -> str:
    """A scenario in words."""
    letter, rest = scenario[0], scenario[1:]
    if letter == "A":
        watchers, outstanding = rest.split("/")
        return f"A. Fan-out to {int(watchers):,}, {outstanding} outstanding"
    words = {
        "B": f"B. {rest} messages a second",
        "C": "C. Senders who say their next when the last is acknowledged",
        "D": f"D. {rest} come back at once, twenty messages behind (CPU in the goals is of the whole return)",
        "E": f"E. 20 messages of 16 kB a second,{rest}",
    }
    return words[letter]


def stall_table(findings: Findings, names: Sequence[str]) -> Table:
    table = begun("E. What one reader who does not read takes", "server", "in the process", "in the kernel")
    for name in names:
        if stall := findings.stalls.get(name):
            table.add_row(name, kilobytes(quartiles(stall.user).median), kilobytes(quartiles(stall.kernel).median))
    return table


def weight_table(findings: Findings, names: Sequence[str]) -> Table:
    table = begun("Memory of the process for each connection, at the last widening", "server", "each")
    for name in names:
        if name in findings.connection_bytes:
            table.add_row(name, kilobytes(findings.connection_bytes[name]))
    return table


def verdict_table(verdicts: Sequence[Verdict]) -> Table:
    table = begun("Goals: median (quartiles) of adjacent pairs of turns", "goal", "measured", "wanted", "")
    for verdict in verdicts:
        word = "met" if verdict.holds else "NOT MET" if verdict.is_strict else "not met"
        table.add_row(verdict.words, verdict.measured, verdict.goal, word)
    return table


def begun(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="", box=SIMPLE_HEAD, pad_edge=False)
    for place, column in enumerate(columns):
        table.add_column(column, justify="left" if place == 0 else "right", no_wrap=True)
    return table


def drawn(parts: Iterable[Table]) -> str:
    out = io.StringIO()
    console = Console(file=out, width=WIDTH, color_system=None)
    for part in parts:
        console.print(part)
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


def middle(figures: Iterable[float], form: str) -> str:
    return format(quartiles(figures).median, form)


def spread(figures: Iterable[float]) -> str:
    found = quartiles(figures)
    return f"{found.median:.1f} ({found.low:.1f}-{found.high:.1f})"


def write_json(path: Path, slots: Sequence[Slot], findings: Findings, verdicts: Sequence[Verdict]) -> None:
    """Everything that was counted."""
    kept: dict[str, Any] = {
        "slots": [asdict(slot) for slot in slots],
        "findings": asdict(findings),
        "verdicts": [asdict(verdict) for verdict in verdicts],
    }
    path.write_text(json.dumps(kept, indent=1) + "\n")
