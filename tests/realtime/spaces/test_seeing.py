"""The one rule of the house: who sees a space, by every way of asking."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from intranet.accounts.models import User
from intranet.accounts.services import deactivate_user
from intranet.people.models import Team
from intranet.people.services import join_team, leave_team
from realtime.spaces.access import belong_to, rights_in, rights_of_many, see_space, seen_by
from realtime.spaces.models import Space, SpaceMember
from realtime.spaces.services import sync_group
from tests.intranet.people.factories import MembershipFactory, TeamFactory, UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory, group_of

OPEN, KEPT = Space.Audience.ORGANISATION, Space.Audience.MEMBERS


def somebody(kind: str, space: Space) -> User | AnonymousUser:
    """One person in each of the relations one can have with a space."""
    match kind:
        case "anonymous":
            return AnonymousUser()
        case "outsider":
            return UserFactory()
        case "administrator":
            return UserFactory(administrator=True)
        case "guest" | "guest elsewhere" | "guest whose time is over":
            return a_guest(kind, space)
        case "through a team" | "through a team above" | "who left the team":
            return in_a_team(kind, space)
        case "whose account is closed":
            member: User = SpaceMemberFactory(space=space).user
            return deactivate_user(user=member, at=timezone.now())
    role: User = SpaceMemberFactory(space=space, role=kind).user
    return role


def a_guest(kind: str, space: Space) -> User:
    ended = {"expires_at": timezone.now() - timedelta(seconds=1)} if "over" in kind else {}
    there = SpaceFactory(members_only=True) if "elsewhere" in kind else space
    guest: User = SpaceMemberFactory(space=there, guest=True, **ended).user
    return guest


def in_a_team(kind: str, space: Space) -> User:
    above = TeamFactory()
    team = TeamFactory(parent=above)
    SpaceMemberFactory(space=space, team=above if "above" in kind else team)
    user: User = MembershipFactory(team=team).user
    if "left" in kind:
        leave_team(user=user, team=team, at=timezone.now())
    return user


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "sees_open", "sees_kept", "writes_open", "writes_kept"),
    [
        ("anonymous", False, False, False, False),
        ("outsider", True, False, True, False),
        ("administrator", True, False, True, False),
        ("reader", True, True, False, False),
        ("member", True, True, True, True),
        ("facilitator", True, True, True, True),
        ("through a team", True, True, True, True),
        ("through a team above", True, True, True, True),
        ("who left the team", True, False, True, False),
        ("guest", True, True, True, True),
        ("guest elsewhere", False, False, False, False),
        ("guest whose time is over", False, False, False, False),
        ("whose account is closed", False, False, False, False),
    ],
)
def test_who_sees_and_writes(kind: str, sees_open: bool, sees_kept: bool, writes_open: bool, writes_kept: bool) -> None:
    for audience, sees, writes in [(OPEN, sees_open, writes_open), (KEPT, sees_kept, writes_kept)]:
        space = SpaceFactory(audience=audience)
        user = somebody(kind, space)
        assert Space.objects.visible_to(user).filter(pk=space.pk).exists() == sees, (kind, audience)
        if isinstance(user, User) and user.is_active:
            assert rights_in(user, space).may_write == writes, (kind, audience)


@pytest.mark.django_db
def test_nobody_writes_where_it_is_archived_and_all_still_read() -> None:
    space = SpaceFactory(archived=True)
    rights = rights_in(space.created_by, space)
    assert (rights.sees, rights.may_write, rights.may_facilitate) == (True, False, True)


class TestThreeWaysOfAsking(HypothesisTestCase):
    """`visible_to`, `rights_in` and `seen_by` are one rule, whatever the organization looks like."""

    @settings(
        max_examples=8,
        deadline=None,
        phases=[Phase.explicit, Phase.reuse, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(data=st.data())
    def test_they_agree(self, data: st.DataObject) -> None:
        people = [UserFactory() for _ in range(4)] + [UserFactory(guest=True) for _ in range(2)]
        teams = grown_tree(data)
        for user, team in data.draw(pairs(people[:4], teams, 5)):
            join_team(user=user, team=team, at=timezone.now(), is_home=False)
        spaces: list[Space] = [
            SpaceFactory(
                by=people[0], audience=data.draw(st.sampled_from([OPEN, KEPT])), archived=data.draw(st.booleans())
            )
            for _ in range(3)
        ]
        held_at_random(data, spaces, people, teams)
        gone = data.draw(st.sampled_from([None, *people[1:]]))
        if gone is not None:
            deactivate_user(user=gone, at=timezone.now())
        ids = [user.pk for user in people]
        for space in spaces:
            seen = {user.pk for user in people if Space.objects.visible_to(fresh(user)).filter(pk=space.pk).exists()}
            guests = {user.pk for user in people[4:]}
            assert seen_by(space, ids, with_guests=True) == seen
            assert seen_by(space, ids, with_guests=False) == seen - guests
            for with_guests, asked in ((True, seen), (False, seen - guests)):
                found = see_space(space, with_guests=with_guests).filter(pk__in=ids)
                assert sorted(found.values_list("pk", flat=True)) == sorted(asked)
            inside = {u.pk for u in people[:4] if Space.objects.joined_by(u).filter(pk=space.pk).exists() and u != gone}
            assert belong_to([space])[space.pk] & set(ids) == inside
            assert set(group_of(space).user_set.values_list("pk", flat=True)) & set(ids) == seen - guests
            for user in people:
                if user.is_active and user != gone:
                    assert rights_of_many(ids, [space])[user.pk, space.pk] == rights_in(fresh(user), space)


def fresh(user: User) -> User:
    return User.objects.select_related("profile").get(pk=user.pk)


def grown_tree(data: st.DataObject) -> list[Team]:
    teams: list[Team] = [TeamFactory()]
    for _ in range(3):
        parent = data.draw(st.sampled_from([None, *teams]))
        teams.append(TeamFactory(parent=Team.objects.get(pk=parent.pk) if parent else None))
    return [Team.objects.get(pk=team.pk) for team in teams]


def pairs(people: Sequence[User], teams: Sequence[Team], most: int) -> st.SearchStrategy[set[tuple[User, Team]]]:
    return st.sets(st.tuples(st.sampled_from(people), st.sampled_from(teams)), max_size=most)


def held_at_random(data: st.DataObject, spaces: list[Space], people: Sequence[User], teams: list[Team]) -> None:
    """Members of every sort, some of whom ran out; through the service, so that the group follows."""
    roles = [SpaceMember.Role.READER, SpaceMember.Role.MEMBER, SpaceMember.Role.FACILITATOR]
    for space in spaces:
        SpaceMember.objects.filter(space=space).delete()
        Space.objects.filter(pk=space.pk).update(archived_at=None)
        space.refresh_from_db()
        sync_group(space)
        for member in data.draw(st.sets(st.sampled_from([*people, *teams]), max_size=4)):
            is_guest = isinstance(member, User) and member.is_guest
            ended = data.draw(st.sampled_from([None, timezone.now() - timedelta(hours=1)]))
            SpaceMemberFactory(
                space=space,
                **{"user" if isinstance(member, User) else "team": member},
                role=SpaceMember.Role.GUEST if is_guest else data.draw(st.sampled_from(roles)),
                expires_at=ended if is_guest else None,
            )
