"""Messages: saying one, and what is done to one."""

from contextlib import suppress

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest, wanted
from realtime.threads import services
from realtime.threads.access import (
    access_message,
    access_message_to_answer,
    access_own_message,
    access_thread,
    access_thread_to_write,
    may_read,
)
from realtime.threads.forms import EditForm, MessageForm
from realtime.threads.models import Message, Thread
from realtime.threads.posting import Draft, PostRefused
from realtime.threads.reading import Window, open_window, rows_of, with_pages
from realtime.threads.views.common import first_error, message_form, number, over, row_context, show_thread, wants_json
from realtime.threads.views.files import bring, brought
from realtime.threads.writer import NotNow, say


@require_GET
@policy(Audience.PERSON, holds="message")
def message(request: PersonRequest, pk: int) -> HttpResponse:
    """The address of a message: its conversation, opened there."""
    found = access_message(request.user, pk)
    window = open_window(found.thread, user=request.user, around=found)
    return show_thread(request, window, form=message_form(request, found.thread))


@require_POST
@policy(Audience.PERSON, holds="thread")
def message_post(request: PersonRequest, pk: int) -> HttpResponse:
    """Says something. Without a script the page comes back at the new words; with one, JSON."""
    form, status = MessageForm(request.POST, request.FILES), 422
    tokens: tuple[str, ...] = ()
    try:
        if form.is_valid():
            tokens = form.cleaned_data["tokens"]
            if form.attached:
                thread = access_thread_to_write(request.user, pk)
                for file in form.attached:
                    tokens += (bring(request.user, thread, file).token,)
            return said(request, say(draft_of(form, request.user.pk, pk, tokens)))
        reason = " ".join(str(error) for errors in form.errors.values() for error in errors)
    except (PostRefused, NotNow, services.FileRefused) as refusal:
        reason = str(refusal.reason)
        form.add_error("body", reason)
        status = 503 if isinstance(refusal, NotNow) else 422
    form.brought = brought(request.user, tokens)
    return not_said(request, access_thread(request.user, pk), form, reason, status=status)


def draft_of(form: MessageForm, author_id: int, thread_id: int, tokens: tuple[str, ...]) -> Draft:
    words = form.cleaned_data
    return Draft(author_id, thread_id, words["client_id"], words["body"], words["reply_to"], file_tokens=tokens)


def said(request: PersonRequest, words: Message) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"id": words.pk, "seq": words.seq, "unheard": list(words.unheard)})
    warn_unheard(request, words)
    services.mark_read(thread=words.thread, user=request.user, seq=words.seq)
    return redirect(f"{wanted(request, words.thread.get_absolute_url())}#m-{words.pk}")


def warn_unheard(request: PersonRequest, words: Message) -> None:
    """Tells the author whom their words do not reach."""
    if words.unheard:
        names = ", ".join(words.unheard)
        messages.warning(request, _("Not called, for they do not see this conversation: %(names)s.") % {"names": names})


def not_said(request: PersonRequest, found: Thread, form: MessageForm, reason: str, *, status: int) -> HttpResponse:
    """The words come back with the reason: nothing typed is lost."""
    if wants_json(request):
        return JsonResponse({"message": reason}, status=status)
    return show_thread(request, open_window(found, user=request.user), form=form, status=status)


@require_http_methods(["GET", "POST"])
@policy(Audience.PERSON, holds="message")
def message_edit(request: PersonRequest, pk: int) -> HttpResponse:
    """Changes one's own words, while something can be said in their conversation."""
    found = access_own_message(request.user, pk)
    if request.method == "GET" and not found.thread.takes_words:
        raise PermissionDenied
    form = EditForm(
        request.POST if request.method == "POST" else None,
        initial={"body": found.body},
        has_files=found.attachments.exists(),
    )
    if request.method == "POST" and form.is_valid():
        try:
            found = services.edit_message(message=found, body=form.cleaned_data["body"], at=timezone.now())
            return edited(request, found)
        except services.ConversationOver:
            form.add_error(None, over())
        except services.MessageHidden:
            form.add_error(None, _("This message was hidden meanwhile by those who run the space."))
        except services.MessageTakenBack:
            form.add_error(None, _("This message was taken back meanwhile. Your words are kept here."))
    if wants_json(request):
        return JsonResponse({"message": first_error(form)}, status=422)
    return render(request, "threads/message_edit.html", {"message": found, "thread": found.thread, "form": form})


def edited(request: PersonRequest, words: Message) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"html": words.html, "body": words.body, "unheard": list(words.unheard)})
    warn_unheard(request, words)
    return redirect(words)


@require_http_methods(["GET", "POST"])
@policy(Audience.PERSON, holds="message")
def message_delete(request: PersonRequest, pk: int) -> HttpResponse:
    """Takes back one's own words, after asking."""
    found = access_own_message(request.user, pk)
    if request.method == "POST":
        with suppress(services.MessageTakenBack):  # by another tab: it is what was asked for
            services.delete_message(message=found, at=timezone.now())
        if wants_json(request):
            return JsonResponse({})
        messages.success(request, _("The message was taken back."))
        return redirect(found.thread)
    return render(request, "threads/message_delete.html", {"message": found, "thread": found.thread})


@require_GET
@policy(Audience.PERSON, holds="message")
def message_history(request: PersonRequest, pk: int) -> HttpResponse:
    """What a message said before it was edited, for those who see it."""
    found = access_message(request.user, pk)
    if not may_read(request.user, found):
        raise Http404
    context = {"message": found, "thread": found.thread, "revisions": found.revisions.order_by("-until", "-pk")}
    return render(request, "threads/message_history.html", context)


@require_GET
@policy(Audience.PERSON, holds="message")
def message_row(request: PersonRequest, pk: int) -> HttpResponse:
    """One message as the reader sees it, for a script whose row is no longer right; with `?thread=7` only if it is there."""
    found = access_message(request.user, pk)
    if number(request, "thread") not in (None, found.thread_id):
        raise Http404
    rows = rows_of(with_pages(list(found.thread.messages.for_reading().filter(pk=pk))))
    context = row_context(request, Window(found.thread, rows, head=0)) | {"row": rows[0], "blank": False}
    return render(request, "threads/includes/message.html", context)


@require_POST
@policy(Audience.PERSON, holds="message")
def react(request: PersonRequest, pk: int) -> HttpResponse:
    """Leaves or takes back a sign on a message."""
    found = access_message_to_answer(request.user, pk)
    try:
        is_there = services.react(
            message=found, user=request.user, emoji=request.POST.get("emoji", ""), at=timezone.now()
        )
    except (services.NotAnEmoji, services.TooManySigns, services.MessageTakenBack, services.ConversationOver):
        reason = _("This sign cannot be left on this message.")
        if wants_json(request):
            return JsonResponse({"message": reason}, status=422)
        messages.error(request, reason)
        return redirect(found)
    return JsonResponse({"there": is_there}) if wants_json(request) else redirect(found)
