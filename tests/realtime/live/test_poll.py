"""Following streams over plain HTTP, and the health of a process."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django.fixtures import DjangoAssertNumQueries

from intranet.accounts.models import User
from realtime.live import limits
from realtime.threads.models import Thread
from tests.realtime.live.cast import person, tell, thread

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return person()


def poll(user: User, *places: str) -> dict[str, Any]:
    cache.clear()
    browser = Client()
    browser.force_login(user)
    answer = browser.get("/live/poll", {"streams": ",".join(places)})
    assert answer.status_code == 200
    streams: dict[str, Any] = answer.json()["streams"]
    return streams


def test_it_gives_exactly_the_gap(ada: User) -> None:
    where = thread(ada)
    tell(where, "one", "two", "three")
    streams = poll(ada, f"thread:{where.pk}@1")
    news = streams[f"thread:{where.pk}"]
    assert [(event["seq"], event["payload"]["text"]) for event in news["events"]] == [(2, "two"), (3, "three")]
    assert (news["head"], news["more"]) == (3, False)


def test_a_long_gap_comes_in_parts(ada: User) -> None:
    where = thread(ada)
    tell(where, *map(str, range(205)))
    first = poll(ada, f"thread:{where.pk}@0")[f"thread:{where.pk}"]
    assert (len(first["events"]), first["more"]) == (200, True)
    assert poll(ada, f"thread:{where.pk}@200")[f"thread:{where.pk}"]["more"] is False


def test_what_may_not_be_seen_and_what_does_not_exist_look_alike(ada: User) -> None:
    hidden = thread(person())
    tell(hidden, "secret")
    streams = poll(ada, f"thread:{hidden.pk}@0", "thread:987654@0", "nothing:1@0")
    assert list(streams.values()) == [{"gone": True}] * 3


def test_a_place_from_another_log_is_a_reset(ada: User) -> None:
    where = thread(ada)
    assert poll(ada, f"thread:{where.pk}@7") == {f"thread:{where.pk}": {"reset": True, "head": 0}}


@pytest.mark.parametrize("streams", ["thread", "thread:1", "thread:x@1", "@", ",".join(["thread:1@0"] * 21)])
def test_nonsense_is_refused(ada: User, streams: str) -> None:
    browser = Client()
    browser.force_login(ada)
    assert browser.get("/live/poll", {"streams": streams}).status_code == 400


def test_it_keeps_a_humane_pace(ada: User) -> None:
    cache.clear()
    browser = Client()
    browser.force_login(ada)
    assert browser.get("/live/poll").json()["wait"] == 5
    hasty = browser.get("/live/poll")
    assert (hasty.status_code, hasty.json()) == (429, {"wait": 1})


def test_it_costs_three_queries_a_stream(ada: User, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    threads: list[Thread] = [thread(ada) for _ in range(5)]
    for where in threads:
        tell(where, *map(str, range(50)))
    browser = Client()
    browser.force_login(ada)
    cache.clear()
    with django_assert_max_num_queries(2 + 3 * 5):
        browser.get("/live/poll", {"streams": ",".join(f"thread:{where.pk}@0" for where in threads)})


def test_nobody_polls_without_signing_in() -> None:
    assert Client().get("/live/poll").status_code == 302


def test_health_says_only_whether(client: Client) -> None:
    answer = client.get("/live/health")
    assert (answer.status_code, answer.content) == (200, b"{}")
    assert limits.PROTOCOL == 1
