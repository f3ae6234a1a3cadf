"""Cards of links to people and teams."""

from collections.abc import Sequence

from intranet.accounts.models import User
from intranet.people.models import Profile, Team
from realtime.spaces.cards import Card, Link, named

LINE = 120  # characters


def people_cards(*, user: User, links: Sequence[Link]) -> dict[str, Card]:
    """Two queries at most."""
    return persons(user, links) | teams(user, links)


def persons(user: User, links: Sequence[Link]) -> dict[str, Card]:
    asked = named(links, "people:person", "pk")
    if not asked:
        return {}
    found = Profile.objects.visible_to(user).select_related("user").in_bulk(set(asked.values()))
    return {
        path: Card("circle-user", found[pk].user.name, found[pk].place, found[pk].title)
        for path, pk in asked.items()
        if pk in found
    }


def teams(user: User, links: Sequence[Link]) -> dict[str, Card]:
    asked = named(links, "portal:team", "slug")
    if not asked:
        return {}
    found = {team.slug: team for team in Team.objects.visible_to(user).filter(slug__in=set(asked.values()))}
    return {
        path: Card("users", found[slug].name, "", found[slug].purpose[:LINE])
        for path, slug in asked.items()
        if slug in found
    }
