"""A request of somebody signed in, as views behind a policy receive it."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

from intranet.accounts.models import User

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails


class PersonRequest(HttpRequest):
    """Its `user` is a person: the view's policy has refused everyone else."""

    user: User
    htmx: "HtmxDetails"
