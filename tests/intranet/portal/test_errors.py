"""What fails on our side is said as what it is: away for a moment, or broken."""

from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client

from intranet.accounts.models import User
from realtime.live.writer import WriterBusy

pytestmark = pytest.mark.django_db


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch, somebody: User) -> Any:
    """A browser, and a home page that raises what it is told to."""

    def visit(error: Exception) -> Any:
        def fail(*args: Any, **more: Any) -> None:
            raise error

        monkeypatch.setattr("realtime.live.views._asked", fail)
        browser = Client(raise_request_exception=False)
        browser.force_login(somebody)
        return browser.get("/live/poll")

    return visit


@pytest.fixture
def somebody() -> User:
    from tests.realtime.live.cast import person

    return person(language="en")


@pytest.mark.parametrize("error", [OperationalError("the database is away"), InterfaceError("closed"), WriterBusy()])
def test_a_database_that_is_away_is_no_fault_of_ours(failing: Any, error: Exception) -> None:
    answer = failing(error)

    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "Not at this moment" in answer.content.decode()


def test_what_we_did_wrong_is_still_our_fault(failing: Any) -> None:
    answer = failing(RuntimeError("a mistake"))

    assert answer.status_code == 500
    assert "Something broke on our side" in answer.content.decode()
