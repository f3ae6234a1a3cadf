"""The one door to people and teams."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404

from intranet.accounts.models import User
from intranet.people.models import Membership, Profile, Team


def access_profile(user: User, pk: int) -> Profile:
    """The profile of a colleague, or one's own; Http404 for somebody one may not know of."""
    profile: Profile | None = Profile.objects.visible_to(user).select_related("user").filter(pk=pk).first()
    if profile is None:
        raise Http404
    return profile


def access_account(user: User, pk: int) -> Profile:
    """The profile whose account `user` may close or read the history of: one's own, or anyone's for an administrator.

    PermissionDenied for a colleague's; Http404 for somebody one may not know of.
    """
    if user.is_administrator:
        profile: Profile | None = Profile.objects.select_related("user").filter(pk=pk).first()
        if profile is None:
            raise Http404
        return profile
    if access_profile(user, pk).pk != user.pk:
        raise PermissionDenied
    return access_profile(user, pk)


def access_photo(name: str) -> Profile:
    """The profile with the photo of this name, for whoever was shown it: the name is not to be guessed."""
    profile: Profile | None = Profile.objects.filter(photo=f"photos/{name}").first()
    if profile is None:
        raise Http404
    return profile


def access_team(user: User, slug: str) -> Team:
    """The team for an employee; Http404 for a guest."""
    team: Team | None = Team.objects.visible_to(user).filter(slug=slug).first()
    if team is None:
        raise Http404
    return team


def may_manage(user: User, team: Team) -> bool:
    """Whether `user` changes who is in `team`: its manager, or an administrator."""
    manages = Membership.objects.open().filter(user=user, team=team, role=Membership.Role.MANAGER)
    return user.is_administrator or manages.exists()


def access_team_as_manager(user: User, slug: str) -> Team:
    """The team for somebody who changes who is in it; PermissionDenied for the others."""
    team = access_team(user, slug)
    if not may_manage(user, team):
        raise PermissionDenied
    return team


def access_membership(user: User, slug: str, pk: int) -> Membership:
    """An open membership of a team, for somebody who changes who is in it."""
    team = access_team_as_manager(user, slug)
    membership: Membership | None = (
        Membership.objects.open().select_related("user", "team").filter(team=team, pk=pk).first()
    )
    if membership is None:
        raise Http404
    return membership


def people_with(people: "QuerySet[User]", words: Iterable[str]) -> "QuerySet[User]":
    """Those of some people of whose name, trade or place each of some folded words begins a word."""
    for word in words:
        people = people.filter(Q(profile__search_text__startswith=word) | Q(profile__search_text__contains=f" {word}"))
    return people
