"""Whether a page helped: said by its readers, of whom nothing is kept."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cms.base.models import BasePage
from cms.care.foot import ENOUGH
from cms.care.keeping import say_useful
from cms.models import GuidePage, PageOpinion
from intranet.accounts.models import User
from tests.cms.care.reading import foot_read
from tests.cms.conftest import Place
from tests.cms.factories import make_page
from tests.cms.test_editing import signed_in
from tests.intranet.people.factories import MembershipFactory, TeamFactory, UserFactory
from tests.realtime.spaces.factories import SpaceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P24")]
AT = timezone.now()


@pytest.fixture
def page(keeper: User) -> GuidePage:
    steward = TeamFactory(name="Études")
    MembershipFactory(team=steward, user=keeper)
    made: GuidePage = make_page(SpaceFactory(), "Pesons", steward=steward)
    return made


def opinion_url(page: BasePage) -> str:
    return str(page.url).replace("/pages/", "/useful/")


def test_a_reader_says_it_once_and_is_asked_no_more(page: GuidePage) -> None:
    client = signed_in(UserFactory())
    assert "Did this page help you?" in client.get(page.url).content.decode()

    client.post(opinion_url(page), {"as": "useful"})
    client.post(opinion_url(page), {"as": "useful"})

    told = PageOpinion.objects.get()
    assert (told.useful, told.lacking, told.month.day) == (1, 0, 1)
    assert "Did this page help you?" not in client.get(page.url).content.decode()


def test_who_says_no_is_asked_what_is_lacking(page: GuidePage) -> None:
    client = signed_in(UserFactory())

    sent = client.post(opinion_url(page), {"as": "lacking"})

    assert sent["Location"] == f"{page.url}?lacking#problem"
    assert '<details class="page-foot__part" id="problem" open>' in client.get(sent["Location"]).content.decode()
    assert PageOpinion.objects.get().lacking == 1


def test_nothing_kept_says_who(page: GuidePage) -> None:
    client = signed_in(UserFactory())
    client.get(page.url)
    before = dict(client.session.items())

    client.post(opinion_url(page), {"as": "useful"})

    assert {field.name for field in PageOpinion._meta.fields if field.is_relation} == {"page"}
    after = {name: value for name, value in client.session.items() if name != "_messages"}
    assert after == before


def test_those_who_keep_the_page_read_it_once_there_are_enough(page: GuidePage, keeper: User) -> None:
    for _ in range(ENOUGH - 1):
        say_useful(page=page, is_useful=True, at=AT)
    assert foot_read(page, keeper).opinions is None

    say_useful(page=page, is_useful=False, at=AT)

    found = foot_read(page, keeper).opinions
    assert found
    assert (found.useful, found.lacking) == (ENOUGH - 1, 1)


def test_no_other_reader_sees_it(page: GuidePage, keeper: User) -> None:
    for _ in range(ENOUGH):
        say_useful(page=page, is_useful=True, at=timezone.now())

    assert "Whether it helps" in signed_in(keeper).get(page.url).content.decode()
    assert "Whether it helps" not in signed_in(UserFactory()).get(page.url).content.decode()


def test_what_is_older_than_a_year_counts_no_more(page: GuidePage, keeper: User) -> None:
    for _ in range(ENOUGH):
        say_useful(page=page, is_useful=True, at=AT - timedelta(days=400))

    assert foot_read(page, keeper).opinions is None


@pytest.mark.parametrize("role", ["outside", "guest"])
def test_who_does_not_see_a_page_says_nothing_of_it(place: Place, role: str) -> None:
    assert place.client(role).post(opinion_url(place.page), {"as": "useful"}).status_code == 404
    assert not PageOpinion.objects.exists()


def test_a_broken_cookie_is_no_harm(page: GuidePage) -> None:
    client = signed_in(UserFactory())
    client.cookies["opinions"] = "x.9e9.-3.<script>"

    assert client.get(page.url).status_code == 200
    assert client.post(opinion_url(page), {"as": "useful"}).status_code == 302
