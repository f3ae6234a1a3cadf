"""How a page begins: empty, as the house proposes, or as its space does."""

import html

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from cms.coedit.body import doc_of, stream_of
from cms.life.beginning import body_for, keep_as_template
from cms.life.house import HOUSE
from cms.models import CollaborativePage, PageTemplate
from cms.writing.keeping import says_now
from intranet.accounts.models import User
from realtime.spaces.models import Space
from tests.cms.factories import make_page
from tests.cms.test_editing import signed_in
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory, SpaceMemberFactory
from tests.support.queries import statements

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P9")]


@pytest.fixture
def page(place: Space) -> CollaborativePage:
    body = [("paragraph", "<h2>Ce qui bloque</h2><p><i>La panne, l’heure, qui l’a vue.</i></p>")]
    made: CollaborativePage = make_page(place, "Panne du mardi", model=CollaborativePage, body=body)
    return made


@pytest.fixture
def kept(page: CollaborativePage, ada: User) -> PageTemplate:
    made: PageTemplate = keep_as_template(page=page, name="Panne", purpose="Dire une panne.", by=ada, at=timezone.now())
    return made


def begin(place: Space, by: User, start: str) -> str:
    """What a page that begins so says."""
    address = reverse("cms:page_begin", args=[place.slug])
    answer = signed_in(by).post(address, {"title": "Nouvelle", "start": start})
    assert answer.status_code == 302
    made = CollaborativePage.objects.get(title="Nouvelle")
    return html.unescape("".join(str(block["value"]) for block in says_now(made)))


def test_all_ways_to_begin_are_offered(place: Space, ada: User, kept: PageTemplate) -> None:
    words = signed_in(ada).get(reverse("cms:page_begin", args=[place.slug])).content.decode()

    for name in ("An empty page", "Panne", "Minutes of a meeting", "Charter", "How-to guide", "Page of a project"):
        assert f"<b>{name}</b>" in words


@pytest.mark.parametrize("key", HOUSE)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_template_of_the_house_speaks_the_language_of_who_begins(place: Space, key: str, language: str) -> None:
    them = UserFactory(language=language)
    SpaceMemberFactory(space=place, user=them)

    words = begin(place, them, key)

    with translation.override(language):
        asked = [str(part.asks[0]) for part in HOUSE[key].parts]
    with translation.override("en"):
        english = [str(part.asks[0]) for part in HOUSE[key].parts]
    assert all(ask in words for ask in asked)
    assert (asked == english) is (language == "en")


@pytest.mark.parametrize("key", HOUSE)
def test_a_template_of_the_house_is_a_text_of_the_schema(place: Space, key: str) -> None:
    body = body_for(place, key)

    assert body == stream_of(doc_of(body))
    assert "<h2" in body[0]["value"]


def test_an_empty_page_says_nothing(place: Space, ada: User) -> None:
    assert begin(place, ada, "") == ""


def test_a_page_begins_with_a_template_of_its_space(place: Space, ada: User, kept: PageTemplate) -> None:
    words = begin(place, ada, f"own-{kept.pk}")

    assert "Ce qui bloque" in words
    assert "La panne, l’heure, qui l’a vue." in words


def test_the_page_and_its_template_go_their_own_ways(page: CollaborativePage, kept: PageTemplate) -> None:
    page.title, page.body = "Autre", [("paragraph", "<p>Autre chose.</p>")]
    page.save_revision().publish()

    kept.refresh_from_db()
    assert "Ce qui bloque" in str(kept.body)
    numbers = {block["id"] for block in says_now(CollaborativePage.objects.get(pk=page.pk))}
    assert numbers.isdisjoint(block["id"] for block in kept.body)


def test_a_template_of_another_space_is_not_offered_and_not_taken(kept: PageTemplate, ada: User) -> None:
    other = SpaceFactory(by=ada)
    address = reverse("cms:page_begin", args=[other.slug])

    answer = signed_in(ada).post(address, {"title": "Nouvelle", "start": f"own-{kept.pk}"})

    assert answer.status_code == 422
    assert 'value="Nouvelle"' in answer.content.decode()
    assert body_for(other, f"own-{kept.pk}") == []


