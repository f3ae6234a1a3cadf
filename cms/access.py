"""The one door to pages and their files."""

from django.contrib.auth.models import Group
from django.db.models import BooleanField, Exists, ExpressionWrapper, Q, Value
from django.db.models.expressions import Combinable
from django.http import Http404

from cms.base.models import BasePage
from cms.ground import EDITORS
from cms.models import HOME, SpaceDocument, SpaceImage, SpaceRendition, WrittenPage, answers_for
from intranet.accounts.models import User

TYPES = ["spacepage", "newspage", "eventpage", "guidepage", "collaborativepage"]


class ReadPage(WrittenPage):
    """A page as `access_page` gives it, with what its reader may do."""

    is_edited: bool  # in the CMS
    is_answered_for: bool  # of the steward team, or runs the space

    class Meta:
        abstract = True


def access_page(user: User, path: str) -> ReadPage:
    """The page at `path` ("heron-3/journal/", under /pages/), as its own type, for a person; Http404 otherwise.

    One query for all types, with what its screen shows of those who keep it.
    """
    page = (
        BasePage.objects.visible_to(user)
        .annotate(is_edited=edited_by(user), is_answered_for=answered_for_by(user))
        .select_related(*TYPES, "space", "steward", "contact__profile", "verified_by", "thread__space")
        .filter(url_path=HOME + path, depth__gt=2)
        .first()
    )
    if page is None:
        raise Http404
    return as_itself(page)


def edited_by(user: User) -> Combinable:
    """Whether an editor reads a page whose space still takes words."""
    if user.is_guest:
        return Value(False)
    editors = Value(True) if user.is_superuser else Exists(Group.objects.filter(name=EDITORS, user=user))
    return ExpressionWrapper(Q(editors, space__archived_at=None), output_field=BooleanField())


def answered_for_by(user: User) -> Combinable:
    """Whether the reader answers for a page; guests never do."""
    if user.is_guest:
        return Value(False)
    return ExpressionWrapper(answers_for(user), output_field=BooleanField())


def as_itself(page: BasePage) -> ReadPage:
    """The page as its own type, sharing what was fetched with it."""
    for name in TYPES:
        specific = page._state.fields_cache.get(name)
        if specific is not None:
            for relation in ("space", "steward", "contact", "verified_by", "thread"):
                specific._state.fields_cache[relation] = page._state.fields_cache[relation]
            specific.is_edited, specific.is_answered_for = page.is_edited, page.is_answered_for
            return specific  # type: ignore[no-any-return]  # a row of one of TYPES
    raise Http404


def access_image(user: User, pk: int) -> SpaceImage:
    """The image for a person; Http404 for one they may not see."""
    image = SpaceImage.objects.visible_to(user).filter(pk=pk).first()
    if image is None:
        raise Http404
    return image  # type: ignore[no-any-return]  # Wagtail's managers carry no types


def access_document(user: User, pk: int) -> SpaceDocument:
    """The document for a person; Http404 for one they may not see."""
    document = SpaceDocument.objects.visible_to(user).filter(pk=pk).first()
    if document is None:
        raise Http404
    return document  # type: ignore[no-any-return]  # Wagtail's managers carry no types


def may_see_file(user: User, name: str) -> bool:
    """Whether `user` may see the stored file `name`: rendition, original or document, by where it is kept."""
    folder = name.partition("/")[0]
    if folder == "images":
        rendition = SpaceRendition.objects.filter(file=name).values("image")
        return bool(SpaceImage.objects.visible_to(user).filter(pk__in=rendition).exists())
    if folder == "original_images":
        return bool(SpaceImage.objects.visible_to(user).filter(file=name).exists())
    if folder == "documents":
        return bool(SpaceDocument.objects.visible_to(user).filter(file=name).exists())
    return False


def is_editor(user: User) -> bool:
    """Whether the CMS opens to `user`; one query."""
    return not user.is_guest and (user.is_superuser or user.groups.filter(name=EDITORS).exists())
