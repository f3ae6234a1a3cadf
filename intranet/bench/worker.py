"""The process of a house: reads one request a line, does it, answers one line of JSON."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import django


class Meter:
    """What one act costs: statements, time on the clock, time of the processors, here and in the database's server."""

    def __init__(self) -> None:
        from django.db import connection

        self.connection = connection
        self.statements: list[str] = []
        self.in_database = 0.0

    def measure(self, act: Callable[[], None]) -> dict[str, Any]:
        servers = self.servers()
        before = sum(map(processor_time, servers))
        with self.connection.execute_wrapper(self.watch):
            started, used = time.perf_counter(), time.process_time()
            act()
            wall, cpu = time.perf_counter() - started, time.process_time() - used
        cpu += sum(map(processor_time, servers)) - before
        asked = [sql for sql in self.statements if not sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE"))]
        return {"queries": len(asked), "wall": wall, "cpu": cpu, "database": self.in_database}

    def watch(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.in_database += time.perf_counter() - started
            self.statements.append(sql)

    def servers(self) -> list[int]:
        """The processes that serve this database, where it has some."""
        if self.connection.vendor != "postgresql":
            return []
        with self.connection.cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
            return [row[0] for row in cursor.fetchall()]


def processor_time(process: int) -> float:
    """Seconds a process of this machine has run, to the nanosecond; 0 where the system does not say."""
    try:
        return int(Path(f"/proc/{process}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return 0.0


def main() -> None:
    django.setup()
    from intranet.bench.reading import Visit
    from intranet.bench.seeding import Size, fill

    visit: Visit | None = None
    told: Any
    for line in sys.stdin:
        what = json.loads(line)
        if what["do"] == "fill":
            told = fill(Size(what["threads"], what["messages"]), seed=what["seed"])
            visit = Visit(told)
        elif what["do"] in ("fill_quarter", "close_quarter"):
            told = of_quarter(what)
        elif what["do"] == "explain":
            told = explain(visit, what["act"])
        else:
            assert visit is not None  # it was filled first
            told = Meter().measure(visit.acts()[what["act"]])
            visit.after(what["act"])
        print(json.dumps(told), flush=True)


def of_quarter(what: dict[str, Any]) -> dict[str, Any]:
    from intranet.bench import quarter

    if what["do"] == "close_quarter":
        return quarter.close()
    return quarter.fill(what["people"], what["facts"], seed=what["seed"])


def explain(visit: Any, act: str) -> list[str]:
    """The statements of an act with the plan of each, the longest in the database first."""
    from django.db import connection

    heard: list[tuple[float, str, Any]] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            heard.append((time.perf_counter() - started, sql, params))

    with connection.execute_wrapper(watch):
        visit.acts()[act]()
    told = []
    for seconds, sql, params in sorted(heard, key=lambda one: -one[0])[:3]:
        plan = "EXPLAIN ANALYZE " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
        lines = []
        if sql.startswith("SELECT"):
            with connection.cursor() as cursor:
                cursor.execute(plan + sql, params)
                lines = [str(row[-1]) for row in cursor.fetchall()]
        told.append(f"{seconds * 1000:.1f} ms  {sql[:2000]}\n    " + "\n    ".join(lines))
    return told


if __name__ == "__main__":
    main()
