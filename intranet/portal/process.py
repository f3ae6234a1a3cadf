"""One process on the embedded default: what it may share with another, and the task worker inside it."""

import fcntl
import logging
import os
import socket
import threading
import time
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker

from realtime.recurring.tasks import keep_going

logger = logging.getLogger(__name__)

IN_MEMORY = "channels.layers.InMemoryChannelLayer"
WORKER_PAUSE = 1.0  # seconds between two looks for tasks, and after a failure of the database


class PortTaken(Exception):
    """Another program listens there."""


class BellHeld(Exception):
    """Another process serves this data with a bell that only it can hear; the message is what it said of itself."""


def check_port(host: str, port: int) -> None:
    """Raise `PortTaken` when nothing new can listen at `host` and `port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise PortTaken(str(error)) from error


def hold_bell(address: str) -> IO[str] | None:
    """Claim the in-memory bell of this data for as long as the returned file stays open; leave word of `address`.

    Return `None` when the bell rings between processes and needs no claim. Raises `BellHeld`.
    """
    if settings.CHANNEL_LAYERS["default"]["BACKEND"] != IN_MEMORY:
        return None
    claim = lock_path().open("a+")
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        claim.seek(0)
        words = claim.read()
        claim.close()
        raise BellHeld(words) from error
    claim.truncate(0)
    claim.write(f"{address} (process {os.getpid()})")
    claim.flush()
    return claim


def lock_path() -> Path:
    """Return the file that stands for the data: beside the database when it is a file, else in PARVIS_DATA."""
    Path(settings.DATA_DIR).mkdir(parents=True, exist_ok=True)
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        database.parent.mkdir(parents=True, exist_ok=True)
        return database.with_name(f"{database.name}.lock")
    return Path(settings.DATA_DIR) / "bell.lock"


class TaskWorker(threading.Thread):
    """Runs the queued tasks beside the server, and goes on after a failure of the database."""

    def __init__(self) -> None:
        super().__init__(name="tasks", daemon=True)
        self.worker = Worker(
            queue_names=["*"],
            interval=WORKER_PAUSE,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=f"{socket.gethostname()[:40]}-{os.getpid()}",
            excluded_queue_names=[],
        )

    def run(self) -> None:
        while self.worker.running:
            try:
                keep_going(at=timezone.now())
                self.worker.run()
            except Exception:
                logger.exception("The task worker failed and starts again.")
                time.sleep(WORKER_PAUSE)

    def stop(self, seconds: float = 5.0) -> None:
        """End after the task under way, waiting for it at most `seconds`; a task cut short is run again later."""
        self.worker.running = False
        if self.is_alive():
            self.join(seconds)
