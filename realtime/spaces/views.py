"""Places on the screen: finding, opening, joining, inviting, closing."""

from contextlib import suppress

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest
from intranet.accounts.sign_in import sign_in_as
from intranet.people.models import Membership
from realtime.spaces import services
from realtime.spaces.access import access_space, access_space_as_facilitator, rights_in
from realtime.spaces.forms import (
    AcceptForm,
    AddPersonForm,
    AddTeamForm,
    InviteForm,
    NewSpaceForm,
    RoleForm,
    SpaceForm,
    UntilForm,
)
from realtime.spaces.models import Invitation, Space, SpaceMember


@require_GET
@policy(Audience.PERSON)
def space_list(request: PersonRequest) -> HttpResponse:
    """The places one belongs to, those one could join, and those that are closed."""
    seen = Space.objects.visible_to(request.user).places().order_by("name", "pk")
    joined = set(Space.objects.joined_by(request.user).values_list("pk", flat=True))
    spaces = list(seen)
    context = {
        "mine": [s for s in spaces if not s.is_archived and (s.pk in joined or request.user.is_guest)],
        "others": [s for s in spaces if not s.is_archived and s.pk not in joined and not request.user.is_guest],
        "archived": [s for s in spaces if s.is_archived],
    }
    return render(request, "spaces/list.html", context)


@require_http_methods(["GET", "POST"])
@policy(Audience.EMPLOYEE)
def space_create(request: PersonRequest) -> HttpResponse:
    """Opens a place; whoever opens it runs it."""
    form = NewSpaceForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        space = services.create_space(by=request.user, at=timezone.now(), **form.cleaned_data)
        messages.success(request, _("The space is open. Invite those it concerns, and start a conversation."))
        return redirect(space)
    return render(request, "spaces/create.html", {"form": form})


@require_GET
@policy(Audience.PERSON, holds="space")
def about(request: PersonRequest, slug: str) -> HttpResponse:
    """What a place is for, how one behaves there, and who is in it."""
    space = access_space(request.user, slug)
    members = [] if request.user.is_guest else members_of(space)  # a guest knows nobody but those who speak to them
    context = {"space": space, "rights": rights_in(request.user, space), "members": members}
    return render(request, "spaces/about.html", context)


def members_of(space: Space) -> list[SpaceMember]:
    """Members by role and name, a team with the people in it today; three queries."""
    today = Membership.objects.on(timezone.localdate()).select_related("user__profile").order_by("user__name", "pk")
    rows = (
        SpaceMember.objects.current()
        .filter(Q(user=None) | Q(user__is_active=True), space=space)
        .select_related("user__profile", "team")
        .prefetch_related(Prefetch("team__memberships", today, to_attr="people"))
    )
    order = {role: place for place, role in enumerate(["facilitator", "member", "reader", "guest"])}
    return sorted(rows, key=lambda m: (order[m.role], m.team is not None, str(m.user or m.team), m.pk))


@require_http_methods(["GET", "POST"])
@policy(Audience.EMPLOYEE, holds="space")
def edit(request: PersonRequest, slug: str) -> HttpResponse:
    """Changes what a place says of itself and who sees it."""
    space = access_space_as_facilitator(request.user, slug)
    form = SpaceForm(request.POST or None, instance=space)
    if request.method == "POST" and form.is_valid():
        before = Space.objects.get(pk=space.pk)
        services.update_space(space=before, at=timezone.now(), **form.cleaned_data)
        return redirect("spaces:about", slug)
    return render(request, "spaces/edit.html", {"space": space, "form": form})


@require_POST
@policy(Audience.EMPLOYEE, holds="space")
def join(request: PersonRequest, slug: str) -> HttpResponse:
    """Lets oneself into an open place."""
    space = access_space(request.user, slug)
    try:
        services.join_space(space=space, user=request.user, at=timezone.now())
        messages.success(request, _("You are a member: what happens here will reach you."))
    except services.AlreadyMember:
        messages.info(request, _("You are a member already."))
    except services.SpaceIsArchived:
        messages.error(request, _("This space is archived: it takes nobody in."))
    except services.MembersOnly:
        raise PermissionDenied from None
    return redirect(space)


