"""People and teams on the screen."""

from dataclasses import dataclass, field

from django.conf import settings as django_settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from intranet.accounts.models import User
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest, wanted
from intranet.accounts.services import LastAdministrator
from intranet.people import services
from intranet.people.access import (
    access_account,
    access_membership,
    access_photo,
    access_profile,
    access_team_as_manager,
)
from intranet.people.forms import DirectoryForm, JoinTeamForm, ProfileForm, SettingsForm, TeamRoleForm
from intranet.people.models import Membership, Profile, ProfileChange, Team
from intranet.people.words import WORD, fold

PEOPLE_A_PAGE = 30
YEAR = 365 * 24 * 3600


@require_GET
@policy(Audience.EMPLOYEE)
def directory(request: PersonRequest) -> HttpResponse:
    """Colleagues by name, trade, skill, place and team."""
    today, all_teams = timezone.localdate(), list(Team.objects.visible_to(request.user))
    form = DirectoryForm(request.GET, label_suffix="")
    form.fields["team"].queryset = Team.objects.visible_to(request.user)  # type: ignore[attr-defined]  # a ModelChoiceField
    form.is_valid()
    asked = form.cleaned_data
    people = Profile.objects.visible_to(request.user).matching(WORD.findall(fold(asked.get("q", ""))), all_teams, today)
    if asked.get("team"):
        people = people.in_team(asked["team"], today)
    if asked.get("skill"):
        people = people.filter(skills=asked["skill"])
    page = Paginator(people.for_list(today), PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page, "asked": asked, "teams": all_teams}
    return render(request, "people/includes/found.html" if request.htmx else "people/directory.html", context)


@require_GET
@policy(Audience.PERSON, holds="person")
def person(request: PersonRequest, pk: int) -> HttpResponse:
    """A colleague: what they do, in which teams, and what one can ask them."""
    profile = access_profile(request.user, pk)
    rows = Membership.objects.on(timezone.localdate()).filter(user=pk).select_related("team").order_by("-is_home", "pk")
    context = {
        "profile": profile,
        "memberships": [] if request.user.is_guest else rows,
        "skills": profile.skills.order_by("name", "pk"),
    }
    return render(request, "people/person.html", context)


@require_http_methods(["GET", "POST"])
@policy(Audience.PERSON)
def me(request: PersonRequest) -> HttpResponse:
    """One's own profile, as short as one likes."""
    profile = access_profile(request.user, request.user.pk)
    form = ProfileForm(request.POST or None, request.FILES or None, instance=profile)
    if request.method == "POST" and form.is_valid():
        changes = {name: value for name, value in form.cleaned_data.items() if name != "skills"}
        save_profile(request.user, changes, skills=form.cleaned_data["skills"])
        messages.success(request, _("Your profile is saved."))
        return redirect("people:me")
    return render(request, "people/me.html", {"form": form, "profile": profile})


def save_profile(user: User, changes: dict[str, object], *, skills: list[str] | None = None) -> None:
    """Changes one's own profile from what is stored, the form having written over its own copy."""
    stored = access_profile(user, user.pk)
    services.update_profile(profile=stored, changes=changes, skills=skills, by=user, at=timezone.now())


@require_http_methods(["GET", "POST"])
@policy(Audience.PERSON)
def settings(request: PersonRequest) -> HttpResponse:
    """In which language, at what hours and in what light Parvis speaks to a person."""
    form = SettingsForm(request.POST or None, instance=access_profile(request.user, request.user.pk))
    if request.method == "POST" and form.is_valid():
        save_profile(request.user, form.cleaned_data)
        messages.success(request, _("Your settings are saved."))
        response = redirect("people:settings")
        keep(response, "parvis_theme", form.cleaned_data["theme"])
        keep(response, django_settings.LANGUAGE_COOKIE_NAME, form.cleaned_data["language"])
        return response
    return render(request, "people/settings.html", {"form": form})


def keep(response: HttpResponse, name: str, value: str) -> None:
    """Has the device remember a choice, for its next sign-in page; scripts may change it there."""
    secure = django_settings.SESSION_COOKIE_SECURE
    response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=secure)


@require_POST
@policy(Audience.ANYONE)
def language(request: HttpRequest) -> HttpResponse:
    """The language of the screens, before signing in as after."""
    response = redirect(wanted(request))
    chosen = request.POST.get("language", "")
    if chosen in dict(django_settings.LANGUAGES):
        keep(response, django_settings.LANGUAGE_COOKIE_NAME, chosen)
        if request.user.is_authenticated:
            save_profile(request.user, {"language": chosen})
    return response


@require_GET
@policy(Audience.PERSON)
def photo(request: PersonRequest, name: str) -> FileResponse:
    """The picture behind a face. Its name changes with the picture, so that a browser may keep it."""
    file = access_photo(name).photo
    response = FileResponse(file.open(), content_type="image/webp")
    response["Cache-Control"] = f"private, max-age={YEAR}, immutable"
    return response


# --- accounts that end --------------------------------------------------------------------------


