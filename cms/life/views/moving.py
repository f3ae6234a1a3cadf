"""Copying a page, and moving it."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.base.models import BasePage
from cms.life.access import writable_spaces
from cms.life.forms import PlaceForm, SpaceChoiceForm
from cms.life.moving import Came, NoSuchPlace, duplicate_page, move_page
from cms.life.readers import change_of_readers
from cms.models import CollaborativePage, SpacePage
from cms.writing.access import access_written_page, space_of
from cms.writing.services import Waits
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest
from realtime.spaces.models import Space


@require_http_methods(["GET", "POST"])
@policy(Audience.EMPLOYEE, holds="written_page")
def page_duplicate(request: PersonRequest, pk: int) -> HttpResponse:
    """Begins another page with what this one says."""
    page = access_written_page(request.user, pk)
    space = space_of(page)
    form = SpaceChoiceForm(request.POST or None, spaces=writable_spaces(request.user), initial={"space": space.slug})
    if request.method == "POST" and form.is_valid():
        came = duplicate_page(page=page, to=form.cleaned_data["space"], by=request.user, at=timezone.now())
        messages.success(request, _("Here is the copy: a draft, until somebody publishes it."))
        tell_what_was_left(request, came)
        return redirect("cms:page_write", came.page.pk)
    context = {"page": page, "space": space, "form": form}
    return render(request, "cms/page_duplicate.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@policy(Audience.EMPLOYEE, holds="written_page")
def page_move(request: PersonRequest, pk: int) -> HttpResponse:
    """Puts a page under another one, in the space of `?space=`: who will see it there is said before."""
    page = access_written_page(request.user, pk)
    space = space_of(page)
    spaces = {one.slug: one for one in writable_spaces(request.user)}
    target = spaces.get(request.GET.get("space", ""), space)
    form = PlaceForm(request.POST or None, places=places_in(target, page))
    if request.method == "POST" and form.is_valid() and moved(request, page, form):
        return redirect("cms:page_write", pk)
    context = {
        "page": page,
        "space": space,
        "target": target,
        "below": list(below(page)),
        "spaces_form": SpaceChoiceForm(spaces=list(spaces.values()), initial={"space": target.slug}),
        "form": form,
        "readers": change_of_readers(space, target),
    }
    return render(request, "cms/page_move.html", context, status=422 if form.errors else 200)


def moved(request: PersonRequest, page: CollaborativePage, form: PlaceForm) -> bool:
    """Whether it went; why not is in the form."""
    try:
        came = move_page(page=page, under=form.cleaned_data["under"], by=request.user, at=timezone.now())
    except NoSuchPlace:
        form.add_error(None, _("The page it was to stand under is no longer there. Choose another."))
        return False
    except Waits:
        form.add_error(None, _("This page cannot be moved now: it is locked, waits for its approval or has its day."))
        return False
    messages.success(request, _("The page is moved. Its old address leads to it, for those who see it."))
    tell_what_was_left(request, came)
    return True


def places_in(space: Space, page: CollaborativePage) -> list[BasePage]:
    """The pages of a space under which a shared page can stand, in the order of the tree; one query."""
    kinds = [f"{model._meta.model_name}__isnull" for model in (SpacePage, CollaborativePage)]
    found = BasePage.objects.filter(space=space, binned_at=None).exclude(**dict.fromkeys(kinds, True))
    return list(found.exclude(path__startswith=page.path).order_by("path"))


def below(page: CollaborativePage) -> Any:
    """What goes along with a page."""
    return BasePage.objects.descendant_of(page).filter(binned_at=None).order_by("path")


def tell_what_was_left(request: PersonRequest, came: Came) -> None:
    if came.left:
        words = _(
            "These pictures and files did not come along, since not everyone there could see them or other pages hold them: %(names)s."
        )
        messages.warning(request, words % {"names": ", ".join(came.left)})
