"""Signs that readers leave on a page, by name."""

import pytest

from cms.base.models import BasePage
from cms.models import GuidePage, PageSign
from tests.cms.conftest import Place
from tests.cms.factories import make_page
from tests.cms.test_editing import signed_in
from tests.intranet.people.factories import UserFactory
from tests.realtime.spaces.factories import SpaceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.feature("P12")]


@pytest.fixture
def page() -> GuidePage:
    made: GuidePage = make_page(SpaceFactory(), "Pesons")
    return made


def sign_url(page: BasePage) -> str:
    return str(page.url).replace("/pages/", "/sign/")


def test_a_reader_leaves_a_sign_and_takes_it_back(page: GuidePage) -> None:
    client = signed_in(UserFactory(name="Solène Kerbrat"))

    client.post(sign_url(page), {"emoji": "🙏"})
    others = signed_in(UserFactory()).get(page.url).content.decode()
    mine = client.get(page.url).content.decode()

    assert 'value="🙏" aria-pressed="false" title="Solène Kerbrat"' in others
    assert 'value="🙏" aria-pressed="true" title="Solène Kerbrat"' in mine
    client.post(sign_url(page), {"emoji": "🙏"})
    assert not PageSign.objects.exists()


@pytest.mark.parametrize("emoji", ["", "👎", "x" * 300, "<script>"])
def test_no_other_sign_is_taken(page: GuidePage, emoji: str) -> None:
    assert signed_in(UserFactory()).post(sign_url(page), {"emoji": emoji}).status_code == 404
    assert not PageSign.objects.exists()


def test_guests_leave_none_and_see_none(place: Place) -> None:
    signed_in(place.people["member"]).post(sign_url(place.shared), {"emoji": "👍"})

    assert place.client("guest").post(sign_url(place.shared), {"emoji": "👍"}).status_code in (403, 404)
    read = place.client("guest").get(place.shared.url).content.decode()
    assert place.people["member"].name not in read
    assert 'id="signs"' not in read


def test_who_does_not_see_a_page_leaves_none(place: Place) -> None:
    assert place.client("outside").post(sign_url(place.page), {"emoji": "👍"}).status_code == 404
    assert not PageSign.objects.exists()
