"""What every template draws with: icons, faces, times, and the person's choices of appearance."""

from datetime import datetime
from typing import TYPE_CHECKING

from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from intranet.accounts.models import User

register = template.Library()

HUES = 12
THEMES = ("light", "dark")
RAILS = ("wide", "narrow")


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """The Lucide icon `name` (listed in realtime/client/icons.txt), "small" or "large" if said; never read aloud."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
        f" icon--{size}" if size else "",
        static("build/icons.svg"),
        name,
    )


@register.simple_tag
def avatar(user: "User | None", size: str = "", named: bool = False) -> SafeString:
    """The face of a person: a photo when the profile came with the person, else initials on a color of their own.

    `size` is "", "small", "large" or "huge". Silent beside a written name; `named` says the name where none is.
    None is somebody who left.
    """
    classes = f"avatar avatar--{user.pk % HUES if user else 'former'}" + (f" avatar--{size}" if size else "")
    name = user.name if user else _("Former member")
    face = format_html('<img src="{}" alt="" loading="lazy">', photo_url(user)) if photo_url(user) else initials(name)
    if named:
        return format_html(
            '<span class="{}" role="img" aria-label="{}" title="{}">{}</span>', classes, name, name, face
        )
    return format_html('<span class="{}" aria-hidden="true">{}</span>', classes, face)


def photo_url(user: "User | None") -> str:
    """The address of a person's photo; empty without one, or when the profile would cost a query."""
    if user is None or "profile" not in user._state.fields_cache:
        return ""
    return str(getattr(user, "profile").photo_url)  # noqa: B009  # accounts knows no profile: it stands above


def initials(name: str) -> str:
    """Two letters at most: "Anne-Laure Le Goff" gives "AG"."""
    words = [word for word in name.split() if word[0].isalpha()]
    return "".join(word[0] for word in dict.fromkeys([*words[:1], *words[-1:]])).upper()


@register.simple_tag
def relative_time(at: datetime) -> SafeString:
    """A time as people say it ("2 hours ago"), the exact one, in the reader's zone, on hover."""
    language = get_language() or ""
    local = timezone.localtime(at)
    return format_html(
        '<relative-time lang="{}" datetime="{}" prefix="" format-style="short" no-title title="{}">{}</relative-time>',
        "en-GB" if language == "en" else language,  # the browser's own English has the month first
        at.isoformat(),
        date_format(local, "DATETIME_FORMAT"),
        date_format(local, "SHORT_DATETIME_FORMAT"),
    )


@register.simple_tag(takes_context=True)
def appearance(context: template.Context) -> SafeString:
    """The attributes of <html> that say the chosen theme and rail: drawn by the server, so nothing flashes."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return SafeString("")
    chosen = [("theme", chosen_theme(request), THEMES), ("rail", request.COOKIES.get("parvis_rail", ""), RAILS)]
    return format_html_join("", ' data-{}="{}"', [(name, value) for name, value, known in chosen if value in known])


def chosen_theme(request: HttpRequest) -> str:
    """The theme chosen on this device, else the profile's; empty or "system" follows the device."""
    if theme := request.COOKIES.get("parvis_theme"):
        return theme
    profile = getattr(getattr(request, "user", None), "profile", None)
    return str(profile.theme) if profile else ""


@register.simple_tag(takes_context=True)
def here(context: template.Context, *addresses: str) -> SafeString:
    """`aria-current="page"` on a link to the page being read, or above it; the first address is the link's own."""
    request: HttpRequest | None = context.get("request")
    if request is None or not addresses[0]:
        return SafeString("")
    if request.path == addresses[0]:
        return SafeString(' aria-current="page"')
    inside = any(address and address != "/" and request.path.startswith(address) for address in addresses)
    return SafeString(' aria-current="true"') if inside else SafeString("")


@register.filter
def person_name(user: "User | None") -> str:
    """The name of a person; what remains of one who is gone is "former member"."""
    return user.name if user else _("Former member")


@register.filter
def saying(first: str, words: str) -> str:
    """`first` and the words it introduces, with the colon as the reader's language sets it; one alone without the other."""
    return _("%(why)s: %(words)s") % {"why": first, "words": words} if first and words else first or words
