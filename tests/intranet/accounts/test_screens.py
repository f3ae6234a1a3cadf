"""Signing in and what goes wrong, as a person meets them."""

import re

import pytest
from django.core import mail
from django.core.cache import cache
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from intranet.accounts.models import User
from intranet.people.services import create_person

PASSWORD = "un mot de passe long"


@pytest.fixture(autouse=True)
def no_earlier_tries() -> None:
    cache.clear()


@pytest.fixture
def nadia(db: None) -> User:
    user = create_person(email="nadia@exemple.example", name="Nadia Benali", at=timezone.now(), language="en")
    user.set_password(PASSWORD)
    user.save()
    return user


def sign_in(client: Client, password: str = PASSWORD, **more: str) -> str:
    """The page one arrives at, or its address after a redirect."""
    answer = client.post(reverse("account_login"), {"login": "nadia@exemple.example", "password": password, **more})
    return answer.headers.get("Location", answer.content.decode())


@pytest.mark.django_db
def test_the_sign_in_page_speaks_the_language_of_the_browser(client: Client) -> None:
    page = client.get(reverse("account_login"), headers={"accept-language": "fr"}).content.decode()
    assert '<html lang="fr"' in page
    assert "demo-people" not in page


def test_one_arrives_where_one_wanted_to_go(client: Client, nadia: User) -> None:
    assert sign_in(client, next="/threads/4/") == "/threads/4/"


def test_an_address_elsewhere_is_not_followed(client: Client, nadia: User) -> None:
    assert "evil.example" not in sign_in(client, next="https://evil.example/")


def test_a_wrong_password_and_an_unknown_address_are_told_alike(client: Client, nadia: User) -> None:
    known = sign_in(client, "wrong")
    unknown = client.post(
        reverse("account_login"), {"login": "x@exemple.example", "password": "wrong"}
    ).content.decode()
    told = [re.findall(r'<ul class="errorlist[^>]*>(.*?)</ul>', page, re.DOTALL) for page in (known, unknown)]
    assert told[0] == told[1] != []
    assert 'role="alert"' in known


def test_ten_wrong_passwords_close_the_door_for_a_while_and_say_so(client: Client, nadia: User) -> None:
    pages = [sign_in(client, "wrong") for _ in range(12)]
    assert all("Too many" in page for page in pages[10:])
    assert "Too many" in sign_in(client)


def test_a_forgotten_password_is_answered_by_a_link_that_works_once(client: Client, nadia: User) -> None:
    client.post(reverse("account_reset_password"), {"email": nadia.email})
    [message] = mail.outbox
    assert message.subject.endswith("Choose a new password")
    link = re.search(r"http://testserver(/\S+)", str(message.body))
    assert link
    form = client.get(link[1], follow=True)
    new = {"password1": "une autre phrase longue", "password2": "une autre phrase longue"}
    assert client.post(form.redirect_chain[-1][0], new, follow=True).status_code == 200
    assert sign_in(client, "une autre phrase longue") == reverse("portal:home")
    assert "no longer works" in Client().get(link[1], follow=True).content.decode()


def test_an_unknown_address_gets_a_mail_that_opens_nothing(client: Client, db: None) -> None:
    answer = client.post(reverse("account_reset_password"), {"email": "nobody@exemple.example"}, follow=True)
    assert "Look at your mail" in answer.content.decode()
    [message] = mail.outbox
    assert "No account there has it" in message.body
    assert "http" not in message.body


def test_a_page_that_is_not_there_says_so_to_anyone(client: Client, nadia: User) -> None:
    stranger = client.get("/nowhere/at/all/")
    client.force_login(nadia)
    person = client.get("/nowhere/at/all/")
    assert stranger.status_code == person.status_code == 404
    assert "There is nothing here for you" in person.content.decode()


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_what_breaks_is_said_without_anything_to_say_it_with(name: str) -> None:
    page = get_template(name).render()
    assert '<a class="button button--primary" href="/">' in page


@pytest.mark.django_db
def test_nobody_signs_up(client: Client) -> None:
    page = client.get(reverse("account_signup")).content.decode()
    assert "Accounts are opened for you" in page
    assert "<form" not in page
