"""What the screens of conversations share."""

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from intranet.accounts.request import PersonRequest, whole
from realtime.spaces.mentions import spoken
from realtime.threads import services
from realtime.threads.access import rights_in_thread
from realtime.threads.forms import MessageForm, QuestionForm
from realtime.threads.models import Message, Thread
from realtime.threads.moving import move_rights
from realtime.threads.private import name_conversations, people_of
from realtime.threads.reading import Window
from realtime.threads.walking import Found


def wants_json(request: HttpRequest) -> bool:
    """Whether our script asks, rather than a form or a link."""
    return request.headers.get("X-Requested-With") == "fetch"


def has_script(request: HttpRequest) -> bool:
    """Whether our script runs in this browser, which then tells by itself what was in sight (client: main.ts)."""
    return "parvis_script" in request.COOKIES


def number(request: HttpRequest, name: str, *, posted: bool = False) -> int | None:
    """A place asked for in the address, or in what is `posted`; None for none or for nonsense."""
    return whole((request.POST if posted else request.GET).get(name, ""))


def over() -> str:
    """Why nothing is done to a message of a conversation that was closed meanwhile."""
    return _("This conversation was closed meanwhile: nothing changes in it any more.")


def first_error(form: forms.Form) -> str:
    return next((str(error) for errors in form.errors.values() for error in errors), "")


def message_form(request: PersonRequest, found: Thread) -> MessageForm:
    """An empty composer, or one begun by the links "reply" and "quote" that work without a script."""
    chosen = number(request, "reply") or number(request, "quote")
    initial: dict[str, Any] = {}
    if chosen:
        answered = Message.objects.visible_to(request.user).said().filter(pk=chosen, thread=found).first()
        if answered and "quote" in request.GET:
            initial["body"] = "".join(f"> {line}\n" for line in spoken(answered.body).splitlines()) + "\n"
        elif answered:
            initial["reply_to"] = answered.pk
    return MessageForm(initial=initial)


def row_context(request: PersonRequest, window: Window) -> dict[str, Any]:
    return {
        "thread": window.thread,
        "window": window,
        "rights": rights_in_thread(request.user, window.thread),
        "me": request.user,
    }


def show_thread(
    request: PersonRequest,
    window: Window,
    *,
    form: MessageForm,
    question_form: QuestionForm | None = None,
    question_error: str = "",
    status: int = 200,
    found: Found | None = None,
    on: date | None = None,
) -> HttpResponse:
    """A conversation; what was typed into its other forms comes back with the reason they were refused."""
    if request.method == "GET" and window.rows and window.goes_on and not has_script(request):
        services.mark_read(thread=window.thread, user=request.user, seq=window.last_seq)
    name_conversations([window.thread], user=request.user)
    context = row_context(request, window)
    context |= {
        "form": form,
        "question_form": question_form or QuestionForm(),
        "question_error": question_error,
        "moves": move_rights(request.user, window.thread, context["rights"].space),
        "found": found,
        "on": on,
        "space": window.thread.space,
        "people": people_of(window.thread) if window.thread.is_private else [],
    }
    return render(request, "threads/thread.html", context, status=status)
