"""Who is called by a message, and who never is."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from intranet.accounts.models import User
from intranet.accounts.services import deactivate_user
from realtime.spaces.models import SpaceMember
from realtime.spaces.services import add_member
from realtime.streams.models import StreamEvent
from realtime.threads.mentions import MANY, MOST
from realtime.threads.models import Mention, Message, Thread
from realtime.threads.posting import Draft, post_messages
from realtime.threads.services import delete_message, edit_message
from tests.intranet.people.factories import MembershipFactory, TeamFactory, UserFactory
from tests.realtime.threads.conftest import House
from tests.realtime.threads.factories import make_thread, say
from tests.realtime.threads.test_screens import as_
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("T6")]


def token(user: User, name: str | None = None) -> str:
    return f"@[{name or user.name}](person:{user.pk})"


def called(message: Message) -> list[str]:
    """Who is called, by name."""
    return [str(m.user or m.team or m.space) for m in Mention.objects.filter(message=message).order_by("pk")]


def test_a_colleague_is_called(house: House) -> None:
    message = say(make_thread(house.open), house.moussa, f"{token(house.rosa)}, un avis ?")

    assert called(message) == ["Rosa"]
    assert message.body == f"@[Rosa](person:{house.rosa.pk}), un avis ?"
    assert f'data-mention="person:{house.rosa.pk}">@Rosa</span>' in message.html
    assert StreamEvent.objects.get(stream__kind="thread").payload["html"] == message.html


def test_called_twice_is_called_once(house: House) -> None:
    message = say(make_thread(house.open), house.moussa, f"{token(house.rosa)} et encore {token(house.rosa)} @Rosa")

    assert called(message) == ["Rosa"]
    assert message.html.count("data-mention") == 3


def test_another_name_on_a_token_becomes_the_real_one(house: House) -> None:
    message = say(make_thread(house.open), house.moussa, token(house.rosa, "La direction"))

    assert message.body == token(house.rosa)
    assert "direction" not in message.html


@pytest.mark.parametrize(
    ("space", "audience", "author", "target", "is_called"),
    [
        ("open", "internal", "moussa", "rosa", True),
        ("closed", "internal", "moussa", "valerie", True),
        ("closed", "internal", "moussa", "rosa", False),  # not of the place
        ("shared", "internal", "moussa", "agnes", False),  # among us
        ("shared", "shared", "moussa", "agnes", True),
        ("shared", "shared", "agnes", "valerie", False),  # a guest calls those who spoke
        ("shared", "shared", "agnes", "moussa", True),  # as he did
        ("shared", "shared", "agnes", "rosa", False),
        ("open", "internal", "moussa", "agnes", False),
    ],
)
def test_only_who_sees_the_conversation_is_called(
    house: House, space: str, audience: str, author: str, target: str, is_called: bool
) -> None:
    thread = make_thread(getattr(house, space), audience=audience)
    if audience == "shared":
        say(thread, house.moussa)
    somebody = getattr(house, target)

    by_token = say(thread, getattr(house, author), token(somebody, "Qui donc"))
    by_name = say(thread, getattr(house, author), f"@{somebody.name} ?")

    assert called(by_token) == called(by_name) == ([somebody.name] if is_called else [])
    assert (by_token.body == "@Qui donc") is not is_called
    assert ("data-mention" in by_token.html) is is_called
    told = StreamEvent.objects.filter(stream__kind="thread", stream__key=thread.pk).order_by("-seq")[1].payload
    assert (somebody.name in told["html"]) is is_called  # an id never gives away a name


def test_who_does_not_see_it_is_named_to_the_author(house: House) -> None:
    thread = make_thread(house.closed)

    assert say(thread, house.moussa, f"{token(house.rosa)} !").unheard == ["Rosa"]
    assert say(thread, house.moussa, "@Rosa !").unheard == ["Rosa"]
    assert say(thread, house.moussa, "`@Rosa` !").unheard == []
    assert say(thread, house.moussa, "@Personne !").unheard == []


def test_a_guest_learns_nothing_from_names(house: House) -> None:
    thread = make_thread(house.shared, audience=Thread.Audience.SHARED)

    there, not_there = (say(thread, house.agnes, f"@{name} ?") for name in ("Rosa", "Zoltan"))

    assert there.unheard == not_there.unheard == []


def test_somebody_who_left_is_not_called(house: House) -> None:
    deactivate_user(user=house.rosa, at=timezone.now())

    assert called(say(make_thread(house.open), house.moussa, f"{token(house.rosa)} @Rosa")) == []


def test_one_of_two_namesakes_needs_a_token(house: House) -> None:
    first, second = UserFactory(name="Anne Le Goff"), UserFactory(name="Anne Le Goff")
    thread = make_thread(house.open)

    assert called(say(thread, house.moussa, "@Anne Le Goff ?")) == []
    message = say(thread, house.moussa, token(second))
    assert list(Mention.objects.filter(message=message).values_list("user", flat=True)) == [second.pk]
    edit_message(message=message, body="@Anne Le Goff, finalement", at=timezone.now())
    assert list(Mention.objects.filter(message=message).values_list("user", flat=True)) == [second.pk]
    assert first.pk != second.pk


def test_a_team_is_called_among_us_only(house: House) -> None:
    team = TeamFactory(name="Atelier 2")
    words = f"@[Les autres](team:{team.pk}) ?"
    shared = make_thread(house.shared, audience=Thread.Audience.SHARED)

    assert called(say(make_thread(house.open), house.moussa, words)) == ["Atelier 2"]
    assert called(say(make_thread(house.open), house.moussa, "Et @Atelier 2 ?")) == ["Atelier 2"]
    assert called(say(shared, house.moussa, words)) == []
    assert called(say(shared, house.agnes, words)) == []
    assert called(say(make_thread(house.open), house.moussa, "@[Atelier](team:999999)")) == []


def test_a_place_is_called_from_inside_itself(house: House) -> None:
    elsewhere = make_thread(house.closed)
    words = f"@[Tous](space:{house.open.pk})"
    shared = make_thread(house.shared, audience=Thread.Audience.SHARED)

    message = say(make_thread(house.open), house.moussa, words)

    assert called(message) == ["Ouvert"]
    assert message.body == f"@[Ouvert](space:{house.open.pk})"
    assert called(say(elsewhere, house.moussa, words)) == []
    assert called(say(shared, house.agnes, f"@[Tous](space:{house.shared.pk})")) == []


def test_a_crowd_is_called_by_those_who_run_the_place(house: House) -> None:
    team = TeamFactory()
    add_member(space=house.open, member=team, role=SpaceMember.Role.MEMBER, at=timezone.now())
    for _ in range(MANY - 1):  # with Valérie and Moussa, one more than MANY
        MembershipFactory(team=team)
    thread = make_thread(house.open)
    words = f"@[Tous](space:{house.open.pk})"

    assert called(say(thread, house.moussa, words)) == []
    assert called(say(thread, house.valerie, words)) == ["Ouvert"]


def test_a_hundred_people_are_not_called_at_once(house: House) -> None:
    people = [UserFactory() for _ in range(MOST + 5)]

    message = say(make_thread(house.open), house.moussa, " ".join(token(user) for user in people))

    assert len(called(message)) == MOST
    assert message.unheard == [user.name for user in people[MOST:]]


def test_a_label_cannot_write_another_call(house: House) -> None:
    """Once the first token is plain text, it and what follows look like a token nobody looked up."""
    message = say(
        make_thread(house.closed), house.moussa, f"@[a@](person:{house.rosa.pk})[Patron](person:{house.valerie.pk})"
    )

    assert called(message) == []
    assert "<span" not in message.html


def test_an_edit_calls_the_new_ones_and_lets_go_of_the_old(house: House) -> None:
    message = say(make_thread(house.open), house.moussa, token(house.rosa) + token(house.valerie))
    kept = Mention.objects.get(user=house.valerie)

    edited = edit_message(
        message=message, body=f"@Agnes {token(house.valerie)} `{token(house.rosa)}`", at=timezone.now()
    )

    assert called(edited) == ["Valerie"]
    assert Mention.objects.get(user=house.valerie) == kept  # told once: the row is the same
    payload = StreamEvent.objects.get(kind="message.edited").payload
    assert (payload["html"], payload["body"]) == (edited.html, edited.body)


def test_editing_without_changing_a_typed_name_changes_nothing(house: House) -> None:
    message = say(make_thread(house.open), house.moussa, "@Rosa ?")

    edit_message(message=message, body="@Rosa ?", at=timezone.now())

    assert not StreamEvent.objects.filter(kind="message.edited").exists()


def test_words_taken_back_call_nobody(house: House) -> None:
    message = say(make_thread(house.open), house.moussa, token(house.rosa))

    delete_message(message=message, at=timezone.now())

    assert not Mention.objects.exists()


def test_calling_costs_the_same_whatever_the_number(house: House) -> None:
    thread, shared = make_thread(house.open), make_thread(house.shared, audience=Thread.Audience.SHARED)
    say(thread, house.moussa), say(shared, house.moussa)
    costs = []
    for many in (1, 6):
        people = [UserFactory(name=f"Ada {many} {n}") for n in range(many)]
        team = TeamFactory()
        words = " ".join([f"@[{team}](team:{team.pk}) @[x](space:{house.open.pk})", *map(token, people), "@Ada 1 0"])
        drafts = [Draft(house.moussa.pk, thread.pk, uuid.uuid4(), words) for _ in range(many)]
        drafts += [Draft(house.agnes.pk, shared.pk, uuid.uuid4(), words) for _ in range(many)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            post_messages(drafts, at=timezone.now())
        costs.append(len(statements(queries)))

    assert costs[0] == costs[1] <= 37  # three of them to those who look at the place of a team's call
    assert Mention.objects.exclude(user=None).count() == 1 + 7 * 6


def test_a_sign_that_calls_nobody_costs_one_look(house: House) -> None:
    thread = make_thread(house.open)
    say(thread, house.moussa)
    costs = []
    for words in ("Bonjour", "moi@exemple.example, 3 @ 4"):
        with CaptureQueriesContext(connection) as queries:
            post_messages([Draft(house.moussa.pk, thread.pk, uuid.uuid4(), words)], at=timezone.now())
        costs.append(len(statements(queries)))

    assert costs[1] == costs[0] + 1


def test_the_reader_sees_their_own_name_stand_out(house: House) -> None:
    thread = make_thread(house.shared, audience=Thread.Audience.SHARED)
    say(thread, house.agnes)
    say(thread, house.moussa, f"{token(house.valerie)} et {token(house.agnes)}")

    valerie = as_(house.valerie).get(thread.get_absolute_url()).content.decode()
    agnes = as_(house.agnes).get(thread.get_absolute_url()).content.decode()

    mine, theirs = f"person:{house.valerie.pk}", f"guest:{house.agnes.pk}"
    profile = reverse("people:person", args=[house.valerie.pk])
    assert f'<a class="mention mention--me" data-mention="{mine}" href="{profile}">@Valerie</a>' in valerie
    assert f'<span class="mention" data-mention="{theirs}">@Agnes</span>' in valerie
    assert f'<span class="mention" data-mention="{mine}">@Valerie</span>' in agnes  # guests open no profiles
    assert f'<span class="mention mention--me" data-mention="{theirs}">@Agnes</span>' in agnes


def test_without_a_script_the_author_is_told_who_was_not_called(house: House) -> None:
    thread = make_thread(house.closed)

    page = as_(house.moussa).post(
        reverse("threads:message_post", args=[thread.pk]),
        {"body": "@Rosa, un avis ?", "client_id": str(uuid.uuid4())},
        follow=True,
    )

    assert "Not called, for they do not see this conversation: Rosa." in page.content.decode()


def test_a_quotation_of_a_call_reads_as_words(house: House) -> None:
    thread = make_thread(house.open)
    message = say(thread, house.moussa, token(house.rosa))

    form = as_(house.valerie).get(f"{thread.get_absolute_url()}?quote={message.pk}").context["form"]

    assert form.initial["body"] == "> @Rosa\n\n"
