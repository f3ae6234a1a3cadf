"""The page everything written here descends from. Alone in its app: it can never be swapped later (docs/adr)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import AbstractPage, DefaultBasePageMixin, PageManager, PagePermissionTester
from wagtail.models.pages import AbstractPageMeta
from wagtail.query import PageQuerySet
from wagtail.search import index

from cms.base.curtain import CurtainMixin, backstage
from intranet.accounts.models import User
from intranet.people.models import Team
from intranet.people.words import folded_words, search_words
from realtime.spaces.models import Space
from realtime.threads.models import Thread

if TYPE_CHECKING:
    from datetime import date


class BasePageQuerySet(PageQuerySet):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Published pages of the spaces `user` sees; a guest only those shared with guests."""
        if not user.is_authenticated:
            return self.none()
        pages = self.live().filter(binned_at=None)
        if user.is_guest:
            return pages.filter(shared_with_guests=True, space__in=Space.objects.visible_to(user))
        return pages.filter(Q(space__in=Space.objects.visible_to(user)) | Q(space=None))

    def managed_by(self, user: "User | AnonymousUser") -> Self:
        """What an editor finds in the CMS: drafts too, nothing of a bin, and never more than the spaces they see as a person."""
        if not user.is_authenticated or user.is_guest:
            return self.none()
        return self.filter(Q(space__in=Space.objects.visible_to(user)) | Q(space=None), binned_at=None)

    def with_what_opens_to(self, user: User) -> Self:
        """Adds `open_to`: the id of `user` on the pages they may change now, so that a list asks once for all its lines."""
        spaces = Space.objects.visible_to(user).active().places().filter(pk=OuterRef("space"))
        is_open = When(Exists(spaces), binned_at=None, then=Value(user.pk))
        return self.annotate(open_to=Case(is_open, output_field=models.BigIntegerField(null=True)))

    def listed(self) -> Self:
        """With what a list shows of them, in one query."""
        return self.select_related("space", "steward", "content_type")

    def kept_where_they_stand(self) -> Self:
        """Those that can be written: in no bin, and not the alias of another."""
        return self.filter(binned_at=None, alias_of=None)

    def to_review(self, until: "date") -> Self:
        """Pages whose review is due by `until`, the longest due first; an alias is reviewed with its original."""
        return self.filter(review_on__lte=until, alias_of=None).order_by("review_on", "pk")


class BasePageManager(CurtainMixin, PageManager.from_queryset(BasePageQuerySet)):  # type: ignore[misc]  # made at run time
    """The manager Wagtail looks pages up with, behind the curtain."""


GROUND = 3  # depth of the tree's root, Home and the first page of each space: they come and go with the space


class SpacePageTester(PagePermissionTester):
    """What a person may do with a page in the CMS: nothing in a space they do not see, or that is archived."""

    def __init__(self, user: User, page: "BasePage") -> None:
        super().__init__(user, page)
        if not page.is_open_to_edits_by(user):
            self.user = AnonymousUser()
            self.permissions: set[str] = set()

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        return self.page.depth > GROUND and bool(super().can_delete(ignore_bulk))

    def can_unpublish(self) -> bool:
        return self.page.depth > GROUND and bool(super().can_unpublish())

    def can_copy(self) -> bool:
        return self.page.depth > GROUND and bool(super().can_copy())

    def can_move_to(self, destination: "BasePage") -> bool:
        return self.page.depth > GROUND and bool(super().can_move_to(destination))


