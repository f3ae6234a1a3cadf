"""What is offered while a name is typed in a page."""

from django.http import JsonResponse
from django.views.decorators.http import require_GET

from cms.calling.access import people_to_call
from cms.writing.access import access_written_page, space_of
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest

LONGEST = 80


@require_GET
@policy(Audience.EMPLOYEE, holds="written_page")
def page_people(request: PersonRequest, pk: int) -> JsonResponse:
    """Colleagues who see the space of the page."""
    space = space_of(access_written_page(request.user, pk))
    return JsonResponse({"people": people_to_call(space, request.GET.get("q", "")[:LONGEST])})
