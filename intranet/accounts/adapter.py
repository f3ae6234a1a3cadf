"""How allauth behaves here."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from intranet.accounts.models import User
from intranet.accounts.services import change_password


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by the organization or by an invitation: nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: User, password: str) -> None:
        """A new password, chosen or after a forgotten one, closes the sockets opened with the old one."""
        change_password(user=user, password=password)
