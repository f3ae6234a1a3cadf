"""The page everything written here descends from. Alone in its app: it can never be swapped later (docs/adr)."""

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import AbstractPage, DefaultBasePageMixin, PageManager
from wagtail.models.pages import AbstractPageMeta
from wagtail.query import PageQuerySet
from wagtail.search import index

from intranet.accounts.models import User
from intranet.people.models import Team
from realtime.spaces.models import Space
from realtime.threads.models import Thread

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class BasePageQuerySet(PageQuerySet):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Published pages of the spaces `user` sees; pages of no space are for every employee."""
        pages = self.live()
        spaces = Q(space__in=Space.objects.visible_to(user))
        if not user.is_authenticated or user.is_guest:
            return pages.filter(spaces)
        return pages.filter(spaces | Q(space=None))


BasePageManager = PageManager.from_queryset(BasePageQuerySet)


class BasePage(DefaultBasePageMixin, AbstractPage):
    """A page held in a space, kept by a team that answers for it."""

    space = models.ForeignKey(
        Space, on_delete=models.PROTECT, null=True, blank=True, related_name="pages", verbose_name=_("space")
    )
    steward = models.ForeignKey(
        Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="pages", verbose_name=_("steward team")
    )
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("contact"),
    )
    thread = models.OneToOneField(
        Thread,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("conversation"),
    )
    review_on = models.DateField(_("review on"), null=True, blank=True)
    verified_on = models.DateField(_("reviewed on"), null=True, blank=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    objects: ClassVar[Any] = BasePageManager()

    search_fields = (
        AbstractPage.search_fields
        + DefaultBasePageMixin.search_fields
        + [
            index.FilterField("space_id"),
            index.FilterField("steward_id"),
        ]
    )
    settings_panels = [
        MultiFieldPanel(
            [FieldPanel("steward"), FieldPanel("contact"), FieldPanel("review_on")], heading=_("Who answers for it")
        ),
        *AbstractPage.settings_panels,
    ]

    class Meta(AbstractPageMeta):
        verbose_name = _("page")
        verbose_name_plural = _("pages")
