"""What a client may ask about conversations over the socket."""

from typing import Annotated, Any

from pydantic import Field

from intranet.accounts.policy import Audience, Policy
from realtime.live.actions import ClientId, Frame, Later, Seq, action
from realtime.live.connection import Connection
from realtime.live.process import the_hub
from realtime.live.writer import writer
from realtime.threads.posting import Draft, Posted, post_messages

FileToken = Annotated[str, Field(pattern=r"\A[A-Za-z0-9_-]{1,32}\z")]


class SayFrame(Frame):
    thread: Annotated[Seq, Field(ge=1)]
    cid: ClientId
    body: str
    reply_to: Annotated[Seq, Field(ge=1)] | None = None
    files: list[FileToken] = Field(default_factory=list)  # how many is for the service to say


@action("say", policy=Policy(Audience.PERSON, "thread"), schema=SayFrame)
async def say(connection: Connection, frame: SayFrame) -> Later:
    """Says something in a thread; answered after the commit, the same way for every retry of `cid`."""
    draft = Draft(
        connection.person_id, frame.thread, frame.cid, frame.body, frame.reply_to, file_tokens=tuple(frame.files)
    )
    the_hub().presence.wrote(connection, f"thread:{frame.thread}")
    return Later(writer.submit(post_messages, draft), said)


def said(posted: Posted) -> dict[str, Any]:
    message = posted.message
    answer = {"id": message.pk, "seq": message.seq, "cid": str(message.client_id)}
    return answer | {"unheard": list(message.unheard)} if message.unheard else answer
