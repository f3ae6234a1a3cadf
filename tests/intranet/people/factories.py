"""People and teams for tests, made through the services so that groups and hooks are in step."""

from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone

from intranet.accounts.models import User
from intranet.people.models import Membership, Profile, Team
from intranet.people.services import create_person, create_team, join_team


class UserFactory(factory.django.DjangoModelFactory):
    """An employee who reads English. Traits: guest, administrator, left. `profile` fields pass through."""

    class Meta:
        model = User

    name = factory.Sequence(lambda n: f"Camille {n} Roussel")
    email = factory.Sequence(lambda n: f"camille.{n}@exemple.example")
    language = "en"

    class Params:
        guest = factory.Trait(
            kind=Profile.Kind.GUEST, expires_at=factory.LazyFunction(lambda: timezone.now() + timedelta(days=30))
        )
        administrator = factory.Trait(is_superuser=True)
        left = factory.Trait(is_active=False)

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **fields: Any) -> User:
        state = {name: fields.pop(name) for name in ("is_superuser", "is_active") if name in fields}
        user = create_person(at=fields.pop("at", timezone.now()), **fields)
        if state:
            User.objects.filter(pk=user.pk).update(**state)
            user.refresh_from_db(fields=list(state))
        return user


class TeamFactory(factory.django.DjangoModelFactory):
    """A line team at the root of the tree, or below `parent`. Traits: network, circle."""

    class Meta:
        model = Team

    name = factory.Sequence(lambda n: f"Atelier {n}")
    parent = None

    class Params:
        network = factory.Trait(kind=Team.Kind.NETWORK)
        circle = factory.Trait(kind=Team.Kind.CIRCLE)

    @classmethod
    def _create(cls, model_class: type[Team], *args: Any, **fields: Any) -> Team:
        team = create_team(**fields)
        if fields["parent"] is not None:
            fields["parent"].refresh_from_db()  # treebeard counts its children
        return team


class MembershipFactory(factory.django.DjangoModelFactory):
    """Somebody in a team since today. Traits: manager, facilitator, delegate."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    team = factory.SubFactory(TeamFactory)

    class Params:
        manager = factory.Trait(role=Membership.Role.MANAGER)
        facilitator = factory.Trait(role=Membership.Role.FACILITATOR)
        delegate = factory.Trait(role=Membership.Role.DELEGATE)

    @classmethod
    def _create(cls, model_class: type[Membership], *args: Any, **fields: Any) -> Membership:
        return join_team(at=fields.pop("at", timezone.now()), **fields)
