"""Signing in: allauth's checks, and the person's profile fetched with the account in one query."""

from allauth.account.auth_backends import AuthenticationBackend

from intranet.accounts.models import User


class PersonBackend(AuthenticationBackend):
    """Loads the signed-in person once a request, with what every screen needs of them."""

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("profile").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: User | None) -> bool:
        return bool(user and user.is_active and not user.has_expired)
