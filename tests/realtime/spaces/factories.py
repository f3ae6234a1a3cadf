"""Places for tests, made through the services so that groups are in step."""

from typing import Any

import factory
from django.contrib.auth.models import Group
from django.utils import timezone

from realtime.spaces.models import Space, SpaceMember
from realtime.spaces.services import add_member, archive_space, create_space
from tests.intranet.people.factories import UserFactory


class SpaceFactory(factory.django.DjangoModelFactory):
    """A community open to the organization, run by `by`. Traits: members_only, customers, project, archived."""

    class Meta:
        model = Space

    name = factory.Sequence(lambda n: f"Place {n}")
    kind = Space.Kind.COMMUNITY
    audience = Space.Audience.ORGANISATION
    by = factory.SubFactory(UserFactory)

    class Params:
        members_only = factory.Trait(audience=Space.Audience.MEMBERS)
        project = factory.Trait(kind=Space.Kind.PROJECT)
        customers = factory.Trait(kind=Space.Kind.CUSTOMERS, audience=Space.Audience.MEMBERS)
        archived = factory.Trait(is_archived=True)

    @classmethod
    def _create(cls, model_class: type[Space], *args: Any, **fields: Any) -> Space:
        at, is_archived = fields.pop("at", timezone.now()), fields.pop("is_archived", False)
        space = create_space(at=at, **fields)
        return archive_space(space=space, at=at) if is_archived else space


class SpaceMemberFactory(factory.django.DjangoModelFactory):
    """A person, or a team when `team` is given, in a space. Traits: facilitator, reader, guest."""

    class Meta:
        model = SpaceMember

    space = factory.SubFactory(SpaceFactory)
    role = SpaceMember.Role.MEMBER

    class Params:
        facilitator = factory.Trait(role=SpaceMember.Role.FACILITATOR)
        reader = factory.Trait(role=SpaceMember.Role.READER)
        guest = factory.Trait(role=SpaceMember.Role.GUEST)

    @classmethod
    def _create(cls, model_class: type[SpaceMember], *args: Any, **fields: Any) -> SpaceMember:
        is_guest = fields["role"] == SpaceMember.Role.GUEST
        member = fields.pop("team", None) or fields.pop("user", None) or UserFactory(guest=is_guest)
        return add_member(member=member, at=fields.pop("at", timezone.now()), **fields)


def group_of(space: Space) -> Group:
    """The group of a place, which it has unless it is the room of a private conversation."""
    assert space.group is not None
    return space.group
