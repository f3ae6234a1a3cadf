"""A mail server of a few lines that takes, refuses or cuts off, letter by letter, as a test says."""

import socketserver
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

CUT = b""


class MailServer(socketserver.ThreadingTCPServer):
    """Each fate is one letter's: the command at which it is met, and the answer, CUT for none and the line cut.

    The letters after the last fate are taken. After `most_lines` lines have come the server is closed for others.
    """

    daemon_threads = True

    def __init__(self, fates: Iterable[tuple[str, bytes]], most_lines: int) -> None:
        super().__init__(("127.0.0.1", 0), Talk)
        self.fates, self.most_lines = iter(fates), most_lines
        self.lines = 0
        self.taken: list[str] = []  # to whom


class Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.server.lines += 1
        self.say(b"220 here" if self.server.lines <= self.server.most_lines else b"421 too many")
        while command := self.rfile.readline().decode().strip():
            if not self.answer(command):
                return

    def answer(self, command: str) -> bool:
        """Answers one command; returns whether the line stays."""
        verb = command[:4].upper()
        if verb == "MAIL":
            self.met_at, self.reply = next(self.server.fates, ("", CUT))
        elif verb == "RCPT":
            self.whose = command.split("<")[1].split(">")[0]
        if verb not in ("MAIL", "RCPT", "DATA"):
            self.say(b"221 bye" if verb == "QUIT" else b"250 well")
            return verb != "QUIT"
        if verb == "DATA" and self.met_at != "DATA":
            self.say(b"354 the words")
            while self.rfile.readline() != b".\r\n":
                pass
            verb = "WORDS"
        return self.meet(verb)

    def meet(self, verb: str) -> bool:
        if verb == self.met_at:
            if self.reply:
                self.say(self.reply)
            return bool(self.reply) and not self.reply.startswith(b"421")
        if verb == "WORDS":
            self.server.taken.append(self.whose)
        self.say(b"250 well")
        return not (verb == "WORDS" and self.met_at == "AFTER")

    def say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


@contextmanager
def mail_server(settings: Any, *fates: tuple[str, bytes], most_lines: int = 99) -> Iterator[MailServer]:
    """Letters go to such a server meanwhile."""
    with MailServer(fates, most_lines) as server:
        listening = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        listening.start()
        settings.EMAIL_BACKEND = "realtime.notifications.mail.line.Backend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address[:2]
        try:
            yield server
        finally:
            server.shutdown()
            listening.join()
