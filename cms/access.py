"""The one door to pages and their files."""

from django.http import Http404

from cms.base.models import BasePage
from cms.ground import EDITORS
from cms.models import HOME, SpaceDocument, SpaceImage, SpaceRendition
from intranet.accounts.models import User
from intranet.people.models import Profile
from realtime.threads.models import Message

TYPES = ["spacepage", "newspage", "eventpage", "guidepage", "collaborativepage"]


def access_page(user: User, path: str) -> BasePage:
    """The page at `path` ("heron-3/journal/", under /pages/), as its own type, for a person; Http404 otherwise.

    One query for all types, with what its screen shows of those who keep it.
    """
    page = (
        BasePage.objects.visible_to(user)
        .select_related(*TYPES, "space", "steward", "contact__profile", "verified_by", "thread__space")
        .filter(url_path=HOME + path, depth__gt=2)
        .first()
    )
    if page is None:
        raise Http404
    return as_itself(page)


def as_itself(page: BasePage) -> BasePage:
    """The page as its own type, sharing what was fetched with it."""
    for name in TYPES:
        specific = page._state.fields_cache.get(name)
        if specific is not None:
            for relation in ("space", "steward", "contact", "verified_by", "thread"):
                specific._state.fields_cache[relation] = page._state.fields_cache[relation]
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
    """Whether `user` may see the stored file `name`: rendition, original, document or photo, by where it is kept."""
    folder = name.partition("/")[0]
    if folder == "images":
        rendition = SpaceRendition.objects.filter(file=name).values("image")
        return bool(SpaceImage.objects.visible_to(user).filter(pk__in=rendition).exists())
    if folder == "original_images":
        return bool(SpaceImage.objects.visible_to(user).filter(file=name).exists())
    if folder == "documents":
        return bool(SpaceDocument.objects.visible_to(user).filter(file=name).exists())
    return folder == "photos" and may_see_photo(user, name)


def may_see_photo(user: User, name: str) -> bool:
    """Whether a photo is of somebody `user` knows of, or whose words they read."""
    known = Profile.objects.visible_to(user).filter(photo=name)
    return bool(known.exists() or Message.objects.visible_to(user).filter(author__profile__photo=name).exists())


def is_editor(user: User) -> bool:
    """Whether the CMS opens to `user`; one query."""
    return not user.is_guest and (user.is_superuser or user.groups.filter(name=EDITORS).exists())


def may_edit(user: User, page: BasePage) -> bool:
    """Whether `user`, who sees `page`, may change it in the CMS; one query."""
    return page.space is not None and not page.space.is_archived and is_editor(user)
