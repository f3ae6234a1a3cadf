from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "intranet.accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_out

        from intranet.accounts.services import end_session_of_request

        user_logged_out.connect(end_session_of_request, dispatch_uid="end_session")
