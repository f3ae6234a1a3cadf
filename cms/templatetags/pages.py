"""Pages in templates."""

from base64 import b64encode
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from wagtail.models import TaskState

from cms.approving import telling
from cms.approving.access import waits_for
from cms.approving.forms import AskForm
from cms.base.models import BasePage
from cms.care import foot
from cms.care.forms import AnswerForm, ProblemForm
from cms.reading import ICONS, Reading
from cms.syntheses.access import summed_up
from cms.talk.access import beside
from realtime.threads.models import Thread

register = template.Library()


@register.filter
def page_icon(page: BasePage) -> str:
    """The name of the icon of a page's type, whose `content_type` was fetched with it."""
    return ICONS.get(page.content_type.model, "file-text")


@register.filter
def has_headings(table: Any) -> bool:
    """Whether a table of a page says above any of its columns what stands in it."""
    return any(column["heading"] for column in table.columns)


@register.filter
def edit_url(page: BasePage) -> str:
    """Where an editor changes the page."""
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


@register.filter
def as_base64(value: bytes) -> str:
    """Bytes as an attribute holds them."""
    return b64encode(bytes(value)).decode()


@register.filter
def step(page: BasePage) -> int:
    """How far below the first page of its space a page stands: 0 just below it, 3 and further all alike."""
    return min(int(page.depth) - 4, 3)


@register.simple_tag(takes_context=True)
def beside_page(context: template.Context, reading: Reading) -> list[Any]:
    """What other parts of the house show beside a page."""
    return reading.beside(context["request"])


@register.simple_tag
def page_foot(reading: Reading) -> foot.Foot:
    """What stands at the foot of a page for its reader."""
    return foot.foot_of(reading.page, reading.reader)


@register.simple_tag(takes_context=True)
def has_said(context: template.Context, page: BasePage) -> bool:
    """Whether this browser said lately if a page is useful."""
    return page.pk in foot.opinions_said(context["request"])


@register.simple_tag(takes_context=True)
def problem_form_of(context: template.Context) -> ProblemForm:
    """The form to say that something is wrong: the one that was refused, with its words, or a new one."""
    return context.get("problem_form") or ProblemForm(auto_id="problem_%s")


@register.simple_tag(takes_context=True)
def answer_form_of(context: template.Context) -> AnswerForm:
    """The form to say until when a page is right."""
    return context.get("answer_form") or AnswerForm(auto_id="answer_%s")


@register.simple_tag(takes_context=True)
def talk_beside(context: template.Context, page: BasePage) -> dict[str, Any]:
    """The passages of a page that people talk about, for those who write it."""
    return beside(page, context["request"].user)


@register.simple_tag(takes_context=True)
def summed_up_in(context: template.Context, page: BasePage) -> Thread | None:
    """The conversation that a page sums up, where the reader sees it; asked once, and only for the page of a synthesis."""
    if "summed_up" not in page.__dict__:
        page.__dict__["summed_up"] = summed_up(page, context["request"].user)
    found: Thread | None = page.__dict__["summed_up"]
    return found


@register.simple_tag
def approval_of(page: BasePage) -> TaskState | None:
    """The approval that a page waits for, to those who write it."""
    return waits_for(page)


@register.simple_tag(takes_context=True)
def ask_form_of(context: template.Context) -> AskForm:
    """The form to ask for an approval: the one that was refused, with its words, or a new one for a week."""
    in_a_week = timezone.localdate() + telling.PATIENCE
    return context.get("ask_form") or AskForm(initial={"due_on": in_a_week}, auto_id="approval_%s")


@register.filter
def page_type(page: BasePage) -> str:
    """The name of a page's type, as people say it."""
    model = page.content_type.model_class()
    return str(model._meta.verbose_name) if model else ""