@require_GET
@policy(Audience.PERSON, holds="person")
def history(request: PersonRequest, pk: int) -> HttpResponse:
    """Who changed what in a profile, and the teams one went through: for oneself and for administrators."""
    profile = access_account(request.user, pk)
    context = {
        "profile": profile,
        "changes": ProfileChange.objects.filter(profile=profile).select_related("by").order_by("-at", "-pk")[:200],
        "memberships": Membership.objects.filter(user=pk).select_related("team").order_by("-starts_on", "-pk"),
    }
    return render(request, "people/history.html", context)


@require_http_methods(["GET", "POST"])
@policy(Audience.PERSON, holds="person")
def close(request: PersonRequest, pk: int) -> HttpResponse:
    """ "I have left": the person, or an administrator, closes the account, after being asked once."""
    profile = access_account(request.user, pk)
    if request.method == "GET":
        return render(request, "people/close.html", {"profile": profile})
    try:
        services.close_account(user=profile.user, by=request.user, at=timezone.now())
    except LastAdministrator:
        messages.error(request, _("You are the only administrator: make somebody else one first."))
        return redirect("people:close", pk)
    messages.success(request, _("The account of %(name)s is closed.") % {"name": profile.user.name})
    if pk != request.user.pk:
        return redirect("people:closed")
    logout(request)
    return redirect("account_login")


@require_GET
@policy(Audience.ADMINISTRATOR)
def closed(request: PersonRequest) -> HttpResponse:
    """The accounts of those who left."""
    people = User.objects.select_related("profile").filter(is_active=False).order_by("-expires_at", "-pk")
    page = Paginator(people, PEOPLE_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/closed.html", {"page": page})


@require_POST
@policy(Audience.ADMINISTRATOR, holds="person")
def reopen(request: PersonRequest, pk: int) -> HttpResponse:
    """Lets somebody who left come back."""
    profile = access_account(request.user, pk)
    services.reopen_account(user=profile.user, by=request.user, at=timezone.now())
    messages.success(request, _("%(name)s can sign in again.") % {"name": profile.user.name})
    return redirect("people:closed")


# --- teams --------------------------------------------------------------------------------------


@dataclass(slots=True)
class Branch:
    """A team and what stands under it, for a template that calls itself."""

    team: Team
    below: list["Branch"] = field(default_factory=list)


@require_GET
@policy(Audience.EMPLOYEE)
def teams(request: PersonRequest) -> HttpResponse:
    """All the teams, networks and circles, as a tree; one query."""
    found = Team.objects.visible_to(request.user).with_sizes(timezone.localdate())
    return render(request, "people/teams.html", {"tree": grown(list(found))})


def grown(teams: list[Team]) -> list[Branch]:
    """The tree of teams that come in the order of their paths."""
    by_path: dict[str, Branch] = {}
    top: list[Branch] = []
    for team in teams:
        branch = by_path[team.path] = Branch(team)
        above = by_path.get(team.path[: -Team.steplen])
        (above.below if above else top).append(branch)
    return top


@require_http_methods(["GET", "POST"])
@policy(Audience.EMPLOYEE, holds="team")
def members(request: PersonRequest, slug: str) -> HttpResponse:
    """Who is and was in a team, for those who change it."""
    team = access_team_as_manager(request.user, slug)
    form = JoinTeamForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and took_in(form, team):
        messages.success(request, _("%(name)s is in the team from today on.") % {"name": form.cleaned_data["person"]})
        return redirect("people:members", slug)
    rows = Membership.objects.filter(team=team)
    context = {
        "team": team,
        "form": form,
        "members": rows.open().for_list(),
        "past": rows.exclude(ends_on=None).select_related("user").order_by("-ends_on", "-pk"),
        "roles": Membership.Role.choices,
    }
    return render(request, "people/members.html", context)


def took_in(form: JoinTeamForm, team: Team) -> bool:
    words = form.cleaned_data
    try:
        services.join_team(
            user=words["person"], team=team, role=words["role"], is_home=words["is_home"], at=timezone.now()
        )
    except services.AlreadyInTeam:
        form.add_error("person", _("Already in the team: change the role below."))
        return False
    return True


@require_POST
@policy(Audience.EMPLOYEE, holds="membership")
def member_role(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Gives somebody another role in a team, from today on."""
    membership = access_membership(request.user, slug, pk)
    form = TeamRoleForm(request.POST)
    if form.is_valid():
        services.change_role(
            user=membership.user, team=membership.team, role=form.cleaned_data["role"], at=timezone.now()
        )
    else:
        messages.error(request, _("This role does not exist."))
    return redirect("people:members", slug)


@require_POST
@policy(Audience.EMPLOYEE, holds="membership")
def member_leave(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Ends somebody's time in a team today."""
    membership = access_membership(request.user, slug, pk)
    services.leave_team(user=membership.user, team=membership.team, at=timezone.now())
    messages.success(request, _("%(name)s is no longer in the team.") % {"name": membership.user.name})
    return redirect("people:members", slug)
