"""Private conversations on the screen. Nobody but those in one learns that it exists."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from intranet.accounts.models import User
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest, whole
from intranet.people.models import Profile
from intranet.people.words import WORD, fold
from realtime.threads import services
from realtime.threads.access import access_thread
from realtime.threads.forms import PrivateForm
from realtime.threads.models import Thread
from realtime.threads.posting import PostRefused
from realtime.threads.private import conversations_among, name_conversations
from realtime.threads.unread import with_unread

A_PAGE = 25
FOUND = 8  # people offered at once


@require_GET
@policy(Audience.EMPLOYEE)
def private(request: PersonRequest) -> HttpResponse:
    """One's private conversations, the latest first."""
    mine = with_unread(Thread.objects.visible_to(request.user).private().for_list(), request.user)
    page = Paginator(mine.latest_first(), A_PAGE).get_page(request.GET.get("page"))
    name_conversations(page.object_list, user=request.user)
    return render(request, "threads/private.html", {"page": page})


@require_http_methods(["GET", "POST"])
@policy(Audience.EMPLOYEE)
def private_new(request: PersonRequest) -> HttpResponse:
    """Begins a conversation among a few; the same people find the one they have.

    Without a script the same form searches (`act=find`): those chosen stay chosen.
    """
    starts = request.method == "POST" and request.POST.get("act") != "find"
    colleagues = others(request.user)
    typed = {"title": request.POST.get("title", ""), "body": request.POST.get("body", "")}
    form = PrivateForm(request.POST if starts else None, colleagues=colleagues, initial=typed)
    people = chosen(request, colleagues)
    known = conversations_among(people, user=request.user).first() if people else None
    if starts and form.is_valid() and (known is None or "another" in request.POST):
        try:
            return redirect(services.begin_private(by=request.user, at=timezone.now(), **form.cleaned_data))
        except PostRefused as refusal:
            form.add_error("body", str(refusal.reason))
    asked = request.POST.get("q", "")
    context = {
        "form": form,
        "people": people,
        "found": found(colleagues, asked, without=people),
        "q": asked,
        "known": known,
        "most": services.MOST_PEOPLE,
    }
    return render(request, "threads/private_new.html", context)


@require_GET
@policy(Audience.EMPLOYEE)
def private_people(request: PersonRequest) -> HttpResponse:
    """Colleagues by name, trade or place, to choose from."""
    colleagues, asked = others(request.user), request.GET.get("q", "")
    people = colleagues.filter(pk__in=numbers(request.GET.getlist("people")))
    context = {"found": found(colleagues, asked, without=list(people)), "q": asked}
    return render(request, "threads/includes/private_found.html", context)


@require_http_methods(["GET", "POST"])
@policy(Audience.EMPLOYEE, holds="thread")
def private_leave(request: PersonRequest, pk: int) -> HttpResponse:
    """Leaves a private conversation for good, after asking."""
    thread = access_thread(request.user, pk)
    if not thread.is_private:
        raise Http404
    if request.method == "POST":
        services.leave_private(thread=thread, user=request.user, at=timezone.now())
        messages.success(request, _("You have left the conversation."))
        return redirect("threads:private")
    name_conversations([thread], user=request.user)
    return render(request, "threads/private_leave.html", {"thread": thread})


def others(user: User) -> Any:
    """The colleagues one can speak to."""
    employees = User.objects.filter(is_active=True, profile__kind=Profile.Kind.EMPLOYEE)
    return employees.exclude(pk=user.pk).select_related("profile").order_by("name", "pk")


def chosen(request: PersonRequest, colleagues: Any) -> list[User]:
    """Those chosen so far: in the form, or in the address (`?with=`) when one comes from a profile."""
    given = request.POST.getlist("people") if request.method == "POST" else request.GET.getlist("with")
    return list(colleagues.filter(pk__in=numbers(given)))


def numbers(words: list[str]) -> list[int]:
    return [pk for word in words[:50] if (pk := whole(word)) is not None]


def found(colleagues: "QuerySet[User]", asked: str, *, without: list[User]) -> list[User]:
    """Colleagues in whom every word is found, without those chosen already."""
    words = WORD.findall(fold(asked[:100]))
    if not words:
        return []
    for word in words:
        colleagues = colleagues.filter(profile__search_text__contains=word)
    return list(colleagues.exclude(pk__in=[person.pk for person in without])[:FOUND])
