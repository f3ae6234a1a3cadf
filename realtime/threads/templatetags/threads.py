"""Conversations in templates: beside a page, in a list."""

import json
import re
from typing import Any

from django import template
from django.conf import settings
from django.template import RequestContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from intranet.accounts.models import User
from realtime.spaces.access import Rights
from realtime.spaces.file_types import SIGNATURES
from realtime.spaces.markup import MAX_LENGTH, excerpt
from realtime.spaces.mentions import GUEST, KINDS, PERSON
from realtime.threads.access import goes_on_in, rights_in_thread
from realtime.threads.carrying import MOST_FILES
from realtime.threads.events import Answer, FileShown, ReplyTo
from realtime.threads.exchanges import Exchange, exchange_in
from realtime.threads.fields import counted
from realtime.threads.forms import MessageForm
from realtime.threads.models import Message, Thread
from realtime.threads.payloads import answer_shown
from realtime.threads.posting import TooLong, TooManyFiles
from realtime.threads.reading import Cover, Row, Window, open_window
from realtime.threads.services.files import FileTooLarge
from realtime.threads.unread import message_forms, messages_said, messages_shown, thread_forms
from realtime.threads.walking import Found

register = template.Library()
EMPTY = Answer(id=0, author="", excerpt="")
MENTION = re.compile(rf'<span class="mention" data-mention="({"|".join(KINDS)}):([0-9]+)">([^<]*)</span>')

LONG_TEXT = 1800  # characters
LONG_LINES = 24
BLANK_PICTURE = FileShown(token="", name="", url="", size=0, icon="image", preview="#", width=1, height=1)
BLANK_FILE = FileShown(token="", name="", url="", size=0, icon="file", preview="", width=0, height=0)


@register.simple_tag
def exchange_of(thread: Thread) -> Exchange:
    """What became of an announcement."""
    return exchange_in(thread, timezone.localdate())


@register.inclusion_tag("threads/includes/conversation.html", takes_context=True)
def conversation(
    context: RequestContext, thread: Thread, *, right: Rights | None = None, citing: bool = False
) -> dict[str, Any]:
    """The conversation of something else, beside it. The caller has checked that the reader sees `thread`.

    `right` is what the reader may do in its space, where the caller knows.
    `citing` offers on each message to cite it in what is written beside.
    """
    request = context["request"]
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "thread": thread,
        "window": open_window(thread, user=request.user),
        "rights": rights_in_thread(request.user, thread, right),
        "form": MessageForm(),
        "me": request.user,
        "next": request.path,
        "aside": True,
        "citing": citing,
    }


@register.simple_tag
def going_on(thread: Thread, reader: User) -> Thread | None:
    """Where a conversation that was merged goes on, for who sees it."""
    return goes_on_in(reader, thread)


@register.filter
def last_words(message: Message | None) -> str:
    """The beginning of a message in a list, "" when it was taken back; that a hidden one is hidden."""
    if message is None or message.deleted_at:
        return ""
    if message.hidden_at:
        return gettext("This message is hidden.")
    return excerpt(message.body) if message.body else gettext("a file")


@register.filter
def is_long(body: str) -> bool:
    """Whether a message is folded until one asks for more. The script decides alike (client: threads/words.ts)."""
    return len(body) > LONG_TEXT or body.count("\n") >= LONG_LINES


@register.filter
def as_json(value: Any) -> str:
    """For an attribute that the script reads."""
    return json.dumps(value)


@register.simple_tag
def file_words() -> str:
    """What the script says of files on their way, and the limits it tells before the server would, as JSON."""
    return json.dumps(
        {
            "units": [gettext("B"), gettext("KB"), gettext("MB")],
            "most": MOST_FILES,
            "largest": settings.PARVIS_MAX_FILE,
            "tooLarge": FileTooLarge().reason,
            "tooMany": str(TooManyFiles.reason),
            "offline": gettext("Files need the line. Your words are kept; this file goes when the line is back."),
            "failed": gettext("This file did not pass. Try again."),
            "waiting": gettext("Your message goes as soon as its files have arrived."),
            "stuck": gettext("A file did not pass: try again or remove it."),
            "remove": gettext("Remove %s"),
            "drop": gettext("Drop files here to add them to your message"),
        }
    )


@register.simple_tag
def counted_message() -> SafeString:
    """The attributes of a field that takes the words of a message: what its script counts them against."""
    return format_html_join(" ", '{}="{}"', counted(MAX_LENGTH).items())


@register.simple_tag
def too_long() -> str:
    """What is said of a message that is too long to go."""
    return str(TooLong.reason)


@register.simple_tag
def file_types() -> str:
    """The files a message takes, as an <input type="file"> is told; from it a telephone offers its camera too."""
    return ",".join(["image/jpeg", "image/png", *(f".{extension}" for extension in SIGNATURES)])