class BasePage(DefaultBasePageMixin, AbstractPage):
    """A page held in a space, kept by a team that answers for it."""

    space = models.ForeignKey(
        Space,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="pages",
        verbose_name=_("space"),
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
        limit_choices_to={"is_active": True, "profile__kind": "employee"},
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
    shared_with_guests = models.BooleanField(
        _("shared with the guests of the space"),
        default=False,
        help_text=_("Guests read this page and its files. They never see the conversation beside it."),
    )
    review_on = models.DateField(_("review on"), null=True, blank=True)
    verified_on = models.DateField(_("reviewed on"), null=True, blank=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    asked_on = models.DateField(null=True, blank=True, editable=False)  # whether it is still needed
    archived_on = models.DateField(null=True, blank=True, editable=False)  # nobody had answered
    binned_at = models.DateTimeField(null=True, blank=True, editable=False)
    binned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    objects: ClassVar[Any] = BasePageManager()

    open_to: int | None = None  # of a list: `with_what_opens_to`
    kept_today: ClassVar[tuple[str, ...]] = (  # by no revision
        "space_id",
        "thread_id",
        "verified_on",
        "verified_by_id",
        "asked_on",
        "archived_on",
        "binned_at",
        "binned_by_id",
    )
    exclude_fields_in_copy: ClassVar[list[str]] = [
        name.removesuffix("_id") for name in kept_today if name != "space_id"
    ]
    private_page_options: ClassVar[list[str]] = []  # a page is as private as its space
    search_fields = (
        AbstractPage.search_fields
        + DefaultBasePageMixin.search_fields
        + [
            index.SearchField("search_words"),
            index.AutocompleteField("complete_words"),
            index.FilterField("space"),
            index.FilterField("space_id"),
            index.FilterField("steward_id"),
            index.FilterField("shared_with_guests"),
            index.FilterField("binned_at"),
        ]
    )
    settings_panels = [
        MultiFieldPanel(
            [FieldPanel("steward"), FieldPanel("contact"), FieldPanel("review_on")], heading=_("Who answers for it")
        ),
        FieldPanel("shared_with_guests"),
        *AbstractPage.settings_panels,
    ]

    class Meta(AbstractPageMeta):
        verbose_name = _("page")
        verbose_name_plural = _("pages")

    def texts(self) -> Iterable[str]:
        """What the page says, for search."""
        yield self.title

    def search_words(self) -> str:
        """The stems that search compares: intranet.people.words."""
        return search_words(*self.texts())

    def complete_words(self) -> str:
        """The words that completion compares."""
        return folded_words(self.title)

    def is_open_to_edits_by(self, user: User) -> bool:
        """Whether `user` sees the space of the page and the space still takes words; the root and Home have none."""
        if self.space_id is None:
            return not user.is_guest
        if self.open_to == user.pk:
            return True
        return self.binned_at is None and bool(
            Space.objects.visible_to(user).active().places().filter(pk=self.space_id).exists()
        )

    def permissions_for_user(self, user: User) -> SpacePageTester:
        return SpacePageTester(user, self)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page for somebody who sees it; Http404 for one who does not, whatever called it."""
        if not BasePage.objects.visible_to(request.user).filter(pk=self.pk).exists():
            raise Http404
        return super().serve(request, *args, **kwargs)

    def with_content_json(self, content: dict[str, Any]) -> Self:
        """The page as a revision has it, in the space and with the conversation it has today."""
        then = super().with_content_json(content)
        for name in self.kept_today:
            setattr(then, name, getattr(self, name))
        return then

    @backstage
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Saves it in the space of the page above it."""
        if self.depth is not None and self.depth > GROUND:
            self.space_id = self.get_parent().space_id
        if self._state.adding and self.alias_of_id is not None:
            self.leave_life_of_original()
        super().save(*args, **kwargs)

    def leave_life_of_original(self) -> None:
        """An alias says what its original says; talked about, verified and put away is each where it stands."""
        for name in self.exclude_fields_in_copy:
            setattr(self, name, None)

    # Wagtail's work on the tree: paths, counts and slugs take every page into account.
    add_child = backstage(AbstractPage.add_child)
    add_sibling = backstage(AbstractPage.add_sibling)
    move = backstage(AbstractPage.move)
    delete = backstage(AbstractPage.delete)
    _slug_is_available = staticmethod(backstage(AbstractPage._slug_is_available))
