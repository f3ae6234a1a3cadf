"""Screens that put things side by side: home, your turn, a team, search, help."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from intranet.accounts.models import User
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest
from intranet.people.access import access_profile, access_team
from intranet.people.services import choose_counted
from intranet.people.words import ask
from intranet.portal.awaiting import beside_figures
from intranet.portal.home import home_of, moving_around, rooms_for_guest
from intranet.portal.message_search import NAMES, MessageSearchForm, chips, lines, people_named
from intranet.portal.mine import data_of
from intranet.portal.search import A_PAGE, KINDS, Hit, find, results
from intranet.portal.spelling import meant
from intranet.portal.teams import team_sheet
from intranet.portal.turn import streams_of_turn, turn_of
from realtime.threads.finding import MOST

TURNS = 50
QUICK = 5  # lines of each kind beneath what is being typed


@require_GET
@policy(Audience.PERSON)
def home(request: PersonRequest) -> HttpResponse:
    """The front page; for a guest, the places they were invited to."""
    if request.user.is_guest:
        return render(request, "portal/rooms.html", {"rooms": rooms_for_guest(request.user)})
    front = home_of(request.user, at=timezone.now(), on=timezone.localdate())
    return render(request, "portal/home.html", {"home": front})


@require_GET
@policy(Audience.EMPLOYEE)
def moving(request: PersonRequest) -> HttpResponse:
    """The block of the front page where things move, alone: what a live page asks for again."""
    return render(request, "portal/includes/moving.html", {"threads": moving_around(request.user)})


@require_GET
@policy(Audience.PERSON)
def turn(request: PersonRequest) -> HttpResponse:
    """What awaits the person."""
    return render(request, "portal/turn.html", awaiting_person(request.user))


@require_GET
@policy(Audience.PERSON)
def turn_lists(request: PersonRequest) -> HttpResponse:
    """What awaits the person, alone: what a live page asks for again."""
    return render(request, "portal/includes/turn_whole.html", awaiting_person(request.user))


def awaiting_person(user: User) -> dict[str, Any]:
    streams = streams_of_turn(user)
    waiting = turn_of(user, at=timezone.now(), on=timezone.localdate(), most=TURNS)
    return {"turn": waiting, "streams": streams}


@require_GET
@policy(Audience.EMPLOYEE, holds="team")
def team(request: PersonRequest, slug: str) -> HttpResponse:
    """A team: who does what, where it talks, what it answers for."""
    found = access_team(request.user, slug)
    sheet = team_sheet(found, user=request.user, at=timezone.now(), on=timezone.localdate())
    return render(request, "portal/team.html", {"sheet": sheet, "team": found})


@require_GET
@policy(Audience.EMPLOYEE, holds="team")
def awaiting(request: PersonRequest, slug: str) -> HttpResponse:
    """What awaits a team, alone: what a live screen asks for again."""
    return HttpResponse(beside_figures(request, access_team(request.user, slug)))


@require_GET
@policy(Audience.EMPLOYEE, hides=True)
def data(request: PersonRequest) -> HttpResponse:
    """What Parvis keeps about oneself, in words, and whether one is counted in the figures of one's team."""
    return render(request, "portal/data.html", {"profile": access_profile(request.user, request.user.pk)})


@require_GET
@policy(Audience.EMPLOYEE, hides=True)
def data_file(request: PersonRequest) -> JsonResponse:
    """The same as a file, for oneself alone."""
    found = data_of(request.user, access_profile(request.user, request.user.pk))
    headers = {"Content-Disposition": 'attachment; filename="my-data.json"', "Cache-Control": "private, no-store"}
    return JsonResponse(found, json_dumps_params={"ensure_ascii": False, "indent": 1}, headers=headers)


@require_POST
@policy(Audience.EMPLOYEE, hides=True)
def counted(request: PersonRequest) -> HttpResponse:
    """Has oneself counted, or no longer: `counted` is "yes" or "no", and anything else changes nothing."""
    wanted = {"yes": True, "no": False}.get(request.POST.get("counted", ""))
    if wanted is not None:
        choose_counted(user=request.user, is_counted=wanted)
        messages.success(request, _("You are counted again.") if wanted else _("You are no longer counted."))
    return redirect("portal:data")


@require_GET
@policy(Audience.EMPLOYEE)
def search(request: PersonRequest) -> HttpResponse:
    """Everything that answers a question, by kind."""
    question = ask(request.GET.get("q", ""))
    findings = find(question, user=request.user, on=timezone.localdate())
    kind = request.GET.get("kind", "")
    page = Paginator(findings.of(kind), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "q": request.GET.get("q", "")[:200],
        "kind": kind if kind in KINDS else "",
        "facets": facets(findings.hits),
        "findings": findings,
        "page": page,
        "results": results(list(page.object_list), question),
        "meant": meant(question, request.user) if question and not findings.total else "",
    }
    return render(request, "portal/search.html", context)


def facets(hits: dict[str, list[Hit]]) -> list[tuple[str, str, int]]:
    """The kinds to choose from: key, name in the reader's language, number of answers."""
    names = {"pages": _("Pages"), "threads": _("Conversations"), "people": _("People")}
    return [(kind, names[kind], len(hits[kind])) for kind in KINDS]


@require_GET
@policy(Audience.EMPLOYEE)
def search_quick(request: PersonRequest) -> HttpResponse:
    """The first answers to what is being typed, as options of a list."""
    question = ask(request.GET.get("q", ""))
    findings = find(question, user=request.user, on=timezone.localdate(), most=QUICK)
    shown = [
        (name, results(findings.hits[kind][:QUICK], question)) for kind, name, number in facets(findings.hits) if number
    ]
    return render(
        request, "portal/includes/quick.html", {"findings": findings, "groups": shown, "q": request.GET.get("q", "")}
    )


@require_GET
@policy(Audience.EMPLOYEE)
def search_messages(request: PersonRequest) -> HttpResponse:
    """What was said, by words, and by whom, where and when. Nothing of a search is kept."""
    form = MessageSearchForm(request.GET, user=request.user)
    found = lines(form) if form.is_valid() else []
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "q": request.GET.get("q", "")[:200],
        "chips": chips(form, request.GET) if form.is_valid() else [],
        "page": page,
        "results": list(page.object_list),
        "most": MOST if len(found) == MOST and not page.has_next() else None,
    }
    return render(request, "portal/search_messages.html", context)


@require_GET
@policy(Audience.EMPLOYEE)
def search_names(request: PersonRequest) -> JsonResponse:
    """Names that go on as what is being typed does."""
    named = people_named(request.GET.get("q", "")[:120], request.user)
    return JsonResponse({"names": list(dict.fromkeys(name for _pk, name in named))[:NAMES]})


@require_GET
@policy(Audience.PERSON)
def help_page(request: PersonRequest) -> HttpResponse:
    """What things are called here, who sees what, and the keys."""
    return render(request, "portal/help.html")
