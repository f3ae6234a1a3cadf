"""Django's test database as a copy of the template, put back as it was after every test that commits."""

from collections.abc import Iterator

import pytest
from django.test import TransactionTestCase
from pytest_django.plugin import DjangoDbBlocker

from tests.support.engines import TEST, Engine


def close_connections() -> None:
    """Close this thread's connection to the test database, and the pool behind it."""
    from django.db import connection

    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()


@pytest.fixture(scope="session")
def django_db_setup(
    engine: Engine, django_test_environment: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Stand in for pytest-django's own: a copy of the template instead of a migration, a fresh copy instead of a flush.

    A flush would also empty what the migrations put there: languages, sites, the root page, permissions.
    """

    def put_back(case: TransactionTestCase) -> None:
        close_connections()
        engine.copy(TEST)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", put_back)
        with django_db_blocker.unblock():
            close_connections()
            engine.copy(TEST)
        yield
        with django_db_blocker.unblock():
            close_connections()
