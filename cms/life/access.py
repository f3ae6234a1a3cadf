"""The doors to what surrounds the life of pages."""

from collections import defaultdict

from django.core.exceptions import PermissionDenied
from django.http import Http404

from cms.base.models import BasePage
from cms.models import AccessRequest, CollaborativePage, PageTemplate
from intranet.accounts.models import User
from realtime.spaces.access import Rights, access_space, rights_in, rights_of
from realtime.spaces.models import Space, SpaceMember


def access_space_as_writer(user: User, slug: str) -> tuple[Space, Rights]:
    """A space and what `user` may do there; PermissionDenied for one who sees it and does not write in it."""
    space = access_space(user, slug)
    rights = rights_in(user, space)
    if user.is_guest or not rights.may_write:
        raise PermissionDenied
    return space, rights


def access_template(user: User, pk: int) -> PageTemplate:
    """A template of a space that `user` sees, to be changed.

    Http404 for one who does not write there, PermissionDenied for who neither made it nor runs the space.
    """
    seen = Space.objects.visible_to(user).active().places()
    template: PageTemplate | None = PageTemplate.objects.select_related("space").filter(pk=pk, space__in=seen).first()
    if template is None or user.is_guest:
        raise Http404
    rights = rights_in(user, template.space)
    if not rights.may_write:
        raise Http404
    if not may_change(user, template, rights):
        raise PermissionDenied
    return template


def may_change(user: User, template: PageTemplate, rights: Rights) -> bool:
    """Whether `user` renames or removes a template: who made it, and who runs the space."""
    return rights.may_facilitate or (template.by_id is not None and template.by_id == user.pk)


def writable_spaces(user: User) -> list[Space]:
    """The spaces in which `user` writes pages, by name; two queries."""
    if user.is_guest:
        return []
    roles: dict[int, set[str]] = defaultdict(set)
    for space, role in SpaceMember.objects.held_by(user).values_list("space", "role"):
        roles[space].add(role)
    seen = Space.objects.visible_to(user).active().places().order_by("name", "pk")
    return [space for space in seen if rights_of(roles[space.pk], space=space, is_guest=False).may_write]


def access_seen_page(user: User, pk: int) -> BasePage:
    """A published page that `user` sees; Http404 for any other."""
    page: BasePage | None = BasePage.objects.visible_to(user).filter(pk=pk, depth__gt=2).first()
    if page is None:
        raise Http404
    return page


def access_binned_page(user: User, pk: int) -> tuple[CollaborativePage, Rights]:
    """A page in the bin of a space `user` writes in, and their rights there; Http404 for anybody else."""
    seen = Space.objects.visible_to(user).active().places()
    binned = CollaborativePage.objects.select_related("space", "binned_by").exclude(binned_at=None)
    page = binned.filter(pk=pk, space__in=seen).first()
    if page is None or user.is_guest:
        raise Http404
    rights = rights_in(user, page.space)
    if not rights.may_write:
        raise Http404
    return page, rights


def access_request(user: User, pk: int) -> AccessRequest:
    """A request to be let in, for those who run the space; Http404 for anybody else."""
    asked: AccessRequest | None = AccessRequest.objects.select_related("space", "user").filter(pk=pk).first()
    if asked is None or user.is_guest or not rights_in(user, asked.space).may_facilitate:
        raise Http404
    return asked
