"""Conversations in templates: beside a page, in a list."""

import json
from typing import Any

from django import template
from django.template import RequestContext
from django.utils.translation import gettext

from realtime.spaces.markup import excerpt
from realtime.threads.access import rights_in_thread
from realtime.threads.events import ReplyTo
from realtime.threads.forms import MessageForm
from realtime.threads.models import Message, Thread
from realtime.threads.reading import Row, open_window

register = template.Library()


@register.inclusion_tag("threads/includes/conversation.html", takes_context=True)
def conversation(context: RequestContext, thread: Thread) -> dict[str, Any]:
    """The conversation of something else, beside it. The caller has checked that the reader sees `thread`."""
    request = context["request"]
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "thread": thread,
        "window": open_window(thread, user=request.user),
        "rights": rights_in_thread(request.user, thread),
        "form": MessageForm(),
        "me": request.user,
        "next": request.path,
        "aside": True,
    }


@register.filter
def last_words(message: Message | None) -> str:
    """The beginning of a message in a list, "" when it was taken back."""
    return excerpt(message.body) if message is not None else ""


@register.simple_tag(takes_context=True)
def blank_row(context: template.Context) -> Row:
    """A row with nothing in it: what the script fills for a message that arrives."""
    thread: Thread = context["thread"]
    message = Message(pk=0, seq=0, author=context["me"], thread=thread, posted_at=thread.created_at)
    return Row(message, ReplyTo(id=0, author="", excerpt=""), [])


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
            "former": gettext("Former member"),
            "takenBack": gettext("This message was taken back."),
            "gone": gettext("This conversation is no longer open to you. Your words are kept here."),
            "writes": gettext("%s is writing…"),
            "write": gettext("%s are writing…"),
            "notNow": gettext("This did not work. Nothing was lost: try again in a moment."),
        }
    )
