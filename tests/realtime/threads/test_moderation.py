"""Reporting, hiding, appealing: who may, who is told what, and hidden words that are nowhere."""

import json
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from intranet.accounts.models import User
from intranet.accounts.services import deactivate_user
from intranet.people.services import create_team, join_team
from intranet.people.words import ask
from intranet.portal.search import find
from realtime.notifications.models import Category, Notification
from realtime.notifications.sources import shown_to
from realtime.spaces.access import people_who_run
from realtime.spaces.models import SpaceMember
from realtime.spaces.services import add_member, change_role, remove_member
from realtime.streams.models import StreamEvent
from realtime.threads import services
from realtime.threads.indexing import index_conversations
from realtime.threads.models import Message, ModerationAct, Report, Thread
from tests.realtime.threads.conftest import House, person
from tests.realtime.threads.factories import make_thread, say
from tests.support.queries import statements

pytestmark = pytest.mark.django_db
SECRET = "zqinjure"
WHY = "Elle nomme quelqu’un sans son accord."


@pytest.fixture
def said(house: House) -> Message:
    """Words of Moussa in the closed place, which Valérie runs."""
    return say(make_thread(house.closed), house.moussa, f"Quelle {SECRET} ce matin")


def report(message: Message, by: User) -> Report:
    return services.report_message(message=message, by=by, reason="C’est blessant.", at=timezone.now())


def hide(message: Message, by: User) -> ModerationAct:
    return services.hide_message(message=message, by=by, reason=WHY, at=timezone.now())


def runner(house: House, name: str = "odile") -> User:
    """Somebody else who runs the three places."""
    somebody = person(name)
    for space in (house.open, house.closed, house.shared):
        add_member(space=space, member=somebody, role=SpaceMember.Role.FACILITATOR, at=timezone.now())
    return somebody


def told(user: User) -> list[str]:
    """What somebody's inbox says of moderation, as they would read it now, oldest first."""
    notes = list(Notification.objects.of(user).filter(category=Category.MODERATION).order_by("pk"))
    shown = shown_to(user, [(note.source_kind, note.source_key) for note in notes])
    return [found.title for note in notes if (found := shown.get((note.source_kind, note.source_key)))]


