"""Every test finds the database as the template is, on both engines."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from intranet.accounts.models import User
from tests.support.engines import Engine


@pytest.mark.django_db
def test_tests_run_on_the_chosen_engine(engine: Engine) -> None:
    assert connection.vendor == engine.name


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_what_a_test_commits_is_gone_for_the_next(turn: int) -> None:
    assert not User.objects.exists()
    assert ContentType.objects.exists(), "what the migrations put there stays"
    User.objects.create_user("mona@company.example", name="Mona")
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_what_asks_for_no_order_comes_in_any() -> None:
    User.objects.bulk_create(User(email=f"{number}@company.example", name=str(number)) for number in range(20))
    seen = {tuple(User.objects.values_list("pk", flat=True)) for _ in range(5)}
    assert len(seen) > 1
    assert list(User.objects.order_by("pk")) == sorted(User.objects.all(), key=lambda user: user.pk)
