"""What is offered while somebody writes."""

from django.http import JsonResponse
from django.views.decorators.http import require_GET

from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest
from realtime.threads.access import access_thread, rights_in_thread
from realtime.threads.suggesting import suggest

LONGEST = 60  # letters of a name that are looked at


@require_GET
@policy(Audience.PERSON, holds="thread")
def mentionable(request: PersonRequest, pk: int) -> JsonResponse:
    """Who can be called in a conversation: `?q=` some letters of a name."""
    found = access_thread(request.user, pk)
    typed = request.GET.get("q", "")[:LONGEST].replace("\x00", "")
    rights = rights_in_thread(request.user, found)
    return JsonResponse(dict(suggest(found, user=request.user, rights=rights, typed=typed)))
