"""What the links in messages lead to, for whoever reads them."""

from dataclasses import asdict

from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest
from realtime.spaces.cards import MOST_CARDS, cards_for


@require_GET
@never_cache
@policy(Audience.PERSON)
def cards(request: PersonRequest) -> HttpResponse:
    """The cards of `?path=...&path=...`, at most MOST_CARDS; an address that is not open to the reader has none."""
    found = cards_for(request.user, request.GET.getlist("path")[:MOST_CARDS])
    return JsonResponse({"cards": {path: asdict(card) for path, card in found.items()}})
