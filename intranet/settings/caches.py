"""The cache that several processes share."""

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


def or_else(name: str, otherwise: Any) -> Callable[..., Any]:
    """The method `name` of Django's cache, answering `otherwise` while Redis is away."""
    method = getattr(RedisCache, name)

    @wraps(method)
    def forgiving(self: RedisCache, *args: Any, **more: Any) -> Any:
        try:
            return method(self, *args, **more)
        except RedisError as error:
            logger.warning("The cache is away: %r", error)
            return otherwise

    return forgiving


class ForgivingRedisCache(RedisCache):
    """Redis as a cache that may be away: then nothing is known and nothing kept, and no page breaks for it.

    What counts in it (tries of a password, the pace of polling) counts no more for that time.
    """

    add = or_else("add", True)
    set = or_else("set", None)
    touch = or_else("touch", False)
    delete = or_else("delete", False)
    get_many = or_else("get_many", {})
    has_key = or_else("has_key", False)
    set_many = or_else("set_many", [])
    delete_many = or_else("delete_many", None)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        try:
            return super().get(key, default, version=version)
        except RedisError as error:
            logger.warning("The cache is away: %r", error)
            return default

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        """Raises ValueError while Redis is away, as for a key that is not there."""
        try:
            return int(super().incr(key, delta, version=version))
        except RedisError as error:
            raise ValueError(key) from error
