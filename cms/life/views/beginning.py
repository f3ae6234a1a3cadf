"""Beginning a page, and the templates that a space keeps."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cms.life import beginning
from cms.life.access import access_space_as_writer, access_template, may_change
from cms.life.forms import BeginPageForm, TemplateForm
from cms.writing.access import access_written_page, space_of
from intranet.accounts.policy import Audience, policy
from intranet.accounts.request import PersonRequest


@require_http_methods(["GET", "POST"])
@policy(Audience.EMPLOYEE, holds="space")
def page_begin(request: PersonRequest, slug: str) -> HttpResponse:
    """Begins a shared page in a space: its title first, the words together."""
    space, _rights = access_space_as_writer(request.user, slug)
    form = BeginPageForm(request.POST or None, space=space)
    if request.method == "POST" and form.is_valid():
        page = beginning.begin_with(space=space, by=request.user, at=timezone.now(), **form.cleaned_data)
        return redirect("cms:page_write", page.pk)
    context = {"space": space, "form": form}
    return render(request, "cms/page_begin.html", context, status=422 if form.errors else 200)


@require_GET
@policy(Audience.EMPLOYEE, holds="space")
def templates(request: PersonRequest, slug: str) -> HttpResponse:
    """The templates that a space keeps, for those who write there."""
    space, rights = access_space_as_writer(request.user, slug)
    kept = list(space.page_templates.select_related("by").order_by("name", "pk"))
    rows = [(template, may_change(request.user, template, rights)) for template in kept]
    return render(request, "cms/templates.html", {"space": space, "rows": rows})


@require_http_methods(["GET", "POST"])
@policy(Audience.EMPLOYEE, holds="written_page")
def template_keep(request: PersonRequest, pk: int) -> HttpResponse:
    """Keeps what a page says now as a template of its space."""
    page = access_written_page(request.user, pk)
    form = TemplateForm(request.POST or None, initial={"name": page.draft_title[:120]})
    if request.method == "POST" and form.is_valid():
        try:
            beginning.keep_as_template(page=page, by=request.user, at=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Kept: whoever begins a page in this space can begin with it."))
            return redirect("cms:templates", space_of(page).slug)
        except beginning.NameTaken:
            form.add_error("name", name_taken())
    context = {"page": page, "space": space_of(page), "form": form}
    return render(request, "cms/template_keep.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@policy(Audience.EMPLOYEE, holds="page_template")
def template_rename(request: PersonRequest, pk: int) -> HttpResponse:
    """Calls a template otherwise."""
    template = access_template(request.user, pk)
    words = {"name": template.name, "purpose": template.purpose}
    form = TemplateForm(request.POST or None, initial=words)
    if request.method == "POST" and form.is_valid():
        try:
            beginning.rename_template(template=template, **form.cleaned_data)
            return redirect("cms:templates", template.space.slug)
        except beginning.NameTaken:
            form.add_error("name", name_taken())
    context = {"space": template.space, "form": form, "called": words["name"]}
    return render(request, "cms/template_rename.html", context, status=422 if form.errors else 200)


@require_POST
@policy(Audience.EMPLOYEE, holds="page_template")
def template_remove(request: PersonRequest, pk: int) -> HttpResponse:
    """Takes a template away; the pages that began with it stay."""
    template = access_template(request.user, pk)
    beginning.remove_template(template=template)
    messages.success(
        request, _("“%(name)s” is no longer a template. The pages that began with it stay.") % {"name": template.name}
    )
    return redirect("cms:templates", template.space.slug)


def name_taken() -> str:
    return _("This space has a template of that name already.")
