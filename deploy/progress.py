"""Saying what is being done while it is done: a line a step, its seconds, and a sign of life in between."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

SIGN_OF_LIFE = 4.0  # seconds of silence before a step says that it is still at work


class StepFailed(Exception):
    """A command ended badly. `output` holds all that it printed."""

    def __init__(self, title: str, output: str) -> None:
        super().__init__(title)
        self.title = title
        self.output = output

    def tail(self, lines: int = 20) -> str:
        return "\n".join(self.output.strip().splitlines()[-lines:])


class Step:
    """A step under way. Tell it where it stands with `note()`, and it repeats that while it lasts."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.started = time.monotonic()
        self._note = ""
        self._ended = threading.Event()

    def note(self, words: str) -> None:
        self._note = words

    def seconds(self) -> float:
        return time.monotonic() - self.started

    def tick(self) -> None:
        while not self._ended.wait(SIGN_OF_LIFE):
            say(f"     {self.seconds():5.0f} s  {self.title}: {self._note or 'still at work'}")

    def end(self, mark: str) -> None:
        self._ended.set()
        say(f"  {mark} {self.title} ({self.seconds():.1f} s)")


def say(words: str) -> None:
    print(words, file=sys.stdout, flush=True)


@contextmanager
def step(title: str) -> Iterator[Step]:
    """Announce `title`, give a sign of life every few seconds, and close with the seconds it took."""
    say(f"  · {title}")
    current = Step(title)
    threading.Thread(target=current.tick, daemon=True).start()
    try:
        yield current
    except BaseException:
        current.end("✗")
        raise
    current.end("✓")


def run(
    title: str,
    command: Sequence[str | os.PathLike[str]],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    on_line: Callable[[str], str | None] = lambda line: None,
) -> str:
    """Run `command` as the step `title` and return what it printed.

    `on_line` turns a printed line into the step's note, or `None` to leave it. Raises `StepFailed`.
    """
    with step(title) as current:
        with subprocess.Popen(
            command,
            cwd=cwd,
            env=None if env is None else {**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            output = "".join(follow(process, current, on_line))
        if process.returncode != 0:
            raise StepFailed(title, output)
    return output


def follow(process: "subprocess.Popen[str]", current: Step, on_line: Callable[[str], str | None]) -> Iterator[str]:
    """Yield each line that `process` prints, letting `on_line` tell from it where the step stands."""
    assert process.stdout is not None
    for line in process.stdout:
        note = on_line(line)
        if note is not None:
            current.note(note)
        yield line