@require_POST
@policy(Audience.PERSON, holds="space")
def leave(request: PersonRequest, slug: str) -> HttpResponse:
    """Ends one's own membership."""
    space = access_space(request.user, slug)
    member = SpaceMember.objects.filter(space=space, user=request.user).first()
    if member is None:
        messages.info(request, _("You are here through your team: leaving the team is leaving the space."))
        return redirect("spaces:about", slug)
    try:
        services.remove_member(member=member, at=timezone.now())
    except services.LastFacilitator:
        messages.error(request, last_facilitator())
        return redirect("spaces:about", slug)
    messages.success(request, _("You left %(space)s.") % {"space": space.name})
    return redirect("spaces:list")


def last_facilitator() -> str:
    return _("Somebody must run this space: give the role of facilitator to another member first.")


# --- members ------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@policy(Audience.EMPLOYEE, holds="space")
def members_manage(request: PersonRequest, slug: str) -> HttpResponse:
    """The members as those who run the place manage them: colleagues, teams and guests to take in."""
    space = access_space_as_facilitator(request.user, slug)
    asked = request.POST.get("act", "")
    person = AddPersonForm(request.POST if asked == "person" else None)
    team = AddTeamForm(request.POST if asked == "team" else None)
    guest = InviteForm(request.POST if asked == "guest" else None)
    if add_someone(request, space, person, team, guest):
        return redirect("spaces:members", slug)
    waiting = space.invitations.filter(accepted_at=None, withdrawn_at=None).order_by("-invited_at", "-pk")
    context = {
        "space": space,
        "members": members_of(space),
        "roles": RoleForm().fields["role"].choices,  # type: ignore[attr-defined]  # a ChoiceField
        "person_form": person,
        "team_form": team,
        "guest_form": guest,
        "invitations": waiting,
        "now": timezone.now(),
    }
    return render(request, "spaces/members.html", context)


def add_someone(
    request: PersonRequest, space: Space, person: AddPersonForm, team: AddTeamForm, guest: InviteForm
) -> bool:
    """Takes in whoever the one bound form names; False when there is none, or it is wrong."""
    at = timezone.now()
    form = next((form for form in (person, team, guest) if form.is_bound), None)
    if form is None or not form.is_valid():
        return False
    words = form.cleaned_data
    try:
        if form is guest:
            invite(request, space, words)
        elif form is person:
            services.add_member(space=space, member=words["person"], role=words["role"], at=at)
            messages.success(request, _("%(name)s is a member now.") % {"name": words["person"]})
        else:
            services.add_member(space=space, member=words["team"], role=SpaceMember.Role.MEMBER, at=at)
            messages.success(request, _("Everyone in %(team)s is a member now.") % {"team": words["team"]})
    except services.AlreadyMember:
        form.add_error(None, _("Already a member."))
        return False
    except services.IsColleague:
        form.add_error("email", _("This is the address of a colleague: add them as a member above."))
        return False
    except services.SpaceIsArchived:
        form.add_error(None, _("This space is archived: it takes nobody in."))
        return False
    except OSError:  # of the mail server
        form.add_error(None, _("The mail could not be sent, so nobody was invited. Try again in a while."))
        return False
    return True


@transaction.atomic
def invite(request: PersonRequest, space: Space, words: dict[str, object]) -> None:
    """Invites a guest and writes to them; the mail holds the only copy of the token. Nobody is invited without it."""
    invited = services.invite_guest(
        space=space,
        email=str(words["email"]),
        name=str(words["name"]),
        organization=str(words["organization"]),
        access_until=words["until"],  # type: ignore[arg-type]  # made an instant by the form
        by=request.user,
        at=timezone.now(),
    )
    address = request.build_absolute_uri(reverse("spaces:invitation", args=[invited.token]))
    context = {"invitation": invited.invitation, "address": address, "by": request.user}
    subject = _("%(name)s invites you to “%(space)s”") % {"name": request.user.name, "space": space.name}
    body = render_to_string("spaces/mail/invitation.txt", context)
    EmailMessage(subject, body, to=[invited.invitation.email]).send()
    messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": invited.invitation.email})


