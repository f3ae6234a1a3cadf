"""The shared cache may be away: nothing is known then, and no page breaks."""

from typing import Any

import pytest

from intranet.settings.caches import ForgivingRedisCache
from tests.support.redis import Redis

KNOWN: list[tuple[str, tuple[Any, ...], Any]] = [
    ("add", ("new", 1), True),
    ("get", ("a", "nothing"), "nothing"),
    ("set", ("a", 2), None),
    ("touch", ("a",), False),
    ("delete", ("a",), False),
    ("get_many", (["a", "b"],), {}),
    ("has_key", ("a",), False),
    ("set_many", ({"a": 3},), []),
    ("delete_many", (["a"],), None),
]


@pytest.fixture
def cache(redis: Redis) -> ForgivingRedisCache:
    return ForgivingRedisCache(redis.url, {"OPTIONS": {"socket_timeout": 1, "socket_connect_timeout": 1}})


def test_it_keeps_what_it_is_given(cache: ForgivingRedisCache) -> None:
    cache.set("counted", 1)

    assert (cache.add("counted", 5), cache.incr("counted"), cache.get("counted")) == (False, 2, 2)


@pytest.mark.parametrize(("method", "words", "answer"), KNOWN, ids=[name for name, _, _ in KNOWN])
def test_away_it_knows_nothing(method: str, words: tuple[Any, ...], answer: Any) -> None:
    away = ForgivingRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 1}})

    assert getattr(away, method)(*words) == answer


def test_away_it_counts_nothing() -> None:
    away = ForgivingRedisCache("redis://127.0.0.1:1/0", {"OPTIONS": {"socket_connect_timeout": 1}})

    with pytest.raises(ValueError, match="tries"):
        away.incr("tries")
