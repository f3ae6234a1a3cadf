"""What people do with places, and the group that follows each act."""

from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from wagtail import hooks

from intranet.accounts.models import AccessEpoch, User
from intranet.accounts.services import deactivate_user, reactivate_user
from intranet.people.services import AlreadyInTeam, NotInTeam, close_account, join_team, leave_team
from realtime.spaces import services
from realtime.spaces.access import rights_in
from realtime.spaces.models import Invitation, Space, SpaceMember
from realtime.spaces.services import EVERYONE
from tests.intranet.people.factories import MembershipFactory, TeamFactory, UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory, group_of

Role = SpaceMember.Role


def now() -> datetime:
    return timezone.now()


def epoch() -> int:
    return AccessEpoch.objects.values_list("value", flat=True).first() or 0


def in_group(space: Space) -> set[int]:
    return set(group_of(space).user_set.values_list("pk", flat=True))


class Places(RuleBasedStateMachine):
    """Acts in any order: after each, a space's group holds those who see it, and somebody runs the space."""

    def __init__(self) -> None:
        super().__init__()
        self.people: list[User] = [UserFactory() for _ in range(4)]
        self.teams = [TeamFactory(), TeamFactory()]
        self.space: Space = SpaceFactory(members_only=True, by=self.people[0])

    @rule(who=st.integers(0, 3), role=st.sampled_from([Role.READER, Role.MEMBER, Role.FACILITATOR]))
    def add(self, who: int, role: str) -> None:
        self.tried(services.add_member, space=self.space, member=self.people[who], role=role)

    @rule(which=st.integers(0, 1))
    def add_team(self, which: int) -> None:
        self.tried(services.add_member, space=self.space, member=self.teams[which], role=Role.MEMBER)

    @rule(place=st.integers(0, 6))
    def remove(self, place: int) -> None:
        rows = list(self.space.members.order_by("pk"))
        self.tried(services.remove_member, member=rows[place % len(rows)])

    @rule(place=st.integers(0, 6), role=st.sampled_from([Role.READER, Role.MEMBER, Role.FACILITATOR]))
    def change(self, place: int, role: str) -> None:
        rows = list(self.space.members.order_by("pk"))
        self.tried(services.change_role, member=rows[place % len(rows)], role=role)

    @rule(who=st.integers(0, 3), which=st.integers(0, 1))
    def come_into_team(self, who: int, which: int) -> None:
        self.tried(join_team, user=self.people[who], team=self.teams[which], is_home=False)

    @rule(who=st.integers(0, 3), which=st.integers(0, 1))
    def go_from_team(self, who: int, which: int) -> None:
        self.tried(leave_team, user=self.people[who], team=self.teams[which])

    @rule(who=st.integers(0, 3))
    def close_and_open(self, who: int) -> None:
        user = User.objects.get(pk=self.people[who].pk)
        (deactivate_user if user.is_active else reactivate_user)(user=user, at=now())

    @rule(audience=st.sampled_from(Space.Audience.values))
    def open_or_keep(self, audience: str) -> None:
        self.space = services.update_space(
            space=self.space, name="N", description="", charter="", audience=audience, at=now()
        )

    def tried(self, act: object, **words: object) -> None:
        refusals = (services.AlreadyMember, services.LastFacilitator, AlreadyInTeam, NotInTeam)
        with suppress(*refusals):
            act(at=now(), **words)  # type: ignore[operator]  # a service

    @invariant()
    def group_is_those_who_see(self) -> None:
        people = User.objects.select_related("profile").filter(is_active=True)
        seen = {user.pk for user in people if Space.objects.visible_to(user).filter(pk=self.space.pk).exists()}
        assert in_group(self.space) == seen

    @invariant()
    def somebody_runs_it(self) -> None:
        if self.space.members.filter(user__is_active=True).exclude(role=Role.GUEST).exists():
            assert services.runners().filter(space=self.space).exists()


