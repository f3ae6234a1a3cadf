"""The figures on the screen and as files. Who opens those of another team is shown to it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET
from wagtail import hooks

from cms.exchanges import tally_of_house
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest
from intranet.metrics.access import (
    Told,
    blocks_of_house,
    figures_of_house,
    figures_of_team,
    least_together,
    measure_register,
)
from intranet.metrics.exporting import PURPOSE, as_csv, as_json
from intranet.metrics.models import Reading
from intranet.metrics.registering import sheet_of
from intranet.metrics.showing import quarter, shown, spread, team_figures
from intranet.people.access import access_team

WAYS = {
    Reading.Way.CSV: (as_csv, "text/csv; charset=utf-8"),
    Reading.Way.JSON: (as_json, "application/json"),
}


@require_GET
@policy(Audience.EMPLOYEE, holds="team", hides=True)
def team_screen(request: PersonRequest, slug: str) -> HttpResponse:
    """What a team contributes: the figures over its latest windows, and for those in it who looked from outside."""
    asked = access_team(request.user, slug)
    figures = team_figures(request.user, asked, way=Reading.Way.SCREEN, at=timezone.now())
    beside = [part(request, asked) for part in hooks.get_hooks("beside_team_figures")]
    return render(
        request, "metrics/team.html", {"team": asked, "figures": figures, "purpose": PURPOSE, "beside": beside}
    )


@require_GET
@policy(Audience.EMPLOYEE, holds="team", hides=True)
def team(request: PersonRequest, slug: str, way: str) -> HttpResponse:
    """What is published of a team, with what each measure means."""
    asked = access_team(request.user, slug)
    return file_of(figures_of_team(request.user, asked, way=way, at=timezone.now()), f"measures-{slug}", way)


@require_GET
@policy(Audience.EMPLOYEE, hides=True)
def house(request: PersonRequest, way: str) -> HttpResponse:
    """What is published of the whole house, with what each measure means."""
    return file_of(figures_of_house(request.user), "measures", way)


@require_GET
@policy(Audience.EMPLOYEE, hides=True)
def register_screen(request: PersonRequest) -> HttpResponse:
    """Every measure, what was decided of it, and what must be recorded before anything is measured."""
    return render(
        request, "metrics/register.html", {"sheet": sheet_of(measure_register(request.user, at=timezone.now()))}
    )


@require_GET
@policy(Audience.EMPLOYEE, hides=True)
def promise_screen(request: PersonRequest) -> HttpResponse:
    """What the figures can tell of somebody and what they cannot, what is never counted, and what one can do."""
    return render(request, "metrics/promise.html", {"least": least_together(request.user, at=timezone.now())})


@require_GET
@policy(Audience.EMPLOYEE, hides=True)
def house_screen(request: PersonRequest) -> HttpResponse:
    """What is published of the whole house over its latest windows, and how its groups lie in the last."""
    figures, blocks = figures_of_house(request.user), blocks_of_house(request.user)
    last = quarter(blocks[0].window) if blocks else ""
    said = {"shown": shown(figures), "spread": spread(blocks), "quarter": last, "purpose": PURPOSE}
    said["tally"] = tally_of_house(timezone.now())
    return render(request, "metrics/house.html", said)


def file_of(figures: list[Told], name: str, way: str) -> HttpResponse:
    write, content_type = WAYS[Reading.Way(way)]
    disposition = f'attachment; filename="{name}.{way}"'
    headers = {"Content-Disposition": disposition, "Cache-Control": "private, no-store"}
    return HttpResponse(write(figures), content_type=content_type, headers=headers)
