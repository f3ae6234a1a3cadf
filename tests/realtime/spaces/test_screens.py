"""Places as one meets them on the screen."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intranet.accounts.models import User
from realtime.spaces import services
from realtime.spaces.models import Invitation, Space, SpaceMember
from tests.intranet.people.factories import MembershipFactory, TeamFactory, UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory
from tests.support.queries import statements

pytestmark = pytest.mark.django_db
PASSWORD = "un mot de passe long"


@pytest.fixture
def claire(client: Client) -> User:
    """Somebody signed in, who runs places."""
    user: User = UserFactory(name="Claire Vasseur")
    client.force_login(user)
    return user


@pytest.fixture
def place(claire: User) -> Space:
    space: Space = SpaceFactory(name="Clients du nord", customers=True, by=claire)
    return space


def page(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(f"spaces:{name}", args=args))
    assert response.status_code == 200
    return response.content.decode()


def act(client: Client, screen: str, /, *args: object, **words: str) -> str:
    """The page one sees after an act."""
    return client.post(reverse(f"spaces:{screen}", args=args), words, follow=True).content.decode()


def visit(client: Client, user: User, space: Space) -> int:
    client.force_login(user)
    return client.get(reverse("spaces:about", args=[space.slug])).status_code


def test_the_list_tells_mine_the_others_and_the_archived(client: Client, claire: User) -> None:
    SpaceFactory(name="La mienne", by=claire)
    SpaceFactory(name="Celle des autres")
    SpaceFactory(name="Fermée aux autres", members_only=True)
    SpaceFactory(name="Finie", archived=True)
    shown = page(client, "list").split("<main")[1]
    order = ["Yours", "La mienne", "Others you can join", "Celle des autres", "Archived", "Finie"]
    places = [shown.index(words) for words in order]
    assert places == sorted(places)
    assert "Fermée" not in shown


def test_the_list_costs_as_much_when_places_are_many(client: Client, claire: User) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client, "list")
        return len(statements(queries))

    SpaceFactory(by=claire)
    few = asked()
    for _ in range(8):
        SpaceFactory(by=claire)
        SpaceFactory()
    assert asked() == few <= 12


def test_the_about_tab_costs_as_much_when_members_are_many(client: Client, place: Space) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            page(client, "about", place.slug)
        return len(statements(queries))

    SpaceMemberFactory(space=place, team=MembershipFactory().team)
    few = asked()
    for _ in range(4):
        SpaceMemberFactory(space=place, team=MembershipFactory().team)
        SpaceMemberFactory(space=place)
    assert asked() == few <= 15


@pytest.mark.parametrize("kind", ["community", "project"])
def test_any_employee_opens_a_place(client: Client, claire: User, kind: str) -> None:
    act(client, "create", name="Économies d’énergie", kind=kind, audience="organisation", description="Moins.")
    space = Space.objects.get(slug="economies-denergie")
    assert (space.kind, space.created_by) == (kind, claire)


def test_the_place_of_a_team_is_opened_by_who_runs_the_team(client: Client, claire: User) -> None:
    team = TeamFactory()
    words = {"name": "Quai", "kind": "team", "audience": "members", "team": str(team.pk)}
    assert "errorlist" in act(client, "create", **words)
    MembershipFactory(user=claire, team=team, manager=True)
    act(client, "create", **words)
    assert Space.objects.get(name="Quai").team == team


def test_what_was_typed_stays_when_something_is_missing(client: Client, claire: User) -> None:
    shown = act(client, "create", name="", description="Pour voir", kind="community", audience="organisation")
    assert 'value="Pour voir"' in shown
    assert "errorlist" in shown


def test_joining_and_leaving(client: Client, claire: User) -> None:
    space = SpaceFactory(name="La cantine")
    act(client, "join", space.slug)
    assert space.members.filter(user=claire).exists()
    act(client, "join", space.slug)
    act(client, "leave", space.slug)
    assert not space.members.filter(user=claire).exists()


def test_the_last_facilitator_is_told_to_find_another(client: Client, place: Space) -> None:
    assert "Somebody must run this space" in act(client, "leave", place.slug)
    assert place.members.count() == 1


def test_colleagues_and_teams_are_taken_in_by_name(client: Client, place: Space) -> None:
    UserFactory(name="Éloïse Garnier")
    row = MembershipFactory()
    act(client, "members", place.slug, act="person", person="eloise garnier", role="reader")
    act(client, "members", place.slug, act="team", team=str(row.team.pk))
    assert {str(member.user or member.team) for member in place.members.all()} == {
        "Claire Vasseur",
        "Éloïse Garnier",
        row.team.name,
    }
    assert "Already a member" in act(
        client, "members", place.slug, act="person", person="Éloïse Garnier", role="member"
    )
    about = page(client, "about", place.slug)
    assert "Éloïse Garnier" in about
    assert row.user.name in about


def test_roles_change_and_memberships_end(client: Client, place: Space) -> None:
    member = SpaceMemberFactory(space=place)
    act(client, "member_role", place.slug, member.pk, role="facilitator")
    assert SpaceMember.objects.get(pk=member.pk).role == "facilitator"
    act(client, "member_role", place.slug, member.pk, role="emperor")
    act(client, "member_remove", place.slug, member.pk)
    assert visit(client, member.user, place) == 404


def test_a_place_narrowed_to_its_members_is_closed_to_the_others(client: Client, claire: User) -> None:
    space = SpaceFactory(by=claire)
    act(client, "edit", space.slug, name="Autre nom", audience="members", description="", charter="**Ici**")
    assert "<strong>Ici</strong>" in page(client, "about", space.slug)
    assert visit(client, UserFactory(), space) == 404


def test_a_charter_runs_nothing(client: Client, claire: User) -> None:
    space = SpaceFactory(by=claire, charter="<script>alert(1)</script> [x](javascript:alert(1))")
    shown = page(client, "about", space.slug)
    assert "<script>alert" not in shown
    assert 'href="javascript' not in shown


def test_archiving_and_opening_again(client: Client, place: Space) -> None:
    assert "archived" in act(client, "archive", place.slug)
    assert Space.objects.get().is_archived
    act(client, "archive", place.slug)
    assert not Space.objects.get().is_archived


@pytest.mark.parametrize(
    "role", [SpaceMember.Role.READER, SpaceMember.Role.MEMBER, SpaceMember.Role.GUEST, "outsider", "administrator"]
)
def test_who_does_not_run_a_place_changes_nothing_of_it(client: Client, place: Space, role: str) -> None:
    user = (
        UserFactory(administrator=role == "administrator")
        if role in ("outsider", "administrator")
        else SpaceMemberFactory(space=place, role=role).user
    )
    other = SpaceMemberFactory(space=place)
    client.force_login(user)
    before = list(Space.objects.values()) + list(SpaceMember.objects.order_by("pk").values())
    acts: dict[str, list[int]] = {
        "edit": [],
        "members": [],
        "archive": [],
        "member_role": [other.pk],
        "member_remove": [other.pk],
    }
    for name, args in acts.items():
        words = {"name": "Pris", "audience": "members", "role": "guest", "act": "person", "person": user.name}
        answer = client.post(reverse(f"spaces:{name}", args=[place.slug, *args]), words)
        assert answer.status_code in (403, 404), name
    assert list(Space.objects.values()) + list(SpaceMember.objects.order_by("pk").values()) == before


def test_a_member_of_another_place_is_not_changed_through_mine(client: Client, place: Space) -> None:
    other = SpaceMemberFactory()
    answer = client.post(reverse("spaces:member_remove", args=[place.slug, other.pk]))
    assert answer.status_code == 404


# --- coming in from outside ---------------------------------------------------------------------


def until() -> str:
    return (timezone.localdate() + timedelta(days=60)).isoformat()


def invite(client: Client, place: Space, email: str = "agnes@client.example") -> str:
    """The address in the mail that Agnès receives."""
    act(
        client,
        "members",
        place.slug,
        act="guest",
        name="Agnès Petit",
        email=email,
        organization="Client",
        until=until(),
    )
    found = re.search(r"http://testserver(\S+)", str(mail.outbox[-1].body))
    assert found
    return found[1]


@pytest.mark.feature("H8")
def test_a_guest_is_invited_accepts_and_sees_one_room(client: Client, place: Space) -> None:
    SpaceMemberFactory(space=place, user=UserFactory(name="Bastien Caron"))
    address = invite(client, place)
    assert mail.outbox[-1].to == ["agnes@client.example"]
    assert "agnes@client.example" in page(client, "members", place.slug)
    agnes = Client()
    for _ in range(3):
        assert "You are invited" in agnes.get(address).content.decode()
    assert not User.objects.filter(email="agnes@client.example").exists(), "looking changes nothing"
    agnes.post(address, {"password": PASSWORD})
    about = agnes.get(reverse("spaces:about", args=[place.slug])).content.decode()
    assert "Clients du nord" in about
    assert "Bastien Caron" not in about
    assert agnes.get(address).status_code == 404
    assert agnes.get(reverse("people:directory")).status_code == 403


def test_a_weak_password_is_told_beside_the_field(client: Client, place: Space) -> None:
    address = invite(client, place)
    assert "errorlist" in Client().post(address, {"password": "agnes@client"}).content.decode()
    assert Invitation.objects.get().accepted_at is None


def test_a_guest_who_has_an_account_signs_in_and_accepts(client: Client, place: Space) -> None:
    agnes = UserFactory(guest=True, email="agnes@client.example")
    address = invite(client, place)
    window = Client()
    assert "sign in to accept" in window.post(address, {"password": PASSWORD}).content.decode()
    assert f"/account/login/?next={address}" in window.get(address).content.decode()
    window.force_login(agnes)
    assert window.post(address).status_code == 302
    assert place.members.get(user=agnes).role == "guest"


def test_an_invitation_is_for_one_address(client: Client, place: Space) -> None:
    address = invite(client, place)
    for person in [UserFactory(), UserFactory(guest=True)]:
        window = Client()
        window.force_login(person)
        assert window.post(address).status_code == 403
    assert Invitation.objects.get().accepted_at is None


def test_an_invitation_withdrawn_or_archived_says_so(client: Client, place: Space) -> None:
    address = invite(client, place)
    services.archive_space(space=place, at=timezone.now())
    assert "cannot be used" in Client().get(address).content.decode()
    services.reopen_space(space=place, at=timezone.now())
    act(client, "invitation_withdraw", place.slug, Invitation.objects.get().pk)
    assert "cannot be used" in Client().post(address, {"password": PASSWORD}).content.decode()


def test_nobody_is_invited_when_the_mail_cannot_leave(
    client: Client, place: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(self: object) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refused)
    words = {"act": "guest", "name": "A", "email": "a@client.example", "organization": "", "until": until()}
    assert "could not be sent" in act(client, "members", place.slug, **words)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize(("field", "wrong"), [("email", "nothing"), ("until", "2001-01-01"), ("until", "9999-12-31")])
def test_a_wrong_invitation_is_told_and_sent_to_nobody(client: Client, place: Space, field: str, wrong: str) -> None:
    words = {"act": "guest", "name": "A", "email": "a@client.example", "organization": "", "until": until()}
    assert "errorlist" in act(client, "members", place.slug, **(words | {field: wrong}))
    assert mail.outbox == []


def test_a_guest_is_given_another_end(client: Client, place: Space) -> None:
    member = SpaceMemberFactory(space=place, guest=True)
    act(client, "member_until", place.slug, member.pk, until=until())
    member.refresh_from_db()
    assert member.last_day.isoformat() == until()
    assert "Choose a day" in act(client, "member_until", place.slug, member.pk, until="x")
