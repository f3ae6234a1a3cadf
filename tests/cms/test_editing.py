"""Writing in the CMS: what an editor does there, and what follows from it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from django.utils.text import slugify
from wagtail.models import PageLogEntry, TaskState, Workflow
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from cms.models import EventPage, GuidePage
from cms.services import follow_move, mark_reviewed, publish_page
from intranet.people.models import Profile
from realtime.spaces.models import SpaceMember
from realtime.spaces.services import change_role
from realtime.streams.models import Stream
from realtime.threads.models import Thread
from tests.cms.conftest import Place
from tests.cms.factories import an_editor, first_page, make_page
from tests.intranet.people.factories import MembershipFactory, TeamFactory, UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory


def form(title: str, text: str = "<p>Couper l’air.</p>", **more: Any) -> dict[str, Any]:
    """What a browser sends for a page."""
    fields = {"title": title, "slug": slugify(title), "intro": "", "seo_title": "", "search_description": ""}
    body = streamfield([("paragraph", rich_text(text))])
    data: dict[str, Any] = nested_form_data({**fields, "body": body, "comments": inline_formset([]), **more})
    return data


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def editor(db: None) -> Any:
    return an_editor()


def test_an_editor_publishes_and_a_conversation_stands_beside(editor: Any) -> None:
    space = SpaceFactory()
    address = f"/cms/pages/add/cms/guidepage/{first_page(space).pk}/"

    signed_in(editor).post(address, form("Étalonner", **{"action-publish": "1"}))

    page = GuidePage.objects.get(title="Étalonner")
    read = signed_in(UserFactory()).get(page.url).content.decode()
    assert "Couper l’air." in read
    assert f'data-thread-id-value="{page.thread_id}"' in read
    assert (page.thread.title, page.thread.space, page.thread.origin_url) == ("Étalonner", space, page.url)


def test_a_missing_field_keeps_everything_that_was_typed(editor: Any) -> None:
    address = f"/cms/pages/add/cms/eventpage/{first_page(SpaceFactory()).pk}/"
    typed = form(
        "Assemblée",
        "<p>Une heure entière.</p>",
        place="Hall",
        **{"action-publish": "1", "starts_at": "", "ends_at": ""},
    )

    answer = signed_in(editor).post(address, typed).content.decode()

    assert "Assemblée" in answer
    assert "Une heure enti" in answer
    assert "Hall" in answer
    assert "This field is required" in answer
    assert not EventPage.objects.exists()


def test_an_event_that_ends_before_it_starts_is_refused_with_words(editor: Any) -> None:
    address = f"/cms/pages/add/cms/eventpage/{first_page(SpaceFactory()).pk}/"
    when = {"starts_at": "2026-05-02 10:00", "ends_at": "2026-05-01 10:00", "place": ""}

    answer = signed_in(editor).post(address, form("Visite", **when, **{"action-publish": "1"})).content.decode()

    assert "An event ends after it starts." in answer


def test_markup_that_could_run_is_not_kept(editor: Any) -> None:
    space = SpaceFactory()
    attack = '<p>mot<script>alert(1)</script><img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a></p>'
    by_service = make_page(space, "Par le service", body=[("paragraph", attack)])
    address = f"/cms/pages/add/cms/guidepage/{first_page(space).pk}/"
    client = signed_in(editor)
    client.post(address, form("Par le CMS", '<p>mot<a href="javascript:alert(1)">x</a></p>', **{"action-publish": "1"}))

    for page in [by_service, GuidePage.objects.get(title="Par le CMS")]:
        read = client.get(page.url).content.decode().split('<div class="prose">')[1].split("</article>")[0]
        assert "mot" in read
        for danger in ["<script", "onerror", "javascript:", "alert"]:
            assert danger not in read
        assert client.get(f"/cms/pages/{page.pk}/edit/").status_code == 200


def test_a_text_with_breaks_and_rules_is_opened_again(editor: Any) -> None:
    page = make_page(SpaceFactory(), "Trêve", body=[("paragraph", "<p>Avant<br/>après</p><hr/><p>Fin</p>")])

    answer = signed_in(editor).get(f"/cms/pages/{page.pk}/edit/")

    assert answer.status_code == 200
    assert "HORIZONTAL_RULE" in answer.content.decode()


@pytest.mark.feature("P6")
def test_a_draft_is_shown_when_its_hour_has_come_and_goes_when_it_is_over(
    editor: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    space, now = SpaceFactory(), timezone.now()
    page = make_page(space, "Bientôt", is_published=False)
    page.go_live_at, page.expire_at = now + timedelta(hours=1), now + timedelta(hours=2)
    page.save_revision(user=editor).publish(user=editor)
    reader = signed_in(UserFactory())

    assert reader.get(page.url).status_code == 404

    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=61))
    call_command("publish_scheduled", verbosity=0)
    assert reader.get(page.url).status_code == 200

    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=121))
    call_command("publish_scheduled", verbosity=0)
    assert reader.get(page.url).status_code == 404


@pytest.mark.feature("P7")
def test_versions_are_kept_compared_and_brought_back(editor: Any) -> None:
    space = SpaceFactory()
    page = make_page(space, "Pesons", body=[("paragraph", "<p>Première façon.</p>")])
    first = page.latest_revision
    page.body = [("paragraph", "<p>Seconde façon.</p>")]
    publish_page(page=page, by=editor, at=timezone.now())
    client = signed_in(editor)

    compared = client.get(f"/cms/pages/{page.pk}/revisions/compare/{first.pk}...{page.latest_revision.pk}/")
    old = client.get(f"/cms/pages/{page.pk}/revisions/{first.pk}/view/").content.decode()

    assert "Première" in compared.content.decode()
    assert "Première façon." in old
    assert "Seconde façon." in client.get(page.url).content.decode()

    again = form("Pesons", "<p>Première façon.</p>", **{"action-publish": "1", "revision": first.pk})
    client.post(f"/cms/pages/{page.pk}/edit/", again)
    assert "Première façon." in client.get(page.url).content.decode()


def test_a_page_with_another_title_gives_it_to_its_conversation(db: None) -> None:
    page = make_page(SpaceFactory(), "Avant")
    thread = page.thread

    page.title = "Après"
    publish_page(page=page, by=None, at=timezone.now())

    thread.refresh_from_db()
    assert thread.title == "Après"
    assert Thread.objects.filter(origin_url=page.url).count() == 1


def test_a_page_that_moves_takes_its_conversation_to_the_other_space(place: Place) -> None:
    to, editor = SpaceFactory(members_only=True), place.people["editor inside"]
    SpaceMemberFactory(space=to, user=editor)
    under = make_page(place.space, "Dessous", parent=place.page)

    signed_in(editor).post(f"/cms/pages/{place.page.pk}/move/{first_page(to).pk}/confirm/")

    for page in (place.page, under):
        moved = GuidePage.objects.get(pk=page.pk)
        assert moved.space == to
        assert Thread.objects.get(pk=moved.thread_id).space == to
    assert set(Stream.objects.filter(kind="space", head=1).values_list("key", flat=True)) == {place.space.pk, to.pk}
    assert place.client("member").get(GuidePage.objects.get(pk=under.pk).url).status_code == 404
    follow_move(page=GuidePage.objects.get(pk=place.page.pk), out_of=to.pk)
    assert GuidePage.objects.get(pk=under.pk).space == to


def test_an_old_version_brings_neither_the_old_space_nor_a_lost_conversation_back(place: Place) -> None:
    first = place.page.latest_revision
    to = SpaceFactory()
    GuidePage.objects.get(pk=place.page.pk).move(first_page(to), pos="last-child")

    GuidePage.objects.get(pk=place.page.pk).latest_revision.__class__.objects.get(pk=first.pk).publish()

    page = GuidePage.objects.get(pk=place.page.pk)
    assert page.space == to
    assert page.thread_id == place.page.thread_id


# --- approval -----------------------------------------------------------------------------------


def test_the_steward_team_approves_a_page(editor: Any) -> None:
    space, steward = SpaceFactory(), TeamFactory()
    MembershipFactory(team=steward, user=editor)
    page = make_page(space, "À approuver", is_published=False, steward=steward)
    state = Workflow.objects.get().start(page, UserFactory())
    task = TaskState.objects.get(workflow_state=state)
    client = signed_in(editor)

    assert "À approuver" in client.get("/cms/").content.decode()
    client.post(f"/cms/pages/workflow/action/{page.pk}/approve/{task.pk}/")

    assert GuidePage.objects.get(pk=page.pk).live


def test_an_editor_who_does_not_answer_for_a_page_does_not_approve_it(editor: Any) -> None:
    page = make_page(SpaceFactory(), "À approuver", is_published=False, steward=TeamFactory())
    state = Workflow.objects.get().start(page, UserFactory())
    task = TaskState.objects.get(workflow_state=state)

    signed_in(editor).post(f"/cms/pages/workflow/action/{page.pk}/approve/{task.pk}/")

    task.refresh_from_db()
    assert task.status == TaskState.STATUS_IN_PROGRESS


def test_those_who_run_the_space_approve_too(place: Place) -> None:
    inside = place.people["editor inside"]
    state = Workflow.objects.get().start(place.draft, place.people["member"])
    assert not list(TaskState.objects.reviewable_by(inside))

    member = SpaceMember.objects.get(space=place.space, user=inside)
    change_role(member=member, role=SpaceMember.Role.FACILITATOR, at=timezone.now())

    assert [task.workflow_state for task in TaskState.objects.reviewable_by(inside)] == [state]


# --- who answers for a page ---------------------------------------------------------------------


@pytest.mark.feature("P13")
def test_a_page_names_who_keeps_it_and_waits_for_its_review(db: None) -> None:
    steward, contact = TeamFactory(name="Études"), UserFactory(name="Marion Bel")
    reader = MembershipFactory(team=steward).user
    late = timezone.localdate() - timedelta(days=1)
    page = make_page(SpaceFactory(), "Pesons", steward=steward, contact=contact, review_on=late)

    mine = signed_in(reader).get(page.url).content.decode()
    theirs = signed_in(UserFactory()).get(page.url).content.decode()

    assert "Études" in theirs
    assert "Marion Bel" in theirs
    assert "read again by now" in theirs
    assert "it is still right" in mine
    assert "it is still right" not in theirs


def test_only_those_who_answer_for_a_page_say_that_it_is_still_right(db: None) -> None:
    steward = TeamFactory()
    late = timezone.localdate() - timedelta(days=1)
    page = make_page(SpaceFactory(), "Pesons", steward=steward, review_on=late)
    address = page.url.replace("/pages/", "/reviewed/")

    assert signed_in(UserFactory()).post(address).status_code == 403
    said = {"as": "right", "months": "12"}
    assert signed_in(MembershipFactory(team=steward).user).post(address, said).status_code == 302

    page = GuidePage.objects.get(pk=page.pk)
    assert page.verified_on == timezone.localdate()
    assert page.review_on > timezone.localdate()
    assert mark_reviewed(page=page, by=UserFactory(), at=timezone.now()).verified_by is not None


# --- the dashboard ------------------------------------------------------------------------------


def test_the_dashboard_says_what_waits(editor: Any) -> None:
    space, steward = SpaceFactory(name="Atelier du bas"), TeamFactory()
    MembershipFactory(team=steward, user=editor)
    soon = timezone.localdate() + timedelta(days=5)
    make_page(space, "La mienne", steward=steward, review_on=soon)
    make_page(space, "En retard", review_on=timezone.localdate() - timedelta(days=1))
    make_page(space, "Brouillon d’Inès", is_published=False)

    shown = signed_in(editor).get("/cms/").content.decode()

    for words in [
        "Yours to review",
        "La mienne",
        "Late reviews",
        "En retard",
        "Drafts in your spaces",
        "Brouillon d’Inès",
    ]:
        assert words in shown


def test_the_admin_speaks_the_language_of_the_person(editor: Any) -> None:
    Profile.objects.filter(user=editor).update(language="fr")

    assert "Tableau de bord" in signed_in(editor).get("/cms/").content.decode()


def test_a_preview_shows_the_draft_to_its_editor(editor: Any) -> None:
    page = make_page(SpaceFactory(), "Ébauche", body=[("paragraph", "<p>Pas encore.</p>")], is_published=False)

    assert "Pas encore." in signed_in(editor).get(f"/cms/pages/{page.pk}/view_draft/").content.decode()


# --- editors ------------------------------------------------------------------------------------


def test_an_administrator_appoints_and_dismisses_editors(db: None) -> None:
    person, client = UserFactory(name="Inès Faure"), signed_in(UserFactory(administrator=True))
    theirs = signed_in(person)

    assert theirs.get("/cms/").status_code == 403
    client.post("/editors/", {"person": person.pk, "act": "appoint"})
    assert theirs.get("/cms/").status_code == 200
    assert "Inès Faure" in client.get("/editors/").content.decode()

    client.post("/editors/", {"person": person.pk, "act": "dismiss"})
    assert theirs.get("/cms/").status_code == 403


def test_a_guest_is_never_an_editor(db: None) -> None:
    guest, client = UserFactory(guest=True), signed_in(UserFactory(administrator=True))

    answer = client.post("/editors/", {"person": guest.pk, "act": "appoint"})

    assert answer.status_code == 200
    assert not guest.groups.exists()


def test_what_editors_did_is_logged_for_those_who_see_the_page(place: Place) -> None:
    entries = PageLogEntry.objects.viewable_by_user(place.people["editor outside"]).filter(page=place.page.pk)

    assert not entries.exists()


def test_publishing_a_page_read_long_ago_keeps_the_pages_added_below_it_since(db: None) -> None:
    space = SpaceFactory(by=UserFactory())
    read_long_ago = first_page(space)
    make_page(space, "Première", parent=first_page(space))

    publish_page(page=read_long_ago, by=None, at=timezone.now())

    make_page(space, "Deuxième", parent=first_page(space))
    assert [page.title for page in first_page(space).get_children()] == ["Première", "Deuxième"]
