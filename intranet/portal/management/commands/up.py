"""`python3 manage.py up`: from a fresh clone to a served Parvis, with progress all the way."""

import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils.translation.reloader import translation_file_changed
from django_vite.core.asset_loader import DjangoViteAssetLoader

from deploy import frontend, messages
from deploy.progress import Step, StepFailed, say, step
from intranet.accounts.models import User
from intranet.portal.process import BellHeld, PortTaken, TaskWorker, check_port, hold_bell
from realtime.live.server import make_server

DEMO_DOMAIN = ".example"  # reserved for examples: nobody's real address ends so
LOOPBACK = "127.0.0.1"


class Command(BaseCommand):
    help = "Sets everything up, seeds a living demo company when the database is empty, and serves Parvis."
    requires_system_checks: list[str] = []  # they look at the front end, which is built first

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: 8000)")
        parser.add_argument("--host", default=LOOPBACK, help=f"address to listen on (default: {LOOPBACK})")
        parser.add_argument("--no-demo", action="store_true", help="start empty, for a company of your own")
        parser.add_argument(
            "--reset-demo", action="store_true", help="forget what happened in the demo and seed it anew"
        )

    def handle(self, *args: Any, host: str, port: int, no_demo: bool, reset_demo: bool, **options: Any) -> None:
        address = f"http://{'localhost' if host == LOOPBACK else host}:{port}"
        claim = claim_place(host, port, address)
        if not settings.PARVIS_ORIGINS:
            settings.PARVIS_ADDRESS = address
        try:
            prepare(no_demo=no_demo, reset_demo=reset_demo)
            serve(host, port, address)
        except StepFailed as failure:
            raise CommandError(f"{failure.tail()}\n\nThis step failed: {failure.title}.") from failure
        except KeyboardInterrupt:
            say("Stopped.")
        finally:
            if claim is not None:
                claim.close()


def claim_place(host: str, port: int, address: str) -> Any:
    """Return the claim on this data's bell, to be closed at the end. Raises `CommandError` with what to do instead."""
    try:
        claim = hold_bell(address)
        check_port(host, port)
    except BellHeld as held:
        raise CommandError(
            f"Parvis already serves this data at {held}.\n"
            "Open that address, or stop that process with Ctrl+C first. One process alone can ring an in-memory bell; "
            "to serve from several, set PARVIS_REDIS_URL."
        ) from held
    except PortTaken as taken:
        raise CommandError(
            f"Port {port} is taken: {taken}.\nChoose another: python3 manage.py up --port {port + 1}"
        ) from taken
    return claim


def prepare(*, no_demo: bool, reset_demo: bool) -> None:
    """Bring everything that is made up to date: front end, catalogs, database, demo."""
    say("Parvis: getting ready")
    with ThreadPoolExecutor(1) as pool:
        building = pool.submit(frontend.build)
        if messages.compile_all():
            translation_file_changed(None, Path("django.mo"))  # Django may have read the catalogs as they were
        if reset_demo:
            forget_demo()
        migrate()
        building.result()
    DjangoViteAssetLoader._instance = None  # it read the manifest when Django started, before the build
    with step("checks"):
        call_command("check", stdout=StringIO())
    if not no_demo and not User.objects.exists():
        with step("demo company") as current:
            call_command("seed_demo", stdout=Notes(current))


def migrate() -> None:
    """Bring the database to the current schema, telling which migration is under way."""
    with step("database") as current:
        call_command("migrate", interactive=False, stdout=Notes(current))


class Notes(StringIO):
    """Takes what a command prints as the notes of a step."""

    def __init__(self, current: Step) -> None:
        super().__init__()
        self.current = current

    def write(self, words: str) -> int:
        if words.strip(". \n"):
            self.current.note(words.strip(". \n"))
        return len(words)


def forget_demo() -> None:
    """Empty the database, provided that it holds the demo and nothing else."""
    if "accounts_user" not in connection.introspection.table_names():
        return
    if User.objects.exclude(email__endswith=DEMO_DOMAIN).exists():
        raise CommandError("There are real people in this database: --reset-demo leaves it alone.")
    with step("forgetting the demo"):
        empty_database()
        shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


def empty_database() -> None:
    if connection.vendor == "sqlite":
        connection.close()
        database = Path(connection.settings_dict["NAME"])
        for ending in ("", "-wal", "-shm"):
            database.with_name(database.name + ending).unlink(missing_ok=True)
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")


def serve(host: str, port: int, address: str) -> None:
    """Serve until SIGINT or SIGTERM, then stop the tasks and return."""
    tasks = TaskWorker()
    server = make_server(host, port)
    welcome = f"\nParvis is at {address}\n{who_can_sign_in()}\nStop with Ctrl+C.\n"
    server.ready_callable = partial(get_ready, server.ready_callable, tasks, welcome)
    try:
        server.run()
    finally:
        tasks.stop()
    say("Stopped.")


def get_ready(get_server_ready: Callable[[], None], tasks: TaskWorker, welcome: str) -> None:
    """Just before serving: start the tasks and say where Parvis is, once signals end us in order."""
    get_server_ready()
    tasks.start()
    say(welcome)


def who_can_sign_in() -> str:
    """Return a line that tells a newcomer how to get in."""
    if not User.objects.exists():
        return "Nobody can sign in yet. Make the first administrator: python3 manage.py createsuperuser"
    if settings.PARVIS_DEMO and User.objects.filter(email__endswith=DEMO_DOMAIN).exists():
        return "The sign-in page offers the people of the demo company: choose one, then another in a second browser."
    return "Sign in with your e-mail address and password."
