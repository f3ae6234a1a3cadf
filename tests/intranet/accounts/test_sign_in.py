"""Sessions: how they begin, whose they are, and how they end."""

import pytest
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone

from intranet.accounts.models import AccessEpoch, DemoPerson, User
from intranet.accounts.services import LastAdministrator, deactivate_user
from tests.intranet.people.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def sofiane() -> User:
    """One of the demo's cast."""
    user: User = UserFactory(name="Sofiane Belkacem")
    DemoPerson.objects.create(user=user, position=1, words_fr="Monte des doseuses.", words_en="Builds dosers.")
    return user


def become(client: Client, user: User, **more: str) -> int:
    return client.post(reverse("accounts:demo_sign_in"), {"person": str(user.pk), **more}).status_code


def test_one_click_on_the_sign_in_page_is_enough_to_look_around(client: Client, sofiane: User) -> None:
    shown = client.get(reverse("account_login")).content.decode()
    assert "Sofiane Belkacem" in shown
    assert "Builds dosers." in shown
    assert f'value="{sofiane.pk}"' in shown
    assert become(client, sofiane) == 302
    assert get_user(client) == sofiane


def test_only_the_cast_of_a_demo_is_to_be_had(client: Client, sofiane: User) -> None:
    assert become(client, UserFactory(administrator=True)) == 404
    with override_settings(PARVIS_DEMO=False):
        assert become(client, sofiane) == 404
        assert "Sofiane" not in client.get(reverse("account_login")).content.decode()
    assert not Session.objects.exists()


def test_the_cast_who_left_is_not_offered(client: Client, sofiane: User) -> None:
    deactivate_user(user=sofiane, at=timezone.now())
    assert become(client, sofiane) == 404


@pytest.mark.parametrize(
    ("wanted", "arrives"),
    [("/spaces/", "/spaces/"), ("https://evil.example/", "/"), ("//evil.example", "/"), ("", "/")],
)
def test_one_arrives_where_one_was_going(client: Client, sofiane: User, wanted: str, arrives: str) -> None:
    answer = client.post(reverse("accounts:demo_sign_in"), {"person": str(sofiane.pk), "next": wanted})
    assert answer["Location"] == arrives


def test_a_session_gets_a_key_nobody_could_have_planted(client: Client, sofiane: User) -> None:
    session = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    become(client, sofiane)
    assert client.session.session_key != planted
    assert not Session.objects.filter(pk=planted).exists()


def test_becoming_somebody_else_ends_the_session_before(client: Client, sofiane: User) -> None:
    client.force_login(UserFactory())
    before, epoch = client.session.session_key, AccessEpoch.objects.values_list("value", flat=True).first() or 0
    become(client, sofiane)
    assert not Session.objects.filter(pk=before).exists()
    assert AccessEpoch.objects.get().value > epoch


def test_signing_out_ends_the_session_and_tells_the_sockets(client: Client, sofiane: User) -> None:
    client.force_login(sofiane)
    epoch = AccessEpoch.objects.values_list("value", flat=True).first() or 0
    client.post(reverse("account_logout"))
    assert not Session.objects.exists()
    assert AccessEpoch.objects.get().value > epoch


def test_a_closed_or_expired_account_is_signed_out_at_once(client: Client, sofiane: User) -> None:
    client.force_login(sofiane)
    assert client.get(reverse("people:me")).status_code == 200
    User.objects.filter(pk=sofiane.pk).update(expires_at=timezone.now())
    assert client.get(reverse("people:me")).status_code == 302
    User.objects.filter(pk=sofiane.pk).update(expires_at=None, is_active=False)
    assert client.get(reverse("people:me")).status_code == 302


def test_somebody_always_runs_the_platform() -> None:
    first, second = UserFactory(administrator=True), UserFactory(administrator=True)
    deactivate_user(user=first, at=timezone.now())
    with pytest.raises(LastAdministrator):
        deactivate_user(user=second, at=timezone.now())
