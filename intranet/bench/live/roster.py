"""Who takes part: ours on each database, the limit, the tutorial, and the peers that are found."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from django.conf import settings

from intranet.bench.live.field import Say
from intranet.bench.live.servers.base import Server
from intranet.bench.live.servers.parvis import Parvis
from intranet.bench.live.servers.peers import Limit, NodeWs, Tutorial
from intranet.bench.live.servers.xmpp import Ejabberd

OURS = "ours, SQLite"
NAMES = ("sqlite", "postgres", "two", "limit", "tutorial", "ejabberd", "node")


@contextmanager
def roster(chosen: tuple[str, ...], *, peers: bool, say: Say) -> Iterator[list[Server]]:
    """The chosen servers, not begun yet, with folders and databases that are gone afterwards."""
    base = settings.BASE_DIR / "var" / "bench"
    base.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=base, ignore_cleanup_errors=True)))
        servers = [server for name in chosen if (server := made(name, folder, stack, peers=peers, say=say))]
        yield servers


def made(name: str, base: Path, stack: ExitStack, *, peers: bool, say: Say) -> Server | None:
    folder = base / name
    folder.mkdir()
    match name:
        case "sqlite":
            return on_sqlite(folder, stack)
        case "postgres" | "two":
            return on_postgres(folder, stack, processes=2 if name == "two" else 1, say=say)
        case "limit":
            return Limit(folder)
        case "tutorial":
            return Tutorial(folder)
        case "ejabberd":
            return Ejabberd(folder, install=peers)
    return NodeWs(folder, install=peers)


def on_sqlite(folder: Path, stack: ExitStack) -> Server:
    """Ours as `up` serves it."""
    from tests.support.engines import SQLite

    engine = SQLite(folder)
    stack.callback(engine.stop)
    return Parvis(OURS, "SQLite with synchronous=FULL, one process", folder, engine)


def on_postgres(folder: Path, stack: ExitStack, *, processes: int, say: Say) -> Server | None:
    """Ours on a PostgreSQL of its own that syncs every commit; with a Redis too for more than one process."""
    from tests.support.engines import PostgreSQL
    from tests.support.missing import Missing
    from tests.support.redis import Redis

    engine = PostgreSQL(fsync="on")
    redis = Redis() if processes > 1 else None
    stack.callback(engine.stop)
    try:
        engine.start()
        if redis:
            redis.start()
            stack.callback(redis.stop)
    except Missing as missing:
        say(f"  ours on PostgreSQL: not here. {missing}")
        return None
    name = "ours, PostgreSQL" if processes == 1 else f"ours, PostgreSQL x{processes}"
    about = f"PostgreSQL with fsync, {'one process' if processes == 1 else 'two processes and Redis'}"
    beside = [program.process for program in (engine.cluster, redis) if program and program.process]
    redis_url = redis.url if redis else ""
    return Parvis(name, about, folder, engine, redis_url=redis_url, processes=processes, beside=beside)
