"""A small organisation where every object carries a canary: a word found nowhere else, looked for in every answer."""

import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.rich_text import RichText

from intranet.accounts.models import User
from intranet.people.models import Membership, Profile, Team
from intranet.people.services import create_person, create_team, join_team
from realtime.spaces.models import Space, SpaceMember
from realtime.spaces.services import add_member, archive_space, create_space, invite_guest
from realtime.threads.models import Message, Thread
from realtime.threads.posting import Draft, post_message
from realtime.threads.services import create_thread
from tests.cms.factories import make_document, make_image, make_page, png

ROLES = ["anonymous", "guest", "outsider", "member", "facilitator", "manager", "editor", "administrator"]
EMPLOYEES = set(ROLES) - {"anonymous", "guest"}
INSIDE = {"member", "facilitator"}


@dataclass
class Held:
    """An object, the words that betray it, and the roles that may see it."""

    kind: str
    object: Any
    canaries: list[str]
    seen_by: set[str]
    names: dict[str, Any] = field(default_factory=dict)  # what else stands for it in an address

    @property
    def arguments(self) -> dict[str, Any]:
        """What stands for it in an address."""
        return {"pk": self.object.pk, "slug": getattr(self.object, "slug", ""), **self.names}


@dataclass
class World:
    """The people by role, and everything they may or may not see."""

    people: dict[str, User] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)

    def of_kind(self, kind: str) -> list[Held]:
        return [held for held in self.held if held.kind == kind]

    def betrayed_to(self, role: str, text: str, *, asked: str) -> list[str]:
        """The canaries in `text` that `role` must not see, but for those in the address they `asked` for."""
        hidden = {c: h for h in self.held for c in h.canaries if role not in h.seen_by}
        open_to_role = {c for h in self.held for c in h.canaries if role in h.seen_by}
        found = [canary for canary in hidden if canary in text and canary not in open_to_role]
        return [canary for canary in found if canary not in asked]


def build_world() -> World:
    """Three places (open, closed, shared with a customer), what is said in them, and one person of each role."""
    world = World()
    at = timezone.now() - timedelta(days=2)
    teams = build_teams(world)
    for role in ROLES[1:]:
        profile_kind = Profile.Kind.GUEST if role == "guest" else Profile.Kind.EMPLOYEE
        name = f"Zq{role}person"
        world.people[role] = create_person(
            email=f"{role}@canary.example", name=name, kind=profile_kind, at=at, language="en", title=f"zqjob{role}"
        )
    keeper = create_person(email="keeper@canary.example", name="Zqkeeperperson", at=at, language="en")
    world.people["administrator"].is_superuser = True
    world.people["administrator"].save()
    world.people["editor"].groups.add(Group.objects.get(name="Editors"))
    managing = join_team(user=world.people["manager"], team=teams["closed"], role=Membership.Role.MANAGER, at=at)
    world.held.append(Held("membership", managing, [], EMPLOYEES, {"slug": teams["closed"].slug}))
    join_team(user=world.people["outsider"], team=teams["open"], at=at)
    for name, kind, audience, seen in PLACES:
        space = create_space(
            name=f"zqspace{name}",
            kind=kind,
            audience=audience,
            by=keeper,
            at=at,
            description=f"zqabout{name}",
            charter=f"zqcharter{name}",
        )
        fill(world, space, name, keeper, seen)
    for role, user in world.people.items():
        heard = {"guest"} if role == "member" else set()  # who wrote where the guest reads is named there
        world.held.append(Held("person", user, [f"zqjob{role}"], EMPLOYEES | {role}))
        world.held.append(Held("name", user, [user.name], EMPLOYEES | {role} | heard))
    return world


PLACES = [
    ("open", Space.Kind.COMMUNITY, Space.Audience.ORGANISATION, EMPLOYEES),
    ("closed", Space.Kind.PROJECT, Space.Audience.MEMBERS, INSIDE),
    ("shared", Space.Kind.CUSTOMERS, Space.Audience.MEMBERS, INSIDE | {"guest"}),
    ("archived", Space.Kind.PROJECT, Space.Audience.MEMBERS, INSIDE),
]


def build_teams(world: World) -> dict[str, Team]:
    teams = {
        name: create_team(name=f"zqteam{name}", slug=f"team-{name}", parent=None, purpose=f"zqpurpose{name}")
        for name in ("open", "closed")
    }
    for team in teams.values():
        world.held.append(Held("team", team, [team.name, team.purpose], EMPLOYEES))
    return teams


