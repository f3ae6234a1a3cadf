"""The synthesis of a conversation and its page, for those who may see or write them."""

from django.db.models import Q

from cms.base.curtain import lifted
from cms.base.models import BasePage
from cms.models import CollaborativePage
from intranet.accounts.models import User
from intranet.accounts.request import whole
from realtime.spaces.access import rights_in
from realtime.threads.access import ThreadRights
from realtime.threads.models import Message, Synthesis, Thread

OFFERED = 20  # messages of the conversation at once


def takes_pages(thread: Thread) -> bool:
    """Whether a conversation is held where there are pages: in no private one, no archived space, and it goes on there."""
    return bool(
        thread.merged_into_id is None
        and thread.space.is_place
        and not thread.space.is_archived
        and not thread.is_private
    )


def may_publish(thread: Thread, rights: ThreadRights) -> bool:
    """Whether somebody with `rights` in a thread makes a page of its points: who runs it."""
    return rights.may_run and not rights.space.is_guest and takes_pages(thread)


def may_write_together(thread: Thread, rights: ThreadRights) -> bool:
    """Whether somebody with `rights` in a thread writes its synthesis with the others: who writes in its space."""
    return rights.space.may_write and not rights.space.is_guest and takes_pages(thread)


def writes(user: User, page: CollaborativePage) -> bool:
    """Whether `user` writes the page of a synthesis, wherever it is by now; one query."""
    return page.space is not None and not user.is_guest and rights_in(user, page.space).may_write


def page_of(synthesis: Synthesis) -> CollaborativePage | None:
    """The page of a synthesis, for services and for those whose rights were asked; one in the bin too."""
    with lifted():
        found: CollaborativePage | None = (
            CollaborativePage.objects.select_related("space", "latest_revision").filter(synthesis=synthesis).first()
        )
    return found


def summed_up(page: BasePage, user: User) -> Thread | None:
    """The conversation that a page sums up, where `user` sees it; of one that went on in another, that other. One query."""
    synthesis = getattr(page, "synthesis_id", None)
    if synthesis is None:
        return None
    seen = Thread.objects.visible_to(user).select_related("space", "created_by__profile", "accepted__author")
    its = seen.filter(synthesis=synthesis).select_related("merged_into").first()
    if its is None or its.merged_into_id is None:
        return its
    return seen.filter(pk=its.merged_into_id).first()


def offered(page: CollaborativePage, user: User, words: str) -> list[Message]:
    """What can be cited in a page: the messages of its conversation with these words, or the last; one by its address.

    Only of the space of the page, that `user` sees, and that are said.
    """
    seen = Message.objects.visible_to(user).said().filter(thread__space=page.space_id).select_related("author")
    if number := numbered(words):
        return list(seen.filter(pk=number))
    thread = summed_up(page, user)
    if thread is None:
        return []
    found = seen.filter(thread=thread)
    for word in words.split():
        found = found.filter(Q(body__icontains=word) | Q(author__name__icontains=word))
    return list(found.order_by("-seq")[:OFFERED])


def numbered(words: str) -> int | None:
    """The number in "#12", or in an address that ends with /messages/12/; None for other words."""
    last = words.strip().rstrip("/")
    if last.startswith("#"):
        return whole(last[1:])
    before, _, number = last.rpartition("/")
    return whole(number) if before.endswith("/messages") else None
