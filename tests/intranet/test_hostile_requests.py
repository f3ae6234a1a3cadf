"""Requests that no browser sends are answered as what they are: the sender's fault, never ours."""

import pytest
from django.test import Client

from tests.realtime.live.cast import person, session_of, thread

pytestmark = pytest.mark.django_db


KINDS = [
    "application/x-www-form-urlencoded; charset=utf-16",
    "multipart/form-data; charset=utf-16; boundary=x",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "multipart/form-data; boundary=" + "y" * 300,
    "text/plain; charset=nonsense",
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("address", ["/live/socket", "/nowhere/"])
def test_where_nothing_is_a_form_that_cannot_be_read_changes_nothing(kind: str, address: str) -> None:
    browser = Client(raise_request_exception=False, enforce_csrf_checks=True)
    browser.cookies["csrftoken"] = "c" * 32

    answer = browser.generic("POST", address, b"--x\r\nbody=\xff", content_type=kind)

    assert answer.status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_in_another_alphabet_is_a_bad_request(kind: str) -> None:
    ada = person()
    where = thread(ada)
    browser = Client(raise_request_exception=False, enforce_csrf_checks=True)
    browser.cookies["sessionid"] = session_of(ada)
    browser.cookies["csrftoken"] = "c" * 32

    answer = browser.generic(
        "POST", f"/threads/{where.pk}/say/", b"body=x", content_type=kind, headers={"X-CSRFToken": "c" * 32}
    )

    assert 400 <= answer.status_code < 500
