"""The tree of pages in the CMS, Wagtail's explorer: its cost for many lines."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.models import CollaborativePage
from realtime.spaces.models import Space
from tests.cms.factories import an_editor, first_page, make_page
from tests.cms.test_editing import signed_in
from tests.realtime.spaces.factories import SpaceFactory
from tests.support.queries import statements


def asked(client: Client, space: Space) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("wagtailadmin_explore", args=[first_page(space).pk])).status_code == 200
    return statements(queries)


@pytest.mark.django_db
def test_the_tree_costs_the_same_for_many_pages() -> None:
    few, many = SpaceFactory(), SpaceFactory()
    for space, number in ((few, 2), (many, 14)):
        for n in range(number):
            make_page(space, f"Page {n}", model=CollaborativePage)
    client = signed_in(an_editor())
    asked(client, few)

    short, long = asked(client, few), asked(client, many)

    assert len(long) <= len(short), "\n".join(one[:150] for one in long)
