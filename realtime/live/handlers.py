"""The actions that every client knows: watch, unwatch, ping, typing."""

from typing import Any

from intranet.accounts.policy import Audience, Policy
from realtime.live.actions import Frame, Seq, StreamName, action
from realtime.live.connection import Connection
from realtime.live.process import the_hub


class OnStream(Frame):
    stream: StreamName


class WatchFrame(OnStream):
    after: Seq | None = None
    quiet: bool = False  # from a list of conversations: watching it is not being in it


@action("watch", policy=Policy(Audience.PERSON, "stream"), schema=WatchFrame)
async def watch(connection: Connection, frame: WatchFrame) -> dict[str, Any]:
    """Sends the stream's events after `after`, then the live ones; from the head when `after` is not said."""
    kind, key = frame.stream.split(":")
    return {
        "stream": frame.stream,
        "head": await the_hub().watch(connection, kind, int(key), frame.after, quiet=frame.quiet),
    }


@action("unwatch", policy=Policy(Audience.PERSON), schema=OnStream)
async def unwatch(connection: Connection, frame: OnStream) -> dict[str, Any]:
    """Stops sending the stream."""
    the_hub().unwatch(connection, frame.stream)
    return {"stream": frame.stream}


@action("ping", policy=Policy(Audience.PERSON), schema=Frame)
async def ping(connection: Connection, frame: Frame) -> dict[str, Any]:
    """Answers, so that a client knows its socket is alive."""
    return {}


@action("typing", policy=Policy(Audience.PERSON), schema=OnStream)
async def typing(connection: Connection, frame: OnStream) -> None:
    """Lets the others who watch the stream see, for a few seconds, that this person is writing."""
    the_hub().presence.typing(connection, frame.stream)
