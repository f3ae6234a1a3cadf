"""A synthesis written together, or made a page; and the messages that a page can cite."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cms.forms import SynthesisPageForm
from cms.syntheses import services
from cms.syntheses.access import may_publish, may_write_together, offered, writes
from cms.writing.access import access_written_page
from cms.writing.shown import message_told
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest
from realtime.threads.access import access_thread, rights_in_thread
from realtime.threads.services.synthesis import WrittenTogether
from realtime.threads.syntheses import synthesis_of


@require_POST
@policy(Audience.EMPLOYEE, holds="thread")
def synthesis_together(request: PersonRequest, pk: int) -> HttpResponse:
    """Opens the synthesis of a conversation as one text, begun with its points the first time."""
    thread = access_thread(request.user, pk)
    if not may_write_together(thread, rights_in_thread(request.user, thread)):
        raise PermissionDenied
    page = services.write_together(thread=thread, by=request.user, at=timezone.now())
    if not writes(request.user, page):
        messages.info(request, _("The text was moved to another space: those who write there write it."))
        return redirect("threads:synthesis", pk)
    return redirect("cms:page_write", page.pk)


@require_http_methods(["GET", "POST"])
@policy(Audience.EMPLOYEE, holds="thread")
def synthesis_publish(request: PersonRequest, pk: int) -> HttpResponse:
    """Puts the points of a synthesis into a page of the space."""
    thread = access_thread(request.user, pk)
    if not may_publish(thread, rights_in_thread(request.user, thread)):
        raise PermissionDenied
    written = synthesis_of(thread)
    if written is not None and written.together_at is not None:
        return redirect("threads:synthesis", pk)
    title = written.page_title if written else ""
    form = SynthesisPageForm(request.POST or None, initial={"title": title or thread.title})
    if request.method == "POST" and form.is_valid():
        try:
            page = services.publish_synthesis(thread=thread, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("The synthesis is in the pages of the space."))
            return redirect(page.url)
        except services.NothingToPublish:
            form.add_error(None, _("There is nothing to publish yet: write a point first."))
        except WrittenTogether:
            return redirect("threads:synthesis", pk)
    context = {"thread": thread, "form": form, "is_again": bool(title)}
    return render(request, "cms/synthesis_publish.html", context, status=422 if form.errors else 200)


@require_GET
@policy(Audience.EMPLOYEE, holds="written_page")
def page_messages(request: PersonRequest, pk: int) -> JsonResponse:
    """What can be cited in a page: the last messages of its conversation, or those with the words of `?q=`."""
    page = access_written_page(request.user, pk)
    found = offered(page, request.user, request.GET.get("q", "").strip()[:200])
    return JsonResponse({"messages": [{"id": message.pk, **message_told(message)} for message in found]})
