"""A page approved by people who have never seen the CMS."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.models import TaskState, Workflow, WorkflowState

from cms.approving.services import Decided, NotNow, approve, ask_for_approval, send_back, take_back
from cms.approving.sources import to_decide
from cms.approving.telling import remind_of_approvals
from cms.models import ApprovalDue, CollaborativePage
from cms.writing.keeping import open_text
from cms.writing.owner import held_by
from intranet.accounts.models import User
from realtime.notifications.models import Notification
from realtime.spaces.models import Space, SpaceMember
from tests.cms.conftest import Place
from tests.cms.factories import make_page
from tests.cms.test_editing import signed_in
from tests.cms.test_writing import type_in
from tests.intranet.people.factories import MembershipFactory, TeamFactory, UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P20")]


@pytest.fixture
def ada() -> User:
    return UserFactory(name="Ada Moreau", language="en")


@pytest.fixture
def keeper() -> User:
    return UserFactory(name="Bruno Keeper", language="en")


@pytest.fixture
def space(ada: User) -> Space:
    place = SpaceFactory(members_only=True)
    SpaceMemberFactory(space=place, user=ada)
    return place


@pytest.fixture
def page(space: Space, keeper: User) -> CollaborativePage:
    steward = TeamFactory(name="Études")
    MembershipFactory(team=steward, user=keeper)
    SpaceMemberFactory(space=space, user=keeper)
    body = [("paragraph", "<p>Couper l’air.</p>")]
    made: CollaborativePage = make_page(space, "Peson", model=CollaborativePage, body=body, steward=steward)
    open_text(page=made, at=timezone.now())
    return made


def ask(page: CollaborativePage, by: User, days: int = 7, words: str = "") -> TaskState:
    state = ask_for_approval(
        page=page, due_on=timezone.localdate() + timedelta(days=days), words=words, by=by, at=timezone.now()
    )
    return TaskState.objects.get(workflow_state=state, status="in_progress")


def url(name: str, page: CollaborativePage) -> str:
    return reverse(f"cms:{name}", args=[page.pk])


def day(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def test_a_page_goes_from_who_wrote_it_to_who_approves_it_and_to_its_readers(
    page: CollaborativePage, ada: User, keeper: User
) -> None:
    type_in(page, "Couper l’air.", "Attendre dix minutes.", by=ada)
    writer, approver = signed_in(ada), signed_in(keeper)

    sent = writer.post(url("approval_ask", page), {"due_on": day(3), "words": "La pause est nouvelle."})

    assert sent.status_code == 302
    assert "This page waits for its approval" in writer.get(url("page_write", page)).content.decode()
    turn = approver.get(reverse("portal:turn")).content.decode()
    assert url("page_approval", page) in turn
    screen = approver.get(url("page_approval", page)).content.decode()
    for words in ("La pause est nouvelle.", "asked for by Ada Moreau", "<ins>Attendre dix minutes.</ins>"):
        assert words in screen
    assert "Attendre dix minutes." not in writer.get(page.url).content.decode()

    done = approver.post(url("page_approval", page), {"as": "approve", "words": "Très clair."})

    assert done["Location"] == page.url
    assert "Attendre dix minutes." in writer.get(page.url).content.decode()
    assert "Très clair." in writer.get("/inbox/").content.decode()
    assert url("page_approval", page) not in approver.get(reverse("portal:turn")).content.decode()
    assert approver.get(url("page_approval", page)).status_code == 404


def test_nobody_writes_while_it_waits_and_they_go_on_when_it_is_sent_back(
    page: CollaborativePage, ada: User, keeper: User
) -> None:
    state = ask(page, ada)
    assert not held_by(CollaborativePage.objects.get(pk=page.pk)).writes

    send_back(state=state, by=keeper, words="Dire combien de temps.")

    assert held_by(CollaborativePage.objects.get(pk=page.pk)).writes
    assert "Dire combien de temps." in signed_in(ada).get("/inbox/").content.decode()
    again = ask(page, ada)
    assert again.workflow_state_id == state.workflow_state_id
    approve(state=again, by=keeper, words="", at=timezone.now())
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_APPROVED


def test_who_sends_it_back_says_why_and_loses_no_word(page: CollaborativePage, ada: User, keeper: User) -> None:
    ask(page, ada)
    client = signed_in(keeper)

    empty = client.post(url("page_approval", page), {"as": "send_back", "words": "  "})
    long = client.post(url("page_approval", page), {"as": "send_back", "words": "mot " * 600})

    assert empty.status_code == long.status_code == 422
    assert "Say what is to be changed." in empty.content.decode()
    assert "mot mot mot" in long.content.decode()
    assert TaskState.objects.get().status == "in_progress"


def test_the_request_can_be_taken_back(page: CollaborativePage, ada: User, keeper: User) -> None:
    state = ask(page, ada)

    signed_in(ada).post(url("approval_take_back", page))

    assert held_by(CollaborativePage.objects.get(pk=page.pk)).writes
    assert signed_in(keeper).get(url("page_approval", page)).status_code == 404
    with pytest.raises(Decided):
        approve(state=state, by=keeper, words="", at=timezone.now())
    with pytest.raises(Decided):
        take_back(page=page, by=ada)


def test_two_who_decide_at_once_decide_once(page: CollaborativePage, ada: User, keeper: User) -> None:
    state = ask(page, ada)
    approve(state=state, by=keeper, words="", at=timezone.now())

    with pytest.raises(Decided):
        send_back(state=state, by=keeper, words="Trop tard.")


def test_it_is_asked_once(page: CollaborativePage, ada: User) -> None:
    ask(page, ada)

    with pytest.raises(NotNow):
        ask(page, ada)


@pytest.mark.parametrize("due_on", ["2020-01-01", "2099-01-01", "demain", ""])
def test_a_day_that_is_none_is_refused_and_the_words_stay(page: CollaborativePage, ada: User, due_on: str) -> None:
    answer = signed_in(ada).post(url("approval_ask", page), {"due_on": due_on, "words": "La pause est nouvelle."})

    assert answer.status_code == 422
    assert "La pause est nouvelle." in answer.content.decode()
    assert not WorkflowState.objects.exists()


# --- who ------------------------------------------------------------------------------------------


def test_only_those_who_answer_for_a_page_decide(page: CollaborativePage, ada: User, keeper: User) -> None:
    """Not who wrote it, not another member, not an administrator who is not of the space."""
    ask(page, ada)
    others = [ada, SpaceMemberFactory(space=page.space).user, UserFactory(administrator=True), UserFactory()]

    for other in others:
        assert signed_in(other).get(url("page_approval", page)).status_code == 404
        assert signed_in(other).post(url("page_approval", page), {"as": "approve"}).status_code == 404
    assert TaskState.objects.get().status == "in_progress"


def test_one_of_the_team_who_left_the_space_decides_no_more(page: CollaborativePage, ada: User, keeper: User) -> None:
    ask(page, ada)
    SpaceMember.objects.filter(user=keeper).delete()

    assert signed_in(keeper).get(url("page_approval", page)).status_code == 404
    assert "Peson" not in signed_in(keeper).get("/inbox/").content.decode()


def test_what_the_cms_submits_is_approved_on_the_portal_too(place: Place) -> None:
    runner = place.people["facilitator"]
    Workflow.objects.get().start(place.draft, place.people["editor inside"])
    client = place.client("facilitator")

    assert client.get(reverse("cms:page_approval", args=[place.draft.pk])).status_code == 200
    client.post(reverse("cms:page_approval", args=[place.draft.pk]), {"as": "approve", "words": ""})

    place.draft.refresh_from_db()
    assert place.draft.live
    assert ApprovalDue.objects.get().due_on == timezone.localdate() + timedelta(days=7)
    assert Notification.objects.filter(user=runner, reason="approval").exists()


# --- when -----------------------------------------------------------------------------------------


def test_those_who_approve_are_told_once_and_reminded_once(page: CollaborativePage, ada: User, keeper: User) -> None:
    ask(page, ada, days=2)
    later = timezone.now() + timedelta(days=2)

    assert remind_of_approvals(at=timezone.now()) == 0
    assert remind_of_approvals(at=later) == 1
    assert remind_of_approvals(at=later) == 0

    keys = list(Notification.objects.filter(user=keeper, reason="approval").values_list("key", flat=True))
    assert len(keys) == 2
    assert not Notification.objects.filter(user=ada, reason="approval").exists()


def test_who_asks_and_what_became_of_it_are_said(page: CollaborativePage, ada: User, keeper: User) -> None:
    send_back(state=ask(page, ada), by=keeper, words="Datez les relevés.")
    sent_back = signed_in(ada).get("/inbox/").content.decode()
    again = ask(page, ada)
    asked = signed_in(keeper).get("/inbox/").content.decode()
    approve(state=again, by=keeper, words="", at=timezone.now())
    approved = signed_in(ada).get("/inbox/").content.decode()

    assert "Bruno Keeper sent this page back to you" in sent_back
    assert "Datez les relevés." in sent_back
    assert "Ada Moreau asks for your approval" in asked
    assert "Bruno Keeper approved this page" in approved


def test_its_day_and_its_words_are_typeset_as_the_reader_reads(page: CollaborativePage, ada: User) -> None:
    state = ask(page, ada, words="Relevés de mardi.").workflow_state

    with translation.override("fr"):
        said = to_decide(page, state).words

    assert said.startswith("Souhaitée pour le ")
    assert said.endswith("\N{NO-BREAK SPACE}: Relevés de mardi.")


def test_no_letter_of_wagtail_leaves_the_house(page: CollaborativePage, ada: User, keeper: User) -> None:
    UserFactory(administrator=True)
    state = ask(page, ada)
    send_back(state=state, by=keeper, words="Non.")
    approve(state=ask(page, ada), by=keeper, words="", at=timezone.now())

    assert mail.outbox == []


def test_the_screens_cost_what_one_page_costs(space: Space, page: CollaborativePage, ada: User, keeper: User) -> None:
    ask(page, ada)
    client = signed_in(keeper)
    client.get(reverse("portal:turn"))
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("portal:turn"))
        counts.append(len(statements(queries)))
        for number in range(4):
            other = make_page(space, f"Autre {number}", model=CollaborativePage, steward=page.steward)
            ask(other, ada)
    client.get(url("page_approval", page))  # who was told of it has read it
    with CaptureQueriesContext(connection) as queries:
        client.get(url("page_approval", page))

    assert counts[0] == counts[1]
    assert len(statements(queries)) <= 20


def test_a_page_new_to_everybody_is_read_whole(space: Space, ada: User, keeper: User) -> None:
    steward = TeamFactory()
    MembershipFactory(team=steward, user=keeper)
    SpaceMemberFactory(space=space, user=keeper)
    fresh = make_page(space, "Neuve", model=CollaborativePage, is_published=False, steward=steward)
    open_text(page=fresh, at=timezone.now())
    ask(fresh, ada)

    screen = signed_in(keeper).get(url("page_approval", fresh)).content.decode()

    assert "The page, which nobody else sees yet" in screen
    assert "Couper l’air." in screen
    assert "What would change for readers" not in screen
