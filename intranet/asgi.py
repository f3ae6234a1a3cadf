"""What a server serves: pages by Django, sockets by the live transport."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "intranet.settings.base")
pages = get_asgi_application()

from channels.routing import ProtocolTypeRouter  # noqa: E402  # Django must be set up before

from intranet.routing import route  # noqa: E402

application = ProtocolTypeRouter({"http": pages, "websocket": route})
