"""Taking people and teams in, on the screen: look first, then do it."""

import csv

from django.contrib import messages
from django.db import IntegrityError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest
from intranet.people.roster.applying import NotImported, Plan, import_text, plan_import
from intranet.people.roster.columns import COLUMNS, EXAMPLES, REQUIRED, Sort
from intranet.people.roster.forms import ImportForm


@require_http_methods(["GET", "POST"])
@policy(Audience.ADMINISTRATOR)
def import_file(request: PersonRequest) -> HttpResponse:
    """A file is read and its effects told; the same text, sent back, is then taken in."""
    form = ImportForm(request.POST or None, request.FILES or None)
    plan = None
    if request.method == "POST" and form.is_valid():
        plan = plan_import(form.cleaned_data["text"])
        if request.POST.get("act") == "import" and imported(request, form.cleaned_data["text"]):
            return redirect("people:import")
    context = {
        "form": form,
        "plan": plan,
        "text": form.cleaned_data.get("text", "") if plan else "",
        "columns": [(sort, COLUMNS[sort].items(), REQUIRED[sort]) for sort in Sort],
    }
    return render(request, "people/import.html", context, status=422 if is_wrong(form, plan) else 200)


def is_wrong(form: ImportForm, plan: Plan | None) -> bool:
    return bool(form.errors or (plan and plan.problems))


def imported(request: PersonRequest, text: str) -> bool:
    try:
        report = import_text(text=text, by=request.user, at=timezone.now())
    except NotImported:
        return False
    except IntegrityError:
        messages.error(
            request, _("Somebody changed people or teams at the same moment. Nothing was imported: try again.")
        )
        return False
    told = {outcome.value: len(names) for outcome, names in report.items()}
    messages.success(
        request, _("Imported: %(created)s created, %(changed)s changed, %(moved)s moved, %(same)s unchanged.") % told
    )
    return True


@require_GET
@policy(Audience.ADMINISTRATOR)
def template(request: PersonRequest, sort: str) -> HttpResponse:
    """A file to fill in: the columns, and one line as an example."""
    if sort not in list(Sort):
        raise Http404
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{sort}.csv"'
    csv.writer(response, delimiter=";").writerows([COLUMNS[Sort(sort)], EXAMPLES[Sort(sort)]])
    return response
