"""What a client may ask about conversations over the socket."""

from typing import Annotated, Any

from pydantic import Field

from intranet.accounts.policy import Audience, Policy
from realtime.live.actions import ClientId, Frame, Later, Seq, action
from realtime.live.connection import Connection
from realtime.live.writer import writer
from realtime.threads.posting import Draft, Posted, post_messages


class SayFrame(Frame):
    thread: Annotated[Seq, Field(ge=1)]
    cid: ClientId
    body: str
    reply_to: Annotated[Seq, Field(ge=1)] | None = None


@action("say", policy=Policy(Audience.PERSON, "thread"), schema=SayFrame)
async def say(connection: Connection, frame: SayFrame) -> Later:
    """Says something in a thread; answered after the commit, the same way for every retry of `cid`."""
    draft = Draft(connection.person_id, frame.thread, frame.cid, frame.body, frame.reply_to)
    return Later(writer.submit(post_messages, draft), said)


def said(posted: Posted) -> dict[str, Any]:
    message = posted.message
    return {"id": message.pk, "seq": message.seq, "cid": str(message.client_id)}
