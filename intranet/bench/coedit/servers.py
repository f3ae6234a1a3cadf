"""Those who take turns: ours on each database, and y-websocket."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings

from intranet.bench.live.field import Say
from intranet.bench.live.servers.base import Absent, Program, free_port
from intranet.bench.live.servers.parvis import Ours
from intranet.bench.live.servers.peers import find_node

PACKAGES = ("y-websocket@2.1.0", "yjs@13", "ws@8")  # the last with a server of its own, and what it wants
Line = dict[str, Any]  # where an editor connects, as the typist reads it


class Pages(Ours):
    """Ours, with pages that everybody writes: signed in, with rights, acknowledged after the commit."""

    people = "intranet.bench.coedit.house"

    def lines(self, count: int, page: int) -> list[Line]:
        """The addresses of `count` editors of one page, shared among the processes."""
        return [
            {
                "url": f"ws://127.0.0.1:{port}/live/documents/{self.house['documents'][page]}?protocol=1",
                "headers": {"Cookie": f"sessionid={session}", "Origin": f"http://127.0.0.1:{port}"},
            }
            for number, session in enumerate(self.house["sessions"][:count])
            for port in [self.ports[number % len(self.ports)]]
        ]


class YWebsocket(Program):
    """The server that comes with y-websocket. Nobody signs in, and nothing is kept."""

    name = "y-websocket"
    about = "the server of y-websocket 2.1 on Node: broadcast and a copy in memory; no person, no right, nothing kept"

    def __init__(self, folder: Path, modules: Path) -> None:
        super().__init__(folder)
        self.modules = modules

    def start(self, clients: int) -> None:
        node, _ = find_node()
        self.ports = [free_port()]
        environment = {**os.environ, "HOST": "127.0.0.1", "PORT": str(self.ports[0])}
        self.launch([node, self.modules / "node_modules" / "y-websocket" / "bin" / "server.cjs"], environment)
        self.wait_for_ports()

    def lines(self, count: int, page: int) -> list[Line]:
        return [{"url": f"ws://127.0.0.1:{self.ports[0]}/page-{page}", "headers": {}} for _ in range(count)]


Side = Pages | YWebsocket


@contextmanager
def sides(chosen: tuple[str, ...], people: int, say: Say) -> Iterator[tuple[list[Side], Path]]:
    """The chosen servers, up, and the folder with the packages of the typist. Raises Absent without Node or npm."""
    base = settings.BASE_DIR / "var" / "bench"
    base.mkdir(parents=True, exist_ok=True)
    modules = fetched(base / "coedit")
    with ExitStack() as stack:
        up: list[Side] = []
        for name in chosen:
            side = made(name, base, modules, stack)
            stack.callback(side.stop)
            side.start(people)
            say(f"  {side.name:20} {side.about}")
            up.append(side)
        yield up, modules


def fetched(folder: Path) -> Path:
    """The folder into which npm put the packages, now or before. Raises Absent."""
    folder.mkdir(exist_ok=True)
    if (folder / "node_modules" / "y-websocket").is_dir():
        return folder
    _, npm = find_node()
    command = [*npm, "install", "--no-audit", "--no-fund", "--silent", "--omit=optional", "--prefix", str(folder)]
    if not Fetch(folder).call(*command, *PACKAGES):
        raise Absent(f"the npm packages {', '.join(PACKAGES)} (they could not be fetched)")
    return folder


class Fetch(Program):
    """What brings packages, with its log beside them."""

    def start(self, clients: int) -> None:
        """Nothing to serve."""


def made(name: str, base: Path, modules: Path, stack: ExitStack) -> Side:
    """A server that is not up yet; what it needs is gone with `stack`."""
    folder = Path(stack.enter_context(TemporaryDirectory(dir=base, ignore_cleanup_errors=True)))
    if name == "y-websocket":
        return YWebsocket(folder, modules)
    if name == "sqlite":
        return on_sqlite(folder, stack)
    return on_postgres(folder, stack, processes=2 if name == "two" else 1)


def on_sqlite(folder: Path, stack: ExitStack) -> Pages:
    from tests.support.engines import SQLite

    engine = SQLite(folder)
    stack.callback(engine.stop)
    return Pages("ours, SQLite", "SQLite with synchronous=FULL, one process", folder, engine)


def on_postgres(folder: Path, stack: ExitStack, *, processes: int) -> Pages:
    from tests.support.engines import PostgreSQL
    from tests.support.redis import Redis

    engine = PostgreSQL(fsync="on")
    stack.callback(engine.stop)
    engine.start()
    beside = [engine.cluster.process] if engine.cluster.process else []
    redis_url = ""
    if processes > 1:
        redis = Redis()
        redis.start()
        stack.callback(redis.stop)
        beside += [redis.process] if redis.process else []
        redis_url = redis.url
    name = "ours, PostgreSQL" if processes == 1 else f"ours, PostgreSQL x{processes}"
    about = f"PostgreSQL with fsync, {'one process' if processes == 1 else 'two processes and Redis'}"
    return Pages(name, about, folder, engine, redis_url=redis_url, processes=processes, beside=beside)
