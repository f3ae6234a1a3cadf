"""Wagtail's admin shows an editor, and an administrator, what they see as persons: every address of it is walked."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import (
    CollectionViewRestriction,
    PageViewRestriction,
    Revision,
    TaskState,
    Workflow,
    WorkflowState,
)

from cms.base.curtain import drawn_for
from cms.blocks import BodyBlock, FileChoiceBlock
from cms.models import GuidePage, SpacePage
from realtime.spaces.models import Space
from realtime.spaces.services import archive_space, update_space
from tests.access.routes import Route, routes
from tests.cms.conftest import CANARY, Place
from tests.cms.factories import first_page, make_page
from tests.realtime.spaces.factories import SpaceFactory, group_of

ADMIN = [route for route in routes() if route.pattern.startswith("cms/") and route.pattern != "cms/^.*/$"]
RESTRICTED = ["editor outside", "administrator"]
QUESTIONS = {"q": CANARY, "p": "1", "page_type": "base.BasePage", "allow_external_link": "true"}


@pytest.fixture
def submitted(place: Place) -> WorkflowState:
    """A page of the closed space that waits for approval."""
    page = place.draft
    return Workflow.objects.get().start(page, place.people["facilitator"])


def filled(route: Route, place: Place, state: WorkflowState) -> list[str]:
    """The addresses of a route, its arguments naming things of the closed space."""
    known: dict[str, list[Any]] = {
        "page": [place.page.pk, place.draft.pk, first_page(place.space).pk],
        "image": [place.image.pk],
        "document": [place.document.pk],
        "revision": [Revision.objects.for_instance(place.page).first().pk],
        "task": [TaskState.objects.get(workflow_state=state).pk],
        "state": [state.pk],
        "collection": [place.space.folder.collection_id],
    }
    return [address for key in range(3) for address in [fill(route.pattern, known, key)]]


def fill(pattern: str, known: dict[str, list[Any]], nth: int) -> str:
    """One address of a pattern; what an argument names is read from the words around it."""

    def value(found: re.Match[str]) -> str:
        name, before = found["name"], pattern[: found.start()]
        kind = kind_of(name, before)
        if kind in known:
            return str(known[kind][nth % len(known[kind])])
        return WORDS.get(name, "1")

    readable = re.sub(r"\^|\$$|\\\.", lambda m: "." if m[0] == r"\." else "", pattern)
    readable = re.sub(r"\(\?P<(?P<name>\w+)>[^)]*\)", value, readable)
    return "/" + re.sub(r"<(?:\w+:)?(?P<name>\w+)>", value, readable)


WORDS = {
    "content_type_app_name": "cms",
    "content_type_model_name": "guidepage",
    "app_label": "cms",
    "app_name": "cms",
    "model_name": "guidepage",
    "action": "delete",
    "action_name": "approve",
    "object_id": "1",
    "filter_spec": "original",
    "revision_id_a": "earliest",
    "revision_id_b": "latest",
}


def kind_of(name: str, before: str) -> str:
    if "revision" in name:
        return "revision"
    if name == "task_state_id" or name == "task_id":
        return "task"
    if name == "workflow_state_id":
        return "state"
    if "collection" in name:
        return "collection"
    if "image" in name or "/images/" in before:
        return "image"
    if "doc" in name or "/documents/" in before:
        return "document"
    return "page" if "page" in name or "pages/" in before or name == "destination_id" else ""


@pytest.mark.parametrize("role", RESTRICTED)
def test_no_address_of_the_admin_tells_of_a_space_one_does_not_see(
    place: Place, submitted: WorkflowState, role: str
) -> None:
    make_page(SpaceFactory(name="Ouvert"), "Chez nous")
    client, told = place.client(role), []
    client.raise_request_exception = False

    for route in ADMIN:
        for address in filled(route, place, submitted):
            answer = client.get(address, QUESTIONS)
            words = whole(answer).replace(address, "")
            assert answer.status_code < 500, address
            if re.search(
                rf"(Page|Brouillon|Partagée|Image|Fiche|Atelier|Introduction) {CANARY}|atelier-{CANARY}", words
            ):
                told.append(address)

    assert told == []


def test_the_same_walk_finds_the_canary_for_somebody_inside(place: Place, submitted: WorkflowState) -> None:
    client, told = place.client("editor inside"), set()
    client.raise_request_exception = False

    for route in ADMIN:
        for address in filled(route, place, submitted):
            answer = client.get(address, QUESTIONS)
            if re.search(rf"(Page|Brouillon|Partagée|Image|Fiche|Atelier) {CANARY}", whole(answer)):
                told.add(route.name)

    assert len(told) > 35, told


@pytest.mark.parametrize(("role", "is_found"), [("editor outside", False), ("editor inside", True)])
def test_an_address_typed_as_a_link_does_not_say_whose_page_it_is(place: Place, role: str, is_found: bool) -> None:
    fields = {"external-link-chooser-url": place.page.url, "external-link-chooser-link_text": "là"}

    answer = place.client(role).post("/cms/choose-external-link/?allow_external_link=true", fields)

    assert (f'"id": {place.page.pk}' in whole(answer) or place.page.title in whole(answer)) is is_found


def whole(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(content.decode(errors="replace"))


@pytest.mark.parametrize("role", ["outside", "member", "facilitator", "guest"])
def test_the_admin_does_not_open_to_those_who_are_not_editors(place: Place, role: str) -> None:
    for address in ["/cms/", "/cms/pages/", f"/cms/pages/{place.page.pk}/edit/", "/cms/images/", "/cms/nothing/"]:
        assert place.client(role).get(address).status_code == 403, address


@pytest.mark.parametrize(
    ("address", "instead"),
    [
        ("/cms/account/", "/people/settings/"),
        ("/cms/login/", "/account/login/"),
        ("/cms/logout/", "/account/logout/"),
        ("/cms/password_reset/", "/account/password/reset/"),
    ],
)
def test_signing_in_and_settings_are_those_of_the_house(place: Place, address: str, instead: str) -> None:
    assert place.client("editor inside").get(address)["Location"] == instead


def test_our_pages_allow_no_inline_script_and_the_admin_only_its_own(place: Place) -> None:
    client = place.client("editor inside")

    assert "unsafe-inline" not in client.get(place.page.url)["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-inline'" in client.get("/cms/")["Content-Security-Policy"]
    assert "unsafe-eval" not in client.get("/cms/")["Content-Security-Policy"]


def test_somebody_who_has_not_signed_in_is_sent_to_our_own_door(place: Place) -> None:
    answer = place.client("anonymous").get("/cms/")

    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


@pytest.mark.parametrize("role", RESTRICTED)
@pytest.mark.parametrize("act", ["edit", "delete", "unpublish", "copy", "move", "lock", "workflow/action"])
def test_nobody_changes_what_they_do_not_see(place: Place, role: str, act: str) -> None:
    client = place.client(role)

    answer = client.post(f"/cms/pages/{place.page.pk}/{act}/", {"title": "Pris", "slug": "pris", "action-publish": "1"})

    assert answer.status_code in (302, 403, 404)
    assert GuidePage.objects.get(pk=place.page.pk).title == place.page.title
    assert GuidePage.objects.get(pk=place.page.pk).live


@pytest.mark.parametrize("role", RESTRICTED)
def test_a_bulk_action_leaves_out_what_one_does_not_see(place: Place, role: str) -> None:
    client = place.client(role)

    for action in ["delete", "unpublish"]:
        client.post(f"/cms/bulk/base/basepage/{action}/?id={place.page.pk}&next=/cms/")
    client.post(f"/cms/bulk/cms/spaceimage/delete/?id={place.image.pk}&next=/cms/")

    place.page.refresh_from_db()
    place.image.refresh_from_db()
    assert place.page.live


def test_a_page_of_another_space_cannot_be_chosen_by_its_number(place: Place) -> None:
    block = BodyBlock().child_blocks["pages"].child_blocks["pages"].child_block
    with drawn_for(place.people["editor outside"], as_editor=True):
        assert block.value_from_form(place.page.pk) is None
    with drawn_for(place.people["editor inside"], as_editor=True):
        assert block.value_from_form(place.page.pk) is not None


def test_what_one_person_may_choose_is_not_remembered_for_the_next(place: Place) -> None:
    block = FileChoiceBlock()
    with drawn_for(place.people["editor inside"], as_editor=True):
        assert list(block.field.queryset or []) == [place.document]
    with drawn_for(place.people["editor outside"], as_editor=True):
        assert list(block.field.queryset or []) == []


def test_the_first_page_of_a_space_stays_with_the_space(place: Place) -> None:
    client, first = place.client("editor inside"), first_page(place.space)

    for act in ["delete", "unpublish"]:
        client.post(f"/cms/pages/{first.pk}/{act}/")

    assert SpacePage.objects.filter(pk=first.pk, live=True).exists()


def test_wagtails_own_privacy_says_the_same_as_the_space(place: Place) -> None:
    def groups(space: Space) -> list[Any]:
        on_pages = PageViewRestriction.objects.get(page=first_page(space).pk)
        on_files = CollectionViewRestriction.objects.get(collection__folder__space=space)
        return [*on_pages.groups.all(), *on_files.groups.all()]

    assert groups(place.space) == [place.space.group] * 2

    update_space(
        space=place.space, name="Autre nom", description="", charter="", audience="organisation", at=timezone.now()
    )

    assert group_of(place.space).name == "Everyone"
    assert groups(place.space) == [place.space.group] * 2
    assert first_page(place.space).title == "Autre nom"


def test_an_archived_space_takes_no_more_pages(place: Place) -> None:
    archive_space(space=place.space, at=timezone.now())
    client: Client = place.client("editor inside")

    answer = client.get(f"/cms/pages/add/cms/guidepage/{first_page(place.space).pk}/")

    assert answer.status_code in (302, 403)
    assert client.get(place.page.url).status_code == 200
