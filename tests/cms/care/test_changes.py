"""What changed, said to readers, and the names of versions."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cms.base.models import BasePage
from cms.models import CollaborativePage, VersionName
from cms.writing.keeping import materialise
from cms.writing.services import name_version, publish_text
from intranet.accounts.models import User
from tests.cms.care.reading import foot_read
from tests.cms.test_editing import signed_in
from tests.cms.test_history import history
from tests.cms.test_writing import latest, says, type_in
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceMemberFactory
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db]


@pytest.mark.feature("P15")
def test_readers_find_what_changed_and_who_wrote_as_a_set(page: CollaborativePage, ada: User) -> None:
    ben = SpaceMemberFactory(space=page.space, user=UserFactory(name="Ben Okafor")).user
    type_in(page, "Couper l’air à la vanne.", by=ben)
    materialise(page_id=page.pk, at=timezone.now())

    sent = signed_in(ada).post(reverse("cms:page_publish", args=[page.pk]), {"note": "La vanne est nommée."})

    assert sent.status_code == 302
    shown = signed_in(UserFactory()).get(page.url).content.decode()
    assert "Latest changes" in shown
    assert "La vanne est nommée." in shown
    [change] = foot_read(page, ada).changes
    assert change.people == ["Ada Moreau", "Ben Okafor"]


@pytest.mark.feature("P15")
def test_the_last_five_changes_are_shown(page: CollaborativePage, ada: User) -> None:
    for number in range(7):
        type_in(page, f"Couper l’air {number}.", by=ada)
        publish_text(page=page, by=ada, at=timezone.now(), note=f"Le {number}.")

    with CaptureQueriesContext(connection) as queries:
        changes = foot_read(page, ada).changes

    assert [change.words for change in changes] == [f"Le {number}." for number in (6, 5, 4, 3, 2)]
    assert len(statements(queries)) == 2  # the page, and its foot


@pytest.mark.feature("P15")
def test_a_note_that_is_too_long_is_given_back(page: CollaborativePage, ada: User) -> None:
    note = "Long " * 100

    answer = signed_in(ada).post(reverse("cms:page_publish", args=[page.pk]), {"note": note})

    assert answer.status_code == 422
    assert note.strip() in answer.content.decode()
    assert not page.changes.exists()


@pytest.mark.feature("P15")
def test_without_a_note_nothing_is_listed(page: CollaborativePage, ada: User) -> None:
    type_in(page, "Couper l’air à la vanne.", by=ada)
    publish_text(page=page, by=ada, at=timezone.now())

    assert "Latest changes" not in signed_in(ada).get(page.url).content.decode()


@pytest.mark.feature("P7")
def test_a_version_is_named_renamed_and_loses_its_name(page: CollaborativePage, ada: User) -> None:
    client, version = signed_in(ada), latest(page)
    address = reverse("cms:page_version_name", args=[page.pk, version.pk])

    client.post(address, {"name": "Telle que le comité l’a lue"})
    client.post(address, {"name": "Telle que le comité l’a votée"})

    assert "Telle que le comité l’a votée" in client.get(history(page)).content.decode()
    shown = client.get(reverse("cms:page_version", args=[page.pk, version.pk])).content.decode()
    assert "Telle que le comité l’a votée" in shown
    client.post(address, {"act": "remove"})
    assert not VersionName.objects.exists()


@pytest.mark.feature("P7")
def test_a_name_that_is_refused_stays_in_its_field(page: CollaborativePage, ada: User) -> None:
    address = reverse("cms:page_version_name", args=[page.pk, latest(page).pk])

    answer = signed_in(ada).post(address, {"name": "n" * 121})

    assert answer.status_code == 422
    assert "n" * 121 in answer.content.decode()


@pytest.mark.feature("P7")
def test_who_may_not_write_names_nothing(page: CollaborativePage) -> None:
    reader = SpaceMemberFactory(space=page.space, reader=True).user
    address = reverse("cms:page_version_name", args=[page.pk, latest(page).pk])

    assert signed_in(reader).post(address, {"name": "Mienne"}).status_code == 404
    assert not VersionName.objects.exists()


@pytest.mark.feature("P7")
def test_a_named_version_is_not_written_over(page: CollaborativePage, ada: User) -> None:
    type_in(page, "Couper l’air à la vanne.", by=ada)
    materialise(page_id=page.pk, at=timezone.now())
    named = latest(page)
    name_version(revision=named, name="Avant la réunion", by=ada, at=timezone.now())

    type_in(page, "Tout autre chose.", by=ada)
    materialise(page_id=page.pk, at=timezone.now())

    assert latest(page).pk != named.pk
    assert says(BasePage.objects.get(pk=page.pk).revisions.get(pk=named.pk)) == ["Couper l’air à la vanne."]
