"""Each person reads in their own language and hours."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import get_language_from_request

Next = Callable[[HttpRequest], HttpResponse]


class LanguageMiddleware:
    """The language of the person's profile; before sign-in, the cookie's or the browser's."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = chosen_language(request)
        request.LANGUAGE_CODE = language
        with translation.override(language):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class ZoneMiddleware:
    """The time zone of the person's profile."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with timezone.override(chosen_zone(request)):
            return self.get_response(request)


def chosen_language(request: HttpRequest) -> str:
    if request.user.is_authenticated and hasattr(request.user, "profile"):
        return str(request.user.profile.language)
    return get_language_from_request(request)


def chosen_zone(request: HttpRequest) -> ZoneInfo:
    name = settings.TIME_ZONE
    if request.user.is_authenticated and hasattr(request.user, "profile"):
        name = request.user.profile.zone
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.TIME_ZONE)