class TestPlaces(HypothesisTestCase):
    @pytest.mark.feature("T1")
    def test_the_group_follows_every_act(self) -> None:
        run_state_machine_as_test(
            Places,
            settings=settings(
                max_examples=4,
                stateful_step_count=15,
                deadline=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )


pytestmark = pytest.mark.django_db


def test_whoever_opens_a_place_runs_it_and_those_above_are_told() -> None:
    told: list[Space] = []
    with hooks.register_temporarily("after_space_created", lambda space, at: told.append(space)):
        space = SpaceFactory()
    assert told == [space]
    assert rights_in(space.created_by, space).may_facilitate


def test_the_place_of_a_team_has_the_team_inside() -> None:
    row = MembershipFactory()
    space = SpaceFactory(members_only=True, kind=Space.Kind.TEAM, team=row.team)
    assert rights_in(row.user, space).role == Role.MEMBER


def test_names_may_be_alike_and_addresses_differ() -> None:
    slugs = [SpaceFactory(name=name).slug for name in ["Été", "Ete", "été!", "New", "—"]]
    assert slugs == ["ete", "ete-2", "ete-3", "new-2", "space"]


def test_one_lets_oneself_into_an_open_place_only() -> None:
    user, guest = UserFactory(), UserFactory(guest=True)
    services.join_space(space=SpaceFactory(), user=user, at=now())
    for person, space in [(user, SpaceFactory(members_only=True)), (guest, SpaceFactory())]:
        with pytest.raises(services.MembersOnly):
            services.join_space(space=space, user=person, at=now())


def test_an_archived_place_takes_nobody_in() -> None:
    space = SpaceFactory(archived=True)
    with pytest.raises(services.SpaceIsArchived):
        services.join_space(space=space, user=UserFactory(), at=now())
    assert rights_in(space.created_by, services.reopen_space(space=space, at=now())).may_write


def test_somebody_always_runs_the_place() -> None:
    space = SpaceFactory()
    first = space.members.get()
    with pytest.raises(services.LastFacilitator):
        services.remove_member(member=first, at=now())
    with pytest.raises(services.LastFacilitator):
        services.change_role(member=first, role=Role.MEMBER, at=now())
    SpaceMemberFactory(space=space, facilitator=True, user=UserFactory(left=True))
    with pytest.raises(services.LastFacilitator):
        services.remove_member(member=first, at=now())
    SpaceMemberFactory(space=space, facilitator=True)
    services.remove_member(member=first, at=now())


def test_when_who_ran_it_leaves_the_eldest_member_runs_it() -> None:
    space = SpaceFactory()
    SpaceMemberFactory(space=space, team=TeamFactory(), at=now() - timedelta(days=9))
    SpaceMemberFactory(space=space, guest=True, at=now() - timedelta(days=8))
    eldest = SpaceMemberFactory(space=space, at=now() - timedelta(days=2))
    SpaceMemberFactory(space=space, at=now() - timedelta(days=1))
    close_account(user=space.created_by, by=space.created_by, at=now())
    assert [row.pk for row in services.runners().filter(space=space)] == [eldest.pk]


def test_who_comes_where_nobody_runs_the_place_any_more_runs_it() -> None:
    space = SpaceFactory(members_only=True)
    deactivate_user(user=space.created_by, at=now())
    first = SpaceMemberFactory(space=space, reader=True)
    second = SpaceMemberFactory(space=space, reader=True)

    assert (first.role, second.role) == (Role.FACILITATOR, Role.READER)


def test_who_comes_back_where_nobody_runs_the_place_any_more_runs_it() -> None:
    space = SpaceFactory(members_only=True)
    reader = SpaceMemberFactory(space=space, reader=True)
    for user in (reader.user, space.created_by):
        deactivate_user(user=user, at=now())
    assert not services.runners().filter(space=space).exists()

    reactivate_user(user=reader.user, at=now())

    assert [row.pk for row in services.runners().filter(space=space)] == [reader.pk]


@pytest.mark.parametrize("act", ["remove", "role", "archive", "narrow", "sooner"])
def test_what_takes_a_right_away_is_told_to_the_sockets(act: str) -> None:
    space = SpaceFactory()
    member = SpaceMemberFactory(space=space, guest=act == "sooner", expires_at=None)
    before = epoch()
    match act:
        case "remove":
            services.remove_member(member=member, at=now())
        case "role":
            services.change_role(member=member, role=Role.READER, at=now())
        case "archive":
            services.archive_space(space=space, at=now())
        case "narrow":
            services.update_space(space=space, name="N", description="", charter="", audience="members", at=now())
        case _:
            services.renew_guest(member=member, access_until=now() + timedelta(days=1), at=now())
    assert epoch() > before


def test_everyone_s_group_holds_the_employees() -> None:
    space, employee = SpaceFactory(), UserFactory()
    UserFactory(guest=True)
    assert space.group.name == EVERYONE
    assert in_group(space) == {employee.pk, space.created_by.pk}


# --- guests -------------------------------------------------------------------------------------


def invited(space: Space, email: str = "agnes@client.example", days: int = 30) -> services.Invited:
    return services.invite_guest(
        space=space,
        email=email,
        name="Agnès Petit",
        organization="Client",
        access_until=now() + timedelta(days=days),
        by=space.created_by,  # type: ignore[arg-type]  # made by somebody
        at=now(),
    )


def accepted(token: str, at: datetime | None = None) -> User:
    return services.accept_invitation(token=token, password="un mot de passe long", language="en", at=at or now())


@pytest.mark.feature("H8")
def test_an_invitation_opens_one_room_and_is_used_once() -> None:
    space = SpaceFactory(customers=True)
    SpaceFactory()
    invitation = invited(space)
    assert invitation.token not in str(Invitation.objects.values().get())
    agnes = accepted(invitation.token)
    assert agnes.is_guest
    assert list(Space.objects.visible_to(agnes)) == [space]
    with pytest.raises(services.InvitationUnusable):
        accepted(invitation.token)
    assert User.objects.filter(email="agnes@client.example").count() == 1


@pytest.mark.feature("H8")
def test_a_guest_s_time_ends_by_itself() -> None:
    space = SpaceFactory(customers=True)
    agnes = accepted(invited(space, days=3).token)
    member = space.members.get(user=agnes)
    SpaceMember.objects.filter(pk=member.pk).update(expires_at=now() - timedelta(seconds=1))
    assert not Space.objects.visible_to(agnes).exists()
    assert agnes.expires_at is not None
    assert not agnes.has_expired


@pytest.mark.parametrize("why", ["withdrawn", "too old", "replaced", "never made", "another's", "archived"])
def test_an_invitation_that_cannot_be_used_makes_nobody(why: str) -> None:
    space = SpaceFactory(customers=True)
    invitation, token = (given := invited(space)).invitation, given.token
    refusal: type[Exception] = services.InvitationUnusable
    match why:
        case "withdrawn":
            services.withdraw_invitation(invitation=invitation, at=now())
        case "replaced":
            invited(space)
        case "never made":
            token = "x" * 43
        case "another's":
            with pytest.raises(refusal):
                services.admit_guest(invitation=invitation, guest=UserFactory(guest=True), at=now())
            services.withdraw_invitation(invitation=invitation, at=now())
        case "archived":
            services.archive_space(space=space, at=now())
            refusal = services.SpaceIsArchived
    with pytest.raises(refusal):
        accepted(token, at=now() + timedelta(days=15) if why == "too old" else None)
    assert not User.objects.filter(email="agnes@client.example").exists()


def test_a_guest_of_one_room_is_let_into_another_and_stays_longer() -> None:
    agnes = accepted(invited(SpaceFactory(customers=True), days=5).token)
    other = SpaceFactory(customers=True)
    services.admit_guest(invitation=invited(other, days=90).invitation, guest=agnes, at=now())
    agnes.refresh_from_db()
    assert Space.objects.visible_to(agnes).count() == 2
    assert agnes.expires_at is not None
    assert agnes.expires_at > now() + timedelta(days=80)


def test_a_guest_whose_time_was_over_can_be_invited_again() -> None:
    space = SpaceFactory(customers=True)
    agnes = accepted(invited(space, days=5).token)
    past = now() - timedelta(days=1)
    User.objects.filter(pk=agnes.pk).update(expires_at=past)
    space.members.filter(user=agnes).update(expires_at=past)
    again = invited(space)
    agnes.refresh_from_db()
    assert not agnes.has_expired
    services.admit_guest(invitation=again.invitation, guest=agnes, at=now())
    assert Space.objects.visible_to(agnes).count() == 1


def test_a_colleague_or_a_member_is_not_invited() -> None:
    space = SpaceFactory(customers=True)
    accepted(invited(space).token)
    with pytest.raises(services.AlreadyMember):
        invited(space, "AGNES@client.example")
    with pytest.raises(services.IsColleague):
        invited(space, UserFactory().email)
