"""Who signs in, and the one number that says a right may have been taken away."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes accounts by e-mail address; the person's profile is made by `people`."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who can sign in, known by an e-mail address and a name."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    is_active = models.BooleanField(_("active"), default=True)
    expires_at = models.DateTimeField(_("access ends"), null=True, blank=True)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.UniqueConstraint(
                Lower("email"), name="user_email_unique", violation_error_message=_("Someone already has this address.")
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="user_name_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_administrator(self) -> bool:
        """Runs the platform: accounts, teams, imports. Sees no more of what people say than anyone."""
        return self.is_active and self.is_superuser

    @property
    def has_expired(self) -> bool:
        """Whether the account's time is over, as a guest's ends."""
        return self.expires_at is not None and self.expires_at <= timezone.now()

    @property
    def is_guest(self) -> bool:
        """Invited from outside: sees the rooms they were invited to and nothing else."""
        profile = getattr(self, "profile", None)
        return profile is None or profile.kind == "guest"

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]


class DemoPerson(models.Model):
    """Somebody of the demo company whom the sign-in page offers."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    position = models.PositiveSmallIntegerField(unique=True)
    words_fr = models.CharField(max_length=200)
    words_en = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.user.name

    @property
    def words(self) -> str:
        """Who they are, in the reader's language."""
        return self.words_fr if (get_language() or "fr").startswith("fr") else self.words_en


class AccessEpoch(models.Model):
    """One row, one number: it moves whenever somebody may have lost a right (docs/promises.md)."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    value = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="access_epoch_single_row")]

    def __str__(self) -> str:
        return str(self.value)
