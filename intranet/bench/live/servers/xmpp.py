"""ejabberd with its archive on: a room over WebSocket, each message kept by mod_mam."""

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from intranet.bench.live.generator import Dialect, upgrade
from intranet.bench.live.servers.base import Absent, Server, free_port

CONFIG = """
loglevel: warning
hosts: ["localhost"]
auth_method: anonymous
anonymous_protocol: sasl_anon
allow_multiple_connections: true
disable_sasl_mechanisms: []
listen:
  - port: {port}
    ip: "127.0.0.1"
    module: ejabberd_http
    request_handlers:
      /live/socket: ejabberd_http_ws
websocket_ping_interval: 60
websocket_timeout: 3600
max_fsm_queue: 1000000
shaper_rules:
  c2s_shaper: none
  max_user_sessions: 10000
access_rules:
  local:
    - allow
modules:
  mod_mam:
    default: always
    db_type: mnesia
  mod_muc:
    host: "rooms.localhost"
    access: all
    access_create: all
    access_mam: all
    max_users: 10000
    max_user_conferences: 100
    min_message_interval: 0
    min_presence_interval: 0
    history_size: 0
    default_room_options:
      max_users: 10000
      mam: true
      persistent: false
      presence_broadcast: []
"""
OPEN = "text <open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='localhost' version='1.0'/>"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
BIND = "urn:ietf:params:xml:ns:xmpp-bind"
ROOM = "bench@rooms.localhost"


class Ejabberd(Server):
    """One room for everybody, anonymous, without presences; acknowledged is what came back to whoever said it."""

    name = "ejabberd"
    about = "ejabberd, a room over WebSocket, anonymous, presences off, mod_mam in Mnesia; ack is one's own echo"

    def __init__(self, folder: Path, *, install: bool) -> None:
        super().__init__(folder)
        self.install = install
        self.clients = 0

    def start(self, clients: int) -> None:
        self.clients = clients
        control = self.find()
        self.ports = [free_port()]
        (self.folder / "ejabberd.yml").write_text(CONFIG.format(port=self.ports[0]))
        (self.folder / "ctl.cfg").touch()  # the machine's own would put the machine's own config in the place of ours
        places = ["--ctl-config", str(self.folder / "ctl.cfg"), "--config", str(self.folder / "ejabberd.yml")]
        places += ["--spool", str(self.folder / "spool")]
        places += ["--logs", str(self.folder / "logs"), "--node", f"bench{os.getpid()}@localhost"]
        for name in ("spool", "logs"):
            (self.folder / name).mkdir()
        own(self.folder)
        at_home = {**os.environ, "HOME": str(self.folder)}  # Erlang keeps its cookie there
        self.launch([*as_its_user(), control, *places, "foreground"], at_home)
        self.wait_for_ports()

    def find(self) -> str:
        """The command that runs it. Raises Absent."""
        control = shutil.which("ejabberdctl")
        if control is None and self.install and os.geteuid() == 0 and (apt := shutil.which("apt-get")):
            self.call(apt, "update")
            self.call(
                "env",
                "DEBIAN_FRONTEND=noninteractive",
                "RUNLEVEL=1",
                apt,
                "install",
                "--yes",
                "--no-install-recommends",
                "ejabberd",
            )
            control = shutil.which("ejabberdctl")
        if control is None:
            raise Absent("ejabberd (--peers installs it with apt, as root)")
        return control

    def dialect(self) -> Dialect:
        presence = (
            f"<presence xmlns='jabber:client' to='{ROOM}/n%1'><x xmlns='http://jabber.org/protocol/muc'/></presence>"
        )
        opening: Sequence[str] = [
            upgrade(self.ports[0], "Sec-WebSocket-Protocol: xmpp"),
            OPEN, "wait features", f"text <auth xmlns='{SASL}' mechanism='ANONYMOUS'/>", "wait <success",
            OPEN, "wait features",
            f"text <iq xmlns='jabber:client' type='set' id='b'><bind xmlns='{BIND}'><resource>r%1</resource></bind></iq>",
            "wait </bind>",
            f"text {presence}", "wait <subject",
        ]  # fmt: skip
        say = f"<message xmlns='jabber:client' to='{ROOM}' type='groupchat' id='m%R'><body>%B</body></message>"
        return Dialect(opening, say, ack="echo", clients=[[str(number)] for number in range(self.clients)])


def as_its_user() -> list[str]:
    """What begins the command when root gives it: Debian's ejabberdctl would use su, which allows 1,024 open files."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--reuid=ejabberd", "--regid=ejabberd", "--clear-groups"] if os.geteuid() == 0 and setpriv else []


def own(folder: Path) -> None:
    """Gives a folder to the user that ejabberd runs as when root starts it."""
    if os.geteuid() == 0:
        folder.parent.chmod(0o711)
        for place in [folder, *folder.rglob("*")]:
            shutil.chown(place, "ejabberd", "ejabberd")
