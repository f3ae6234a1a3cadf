"""The servers of the tests are real, and come back after a crash."""

import socket

import psycopg
import pytest
from pytest_socket import SocketConnectBlockedError

from tests.support.engines import Engine, PostgreSQL
from tests.support.redis import Redis, listens


def test_redis_answers(redis: Redis) -> None:
    with socket.create_connection(("127.0.0.1", redis.port)) as connection:
        connection.sendall(b"PING\r\n")
        assert connection.recv(20) == b"+PONG\r\n"


def test_redis_comes_back_after_a_crash() -> None:
    server = Redis()
    server.start()
    server.kill()
    assert not listens(server.port)
    server.start()
    assert listens(server.port)
    server.stop()


@pytest.mark.engine("postgresql")
def test_postgresql_keeps_what_it_acknowledged_through_a_crash(engine: Engine) -> None:
    assert isinstance(engine, PostgreSQL)
    engine.copy("crash")
    with psycopg.connect(engine.url("crash"), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('acknowledged')")
    engine.cluster.kill()
    engine.cluster.launch()
    with psycopg.connect(engine.url("crash")) as connection:
        assert connection.execute("SELECT word FROM kept").fetchall() == [("acknowledged",)]
    engine.drop("crash")


def test_the_network_is_closed() -> None:
    with pytest.warns(UserWarning, match="192.0.2.1"), pytest.raises(SocketConnectBlockedError):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
