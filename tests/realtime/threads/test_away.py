"""Saying something while it cannot be written: the words are kept, and nobody is told it was said."""

import uuid
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from realtime.live.writer import WriterBusy, writer
from realtime.threads.models import Message, Thread
from tests.realtime.live.cast import person, thread

pytestmark = pytest.mark.django_db


def full(*args: Any) -> "Future[Any]":
    raise WriterBusy


def lost(*args: Any) -> "Future[Any]":
    promise: Future[Any] = Future()
    promise.set_exception(OperationalError("database or disk is full"))
    return promise


def silent(*args: Any) -> "Future[Any]":
    return Future()


@pytest.fixture(params=[full, lost, silent])
def away(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    submit: Callable[..., Any] = request.param
    monkeypatch.setattr(writer, "submit", submit)
    monkeypatch.setattr("realtime.threads.writer.PATIENCE", 0.05)


@pytest.fixture
def where() -> Thread:
    ada = person(language="en")
    return thread(ada)


def post(where: Thread, **headers: str) -> Any:
    browser = Client()
    assert where.space.created_by
    browser.force_login(where.space.created_by)
    words = {"body": "Typed with care", "client_id": str(uuid.uuid4())}
    return browser.post(reverse("threads:message_post", args=[where.pk]), words, headers=headers)


@pytest.mark.usefixtures("away")
def test_a_form_comes_back_with_its_words(where: Thread) -> None:
    page = post(where)

    assert page.status_code == 503
    assert "Typed with care</textarea>" in page.content.decode()
    assert "Your words are kept here" in page.content.decode()
    assert not Message.objects.exists()


@pytest.mark.usefixtures("away")
def test_a_script_is_told_to_try_again(where: Thread) -> None:
    answer = post(where, **{"X-Requested-With": "fetch"})

    assert answer.status_code == 503
    assert "send them again" in answer.json()["message"]
