"""Who cites a page, on which day, in a message or in another page: read out of what stands, by no table."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.citing import citations, reuses
from cms.life.addresses import remember_address
from cms.models import CollaborativePage, KeptText
from cms.services import keep_revision
from cms.writing.keeping import open_text
from intranet.accounts.models import User
from intranet.metrics.core.figures import NOT_ENOUGH, Value
from intranet.metrics.core.windows import window_named
from intranet.metrics.house import calendar
from intranet.metrics.models import Window
from intranet.metrics.registry import measures
from intranet.metrics.services.closing import compute, people_of, quiet
from intranet.people.models import Profile
from realtime.spaces.markup import render
from realtime.spaces.models import Space
from tests.cms.factories import make_page
from tests.intranet.metrics import naive
from tests.intranet.metrics.houses import END, NAME, NOON, PARIS, START, cite_pages, open_house, say, thread_of
from tests.intranet.metrics.test_figures import BLOCKS
from tests.realtime.spaces.factories import SpaceFactory
from tests.support.queries import statements

pytestmark = pytest.mark.django_db

QUARTER: dict[str, Any] = {"start": START, "end": END, "zone": PARIS}
SECOND = date(2026, 11, 2)


@pytest.fixture
def plan(space: Space, ana: User) -> Any:
    """The page that is cited."""
    return make_page(space, "Le plan", model=CollaborativePage, by=ana, at=START - timedelta(days=9))


def say_words(space: Space, by: User, words: str, at: datetime = NOON, **more: Any) -> None:
    say(thread_of(space, by, at), by, at, body=words, html=render(words), **more)


def version(page: Any, *pages: Any, at: datetime = NOON, by: User | None = None) -> Any:
    """A version of `page` that links to some pages."""
    links = "".join(f'<a linktype="page" id="{each.pk}">ici</a> ' for each in pages)
    page = page.__class__.objects.get(pk=page.pk)
    page.body = [("paragraph", f"<p>Voir {links}</p>")]
    return keep_revision(page=page, by=by, at=at)


def wrote(page: Any, revision: Any, *people: User, at: datetime = NOON) -> None:
    """The version was made of the shared text, in which some people typed."""
    text = open_text(page=page, at=at)
    told = {"text": text, "epoch": 1, "is_ours": True, "at": at}
    kept, _ = KeptText.objects.update_or_create(revision=revision, defaults=told)
    kept.contributors.set(people)


# --- in messages --------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["{path}", "[ici]({path})", "{path}?d=1#p-3", "{path_without}", "[x]({relative})"])
def test_a_link_in_a_message_cites(space: Space, plan: Any, ben: User, form: str) -> None:
    path = f"{settings.PARVIS_ADDRESS}{plan.url}"
    words = form.format(path=path, path_without=path.rstrip("/"), relative=plan.url)

    say_words(space, ben, f"Voir {words} avant lundi.")

    assert citations(**QUARTER) == {plan.pk: {ben.pk: SECOND}}


@pytest.mark.parametrize("words", ["`{path}`", "https://elsewhere.example{relative}", "Le plan", "{path}nothing/"])
def test_what_leads_nowhere_cites_nothing(space: Space, plan: Any, ben: User, words: str) -> None:
    say_words(space, ben, words.format(path=f"{settings.PARVIS_ADDRESS}{plan.url}", relative=plan.url))

    assert citations(**QUARTER) == {}


def test_the_first_day_counts_once(space: Space, plan: Any, ana: User, ben: User) -> None:
    for by, days in ((ben, 5), (ben, 2), (ana, 3)):
        say_words(space, by, f"[ici]({plan.url})", NOON + timedelta(days=days))

    assert citations(**QUARTER) == {plan.pk: {ben.pk: SECOND + timedelta(days=2), ana.pk: SECOND + timedelta(days=3)}}


@pytest.mark.parametrize("at", [START - timedelta(microseconds=1), END])
def test_what_is_not_of_the_quarter_is_left_out(space: Space, plan: Any, ben: User, at: datetime) -> None:
    say_words(space, ben, f"[ici]({plan.url})", at)
    page = make_page(space, "Un autre", model=CollaborativePage, at=START - timedelta(days=9))
    version(page, plan, at=at, by=ben)

    assert citations(**QUARTER) == {}


@pytest.mark.parametrize("gone", [{"deleted_at": NOON, "body": "", "html": ""}, {"hidden_at": NOON}])
def test_words_that_do_not_stand_cite_nothing(space: Space, plan: Any, ben: User, gone: dict[str, Any]) -> None:
    words = {"body": "x", "html": f'<p><a href="{plan.url}">ici</a></p>'} | gone
    say(thread_of(space, ben, NOON), ben, NOON, **words)

    assert citations(**QUARTER) == {}


@pytest.mark.parametrize("kind", [Space.Kind.PRACTICE, Space.Kind.PRIVATE])
def test_practice_grounds_and_private_conversations_never_count(plan: Any, ben: User, kind: str) -> None:
    place = SpaceFactory(members_only=True)
    page = make_page(place, "Un autre", model=CollaborativePage)
    Space.objects.filter(pk=place.pk).update(kind=kind)
    say_words(place, ben, f"[ici]({plan.url})")
    version(page, plan, by=ben)

    assert citations(**QUARTER) == {}


def test_a_link_leads_where_it_leads_today(space: Space, plan: Any, ben: User) -> None:
    """From where the page was, but where another page stands now."""
    say_words(space, ben, f"[ici]({plan.url})")
    before = plan.url_path
    plan.slug = "ailleurs"
    plan.save()
    remember_address(page=plan, before=before, after=plan.url_path, at=NOON)
    assert citations(**QUARTER) == {plan.pk: {ben.pk: SECOND}}

    other = make_page(space, "Le plan", model=CollaborativePage, slug="le-plan")
    assert other.url_path == before

    assert citations(**QUARTER) == {other.pk: {ben.pk: SECOND}}


# --- in pages -----------------------------------------------------------------------------------


def another(space: Space) -> Any:
    return make_page(space, "Un autre", model=CollaborativePage, at=START - timedelta(days=9))


def test_who_brings_a_link_into_a_page_cites(space: Space, plan: Any, ben: User) -> None:
    version(another(space), plan, by=ben)

    assert citations(**QUARTER) == {plan.pk: {ben.pk: SECOND}}


def test_a_list_of_pages_cites(space: Space, plan: Any, ben: User) -> None:
    page = another(space)
    page.body = [("pages", {"pages": [plan]})]
    keep_revision(page=page, by=ben, at=NOON)

    assert citations(**QUARTER) == {plan.pk: {ben.pk: SECOND}}


def test_who_leaves_a_link_where_it_is_cites_nothing(space: Space, plan: Any, ana: User, ben: User) -> None:
    page = another(space)
    version(page, plan, at=START - timedelta(days=1), by=ben)
    version(page, plan, plan, by=ana)

    assert citations(**QUARTER) == {}

    version(page, at=NOON + timedelta(days=1), by=ana)
    version(page, plan, at=NOON + timedelta(days=2), by=ana)  # once it is gone it is brought anew

    assert citations(**QUARTER) == {plan.pk: {ana.pk: SECOND + timedelta(days=2)}}


def test_a_version_of_the_shared_text_is_of_whoever_typed_it(space: Space, plan: Any, ana: User, ben: User) -> None:
    page = another(space)
    wrote(page, version(page, plan, by=None, at=NOON + timedelta(minutes=9)), ben)

    assert citations(**QUARTER) == {plan.pk: {ben.pk: SECOND}}


def test_a_version_of_several_does_not_say_who_brought_a_link(space: Space, plan: Any, ana: User, ben: User) -> None:
    page = another(space)
    wrote(page, version(page, plan), ana, ben)

    assert citations(**QUARTER) == {}


def test_a_page_does_not_cite_itself(plan: Any, ben: User) -> None:
    version(plan, plan, by=ben)

    assert citations(**QUARTER) == {}


# --- as the measure reads it --------------------------------------------------------------------


def test_a_page_comes_with_its_keeper_its_last_day_and_those_who_cite_it(
    space: Space, plan: Any, ana: User, ben: User
) -> None:
    lonely = make_page(space, "Seule", model=CollaborativePage, by=ben, at=START - timedelta(days=200))
    for page, days in ((plan, 1), (plan, 40), (lonely, 70)):
        wrote(page, version(page, at=START - timedelta(days=days)), ana, at=START - timedelta(days=days))
    say_words(space, ben, f"[ici]({plan.url})")
    say_words(space, ana, f"[ici]({plan.url})")

    found = list(reuses(since=START - timedelta(days=90), **QUARTER))

    eve, older = date(2026, 9, 30), date(2026, 7, 23)
    assert sorted(found[:2], key=str) == sorted(
        [(plan.pk, ana.pk, eve, ben.pk, SECOND), (plan.pk, ana.pk, eve, ana.pk, SECOND)], key=str
    )
    assert found[2:] == [(lonely.pk, ben.pk, older, None, None)]


def test_a_page_that_nobody_improved_lately_is_left_out(space: Space, plan: Any, ben: User) -> None:
    wrote(plan, version(plan, at=START - timedelta(days=91)), ben, at=START - timedelta(days=91))
    say_words(space, ben, f"[ici]({plan.url})")

    assert list(reuses(since=START - timedelta(days=90), **QUARTER)) == []


def computed(window: Window) -> dict[str, Value]:
    """What closing would tell of each block, were the measure adopted."""
    quarter = window_named(NAME, PARIS)
    found = compute([measures()["D2"]], quarter, people_of(window, in_silence=False), calendar(), quiet)
    names = {block["key"]: block["name"] for block in window.blocks}
    return {names[figure.block]: figure.value for figure in found.figures if figure.block}


@pytest.mark.parametrize("seed", [1, 2])
def test_every_figure_is_that_of_a_plain_computation(seed: int) -> None:
    house, window = open_house()
    cite_pages(house, seed=seed)
    Profile.objects.filter(user__in=[house.people["a"][0], house.people["b"][3]]).update(is_counted=False)

    found = computed(window)

    assert found == naive.Naive(naive.homes(BLOCKS)).d2()
    assert set(found.values()) != {NOT_ENOUGH}


def test_it_stays_off() -> None:
    assert measures()["D2"].sources
    assert not measures()["D2"].is_on


def test_the_number_of_statements_does_not_follow_the_number_of_facts() -> None:
    house, window = open_house()

    def cost(seed: int) -> int:
        cite_pages(house, seed=seed, pages=12)
        with CaptureQueriesContext(connection) as queries:
            computed(window)
        return len([sql for sql in statements(queries) if "DECLARE" not in sql and "FETCH" not in sql])

    few = cost(1)
    assert cost(2) == few <= 16
