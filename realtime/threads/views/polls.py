"""Asking everyone of a conversation, answering, and saying that something helped."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest, wanted
from realtime.spaces.access import rights_in
from realtime.threads import services
from realtime.threads.access import access_message_to_answer, access_thread, rights_in_thread
from realtime.threads.forms import ChoiceForm, SenseForm
from realtime.threads.models import Message, Poll, Thread
from realtime.threads.posting import Draft, PostRefused
from realtime.threads.views.common import number, over, wants_json
from realtime.threads.views.messages import said
from realtime.threads.writer import say


@require_http_methods(["GET", "POST"])
@policy(Audience.PERSON, holds="thread")
def poll_create(request: PersonRequest, pk: int) -> HttpResponse:
    """Asks everyone of a conversation something: `?kind=sense` takes the temperature, else a quick poll."""
    thread = access_thread(request.user, pk)
    if not rights_in_thread(request.user, thread).may_write:
        raise PermissionDenied
    is_sense = request.GET.get("kind") == Poll.Kind.SENSE
    form = (SenseForm if is_sense else ChoiceForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data
        try:
            return said(
                request, say(Draft(request.user.pk, thread.pk, words["client_id"], words["body"], poll=form.poll()))
            )
        except PostRefused as refusal:
            form.add_error("body", str(refusal.reason))
    return show_form(request, thread, form, is_sense=is_sense)


def show_form(request: PersonRequest, thread: Thread, form: SenseForm, *, is_sense: bool) -> HttpResponse:
    context = {
        "thread": thread,
        "form": form,
        "kind": Poll.Kind.SENSE if is_sense else Poll.Kind.CHOICE,
        "title": _("Take the temperature") if is_sense else _("Quick poll"),
    }
    return render(request, "threads/poll_create.html", context, status=422 if form.errors else 200)


@require_POST
@policy(Audience.PERSON, holds="message")
def vote(request: PersonRequest, pk: int) -> HttpResponse:
    """Chooses an option of a poll (`chosen=1`) or takes that back (`chosen=0`)."""
    found = access_message_to_answer(request.user, pk)
    option_id = number(request, "option", posted=True)
    if option_id is None:
        raise Http404
    is_chosen = request.POST.get("chosen") == "1"
    return done(
        request,
        found,
        lambda: services.vote(
            message=found, option_id=option_id, user=request.user, is_chosen=is_chosen, at=timezone.now()
        ),
    )


@require_POST
@policy(Audience.PERSON, holds="message")
def poll_close(request: PersonRequest, pk: int) -> HttpResponse:
    """Closes a poll: whoever asked, or those who run the space."""
    found = access_message_to_answer(request.user, pk)
    if found.author_id != request.user.pk and not rights_in(request.user, found.thread.space).may_facilitate:
        raise PermissionDenied
    return done(request, found, lambda: services.close_poll(message=found, at=timezone.now()))


@require_POST
@policy(Audience.PERSON, holds="message")
def helpful(request: PersonRequest, pk: int) -> HttpResponse:
    """Says that a message helped (`helpful=1`) or takes that back (`helpful=0`)."""
    found = access_message_to_answer(request.user, pk)
    if found.author_id == request.user.pk:
        raise PermissionDenied
    is_helpful = request.POST.get("helpful") == "1"
    return done(
        request,
        found,
        lambda: services.mark_helpful(message=found, user=request.user, is_helpful=is_helpful, at=timezone.now()),
    )


def done(request: PersonRequest, found: Message, act: Callable[[], object]) -> HttpResponse:
    """Does it and goes back to the message, or to where the poll was shown; or says why not."""
    try:
        act()
    except services.NoSuchPoll:
        raise Http404 from None
    except services.PollClosed:
        return refused(request, found, _("This poll is closed: its answers stand."))
    except (services.MessageTakenBack, services.MessageHidden):
        return refused(request, found, _("This message is not shown any more."))
    except services.ConversationOver:
        return refused(request, found, over())
    if wants_json(request):
        return JsonResponse({})
    return redirect(wanted(request, found.get_absolute_url()))  # a page may show the poll


def refused(request: PersonRequest, found: Message, reason: str) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"message": reason}, status=422)
    messages.error(request, reason)
    return redirect(found.thread)