def fill(world: World, space: Space, name: str, keeper: User, seen: set[str]) -> None:
    """Members, conversations and an invitation of one place."""
    at = timezone.now() - timedelta(days=1)
    add_member(space=space, member=world.people["member"], role=SpaceMember.Role.MEMBER, at=at)
    add_member(space=space, member=world.people["facilitator"], role=SpaceMember.Role.FACILITATOR, at=at)
    if name == "shared":
        add_member(space=space, member=world.people["guest"], role=SpaceMember.Role.GUEST, at=at)
    world.held.append(Held("space", space, [f"zqspace{name}", f"zqabout{name}", f"zqcharter{name}"], seen))
    invited = invite_guest(
        space=space,
        email=f"zqinvited{name}@canary.example",
        name=f"zqinvitee{name}",
        organization="",
        access_until=timezone.now() + timedelta(days=9),
        by=keeper,
        at=at,
    )
    world.held.append(Held("invitation", invited.invitation, [f"zqinvited{name}", f"zqinvitee{name}"], {"facilitator"}))
    member = SpaceMember.objects.get(space=space, user=world.people["member"])
    world.held.append(Held("space_member", member, [], {"facilitator"}))
    for audience in Thread.Audience.values:
        readers = seen if audience == Thread.Audience.SHARED else seen - {"guest"}
        talk(world, space, f"{name}{audience}", audience, keeper, readers)
    write_pages(world, space, name, keeper, seen)
    if name == "archived":
        archive_space(space=space, at=timezone.now())


def write_pages(world: World, space: Space, name: str, keeper: User, seen: set[str]) -> None:
    """A page among us, one shared with guests, one not published; an image and a file that stand in both kinds."""
    for sharing in ("internal", "shared"):
        tag = f"{name}{sharing}"
        readers = seen if sharing == "shared" else seen - {"guest"}
        document = make_document(
            space, f"zqfile{tag}", name=f"zqname{tag}.pdf", content=f"%PDF-1.4 zqbytes{tag}".encode()
        )
        image = make_image(space, f"zqimage{tag}", name=f"zqpicture{tag}.png", content=png(comment=f"zqpixels{tag}"))
        body = [
            ("paragraph", RichText(f"<p>zqbody{tag}</p>")),
            ("file", {"file": document, "about": ""}),
            ("image", {"image": image, "alt": "Peson", "caption": ""}),
        ]
        page = make_page(
            space, f"zqpage{tag}", intro=f"zqintro{tag}", body=body, by=keeper, shared_with_guests=sharing == "shared"
        )
        address = {"path": page.url.removeprefix("/pages/")}
        world.held.append(Held("page", page, [f"zqpage{tag}", f"zqintro{tag}", f"zqbody{tag}"], readers, address))
        file = {"name": document.filename}
        world.held.append(Held("document", document, [f"zqfile{tag}", f"zqname{tag}", f"zqbytes{tag}"], readers, file))
        picture = image.get_rendition("original").file.name
        world.held.append(Held("file", image, [f"zqpicture{tag}", f"zqpixels{tag}"], readers, {"name": picture}))
    draft = make_page(space, f"zqdraft{name}", intro=f"zqdraftintro{name}", by=keeper, is_published=False)
    way = {"path": f"{space.slug}/{draft.slug}/"}
    world.held.append(Held("page", draft, [f"zqdraft{name}", f"zqdraftintro{name}"], set(), way))


def talk(world: World, space: Space, name: str, audience: str, keeper: User, readers: set[str]) -> None:
    """One conversation with a message of the keeper and one of the member, edited once."""
    at = timezone.now() - timedelta(hours=2)
    thread = create_thread(space=space, title=f"zqthread{name}", audience=audience, by=keeper, at=at)
    world.held.append(Held("thread", thread, [f"zqthread{name}"], readers))
    world.held.append(Held("stream", thread, [], set(ROLES), {"query": f"?streams={thread.stream}@0"}))
    for author in (keeper, world.people["member"]):
        words = f"zqwords{name}{author.pk}"
        message: Message = post_message(Draft(author.pk, thread.pk, uuid.uuid4(), f"{words} dit"), at=at)
        world.held.append(Held("message", message, [words], readers))
