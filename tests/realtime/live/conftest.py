"""A served Parvis on the tests' own database: a test acts through Django and listens through sockets."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from realtime.live.bell import end_outside_bell
from tests.realtime.live.served import Served, serving
from tests.support.databases import close_connections
from tests.support.engines import TEST, Engine
from tests.support.redis import Redis

LAYER = "channels_redis.pubsub.RedisPubSubChannelLayer"


@pytest.fixture(scope="module")
def database(engine: Engine, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The address of the tests' database, shared with servers while a file's tests last, then put back."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock():
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # a test may act while its sockets wait,
        patch.setattr(connections, "_connections", threading.local())  # on one connection for all its tasks
        yield engine.url(TEST)
        close_connections()
        engine.copy(TEST)


@pytest.fixture(scope="module")
def bell(redis: Redis) -> Iterator[str]:
    """The address of the Redis through which this process rings the served ones."""
    layers: dict[str, Any] = {"default": {"BACKEND": LAYER, "CONFIG": {"hosts": [redis.url]}}}
    with override_settings(CHANNEL_LAYERS=layers, PARVIS_MANY_PROCESSES=True):
        yield redis.url
        end_outside_bell()


@pytest.fixture(scope="module")
def served(database: str, bell: str) -> Iterator[Served]:
    """One process that hears what the test commits."""
    with serving(database, PARVIS_REDIS_URL=bell) as running:
        yield running


@pytest.fixture
def url(served: Served) -> str:
    return served.urls[0]
