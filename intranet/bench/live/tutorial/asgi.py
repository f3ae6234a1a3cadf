"""The tutorial's consumer, saving each message through the ORM before it tells the group."""

import json
import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intranet.bench.live.tutorial.settings")
pages = get_asgi_application()

from typing import Any  # noqa: E402  # Django must be set up before

from channels.db import database_sync_to_async  # noqa: E402
from channels.generic.websocket import AsyncJsonWebsocketConsumer  # noqa: E402
from channels.routing import ProtocolTypeRouter  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.utils import timezone  # noqa: E402


class Message(models.Model):
    """What somebody said."""

    cid = models.UUIDField()
    body = models.TextField()
    posted_at = models.DateTimeField()

    class Meta:
        app_label = "tutorial"

    def __str__(self) -> str:
        return f"#{self.pk}"


class Conversation(AsyncJsonWebsocketConsumer):
    """Everybody in one group; whoever says something is answered when it is saved."""

    async def connect(self) -> None:
        await self.channel_layer.group_add("thread", self.channel_name)
        await self.accept()
        await self.send_json({"is": "welcome"})

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard("thread", self.channel_name)

    async def receive_json(self, content: dict[str, Any], **more: Any) -> None:
        if content["do"] == "watch":
            await self.send_json({"is": "ok", "ref": content["ref"]})
            return
        message = await save(content["cid"], content["body"])
        await self.channel_layer.group_send("thread", {"type": "message.posted", "event": shown(message)})
        await self.send_json({"is": "ok", "ref": content["ref"], "id": message.pk})

    @classmethod
    async def encode_json(cls, content: dict[str, Any]) -> str:
        """As ours: without spaces, so that events are of one size."""
        return json.dumps(content, separators=(",", ":"))

    async def message_posted(self, event: dict[str, Any]) -> None:
        await self.send_json(event["event"])


@database_sync_to_async
def save(cid: str, body: str) -> Message:
    message = Message(cid=cid, body=body, posted_at=timezone.now())
    message.save()
    return message


def shown(message: Message) -> dict[str, Any]:
    """An event as large as ours."""
    author = {"id": 1, "name": "Person 1", "photo": "", "is_guest": False}
    at = message.posted_at.isoformat()
    payload = {
        "id": message.pk, "seq": message.pk, "cid": str(message.cid), "author": author,
        "html": f"<p>{message.body}</p>", "body": message.body, "reply_to": None, "posted_at": at,
    }  # fmt: skip
    stream = {"is": "event", "stream": "thread:1", "seq": message.pk, "kind": "message.posted", "at": at}
    return {**stream, "payload": payload}


with connection.schema_editor() as editor:
    editor.create_model(Message)

application = ProtocolTypeRouter({"http": pages, "websocket": Conversation.as_asgi()})