@require_POST
@policy(Audience.EMPLOYEE, holds="space")
def member_role(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Gives a member another role."""
    space = access_space_as_facilitator(request.user, slug)
    member = get_object_or_404(SpaceMember.objects.exclude(role=SpaceMember.Role.GUEST), space=space, pk=pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This role does not exist."))
        return redirect("spaces:members", slug)
    try:
        services.change_role(member=member, role=form.cleaned_data["role"], at=timezone.now())
    except services.LastFacilitator:
        messages.error(request, last_facilitator())
    return redirect("spaces:members", slug)


@require_POST
@policy(Audience.EMPLOYEE, holds="space")
def member_until(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Sets until when a guest has access."""
    space = access_space_as_facilitator(request.user, slug)
    member = get_object_or_404(SpaceMember.objects.guests().select_related("user"), space=space, pk=pk)
    form = UntilForm(request.POST)
    if form.is_valid():
        services.renew_guest(member=member, access_until=form.cleaned_data["until"], at=timezone.now())
    else:
        messages.error(request, _("Choose a day from today to a year from now."))
    return redirect("spaces:members", slug)


@require_POST
@policy(Audience.EMPLOYEE, holds="space")
def member_remove(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Ends somebody's membership."""
    space = access_space_as_facilitator(request.user, slug)
    member = get_object_or_404(SpaceMember.objects.select_related("user", "team"), space=space, pk=pk)
    try:
        services.remove_member(member=member, at=timezone.now())
        messages.success(request, _("%(name)s is no longer a member.") % {"name": member.name})
    except services.LastFacilitator:
        messages.error(request, last_facilitator())
    return redirect("spaces:members", slug)


@require_POST
@policy(Audience.EMPLOYEE, holds="space")
def invitation_withdraw(request: PersonRequest, slug: str, pk: int) -> HttpResponse:
    """Makes an invitation useless."""
    space = access_space_as_facilitator(request.user, slug)
    waiting: QuerySet[Invitation] = space.invitations.filter(accepted_at=None)
    services.withdraw_invitation(invitation=get_object_or_404(waiting, pk=pk), at=timezone.now())
    return redirect("spaces:members", slug)


@require_POST
@policy(Audience.EMPLOYEE, holds="space")
def archive(request: PersonRequest, slug: str) -> HttpResponse:
    """Closes a place to new words, or opens it again."""
    space = access_space_as_facilitator(request.user, slug)
    if space.is_archived:
        services.reopen_space(space=space, at=timezone.now())
        messages.success(request, _("The space is open again."))
    else:
        services.archive_space(space=space, at=timezone.now())
        messages.success(request, _("The space is archived. What was said there can still be read."))
    return redirect("spaces:about", slug)


# --- coming in from outside ---------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@policy(Audience.ANYONE)
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """An invitation: looking at it changes nothing, accepting makes the account and opens that one space."""
    try:
        found = services.find_invitation(token, timezone.now())
    except services.InvitationUnusable:
        return render(request, "spaces/invitation_unusable.html", status=404)
    if found.space.is_archived:
        return render(request, "spaces/invitation_unusable.html", status=404)
    if request.user.is_authenticated:
        return accept_signed_in(request, found)
    form = AcceptForm(request.POST or None, email=found.email)
    if request.method == "POST" and form.is_valid() and accept(request, token, form):
        return redirect(found.space)
    return render(request, "spaces/invitation.html", {"invitation": found, "form": form})


def accept(request: HttpRequest, token: str, form: AcceptForm) -> bool:
    """Makes the account and begins its session; False, with the reason in the form, when that cannot be."""
    password, language = form.cleaned_data["password"], get_language() or "fr"
    try:
        guest = services.accept_invitation(token=token, password=password, language=language, at=timezone.now())
    except services.InvitationUnusable:
        form.add_error(None, _("This address has an account already: sign in to accept."))
        return False
    sign_in_as(request, guest)
    return True


def accept_signed_in(request: HttpRequest, found: Invitation) -> HttpResponse:
    """The same for somebody who has an account: only the invited address may accept."""
    user = request.user
    if not user.is_authenticated or user.email.lower() != found.email:
        return render(request, "spaces/invitation_other.html", {"invitation": found}, status=403)
    if request.method == "POST":
        with suppress(services.AlreadyMember, services.InvitationUnusable):  # by another tab
            services.admit_guest(invitation=found, guest=user, at=timezone.now())
        return redirect(found.space)
    return render(request, "spaces/invitation.html", {"invitation": found, "form": None})
