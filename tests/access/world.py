"""A small organisation where every object carries a canary: a word found nowhere else, looked for in every answer."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from wagtail.models import Workflow
from wagtail.rich_text import RichText

from cms.care.archive import archive_page
from cms.care.keeping import report_problem
from cms.events.services import answer_event
from cms.front.services import add_card, add_link, show_banner
from cms.life.beginning import keep_as_template
from cms.life.binning import bin_page
from cms.models import AccessRequest, ApprovalDue, CollaborativePage, EventPage
from cms.syntheses.services import write_together
from cms.talk.services import begin_talk
from cms.writing.keeping import open_text
from intranet.accounts.models import User
from intranet.metrics.models import Figure, Window
from intranet.people.models import Membership, Profile, Team
from intranet.people.services import create_person, create_team, join_team
from realtime.coedit.services import open_document
from realtime.notifications.models import Category, Notification
from realtime.notifications.services import Notice, notify
from realtime.spaces.models import Level, Space, SpaceMember
from realtime.spaces.services import add_member, archive_space, create_space, invite_guest
from realtime.threads import services
from realtime.threads.models import Message, Poll, Subscription, Thread
from realtime.threads.polling import PollDraft
from realtime.threads.posting import Draft, post_message
from realtime.threads.services import ask_question, begin_private, bring_file, create_thread
from realtime.threads.services.synthesis import add_point
from tests.cms.factories import make_document, make_image, make_page, png
from tests.realtime.coedit.owning.notebooks import KIND
from tests.realtime.coedit.writing import typed

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
    tell_everyone(world, at=at)
    talk_in_private(world)
    for role, user in world.people.items():
        heard = {"guest"} if role == "member" else set()  # who wrote where the guest reads is named there
        world.held.append(Held("inbox", user, [], {role}))
        world.held.append(Held("person", user, [f"zqjob{role}"], EMPLOYEES | {role}))
        world.held.append(Held("name", user, [user.name], EMPLOYEES | {role} | heard))
    return world


def tell_everyone(world: World, *, at: datetime) -> None:
    """Everyone was told of every message and follows every conversation, as if they had seen it once."""
    everyone = [user.pk for user in world.people.values()]
    messages = [held.object for held in world.of_kind("message")]
    notify(
        [
            Notice(
                everyone, Category.MENTION, f"message:{message.pk}", "message", message.pk, topic=message.thread.stream
            )
            for message in messages
        ],
        at=at,
    )
    Subscription.objects.bulk_create(
        (
            Subscription(user=user, thread=held.object, level=Level.FOLLOWED, since=at - timedelta(days=9))
            for held in world.of_kind("thread")
            for user in world.people.values()
        ),
        ignore_conflicts=True,  # whoever wrote follows already
    )
    for role, user in world.people.items():
        for note in Notification.objects.of(user).order_by("pk")[:2]:  # the inbox shows them all
            world.held.append(Held("notification", note, [], {role}))


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
    publish_figures(list(teams.values()))
    return teams


def publish_figures(teams: list[Team]) -> None:
    """A closed quarter with a figure of each team."""
    at = timezone.now() - timedelta(days=9)
    blocks = [
        {"key": str(team.pk), "name": team.name, "n": 8, "is_gathered": False, "units": [str(team.pk)]}
        for team in teams
    ]
    window = Window.objects.create(
        name="2024-Q1",
        least=8,
        roster_on=at.date(),
        units=[[str(team.pk), None, team.name] for team in teams],
        blocks=blocks,
        roster="",
        measures={"B1": ""},
        opened_at=at,
        closed_at=at + timedelta(days=1),
    )
    for team in teams:
        value = {"kind": "band", "low": 3, "high": 5}
        Figure.objects.create(window=window, measure="B1", block=str(team.pk), value=value)


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
    text = open_document(kind=KIND, key=space.pk, state=typed(f"zqwritten{name}"))
    world.held.append(Held("text", text, [f"zqwritten{name}"], seen))
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
    written = make_page(space, f"zqwrite{name}", model=CollaborativePage, intro=f"zqwritten{name}", by=keeper)
    open_text(page=written, at=timezone.now())
    writers = seen - {"guest"}
    world.held.append(Held("written_page", written, [f"zqwrite{name}", f"zqwritten{name}"], writers))
    begun = keep_as_template(
        page=written, name=f"zqtemplate{name}", purpose=f"zqpurposed{name}", by=keeper, at=timezone.now()
    )
    world.held.append(Held("page_template", begun, [f"zqtemplate{name}", f"zqpurposed{name}"], writers))
    care_for(world, space, name, keeper, seen)
    binned = make_page(space, f"zqbinned{name}", model=CollaborativePage, intro=f"zqthrown{name}", by=keeper)
    bin_page(page=binned, by=keeper, at=timezone.now())
    world.held.append(Held("binned_page", binned, [f"zqbinned{name}", f"zqthrown{name}"], writers))
    asked = AccessRequest.objects.create(
        space=space, user=world.people["outsider"], words=f"zqplea{name}", at=timezone.now()
    )
    world.held.append(Held("access_request", asked, [f"zqplea{name}"], {"facilitator"}))
    words: dict[str, Any] = {
        "words": f"zqtalked{name}",
        "quote": f"zqquoted{name}",
        "ends": (b"a", b"b"),
        "ref": uuid.uuid4(),
    }
    talked = begin_talk(page=written, by=keeper, at=timezone.now(), **words)
    way = {"pk": written.pk, "passage": talked.pk}
    world.held.append(Held("passage", talked, [f"zqtalked{name}", f"zqquoted{name}"], writers, way))
    plan_events(world, space, name, keeper, seen)
    ask_for_a_word(world, space, name, keeper)
    draft = make_page(space, f"zqdraft{name}", intro=f"zqdraftintro{name}", by=keeper, is_published=False)
    way = {"path": f"{space.slug}/{draft.slug}/"}
    world.held.append(Held("page", draft, [f"zqdraft{name}", f"zqdraftintro{name}"], set(), way))


def ask_for_a_word(world: World, space: Space, name: str, keeper: User) -> None:
    """A page that nobody has published yet, which waits for a word of those who run the space."""
    waiting = make_page(space, f"zqwaits{name}", intro=f"zqwaiting{name}", by=keeper, is_published=False)
    state = Workflow.objects.get().start(waiting, keeper)
    ApprovalDue.objects.filter(state=state).update(words=f"zqplease{name}")
    canaries = [f"zqwaits{name}", f"zqwaiting{name}", f"zqplease{name}"]
    world.held.append(Held("waiting_page", waiting, canaries, {"facilitator"}))


def plan_events(world: World, space: Space, name: str, keeper: User, seen: set[str]) -> None:
    """An event among us and one shared with guests, to which the member comes; both with a place of their own."""
    for sharing in ("internal", "shared"):
        tag, readers = f"{name}{sharing}", seen if sharing == "shared" else seen - {"guest"}
        event = make_page(
            space,
            f"zqevent{tag}",
            model=EventPage,
            intro=f"zqplan{tag}",
            place=f"zqwhere{tag}",
            by=keeper,
            shared_with_guests=sharing == "shared",
        )
        answer_event(event=event, user=world.people["member"], answer="coming", at=timezone.now())
        canaries = [f"zqevent{tag}", f"zqplan{tag}", f"zqwhere{tag}"]
        world.held.append(Held("event", event, canaries, readers))
        put_in_front(world, event, tag, readers)
        world.held.append(Held("page", event, canaries, readers, {"path": path_of(event)}))


def put_in_front(world: World, page: Any, tag: str, readers: set[str]) -> None:
    """A banner, a card and a link of the front page that lead to a page."""
    now, base = timezone.now(), page.basepage_ptr
    words: dict[str, Any] = {"words_fr": f"zqbanner{tag}", "words_en": f"zqbanner{tag}", "for_guests": True}
    banner = show_banner(**words, page=base, starts_at=now, ends_at=now + timedelta(days=1))
    card = add_card(title=f"zqcard{tag}", line=f"zqline{tag}", page=page)
    link = add_link(words=f"zqlink{tag}", page=page)
    world.held.append(Held("banner", banner, [f"zqbanner{tag}"], readers))
    world.held.append(Held("card", card, [f"zqcard{tag}", f"zqline{tag}"], readers - {"guest"}))
    world.held.append(Held("quick link", link, [f"zqlink{tag}"], readers - {"guest"}))


def care_for(world: World, space: Space, name: str, keeper: User, seen: set[str]) -> None:
    """A page that a reader found a problem with, and one that was archived."""
    at, inside = timezone.now(), seen - {"guest"}
    page = make_page(space, f"zqkept{name}", by=keeper)
    problem = report_problem(page=page, kind="wrong", words=f"zqproblem{name}", at=at)
    world.held.append(Held("page_problem", problem, [f"zqproblem{name}"], {"facilitator"}))
    archived = make_page(space, f"zqarchived{name}", intro=f"zqarchivedintro{name}", by=keeper)
    archive_page(page=archived, by=None, at=at)
    world.held.append(Held("archived_page", archived, [f"zqarchived{name}"], inside, {"path": path_of(archived)}))
    world.held.append(Held("page", archived, [f"zqarchivedintro{name}"], set(), {"path": path_of(archived)}))


def path_of(page: Any) -> str:
    """Where it is under /pages/."""
    return str(page.url.removeprefix("/pages/"))


def ask_in_live_qa(world: World, space: Space, name: str, audience: str, readers: set[str]) -> None:
    """A live Q&A with a question of the member, asked without a name."""
    at, member = timezone.now() - timedelta(hours=2), world.people["member"]
    thread = create_thread(space=space, title=f"zqlive{name}", audience=audience, by=member, at=at, kind="live_qa")
    words: dict[str, Any] = {"body": f"zqasked{name} ?", "is_anonymous": True, "client_id": uuid.uuid4()}
    question = ask_question(thread=thread, by=member, at=at, **words)
    world.held.append(Held("thread", thread, [f"zqlive{name}"], readers))
    world.held.append(Held("live_question", question, [f"zqasked{name}"], readers))
    hidden = ask_question(
        thread=thread, by=member, at=at, **words | {"body": f"zqmean{name}", "client_id": uuid.uuid4()}
    )
    services.hide_question(question=hidden, by=world.people["facilitator"], reason=f"zqwhy{name}", at=at)
    world.held.append(Held("live_question", hidden, [f"zqwhy{name}"], readers))
    world.held.append(Held("hidden words", hidden, [f"zqmean{name}"], {"facilitator"}))


def talk_in_private(world: World) -> None:
    """A private conversation of the member and the facilitator: a room that is no place, a thread and its words."""
    at = timezone.now() - timedelta(hours=1)
    by, others = world.people["member"], [world.people["facilitator"]]
    words: dict[str, Any] = {"title": "zqthreadprivate", "body": "zqwordsprivate dit", "client_id": uuid.uuid4()}
    thread = begin_private(people=others, by=by, at=at, **words)
    world.held.append(Held("space", thread.space, [thread.space.slug], set()))
    world.held.append(Held("thread", thread, ["zqthreadprivate"], INSIDE))
    world.held.append(Held("stream", thread, [], set(ROLES), {"query": f"?streams={thread.stream}@0"}))
    world.held.append(Held("message", thread.last_message, ["zqwordsprivate"], INSIDE))


def talk(world: World, space: Space, name: str, audience: str, keeper: User, readers: set[str]) -> None:
    """One conversation with a message of the keeper and one of the member, edited once."""
    at = timezone.now() - timedelta(hours=2)
    thread = create_thread(space=space, title=f"zqthread{name}", audience=audience, by=keeper, at=at)
    world.held.append(Held("thread", thread, [f"zqthread{name}"], readers))
    world.held.append(Held("stream", thread, [], set(ROLES), {"query": f"?streams={thread.stream}@0"}))
    ask_in_live_qa(world, space, name, audience, readers)
    for author in (keeper, world.people["member"]):
        words = f"zqwords{name}{author.pk}"
        message: Message = post_message(Draft(author.pk, thread.pk, uuid.uuid4(), f"{words} dit"), at=at)
        world.held.append(Held("message", message, [words], readers))
    ask(world, thread, name, keeper, readers)
    point = add_point(thread=thread, kind="known", text=f"zqpoint{name}", cited=[message.pk], by=keeper, at=at)
    world.held.append(Held("synthesis_point", point, [f"zqpoint{name}"], readers))
    sum_up(world, space, name, keeper, audience, readers)
    look_after(world, thread, name, keeper, readers)
    bring_files(world, thread, name, readers)


def sum_up(world: World, space: Space, name: str, keeper: User, audience: str, readers: set[str]) -> None:
    """A conversation whose synthesis is written together: a draft, for those who write in the space."""
    at = timezone.now() - timedelta(hours=1)
    thread = create_thread(space=space, title=f"zqsummed{name}", audience=audience, by=keeper, at=at)
    message = post_message(Draft(keeper.pk, thread.pk, uuid.uuid4(), f"zqsaid{name} dit"), at=at)
    add_point(thread=thread, kind="open", text=f"zqtogether{name}", cited=[message.pk], by=keeper, at=at)
    page = write_together(thread=thread, by=keeper, at=at)
    world.held.append(Held("thread", thread, [f"zqsummed{name}", f"zqsaid{name}"], readers))
    world.held.append(Held("written_page", page, [f"zqtogether{name}"], readers - {"guest"}))


def ask(world: World, thread: Thread, name: str, keeper: User, readers: set[str]) -> None:
    """A poll of the keeper that calls the member by name."""
    at, member = timezone.now() - timedelta(hours=1), world.people["member"]
    words = f"zqask{name} @[x](person:{member.pk})"
    poll = PollDraft(Poll.Kind.CHOICE, (f"zqoption{name}", f"zqother{name}"))
    message = post_message(Draft(keeper.pk, thread.pk, uuid.uuid4(), words, poll=poll), at=at)
    world.held.append(Held("message", message, [f"zqask{name}", f"zqoption{name}", f"zqother{name}"], readers))


def look_after(world: World, thread: Thread, name: str, keeper: User, readers: set[str]) -> None:
    """A message of the member that is reported, and one that was hidden and appealed against."""
    at, member = timezone.now() - timedelta(hours=1), world.people["member"]
    reported, hidden = (
        post_message(Draft(member.pk, thread.pk, uuid.uuid4(), f"zq{what}{name} dit"), at=at)
        for what in ("reported", "hidden")
    )
    services.report_message(message=reported, by=keeper, reason=f"zqreport{name}", at=at)
    services.hide_message(message=hidden, by=keeper, reason=f"zqreason{name}", at=at)
    services.appeal(message=hidden, by=member, words=f"zqappeal{name}", at=at)
    world.held.append(Held("message", reported, [f"zqreported{name}"], readers))
    world.held.append(Held("message", hidden, [f"zqreason{name}"], readers))
    world.held.append(Held("report", reported, [f"zqreport{name}"], {"facilitator"}))
    world.held.append(Held("hidden words", hidden, [f"zqhidden{name}", f"zqappeal{name}"], {"member", "facilitator"}))


def bring_files(world: World, thread: Thread, name: str, readers: set[str]) -> None:
    """A file and a picture under a message of the member, and a file that the member has not said yet."""
    member = world.people["member"]
    brought = []
    for tag, extension, content in [
        ("said", "csv", f"zqbytes{name}said".encode()),
        ("picture", "png", png()),
        ("waiting", "csv", f"zqbytes{name}waiting".encode()),
    ]:
        upload = SimpleUploadedFile(f"zqattached{name}{tag}.{extension}", content)
        file = bring_file(thread=thread, by=member, content=upload, at=timezone.now() - timedelta(hours=2))
        seen = {"member"} if tag == "waiting" else readers
        canaries = [f"zqattached{name}{tag}", f"zqbytes{name}{tag}"]
        world.held.append(Held("attachment", file, canaries, seen, {"token": file.token, "name": file.name}))
        brought.append(file.token)
    draft = Draft(member.pk, thread.pk, uuid.uuid4(), "", file_tokens=tuple(brought[:2]))
    post_message(draft, at=timezone.now() - timedelta(hours=2))
