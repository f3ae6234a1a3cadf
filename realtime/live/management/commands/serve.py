"""One serving process. Run as many as there are cores, behind a proxy; past one, PARVIS_REDIS_URL is needed."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "Serve pages and live sockets until SIGINT or SIGTERM."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--unix", default="", help="a Unix socket instead of a port")

    def handle(self, *args: Any, host: str, port: int, unix: str, **options: Any) -> None:
        from realtime.live.server import make_server

        make_server(host, port, unix=unix, proxied=settings.PARVIS_PROXIED).run()
