"""What templates draw with: icons, faces, times, appearance."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import cast

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation
from django.utils.formats import date_format

from intranet.accounts.models import User
from intranet.accounts.templatetags.parvis import initials, saying


def draw(source: str, **names: object) -> str:
    return Template("{% load parvis %}" + source).render(Context(names))


def reading(path: str = "/", *, theme_of_profile: str = "", **cookies: str) -> HttpRequest:
    """A request for `path` with cookies, by somebody whose profile may say a theme."""
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies)
    person = SimpleNamespace(profile=SimpleNamespace(theme=theme_of_profile))
    request.user = cast("User", person) if theme_of_profile else AnonymousUser()
    return request


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Anne-Laure Le Goff", "AG"),
        ("Nadia", "N"),
        ("  élodie  ", "É"),
        ("Jean (atelier) Roy", "JR"),
        ("", ""),
        ("42", ""),
    ],
)
def test_initials_are_two_letters_at_most(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_a_face_has_a_color_of_its_own_and_is_silent_beside_a_name() -> None:
    drawn = draw("{% avatar user %}", user=User(pk=27, name="Nadia Benali"))
    assert drawn == '<span class="avatar avatar--3" aria-hidden="true">NB</span>'


def test_a_face_alone_says_its_name_and_escapes_it() -> None:
    drawn = draw('{% avatar user "small" named=True %}', user=User(pk=1, name='Ann "<b>'))
    assert 'aria-label="Ann &quot;&lt;b&gt;"' in drawn
    assert "<b>" not in drawn


def test_somebody_who_left_is_a_former_member() -> None:
    assert 'avatar--former" role="img" aria-label="Former member"' in draw("{% avatar user named=True %}", user=None)


def test_a_photo_is_shown_when_the_profile_came_with_the_person() -> None:
    user = User(pk=1, name="Nadia Benali")
    user._state.fields_cache["profile"] = SimpleNamespace(photo_url="/files/nadia.jpg")
    assert '<img src="/files/nadia.jpg" alt="" loading="lazy">' in draw("{% avatar user %}", user=user)


def test_an_icon_is_one_of_the_sprite_and_is_not_read_aloud() -> None:
    drawn = draw('{% icon "bell" "small" %}')
    assert (
        drawn
        == '<svg class="icon icon--small" aria-hidden="true"><use href="/static/build/icons.svg#bell"></use></svg>'
    )


def test_a_time_carries_the_instant_and_the_exact_time_where_the_reader_is() -> None:
    at = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
    with timezone.override("Europe/Paris"), translation.override("fr"):
        drawn = draw("{% relative_time at %}", at=at)
    assert 'datetime="2026-03-01T12:00:00+00:00"' in drawn
    assert 'title="1 mars 2026 13:00"' in drawn


@pytest.mark.parametrize(
    ("language", "day", "moment", "short"),
    [
        ("en", "2 March 2026", "2 March 2026, 09:05", "2 March 2026, 09:05"),
        ("fr", "2 mars 2026", "2 mars 2026 09:05", "02/03/2026 09:05"),
    ],
)
def test_a_date_is_written_so_that_nobody_reads_another(language: str, day: str, moment: str, short: str) -> None:
    at = datetime(2026, 3, 2, 9, 5, tzinfo=UTC)
    with translation.override(language), timezone.override("UTC"):
        assert date_format(at.date()) == day
        assert date_format(at, "DATETIME_FORMAT") == moment
        assert date_format(at, "SHORT_DATETIME_FORMAT") == short
        assert date_format(at, "TIME_FORMAT") == "09:05"
        drawn = draw("{% relative_time at %}", at=at)
    assert f'title="{moment}">{short}<' in drawn
    assert f'lang="{ {"en": "en-GB", "fr": "fr"}[language] }"' in drawn


def test_a_time_is_drawn_whatever_its_zone() -> None:
    at = timezone.now() - timedelta(days=3)
    assert draw("{% relative_time at %}", at=at).startswith("<relative-time ")


@pytest.mark.parametrize(
    ("request_", "attributes"),
    [
        (reading(), ""),
        (reading(parvis_theme="dark"), ' data-theme="dark"'),
        (reading(theme_of_profile="light"), ' data-theme="light"'),
        (reading(theme_of_profile="light", parvis_theme="system"), ""),
        (reading(parvis_theme="dark", parvis_rail="narrow"), ' data-theme="dark" data-rail="narrow"'),
        (reading(parvis_theme='"><script>', parvis_rail="x"), ""),
    ],
)
def test_the_chosen_appearance_is_drawn_by_the_server_and_nothing_else_gets_in(
    request_: HttpRequest, attributes: str
) -> None:
    assert draw("{% appearance %}", request=request_) == attributes


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/people/", ' aria-current="page"'),
        ("/people/4/", ' aria-current="true"'),
        ("/teams/", ' aria-current="true"'),
        ("/", ""),
        ("/spaces/", ""),
    ],
)
def test_the_frame_says_where_one_is(path: str, current: str) -> None:
    assert draw('{% here "/people/" "/people/" "/teams/" %}', request=reading(path)) == current


@pytest.mark.parametrize(("language", "colon"), [("en", ": "), ("fr", "\N{NO-BREAK SPACE}: ")])
def test_what_is_said_stands_after_the_colon_of_the_readers_language(language: str, colon: str) -> None:
    with translation.override(language):
        assert saying("Nadia", "100 % à l’heure.") == f"Nadia{colon}100 % à l’heure."
        assert draw('<b title="{{ "%1"|saying:"%2" }}">') == f'<b title="%1{colon}%2">'


def test_nothing_is_said_without_a_colon_either() -> None:
    assert saying("Nadia", "") == "Nadia"
    assert saying("", "À l’heure.") == "À l’heure."
