"""Making one letter: what a person may see at this moment of what they were told, in their language and zone."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from intranet.accounts.models import User
from realtime.notifications.inbox import Group, Line, source_of
from realtime.notifications.mail.hours import zone_called
from realtime.notifications.mail.looks import dressed
from realtime.notifications.mail.tokens import token_for
from realtime.notifications.models import Category, Notification
from realtime.notifications.sources import News, shown_to
from realtime.notifications.templatetags.notifications import why

SOON, DAILY, WEEKLY = "soon", "daily", "weekly"


@dataclass(frozen=True, slots=True)
class Post:
    """What is to be written to one person: the notifications claimed for it, and what is new in what they follow.

    `daily_at` and `weekly_at` are those of the person's rhythm before a letter of the day or of the week was claimed.
    """

    user: User
    pace: str
    notes: Sequence[Notification]
    news: Sequence[News]
    at: datetime
    daily_at: datetime | None = None
    weekly_at: datetime | None = None


def letter(post: Post) -> EmailMultiAlternatives | None:
    """The letter, in the words and with the rights of this moment; None when nothing of it may be seen any more."""
    profile = post.user.profile
    with translation.override(profile.language), timezone.override(zone_called(profile.zone)):
        groups = groups_of(post)
        told = {group.topic for group in groups}
        news = [one for one in post.news if one.topic not in told]
        return written(post, groups, news) if groups or news else None


def groups_of(post: Post) -> list[Group]:
    """The notifications by topic, in the order they came."""
    topics: dict[str, list[Notification]] = {}
    for note in post.notes:
        topics.setdefault(note.topic, []).append(note)
    sources = {(note.source_kind, note.source_key) for note in post.notes}
    seen = shown_to(post.user, sources | {source_of(topic) for topic in topics})
    groups = []
    for topic, notes in topics.items():
        lines = [
            Line(note, seen[note.source_kind, note.source_key])
            for note in notes
            if (note.source_kind, note.source_key) in seen
        ]
        if lines:
            shown = seen.get(source_of(topic), lines[0].shown)
            groups.append(Group(topic, shown, lines, 0, len(lines), lines[-1].note.at))
    return groups


def written(post: Post, groups: Sequence[Group], news: Sequence[News]) -> EmailMultiAlternatives:
    categories = {line.note.category for group in groups for line in group.lines}
    categories |= {Category.FOLLOWED} if news else set()
    stop = absolute(reverse("notifications:unsubscribe", args=[token_for(post.user.pk, categories)]))
    context = {
        "organisation": settings.WAGTAIL_SITE_NAME,
        "name": post.user.get_short_name(),
        "groups": groups,
        "news": news,
        "pace": post.pace,
        "base": address(),
        "inbox": absolute(reverse("notifications:inbox")),
        "stop": stop,
        "preferences": absolute(reverse("notifications:preferences")),
        "language": translation.get_language(),
    }
    found = EmailMultiAlternatives(
        subject=subject_of(post, groups, news),
        body=render_to_string("notifications/mail/letter.txt", context),
        to=[post.user.email],
        headers=headers_of(post, groups, news, stop),
    )
    found.attach_alternative(dressed(render_to_string("notifications/mail/letter.html", context)), "text/html")
    return found


def subject_of(post: Post, groups: Sequence[Group], news: Sequence[News]) -> str:
    """One line, whatever a title holds."""
    if post.pace != SOON:
        day = date_format(timezone.localtime(post.at), "DATE_FORMAT")
        words = _("Your day on Parvis, %(day)s") if post.pace == DAILY else _("Your week on Parvis, %(day)s")
        return one_line(words % {"day": day})
    lines = [line for group in groups for line in group.lines]
    if len(lines) == 1:
        return one_line(f"{why(lines[0].note)} · {groups[0].shown.title}")
    if len(groups) == 1:
        return one_line(groups[0].shown.title)
    number = len(groups)
    words = ngettext("For you in %(number)s conversation", "For you in %(number)s conversations", number)
    return one_line(words % {"number": number})


def one_line(text: str) -> str:
    """Text without line breaks or control characters, short enough for a header."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(plain.split())[:180]


def headers_of(post: Post, groups: Sequence[Group], news: Sequence[News], stop: str) -> dict[str, str]:
    """What lets programs that read mail sort it, thread it and stop it, and keeps robots from answering.

    The same letter has the same Message-ID however often it is made; those about one thread point to one root.
    """
    host = urlsplit(address()).hostname or "localhost"
    ids = ",".join([str(line.note.pk) for group in groups for line in group.lines] + [one.topic for one in news])
    number = hashlib.sha256(f"{post.pace}:{ids}:{post.at.date() if post.pace != SOON else ''}".encode()).hexdigest()
    headers = {
        "Message-ID": f"<{post.pace}.{post.user.pk}.{number[:24]}@{host}>",
        "List-Id": f"<notifications.{host}>",
        "List-Unsubscribe": f"<{stop}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Precedence": "bulk",
    }
    if post.pace == SOON and len(groups) == 1:
        root = f"<{groups[0].topic.replace(':', '.')}.{post.user.pk}@{host}>"
        headers |= {"In-Reply-To": root, "References": root}
    return headers


def address() -> str:
    """Where browsers find the site, without a slash at the end."""
    return str(settings.PARVIS_ADDRESS).rstrip("/")


def absolute(path: str) -> str:
    return f"{address()}{path}"


def categories_words(categories: Collection[str]) -> list[str]:
    """The categories in the reader's language."""
    return [str(Category(category).label) for category in categories]