def as_(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


# --- reporting ----------------------------------------------------------------------------------


@pytest.mark.feature("T20")
def test_a_report_is_told_to_those_who_run_the_space_and_not_to_the_author(house: House, said: Message) -> None:
    odile, rosa = runner(house), house.rosa
    add_member(space=house.closed, member=rosa, role=SpaceMember.Role.MEMBER, at=timezone.now())

    report(said, rosa)

    assert told(house.valerie) == told(odile) == ["A message is reported in “La navette de 14 h”"]
    assert told(house.moussa) == told(rosa) == []


def test_one_reports_a_message_once_while_it_waits(house: House, said: Message) -> None:
    report(said, house.valerie)

    with pytest.raises(services.AlreadyReported):
        report(said, house.valerie)

    services.leave_message(message=said, by=house.valerie, reason="Rien de grave.", at=timezone.now())
    report(said, house.valerie)
    assert Report.objects.count() == 2


def test_one_does_not_report_oneself(house: House, said: Message) -> None:
    with pytest.raises(services.OwnMessage):
        report(said, house.moussa)


def test_a_guest_reports_what_they_read_and_hears_the_outcome(client: Client, house: House) -> None:
    thread = make_thread(house.shared, audience=Thread.Audience.SHARED)
    said = say(thread, house.moussa, "Un mot de trop")
    as_(client, house.agnes)

    page = client.get(f"/messages/{said.pk}/report/")
    client.post(f"/messages/{said.pk}/report/", {"reason": "Ce mot me vise."})
    hide(said, house.valerie)

    assert page.status_code == 200
    assert told(house.agnes) == ["The message you reported was hidden"]
    log = text(client.get(f"/spaces/{house.shared.slug}/moderation/"))
    assert WHY in log
    assert "Valerie" not in log  # a guest knows nobody but those who speak to them


def test_the_author_never_learns_who_reported(client: Client, house: House, said: Message) -> None:
    rosa = house.rosa
    add_member(space=house.closed, member=rosa, role=SpaceMember.Role.MEMBER, at=timezone.now())
    report(said, rosa)
    hide(said, house.valerie)
    as_(client, house.moussa)

    for address in (
        f"/spaces/{house.closed.slug}/moderation/",
        f"/messages/{said.pk}/appeal/",
        said.get_absolute_url(),
    ):
        assert "Rosa" not in text(client.get(address))
    assert Notification.objects.get(user=house.moussa).actor_id is None


def test_a_refused_report_gives_the_words_back(client: Client, house: House, said: Message) -> None:
    answer = as_(client, house.valerie).post(f"/messages/{said.pk}/report/", {"reason": "x" * 501})

    assert "x" * 501 in text(answer)
    assert Report.objects.count() == 0


# --- words that change meanwhile ----------------------------------------------------------------


def pages_of(client: Client, message: Message) -> list[str]:
    """What those who run the space read of a reported message, on its own page and among those that wait."""
    space = message.thread.space
    return [
        text(client.get(place)) for place in (f"/messages/{message.pk}/moderate/", f"/spaces/{space.slug}/reports/")
    ]


@pytest.mark.feature("T20")
def test_words_edited_after_a_report_are_judged_beside_those_reported(
    client: Client, house: House, said: Message
) -> None:
    report(said, house.rosa)
    as_(client, house.valerie)
    assert all(page.count(SECRET) == 1 and "As it was reported" not in page for page in pages_of(client, said))

    services.edit_message(message=said, body="Bonjour à tous", at=timezone.now())

    for page in pages_of(client, said):
        assert "As it was reported" in page
        assert SECRET in page
        assert "Bonjour à tous" in page
        assert f"/messages/{said.pk}/history/" in page


@pytest.mark.feature("T20")
def test_a_message_taken_back_is_still_judged_and_who_reported_it_is_told_at_once(
    client: Client, house: House, said: Message
) -> None:
    rosa = house.rosa
    add_member(space=house.closed, member=rosa, role=SpaceMember.Role.MEMBER, at=timezone.now())
    report(said, rosa)

    services.delete_message(message=said, at=timezone.now())

    assert told(rosa) == ["The message you reported was taken back by its author"]
    assert told(house.valerie) == ["A message is reported in “La navette de 14 h”"]
    assert told(house.moussa) == []
    as_(client, rosa)
    log = text(client.get(f"/spaces/{house.closed.slug}/moderation/"))
    assert "Taken back by its author" in log
    assert "still to be looked at" in log
    as_(client, house.valerie)
    for page in pages_of(client, said):
        assert "Its author took this message back." in page
        assert SECRET in page
    with pytest.raises(services.MessageTakenBack):
        hide(said, house.valerie)

    client.post(f"/messages/{said.pk}/moderate/", {"decision": "leave", "reason": "J’en ai parlé avec lui."})

    assert told(rosa)[1:] == ["Those who run the space looked at what you reported"]
    assert not Report.objects.filter(handled_at=None).exists()
    assert client.get(f"/messages/{said.pk}/moderate/").status_code == 404


def test_reported_words_are_for_those_who_decide_alone(client: Client, house: House, said: Message) -> None:
    report(said, house.rosa)
    services.delete_message(message=said, at=timezone.now())

    for user, status in ((house.moussa, 403), (house.rosa, 404)):
        assert as_(client, user).get(f"/messages/{said.pk}/moderate/").status_code == status
    log = text(as_(client, house.moussa).get(f"/spaces/{house.closed.slug}/moderation/"))
    assert "Taken back" not in log  # its author does not learn that it was reported
    for address in (said.thread.get_absolute_url(), f"/spaces/{house.closed.slug}/moderation/"):
        assert SECRET not in text(as_(client, house.valerie).get(address))
    assert SECRET not in log_of(said.thread)


@pytest.mark.parametrize("decision", ["leave", "hide"])
def test_reported_words_are_forgotten_once_it_is_decided(house: House, said: Message, decision: str) -> None:
    reported = report(said, house.rosa)
    assert SECRET in reported.html
    verbs = {"leave": services.leave_message, "hide": services.hide_message}

    verbs[decision](message=said, by=house.valerie, reason=WHY, at=timezone.now())

    reported.refresh_from_db()
    assert (reported.html, reported.handled_at is None) == ("", False)


def test_nobody_is_told_of_a_message_taken_back_that_nobody_reported(house: House, said: Message) -> None:
    services.delete_message(message=said, at=timezone.now())

    assert not ModerationAct.objects.exists()


def test_reports_of_before_are_given_the_words_they_were_about(house: House, said: Message) -> None:
    edited, other = report(said, house.rosa), report(say(said.thread, house.moussa, "Autre chose"), house.rosa)
    services.edit_message(message=said, body="Bonjour", at=timezone.now())
    Report.objects.update(html="")

    import_module("realtime.threads.migrations.0003_reported_words").keep_words(apps, None)

    edited.refresh_from_db()
    other.refresh_from_db()
    assert SECRET in edited.html
    assert "Autre chose" in other.html


# --- who decides --------------------------------------------------------------------------------


def test_who_runs_a_space_by_a_team_runs_it_too(house: House) -> None:
    team = create_team(name="Ligne 2", slug="ligne-2", parent=None)
    join_team(user=house.rosa, team=team, at=timezone.now())
    member = add_member(space=house.closed, member=team, role=SpaceMember.Role.MEMBER, at=timezone.now())

    assert people_who_run(house.closed) == {house.valerie.pk}
    change_role(member=member, role=SpaceMember.Role.FACILITATOR, at=timezone.now())
    assert people_who_run(house.closed) == {house.valerie.pk, house.rosa.pk}


@pytest.mark.feature("T20")
@pytest.mark.parametrize(
    ("who", "address", "status"),
    [
        ("valerie", "moderate", 200),
        ("moussa", "moderate", 403),
        ("rosa", "moderate", 404),
        ("agnes", "moderate", 403),  # the audience of the address: an employee
        ("administrator", "moderate", 404),
        ("valerie", "appeal", 403),
        ("moussa", "appeal", 200),
        ("rosa", "appeal", 404),
        ("administrator", "appeal", 404),
        ("valerie", "reports", 200),
        ("moussa", "reports", 403),
        ("administrator", "reports", 404),
        ("moussa", "moderation", 200),
        ("administrator", "moderation", 404),
    ],
)
def test_who_opens_which_screen(
    client: Client, house: House, said: Message, who: str, address: str, status: int
) -> None:
    hide(said, house.valerie)
    if who == "administrator":
        chief = person("thibault")
        User.objects.filter(pk=chief.pk).update(is_superuser=True)
        user = User.objects.get(pk=chief.pk)
    else:
        user = getattr(house, who)
    where = f"/spaces/{house.closed.slug}" if address in ("reports", "moderation") else f"/messages/{said.pk}"

    assert as_(client, user).get(f"{where}/{address}/").status_code == status


def test_nobody_judges_their_own_words_where_somebody_else_runs_the_space(client: Client, house: House) -> None:
    odile = runner(house)
    said = say(make_thread(house.closed), house.valerie, "Mes propres mots")
    report(said, house.moussa)

    with pytest.raises(services.NotTheJudge):
        services.leave_message(message=said, by=house.valerie, reason="Tout va bien.", at=timezone.now())
    as_(client, house.valerie)
    assert client.post(f"/messages/{said.pk}/moderate/", {"decision": "leave", "reason": "x"}).status_code == 403
    for address in (f"/messages/{said.pk}/moderate/", f"/spaces/{house.closed.slug}/reports/"):
        assert "blessant" not in text(client.get(address))  # nor who says what against them
    assert told(house.valerie) == []
    services.leave_message(message=said, by=odile, reason="Tout va bien.", at=timezone.now())
    assert told(house.moussa) == ["The message you reported was left as it is"]


def test_who_runs_a_space_alone_decides_about_themselves_and_the_screen_says_so(client: Client, house: House) -> None:
    said = say(make_thread(house.closed), house.valerie, "Mes propres mots")
    report(said, house.moussa)
    as_(client, house.valerie)

    page = text(client.get(f"/messages/{said.pk}/moderate/"))
    waiting = text(client.get(f"/spaces/{house.closed.slug}/reports/"))

    assert "you decide about yourself" in page
    assert "blessant" in waiting
    assert "Moussa" not in waiting.split("<main")[1]  # who reported is not known to the author even then
    services.leave_message(message=said, by=house.valerie, reason="Rien.", at=timezone.now())


def test_two_who_decide_at_once_decide_once(client: Client, house: House, said: Message) -> None:
    odile = runner(house)
    report(said, house.rosa)
    hide(said, house.valerie)

    answer = as_(client, odile).post(f"/messages/{said.pk}/moderate/", {"decision": "hide", "reason": "Moi aussi."})

    assert answer.status_code == 200
    assert "Moi aussi." in text(answer)
    with pytest.raises(services.MessageHidden):
        hide(said, odile)
    assert ModerationAct.objects.count() == 1


# --- hidden words -------------------------------------------------------------------------------


@pytest.mark.feature("T20")
def test_hidden_words_are_shown_to_their_author_alone(client: Client, house: House, said: Message) -> None:
    services.edit_message(message=said, body=f"Quelle {SECRET} hier", at=timezone.now())
    answer = say(said.thread, house.valerie, "Ah bon", reply_to=said)
    hide(said, house.valerie)

    for address in (
        said.thread.get_absolute_url(),
        said.get_absolute_url(),
        f"/messages/{said.pk}/row/",
        f"/threads/{said.thread_id}/messages/?before=99",
        f"/threads/{said.thread_id}/?quote={said.pk}",
    ):
        shown = text(as_(client, house.valerie).get(address))
        assert SECRET not in shown
        assert WHY in shown
        assert SECRET in text(as_(client, house.moussa).get(address))
    as_(client, house.valerie)
    assert client.get(f"/messages/{said.pk}/history/").status_code == 404
    assert f"#m-{said.pk}" in text(client.get(f"/messages/{answer.pk}/row/"))  # the answer still says what it answers
    lists = [f"/spaces/{house.closed.slug}/", "/", "/your-turn/", "/search/?q=quelle"]
    assert [address for address in lists if SECRET in text(client.get(address))] == []


def test_hidden_words_leave_the_log_and_the_index_and_come_back_when_shown(house: House, said: Message) -> None:
    answer = say(said.thread, house.valerie, "Ah bon", reply_to=said)
    services.edit_message(message=said, body=f"Quelle {SECRET} hier", at=timezone.now())
    index_conversations.func()

    def found() -> list[Any]:
        hits = find(ask(SECRET), user=house.valerie, on=timezone.localdate())
        return [hit.words for hit in hits.of("threads")]

    assert found() == [said]

    hide(said, house.valerie)
    index_conversations.func()

    assert found() == []
    assert SECRET not in log_of(said.thread)
    services.show_message(message=said, by=house.valerie, reason="Je me suis trompée.", at=timezone.now())
    index_conversations.func()
    assert found() == [said]
    events = StreamEvent.objects.filter(stream__key=said.thread_id).order_by("seq")
    assert [event.kind for event in events][-2:] == ["message.hidden", "message.shown"]
    assert SECRET in events.last().payload["body"]  # type: ignore[union-attr]  # it is there
    assert events.filter(payload__id=answer.pk).get().payload["reply_to"]["excerpt"] == ""
    hide(Message.objects.get(pk=said.pk), house.valerie)
    assert SECRET not in log_of(said.thread)


def test_a_message_taken_back_leaves_the_log_with_the_glances_at_it(house: House, said: Message) -> None:
    say(said.thread, house.valerie, "Ah bon", reply_to=said)

    services.delete_message(message=said, at=timezone.now())

    assert SECRET not in log_of(said.thread)


def log_of(thread: Thread) -> str:
    return json.dumps(list(StreamEvent.objects.filter(stream__key=thread.pk).values_list("payload", flat=True)))


def test_the_last_words_of_a_list_are_not_the_hidden_ones(client: Client, house: House, said: Message) -> None:
    hide(said, house.valerie)

    page = text(as_(client, house.moussa).get(f"/spaces/{house.closed.slug}/"))

    assert "This message is hidden." in page
    assert SECRET not in page


@pytest.mark.parametrize("verb", ["edit", "react"])
def test_nothing_is_done_to_a_hidden_message(client: Client, house: House, said: Message, verb: str) -> None:
    hide(said, house.valerie)

    answer = as_(client, house.moussa).post(
        f"/messages/{said.pk}/{verb}/", {"body": "autre chose", "emoji": "👍"}, headers={"X-Requested-With": "fetch"}
    )

    assert answer.status_code == 422
    said.refresh_from_db()
    assert SECRET in said.body


def test_its_author_takes_a_hidden_message_back(house: House, said: Message) -> None:
    hide(said, house.valerie)

    services.delete_message(message=said, at=timezone.now())

    said.refresh_from_db()
    assert (said.body, said.html) == ("", "")
    with pytest.raises(services.MessageTakenBack):
        services.show_message(message=said, by=house.valerie, reason="Trop tard.", at=timezone.now())


# --- appeals ------------------------------------------------------------------------------------


@pytest.mark.feature("T20")
def test_the_author_appeals_once_and_somebody_else_decides(client: Client, house: House, said: Message) -> None:
    odile = runner(house)
    report(said, odile)
    hide(said, house.valerie)
    assert told(house.moussa) == ["Your message was hidden"]
    as_(client, house.moussa).post(f"/messages/{said.pk}/appeal/", {"words": "Personne n’est nommé."})

    with pytest.raises(services.MayNotAppeal):
        services.appeal(message=said, by=house.moussa, words="Encore.", at=timezone.now())
    assert told(odile)[-1] == "The author of a hidden message asks for a second look"
    assert told(house.valerie) == ["A message is reported in “La navette de 14 h”"]  # it is not hers to decide
    as_(client, house.valerie)
    assert client.post(f"/messages/{said.pk}/moderate/", {"decision": "keep", "reason": "Non."}).status_code == 403
    assert "takes the second look" in text(client.get(f"/messages/{said.pk}/moderate/"))

    as_(client, odile).post(f"/messages/{said.pk}/moderate/", {"decision": "show", "reason": "Il a raison."})

    said.refresh_from_db()
    assert said.hidden_at is None
    assert told(house.moussa) == ["Your message was hidden", "Your message is shown again"]
    act = ModerationAct.objects.get(kind=ModerationAct.Kind.HIDDEN)
    assert (act.appeal.decided_by, act.appeal.is_upheld, act.appeal.answer) == (odile, True, "Il a raison.")


def test_an_appeal_refused_keeps_the_message_hidden_and_says_why(client: Client, house: House, said: Message) -> None:
    odile = runner(house)
    act = hide(said, house.valerie)
    asked = services.appeal(message=said, by=house.moussa, words="Personne n’est nommé.", at=timezone.now())

    services.decide_appeal(appeal=asked, by=odile, is_upheld=False, answer="On la reconnaît.", at=timezone.now())

    assert told(house.moussa)[-1] == "Your message stays hidden after a second look"
    page = text(as_(client, house.moussa).get(f"/messages/{said.pk}/appeal/"))
    assert "On la reconnaît." in page
    with pytest.raises(services.NothingToDecide):
        services.decide_appeal(appeal=asked, by=odile, is_upheld=True, answer="Si.", at=timezone.now())
    assert act.appeal == asked


def test_where_nobody_else_runs_the_space_the_same_person_decides_and_it_is_said(
    client: Client, house: House, said: Message
) -> None:
    hide(said, house.valerie)
    assert "the person who hid it will look again" in text(
        as_(client, house.moussa).get(f"/messages/{said.pk}/appeal/")
    )
    asked = services.appeal(message=said, by=house.moussa, words="Regarde encore.", at=timezone.now())

    services.decide_appeal(appeal=asked, by=house.valerie, is_upheld=False, answer="Non.", at=timezone.now())

    assert "the same person decided again" in text(client.get(f"/messages/{said.pk}/appeal/"))


def test_a_guest_appeals(client: Client, house: House) -> None:
    said = say(make_thread(house.shared, audience=Thread.Audience.SHARED), house.agnes, "Vos machines sont nulles")
    hide(said, house.valerie)
    as_(client, house.agnes)

    page = text(client.get(said.thread.get_absolute_url()))
    answer = client.post(f"/messages/{said.pk}/appeal/", {"words": "Je le maintiens."})

    assert "Vos machines sont nulles" in page
    assert answer.status_code == 302
    assert told(house.valerie) == ["The author of a hidden message asks for a second look"]


def test_somebody_who_left_the_space_is_told_nothing_of_it(house: House, said: Message) -> None:
    hide(said, house.valerie)

    remove_member(member=SpaceMember.objects.get(space=house.closed, user=house.moussa), at=timezone.now())

    assert told(house.moussa) == []


def test_a_message_of_somebody_gone_can_be_hidden(house: House, said: Message) -> None:
    Message.objects.filter(pk=said.pk).update(author=None)
    deactivate_user(user=house.moussa, at=timezone.now())

    hide(said, house.valerie)

    said.refresh_from_db()
    assert said.hidden_at is not None


# --- what it costs ------------------------------------------------------------------------------


def test_the_screens_cost_the_same_whatever_waits(client: Client, house: House) -> None:
    thread = make_thread(house.closed)
    as_(client, house.valerie)

    def cost(address: str) -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(statements(queries))

    addresses = [f"/spaces/{house.closed.slug}/{name}/" for name in ("reports", "moderation")]
    addresses.append(thread.get_absolute_url())
    few: list[int] = []
    for number in (1, 6):
        for place in range(number):
            report(say(thread, house.moussa, f"signalé {place}"), house.rosa)
            hidden = say(thread, house.moussa, f"caché {place}")
            hide(hidden, house.valerie)
            services.appeal(message=hidden, by=house.moussa, words="Encore.", at=timezone.now())
        costs = [cost(address) for address in addresses]
        few = few or costs

    assert costs == few
    assert max(costs) <= 16