def test_whoever_writes_keeps_a_page_as_a_template(page: CollaborativePage, place: Space) -> None:
    member = SpaceMemberFactory(space=place).user
    address = reverse("cms:template_keep", args=[page.pk])

    answer = signed_in(member).post(address, {"name": "Panne", "purpose": "Dire une panne."}, follow=True)

    assert PageTemplate.objects.get().by == member
    assert "Dire une panne." in answer.content.decode()


@pytest.mark.parametrize("words", [{"name": " "}, {"name": "n" * 121}, {"name": "Panne"}])
def test_a_name_that_cannot_be_is_refused_and_still_there(
    page: CollaborativePage, ada: User, kept: PageTemplate, words: dict[str, str]
) -> None:
    address = reverse("cms:template_keep", args=[page.pk])

    answer = signed_in(ada).post(address, {**words, "purpose": "Pour autre chose."})

    assert answer.status_code == 422
    assert "Pour autre chose." in answer.content.decode()
    assert PageTemplate.objects.count() == 1


def test_who_made_it_and_who_runs_the_space_change_it_and_nobody_else(place: Space, page: CollaborativePage) -> None:
    author, other = SpaceMemberFactory(space=place).user, SpaceMemberFactory(space=place).user
    kept = keep_as_template(page=page, name="Panne", purpose="", by=author, at=timezone.now())
    rename, remove = (reverse(f"cms:template_{act}", args=[kept.pk]) for act in ("rename", "remove"))

    assert signed_in(other).post(rename, {"name": "À moi"}).status_code == 403
    assert signed_in(other).post(remove).status_code == 403
    assert signed_in(UserFactory()).post(remove).status_code == 404
    assert signed_in(author).post(rename, {"name": "Panne de ligne"}).status_code == 302
    assert PageTemplate.objects.get().name == "Panne de ligne"
    assert signed_in(place.created_by).post(remove).status_code == 302
    assert not PageTemplate.objects.exists()


def test_a_name_that_is_taken_is_refused_to_a_template_too(
    page: CollaborativePage, ada: User, kept: PageTemplate
) -> None:
    other = keep_as_template(page=page, name="Incident", purpose="", by=ada, at=timezone.now())

    answer = signed_in(ada).post(reverse("cms:template_rename", args=[other.pk]), {"name": "Panne"})

    assert "has a template of that name already" in answer.content.decode()
    other.refresh_from_db()
    assert other.name == "Incident"


def test_those_who_only_read_find_no_templates(place: Space, page: CollaborativePage) -> None:
    reader = signed_in(SpaceMemberFactory(space=place, reader=True).user)

    assert reader.get(reverse("cms:templates", args=[place.slug])).status_code == 403
    assert reader.get(reverse("cms:template_keep", args=[page.pk])).status_code == 404
    assert (
        reverse("cms:templates", args=[place.slug]) not in reader.get(f"/spaces/{place.slug}/pages/").content.decode()
    )


def test_a_name_is_words_and_no_markup(place: Space, page: CollaborativePage, ada: User) -> None:
    keep_as_template(page=page, name="<script>x()</script>", purpose="<b>gras</b>", by=ada, at=timezone.now())
    client = signed_in(ada)

    for name in ("templates", "page_begin"):
        words = client.get(reverse(f"cms:{name}", args=[place.slug])).content.decode()
        assert "<script>x()" not in words
        assert "&lt;b&gt;gras" in words


def test_the_list_costs_the_same_however_long_it_is(place: Space, page: CollaborativePage, ada: User) -> None:
    client, asked = signed_in(ada), []
    for number in range(12):
        keep_as_template(page=page, name=f"Modèle {number}", purpose="", by=UserFactory(), at=timezone.now())
        if number not in (0, 11):
            continue
        for name in ("templates", "page_begin"):
            client.get(reverse(f"cms:{name}", args=[place.slug]))
            with CaptureQueriesContext(connection) as queries:
                client.get(reverse(f"cms:{name}", args=[place.slug]))
            asked.append(len(statements(queries)))

    assert asked[:2] == asked[2:]
    assert max(asked) <= 15
