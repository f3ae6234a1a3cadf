"""What an inbox says of reports, hidden messages and appeals: asked when it is shown, with the rights of then."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from intranet.accounts.models import User
from realtime.notifications.sources import Shown, source
from realtime.spaces.access import rights_of_many
from realtime.spaces.models import Space
from realtime.threads.judging import judging_address, seen_by
from realtime.threads.models import Appeal, Message, ModerationAct, Report

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

ABOUT = ("message__thread__space", "question__thread__space")
Kind = ModerationAct.Kind
TITLES: dict[tuple[bool, bool], dict[str, "StrPromise"]] = {  # by whether it is a message, and said to its author
    (True, True): {
        Kind.HIDDEN: gettext_lazy("Your message was hidden"),
        Kind.SHOWN: gettext_lazy("Your message is shown again"),
        Kind.LEFT: gettext_lazy("Your message was left as it is"),
        Kind.TAKEN_BACK: gettext_lazy("Your message was taken back"),
    },
    (True, False): {
        Kind.HIDDEN: gettext_lazy("The message you reported was hidden"),
        Kind.SHOWN: gettext_lazy("The message you reported is shown again"),
        Kind.LEFT: gettext_lazy("The message you reported was left as it is"),
        Kind.TAKEN_BACK: gettext_lazy("The message you reported was taken back by its author"),
    },
    (False, True): {
        Kind.HIDDEN: gettext_lazy("Your question was hidden"),
        Kind.SHOWN: gettext_lazy("Your question is shown again"),
        Kind.LEFT: gettext_lazy("Your question was left as it is"),
        Kind.TAKEN_BACK: gettext_lazy("Your question was taken back"),
    },
    (False, False): {
        Kind.HIDDEN: gettext_lazy("The question you reported was hidden"),
        Kind.SHOWN: gettext_lazy("The question you reported is shown again"),
        Kind.LEFT: gettext_lazy("The question you reported was left as it is"),
        Kind.TAKEN_BACK: gettext_lazy("The question you reported was taken back by its author"),
    },
}


@source("report")
def report_shown(user: User, keys: Collection[int]) -> dict[int, Shown]:
    """A report, for those who run the space. It names nobody: its author may be among them."""
    to_judge = Q(message=None) | Q(message__in=Message.objects.to_judge())
    reports = list(Report.objects.filter(seen_by(user), to_judge, pk__in=keys).select_related(*ABOUT))
    run = spaces_run_by(user, (report.subject.thread.space for report in reports))
    return {
        report.pk: Shown(
            title=report_title(report) % {"title": report.subject.thread.title},
            words=report.reason,
            url=judging_address(report.subject),
            place=report.subject.thread.space.name,
        )
        for report in reports
        if report.subject.thread.space_id in run
    }


def report_title(report: Report) -> str:
    if report.question_id is not None:
        return _("A question is reported in “%(title)s”")
    return _("A message is reported in “%(title)s”")


@source("moderation")
def act_shown(user: User, keys: Collection[int]) -> dict[int, Shown]:
    """What was decided about a message or a question, for its author and for who reported it."""
    acts = list(ModerationAct.objects.filter(seen_by(user), pk__in=keys).select_related(*ABOUT))
    about = Q(message__in={act.message_id for act in acts}) | Q(question__in={act.question_id for act in acts})
    reported = set(Report.objects.filter(about, by=user).values_list("message_id", "question_id"))
    return {
        act.pk: Shown(act_title(act, is_author), act.reason, log_address(act), act.subject.thread.space.name)
        for act in acts
        if (is_author := act.subject.author_id == user.pk) or (act.message_id, act.question_id) in reported
    }


@source("appeal")
def appeal_shown(user: User, keys: Collection[int]) -> dict[int, Shown]:
    """A second look: asked for, to those who run the space; decided, to the author."""
    appeals = list(
        Appeal.objects.filter(pk__in=keys, act__message__in=Message.objects.visible_to(user)).select_related(
            "act__message__thread__space"
        )
    )
    messages = {found.pk: message for found in appeals if (message := found.act.message) is not None}
    run = spaces_run_by(user, (message.thread.space for message in messages.values()))
    shown = {}
    for found in appeals:
        message, place = messages[found.pk], messages[found.pk].thread.space
        if message.author_id == user.pk:
            if found.decided_at and not found.is_upheld:
                title = _("Your message stays hidden after a second look")
                shown[found.pk] = Shown(title, found.answer, log_address(found.act), place.name)
        elif place.pk in run and message.deleted_at is None:
            title = _("The author of a hidden message asks for a second look")
            url = reverse("threads:moderate", args=[message.pk])
            shown[found.pk] = Shown(title, found.words, url, place.name)
    return shown


def act_title(act: ModerationAct, is_author: bool) -> str:
    """What happened, said to the author or to who reported it."""
    if act.kind == Kind.LEFT and not is_author and act.message and act.message.deleted_at:
        return _("Those who run the space looked at what you reported")
    return str(TITLES[act.message_id is not None, is_author][act.kind])


def log_address(act: ModerationAct) -> str:
    return reverse("threads:moderation", args=[act.subject.thread.space.slug]) + f"#act-{act.pk}"


def spaces_run_by(user: User, spaces: Iterable[Space]) -> set[int]:
    """Those of some spaces that `user` runs now, in two queries."""
    rights = rights_of_many({user.pk}, list({space.pk: space for space in spaces}.values()))
    return {space_id for (_user_id, space_id), right in rights.items() if right.may_facilitate}
