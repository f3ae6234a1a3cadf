"""Moving, splitting and merging: everything follows, links keep working, and nobody sees more than before."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from intranet.accounts.models import User
from intranet.people.words import ask
from intranet.portal.search import find
from realtime.notifications.models import Notification
from realtime.spaces.models import Space, SpaceMember
from realtime.spaces.services import add_member, archive_space, create_space
from realtime.streams.models import StreamEvent
from realtime.threads import services
from realtime.threads.indexing import index_conversations
from realtime.threads.models import Attachment, Message, ReadMark, Thread, Trace
from realtime.threads.moving import (
    CannotLeave,
    HasAPlace,
    MayNotMove,
    MoveRefused,
    NothingChosen,
    PlaceTakesNothing,
    QuestionStays,
    SeenByMore,
)
from realtime.threads.posting import Draft, ThreadMoved, post_message
from realtime.threads.services.synthesis import add_point
from realtime.threads.unread import unread_by
from tests.realtime.threads.conftest import House, person
from tests.realtime.threads.factories import make_thread, say
from tests.support.queries import statements

pytestmark = pytest.mark.django_db
SHARED = Thread.Audience.SHARED


def talk(space: Space, *authors: User, by: User | None = None, **more: Any) -> tuple[Thread, list[Message]]:
    """A conversation in which each of `authors` says one thing."""
    thread = make_thread(space, by=by, **more)
    return thread, [say(thread, author, f"parole {place}") for place, author in enumerate(authors)]


def move(source: Thread, target: Thread, messages: list[Message], by: User) -> Thread:
    pks = [message.pk for message in messages]
    return services.move_messages(source=source, target=target, messages=pks, by=by, at=timezone.now())


def split(source: Thread, messages: list[Message], by: User, title: str = "À part") -> Thread:
    pks = [message.pk for message in messages]
    return services.split_thread(source=source, title=title, messages=pks, by=by, at=timezone.now())


def merge(source: Thread, target: Thread, by: User) -> Thread:
    return services.merge_thread(source=source, target=target, by=by, at=timezone.now())


def bodies(thread: Thread) -> list[str]:
    return list(thread.messages.order_by("seq").values_list("body", flat=True))


def events_of(thread: Thread) -> list[tuple[str, Any]]:
    told = StreamEvent.objects.filter(stream__kind="thread", stream__key=thread.pk).order_by("seq")
    return list(told.values_list("kind", "payload"))


def as_(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


# --- what a move does ---------------------------------------------------------------------------


@pytest.mark.feature("T10")
def test_messages_go_to_the_end_in_their_order_and_a_trace_stays_on_both_sides(house: House) -> None:
    here, said = talk(house.closed, house.moussa, house.valerie, house.moussa)
    there, _ = talk(house.closed, house.valerie, title="Les gabarits")

    move(here, there, [said[2], said[1]], house.valerie)

    here.refresh_from_db()
    there.refresh_from_db()
    assert (bodies(here), bodies(there)) == (["parole 0"], ["parole 0", "parole 1", "parole 2"])
    out, came = Trace.objects.get(thread=here), Trace.objects.get(thread=there)
    assert (out.kind, out.seq, out.other, out.count) == (Trace.Kind.MOVED_OUT, said[1].seq, there, 2)
    assert (came.kind, came.other, came.count) == (Trace.Kind.MOVED_IN, here, 2)
    assert came.seq < there.messages.get(body="parole 1").seq
    assert (here.last_message, here.last_seq) == (said[0], said[0].seq)
    assert (there.last_message, there.last_seq) == (said[2], there.messages.get(body="parole 2").seq)
    kinds = [kind for kind, _ in events_of(there)]
    assert kinds == ["message.posted", "trace.left", "message.arrived", "message.arrived"]
    assert events_of(here)[-1][0] == "messages.moved"
    assert events_of(here)[-1][1]["ids"] == [said[1].pk, said[2].pk]


def test_what_hangs_on_a_message_goes_with_it(house: House) -> None:
    here, said = talk(house.closed, house.moussa)
    answer = say(here, house.valerie, "oui @moussa", reply_to=said[0])
    services.react(message=answer, user=house.moussa, emoji="👍", at=timezone.now())
    services.edit_message(message=answer, body="oui, @moussa", at=timezone.now())
    file = Attachment.objects.create(thread=here, message=answer, uploaded_at=timezone.now(), name="a.txt", size=1)

    there = split(here, [said[0], answer], house.valerie)

    answer.refresh_from_db()
    file.refresh_from_db()
    assert answer.thread == file.thread == there
    assert answer.reply_to == said[0]
    assert answer.reactions.count() == answer.revisions.count() == 1


def test_an_answer_whose_question_stayed_shows_nothing_of_it_and_shows_it_again_when_it_follows(
    client: Client, house: House
) -> None:
    here, said = talk(house.closed, house.moussa)
    answer = say(here, house.valerie, "oui", reply_to=said[0])
    as_(client, house.moussa)

    there = split(here, [answer], house.valerie)
    alone = client.get(f"/messages/{answer.pk}/row/").content.decode()
    move(here, there, said, house.valerie)

    assert f"#m-{said[0].pk}" not in alone
    assert f"#m-{said[0].pk}" in client.get(f"/messages/{answer.pk}/row/").content.decode()
    assert events_of(there)[-1] == ("message.arrived", {"id": said[0].pk, "answers": [answer.pk]})


def test_who_had_read_them_has_read_them_there(house: House) -> None:
    here, said = talk(house.closed, house.moussa, house.moussa, house.moussa)
    there, _ = talk(house.closed, house.moussa)
    odile = person("odile")
    for user, seq in ((house.valerie, said[2].seq), (house.moussa, said[1].seq)):
        services.mark_read(thread=here, user=user, seq=seq)
        services.mark_read(thread=there, user=user, seq=there.last_seq)
    services.mark_read(thread=there, user=odile, seq=there.last_seq)  # never opened the first one

    move(here, there, said[1:], house.valerie)

    there.refresh_from_db()
    unread = {
        user: there.messages.filter(seq__gt=mark_of(user, there)).count()
        for user in (house.valerie, house.moussa, odile)
    }
    assert unread == {house.valerie: 0, house.moussa: 1, odile: 2}


def test_a_new_conversation_is_unread_for_who_had_not_read_its_messages(house: House) -> None:
    here, said = talk(house.open, house.rosa, house.rosa)
    services.mark_read(thread=here, user=house.valerie, seq=said[1].seq)
    services.mark_read(thread=here, user=house.moussa, seq=said[0].seq)

    there = split(here, [said[1]], house.valerie)

    assert not unread_by(Thread.objects.all(), house.valerie).filter(pk=there.pk).exists()
    assert unread_by(Thread.objects.all(), house.moussa).filter(pk=there.pk).exists()


def mark_of(user: User, thread: Thread) -> int:
    return ReadMark.objects.get(user=user, thread=thread).seq


def test_notifications_follow_their_message(house: House) -> None:
    here, said = talk(house.closed, house.moussa)
    answer = say(here, house.valerie, "oui", reply_to=said[0])

    there = split(here, [answer], house.valerie)

    answer.refresh_from_db()
    note = Notification.objects.get(user=house.moussa, source_kind="message")
    assert (note.topic, note.seq) == (there.stream, answer.seq)


def test_the_old_log_keeps_no_word_of_what_went_elsewhere(house: House) -> None:
    here = make_thread(house.closed)
    gone = say(here, house.moussa, "zqparti ailleurs")
    say(here, house.valerie, "oui", reply_to=gone)
    services.edit_message(message=gone, body="zqparti plus loin", at=timezone.now())

    split(here, [gone], house.valerie)

    assert "zqparti" not in json.dumps(events_of(here))


def test_search_finds_them_where_they_are(house: House) -> None:
    here = make_thread(house.closed, title="Ancien titre")
    gone = say(here, house.moussa, "un mot très rare : galvanoplastie")
    index_conversations.func()

    there = split(here, [gone], house.valerie)
    index_conversations.func()

    assert threads_found("galvanoplastie", house.moussa) == [there]


def test_search_finds_them_in_the_place_they_are_in_and_by_who_reads_it(house: House) -> None:
    here, there = make_thread(house.open), make_thread(house.closed)
    gone = say(here, house.moussa, "un mot très rare : galvanoplastie")
    index_conversations.func()
    assert threads_found("galvanoplastie", house.rosa) == [here]

    move(here, there, [gone], house.valerie)
    assert threads_found("galvanoplastie", house.rosa) == []  # before the index knows, too
    index_conversations.func()

    assert threads_found("galvanoplastie", house.rosa) == []
    assert threads_found("galvanoplastie", house.moussa) == [there]


def threads_found(words: str, user: User) -> list[Thread]:
    return [hit.thing for hit in find(ask(words), user=user, on=timezone.localdate()).of("threads")]


@pytest.mark.feature("T10")
def test_a_question_stays_with_its_answers(client: Client, house: House) -> None:
    here, said = talk(house.closed, house.moussa, house.valerie, by=house.moussa, kind="question")
    there, _ = talk(house.closed, house.valerie)

    with pytest.raises(QuestionStays):
        move(here, there, said, house.valerie)
    with pytest.raises(QuestionStays):
        split(here, said[:1], house.valerie)

    as_(client, house.valerie)
    screen = client.get(f"/threads/{here.pk}/move/").content.decode()
    assert f'value="{said[0].pk}" data-key="x" disabled' in screen
    assert f'value="{said[1].pk}" data-key="x">' in screen
    choice = {"m": [said[0].pk], "to": "new", "title": "À part"}
    refused = client.post(f"/threads/{here.pk}/move/", choice).content.decode()
    assert "What is moved" not in refused  # it is refused before it is asked who will see it
    assert refused.count(str(QuestionStays.reason)) == 2
    assert client.get(here.get_absolute_url()).content.decode().count(" data-opening ") == 1
    split(here, said[1:], house.valerie)
    merge(here, there, house.valerie)


# --- merging ------------------------------------------------------------------------------------


@pytest.mark.feature("T10")
def test_a_merged_conversation_goes_on_in_the_other_one(client: Client, house: House) -> None:
    here, said = talk(house.closed, house.moussa, house.valerie, title="Doublon")
    there, _ = talk(house.closed, house.valerie)
    services.delete_message(message=said[1], at=timezone.now())

    merge(here, there, house.valerie)

    here.refresh_from_db()
    assert (here.merged_into, here.last_message, here.last_seq, here.messages.count()) == (there, None, 0, 0)
    assert there.messages.count() == 3
    assert events_of(here)[-1] == ("thread.merged", {"into": {"id": there.pk, "title": there.title}})
    as_(client, house.moussa)
    assert client.get(here.get_absolute_url()).headers["Location"] == there.get_absolute_url()
    assert "Doublon" not in client.get(f"/spaces/{house.closed.slug}/").content.decode()
    with pytest.raises(ThreadMoved):
        say(here, house.moussa)


def test_who_does_not_see_where_it_went_reads_that_it_went(client: Client, house: House) -> None:
    here, _ = talk(house.shared, house.agnes, audience=SHARED)
    there = make_thread(house.shared, title="Entre nous")

    merge(here, there, house.valerie)

    page = as_(client, house.agnes).get(here.get_absolute_url())
    assert page.status_code == 200
    assert "Entre nous" not in page.content.decode()
    assert "another conversation" in page.content.decode()
    assert "goes on in another one." in page.content.decode().split("thread__foot")[1]


def write(thread: Thread, by: User, text: str, *cited: Message) -> None:
    pks = [message.pk for message in cited]
    add_point(thread=thread, kind="known", text=text, cited=pks, by=by, at=timezone.now())


@pytest.mark.feature("T10", "T12")
def test_a_synthesis_goes_with_its_conversation(client: Client, house: House) -> None:
    here, said = talk(house.closed, house.moussa, title="Doublon")
    there, _ = talk(house.closed, house.valerie, title="La suite")
    write(here, house.moussa, "Elle part trop tôt.", said[0])
    as_(client, house.valerie)
    choice = {"to": "there", "target": there.pk}
    assert "Its synthesis goes there too." in client.get(f"/threads/{here.pk}/merge/").content.decode()
    asked = client.post(f"/threads/{here.pk}/merge/", choice).content.decode()
    assert "becomes the synthesis of the other conversation" in asked

    merge(here, there, house.valerie)

    assert "Elle part trop tôt." in client.get(f"/threads/{there.pk}/synthesis/").content.decode()
    assert "synthesis.changed" in [kind for kind, _ in events_of(there)]
    old = client.get(f"/threads/{here.pk}/synthesis/").content.decode()
    assert f'This conversation goes on in: <a href="/threads/{there.pk}/synthesis/">La suite</a>' in old
    assert f'This conversation goes on in: <a href="/threads/{there.pk}/">La suite</a>' in old  # beside it
    assert "Ask the facilitators" not in old
    assert "Write a point" not in old
    answer = client.post(f"/threads/{here.pk}/synthesis/", {"kind": "known", "text": "Trop tard."})
    assert answer.status_code == 403


def test_two_syntheses_stay_two_and_the_one_leads_to_the_other(client: Client, house: House) -> None:
    here, _ = talk(house.closed, house.moussa, title="Doublon")
    there, _ = talk(house.closed, house.valerie)
    last, _ = talk(house.closed, house.valerie)
    write(here, house.moussa, "Elle part trop tôt.")
    write(there, house.moussa, "Elle part à l’heure.")
    as_(client, house.valerie)
    asked = client.post(f"/threads/{here.pk}/merge/", {"to": "there", "target": there.pk}).content.decode()
    assert "The other conversation has its own" in asked

    merge(here, there, house.valerie)
    merge(there, last, house.valerie)

    now = client.get(f"/threads/{last.pk}/synthesis/").content.decode()
    assert "Elle part à l’heure." in now
    assert f'href="/threads/{here.pk}/synthesis/"' in now
    assert "The synthesis of “Doublon”" in now
    assert "Elle part trop tôt." in client.get(f"/threads/{here.pk}/synthesis/").content.decode()


def test_a_conversation_beside_a_page_keeps_its_place(house: House) -> None:
    here, _ = talk(house.closed, house.moussa, origin_url="/pages/ferme/notice/")

    with pytest.raises(HasAPlace):
        merge(here, make_thread(house.closed), house.valerie)


def test_a_retry_of_what_was_moved_meanwhile_is_the_same_message(house: House) -> None:
    here = make_thread(house.closed)
    words = Draft(house.moussa.pk, here.pk, uuid.uuid4(), "dit une fois")
    first = post_message(words, at=timezone.now() - timedelta(seconds=1))
    merge(here, make_thread(house.closed), house.valerie)

    assert post_message(words, at=timezone.now()) == first
    assert Message.objects.count() == 1


# --- who may, and where -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "verb", "may"),
    [
        ("valerie", move, True),
        ("valerie", split, True),
        ("valerie", merge, True),
        ("moussa", move, False),
        ("moussa", split, True),  # he began it
        ("moussa", merge, False),
        ("rosa", split, False),
        ("administrator", move, False),
        ("administrator", split, False),
    ],
)
def test_who_may_move_what(house: House, who: str, verb: Any, may: bool) -> None:
    here, said = talk(house.closed, house.moussa, by=house.moussa)
    there, _ = talk(house.closed, house.moussa, by=house.moussa)
    user = person("thibault") if who == "administrator" else getattr(house, who)
    User.objects.filter(pk=user.pk).update(is_superuser=who == "administrator")
    given = {move: (here, there, said, user), split: (here, said, user), merge: (here, there, user)}[verb]

    if may:
        verb(*given)
    else:
        with pytest.raises(MayNotMove):
            verb(*given)


def test_a_guest_splits_nothing(house: House) -> None:
    here, said = talk(house.shared, house.agnes, by=house.agnes, audience=SHARED)

    with pytest.raises(MayNotMove):
        split(here, said, house.agnes)


@pytest.mark.parametrize(
    ("source", "target", "refusal"),
    [
        (("shared", SHARED), ("shared", "internal"), None),
        (("shared", "internal"), ("shared", SHARED), SeenByMore),  # the guests
        (("closed", "internal"), ("open", "internal"), SeenByMore),
        (("open", "internal"), ("closed", "internal"), None),
        (("closed", "internal"), ("shared", "internal"), None),  # the same people run and read both
        (("open", "internal"), ("shared", SHARED), SeenByMore),
    ],
)
def test_nothing_is_moved_to_where_more_people_see_it(
    house: House, source: tuple[str, str], target: tuple[str, str], refusal: type[MoveRefused] | None
) -> None:
    here, said = talk(getattr(house, source[0]), house.valerie, audience=source[1])
    there = make_thread(getattr(house, target[0]), audience=target[1])

    if refusal is None:
        move(here, there, said, house.valerie)
    else:
        with pytest.raises(refusal):
            move(here, there, said, house.valerie)


def test_one_more_reader_there_is_enough_to_refuse(house: House) -> None:
    here, said = talk(house.closed, house.moussa)
    there = make_thread(house.shared)
    add_member(space=house.shared, member=house.rosa, role=SpaceMember.Role.READER, at=timezone.now())

    with pytest.raises(SeenByMore):
        move(here, there, said, house.valerie)


def test_nothing_goes_to_or_from_a_place_that_is_kept(house: House) -> None:
    here, said = talk(house.closed, house.moussa)
    closed, archived = make_thread(house.closed), make_thread(house.shared)
    Thread.objects.filter(pk=closed.pk).update(state=Thread.State.CLOSED)
    archive_space(space=house.shared, at=timezone.now())
    room = create_space(name="à deux", kind=Space.Kind.PRIVATE, audience="members", by=house.valerie, at=timezone.now())
    private, whispers = talk(room, house.valerie, kind=Thread.Kind.PRIVATE)

    for target in (closed, archived, here):
        with pytest.raises(PlaceTakesNothing):
            move(here, target, said, house.valerie)
    with pytest.raises((PlaceTakesNothing, SeenByMore)):
        move(here, private, said, house.valerie)
    with pytest.raises(CannotLeave):
        move(private, here, whispers, house.valerie)
    with pytest.raises(NothingChosen):
        move(here, make_thread(house.closed), whispers, house.valerie)  # they are not in it


# --- the screens --------------------------------------------------------------------------------


@pytest.mark.feature("T10", "B5")
def test_without_a_script_one_chooses_reads_who_will_see_them_and_confirms(client: Client, house: House) -> None:
    here, said = talk(house.closed, house.moussa, house.valerie)
    as_(client, house.valerie)
    words = {"m": [said[1].pk], "to": "new", "title": "Les gabarits"}

    choosing = client.get(f"/threads/{here.pk}/move/?m={said[1].pk}").content.decode()
    asked = client.post(f"/threads/{here.pk}/move/", words).content.decode()
    answer = client.post(f"/threads/{here.pk}/move/", words | {"sure": "1"})

    assert f'value="{said[1].pk}" data-key="x" checked' in choosing
    assert "The members of Ferme" in asked
    there = Thread.objects.get(title="Les gabarits")
    assert answer.headers["Location"] == there.get_absolute_url()
    assert bodies(there) == ["parole 1"]
    page = client.get(f"/messages/{said[1].pk}/")
    assert page.context["thread"] == there


def test_a_wider_place_is_refused_before_anything_is_confirmed(client: Client, house: House) -> None:
    here, said = talk(house.closed, house.moussa)
    there = make_thread(house.open)

    page = as_(client, house.valerie).post(
        f"/threads/{here.pk}/move/", {"m": [said[0].pk], "to": "there", "address": there.get_absolute_url()}
    )

    assert "where more people see it" in page.content.decode()
    assert "sure" not in page.content.decode()


@pytest.mark.parametrize(
    ("who", "address", "status"),
    [("moussa", "move", 403), ("moussa", "merge", 403), ("rosa", "move", 404), ("valerie", "merge", 200)],
)
def test_who_opens_the_screens(client: Client, house: House, who: str, address: str, status: int) -> None:
    here, _ = talk(house.closed, house.valerie)

    assert as_(client, getattr(house, who)).get(f"/threads/{here.pk}/{address}/").status_code == status


def test_somebody_who_began_it_is_offered_a_new_conversation_alone(client: Client, house: House) -> None:
    here, said = talk(house.closed, house.moussa, by=house.moussa)
    as_(client, house.moussa)

    page = client.get(f"/threads/{here.pk}/move/").content.decode()
    client.post(f"/threads/{here.pk}/move/", {"m": [said[0].pk], "to": "new", "title": "À part", "sure": "1"})

    assert 'name="address"' not in page
    assert Thread.objects.filter(title="À part", created_by=house.moussa).exists()


# --- what it costs ------------------------------------------------------------------------------


def test_a_move_costs_the_same_for_one_message_and_for_many(house: House) -> None:
    def cost(number: int) -> int:
        here, said = talk(house.closed, *[house.moussa] * (number + 1))
        there, _ = talk(house.closed, house.valerie)
        for user in (house.valerie, house.moussa):
            services.mark_read(thread=here, user=user, seq=said[-1].seq)
            services.mark_read(thread=there, user=user, seq=there.last_seq)
        with CaptureQueriesContext(connection) as queries:
            move(here, there, said[:number], house.valerie)
        return len(statements(queries))

    assert cost(40) == cost(2)