@register.filter("bytes")
def bytes_shown(size: int) -> str:
    """A size as people say it: "820 B", "34 KB", "2.1 MB". The script says it alike (client: threads/files.ts)."""
    if size < 1000:
        return f"{size} {gettext('B')}"
    if size < 1_000_000:
        return f"{(size + 500) // 1000} {gettext('KB')}"
    return f"{number_format((size + 50_000) // 100_000 / 10, 1)} {gettext('MB')}"


@register.filter
def words_for(cover: Cover | None, user: User) -> str:
    """The words under a cover for their author, "" for anybody else."""
    return cover.words_for(user) if cover is not None else ""


@register.simple_tag
def unread_words() -> str:
    """How the script says what is new, as JSON: one, several, more than can be counted."""
    return json.dumps({"threads": thread_forms(), "messages": message_forms()})


@register.simple_tag
def last_said_words() -> str:
    """What a row of a list says where there are no last words to show, as JSON."""
    words = {
        "takenBack": gettext("took this message back"),
        "hidden": gettext("This message is hidden."),
        "file": gettext("a file"),
        "former": gettext("Former member"),
    }
    return json.dumps(words)


@register.simple_tag
def found_words(found: Found) -> str:
    """The words and stems that the script marks, as JSON."""
    return json.dumps([*found.question.words, *found.question.stems])


register.filter("messages_shown", messages_shown)
register.filter("messages_said", messages_said)


@register.simple_tag(takes_context=True)
def blank_row(context: template.Context) -> Row:
    """A row with nothing in it: what the script fills for a message that arrives."""
    thread: Thread = context["thread"]
    message = Message(pk=0, seq=0, author=context["me"], thread=thread, posted_at=thread.created_at)
    return Row(message, ReplyTo(id=0, author="", excerpt=""), [], [BLANK_PICTURE, BLANK_FILE])


@register.filter
def addressed_to(html: str, reader: User) -> SafeString:
    """A message as `reader` sees it: their own mentions stand out, and a colleague's name leads to them.

    The script does the same to what arrives (client/src/threads/calls.ts).
    """

    def shown(found: re.Match[str]) -> str:
        kind, pk, name = found.groups()
        mine = " mention--me" if kind in (PERSON, GUEST) and int(pk) == reader.pk else ""
        if kind == PERSON and not reader.is_guest:
            address = reverse("people:person", args=[pk])
            return f'<a class="mention{mine}" data-mention="{kind}:{pk}" href="{address}">{name}</a>'
        return f'<span class="mention{mine}" data-mention="{kind}:{pk}">{name}</span>'

    return mark_safe(MENTION.sub(shown, html))  # noqa: S308  # sanitised when it was said


@register.simple_tag
def suggest_words() -> str:
    """What the list of people and emoji says, as JSON."""
    return json.dumps(
        {
            "label": gettext("Suggestions"),
            "offered": gettext("Suggestions: %s"),
            "unseen": gettext("Do not see this conversation: %s"),
        }
    )


@register.simple_tag(takes_context=True)
def when(context: template.Context, *states: str) -> SafeString:
    """The attributes of what is on the screen only while the thread stands in one of `states`: a script follows them."""
    shown = context["thread"].state in states
    return format_html(' data-when="{}"{}', " ".join(states), "" if shown else SafeString(" hidden"))


@register.simple_tag
def accepted_answer(thread: Thread) -> Answer:
    """A glance at the answer kept; empty rather than None, so that a script can fill it."""
    return answer_shown(thread.accepted) or EMPTY


@register.simple_tag
def is_answered(window: Window, asker: User) -> bool:
    """Whether somebody else answered `asker` in what is on the screen; the script asks its rows the same."""
    return any(m.author_id not in (None, asker.pk) and not m.is_aside and not m.deleted_at for m in window.messages)


@register.simple_tag
def thread_words() -> str:
    """What the script says, in the reader's language, as JSON."""
    return json.dumps(
        {
            "sending": gettext("Sending…"),
            "failed": gettext("Not sent."),
            "retry": gettext("Try again"),
            "discard": gettext("Take back into the composer"),
            "save": gettext("Save"),
            "cancel": gettext("Cancel"),
            "label": gettext("Your message"),
            "counted": {name: str(value) for name, value in counted(MAX_LENGTH).items()},
            "former": gettext("Former member"),
            "rescued": gettext("The message you were changing is no longer here: your words are in the composer."),
            "takenBack": gettext("This message was taken back."),
            "gone": gettext("This conversation is no longer open to you. Your words are kept here."),
            "merged": gettext("This conversation goes on in another one. Your words are kept here."),
            "writes": gettext("%s is writing…"),
            "write": gettext("%s are writing…"),
            "unheard": gettext("Not called, for they do not see this conversation: %s."),
            "units": [gettext("B"), gettext("KB"), gettext("MB")],
            "notNow": gettext("This did not work. Nothing was lost: try again in a moment."),
        }
    )
