"""What an inbox says of reports, hidden messages and appeals: asked when it is shown, with the rights of then."""

from collections.abc import Collection, Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from intranet.accounts.models import User
from realtime.notifications.sources import Shown, source
from realtime.spaces.access import rights_of_many
from realtime.spaces.models import Space
from realtime.threads.models import Appeal, Message, ModerationAct, Report


@source("report")
def report_shown(user: User, keys: Collection[int]) -> dict[int, Shown]:
    """A report, for those who run the space. It names nobody: its author may be among them."""
    reports = list(
        Report.objects.filter(pk__in=keys, message__in=Message.objects.visible_to(user).to_judge()).select_related(
            "message__thread__space"
        )
    )
    run = spaces_run_by(user, (report.message.thread.space for report in reports))
    return {
        report.pk: Shown(
            title=_("A message is reported in “%(title)s”") % {"title": report.message.thread.title},
            words=report.reason,
            url=reverse("threads:moderate", args=[report.message_id]),
            place=report.message.thread.space.name,
        )
        for report in reports
        if report.message.thread.space_id in run
    }


@source("moderation")
def act_shown(user: User, keys: Collection[int]) -> dict[int, Shown]:
    """What was decided about a message, for its author and for who reported it."""
    acts = list(
        ModerationAct.objects.filter(pk__in=keys, message__in=Message.objects.visible_to(user)).select_related(
            "message__thread__space"
        )
    )
    reported = set(
        Report.objects.filter(by=user, message__in={act.message_id for act in acts}).values_list(
            "message_id", flat=True
        )
    )
    return {
        act.pk: Shown(act_title(act, is_author), act.reason, log_address(act), act.message.thread.space.name)
        for act in acts
        if (is_author := act.message.author_id == user.pk) or act.message_id in reported
    }


@source("appeal")
def appeal_shown(user: User, keys: Collection[int]) -> dict[int, Shown]:
    """A second look: asked for, to those who run the space; decided, to the author."""
    appeals = list(
        Appeal.objects.filter(pk__in=keys, act__message__in=Message.objects.visible_to(user)).select_related(
            "act__message__thread__space"
        )
    )
    run = spaces_run_by(user, (found.act.message.thread.space for found in appeals))
    shown = {}
    for found in appeals:
        message, place = found.act.message, found.act.message.thread.space
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
    """What happened, said to the author or to who reported the message."""
    if is_author:
        return {
            ModerationAct.Kind.HIDDEN: _("Your message was hidden"),
            ModerationAct.Kind.SHOWN: _("Your message is shown again"),
            ModerationAct.Kind.LEFT: _("Your message was left as it is"),
            ModerationAct.Kind.TAKEN_BACK: _("Your message was taken back"),
        }[ModerationAct.Kind(act.kind)]
    if act.kind == ModerationAct.Kind.LEFT and act.message.deleted_at:
        return _("Those who run the space looked at what you reported")
    return {
        ModerationAct.Kind.HIDDEN: _("The message you reported was hidden"),
        ModerationAct.Kind.SHOWN: _("The message you reported is shown again"),
        ModerationAct.Kind.LEFT: _("The message you reported was left as it is"),
        ModerationAct.Kind.TAKEN_BACK: _("The message you reported was taken back by its author"),
    }[ModerationAct.Kind(act.kind)]


def log_address(act: ModerationAct) -> str:
    return reverse("threads:moderation", args=[act.message.thread.space.slug]) + f"#act-{act.pk}"


def spaces_run_by(user: User, spaces: Iterable[Space]) -> set[int]:
    """Those of some spaces that `user` runs now, in two queries."""
    rights = rights_of_many({user.pk}, list({space.pk: space for space in spaces}.values()))
    return {space_id for (_user_id, space_id), right in rights.items() if right.may_facilitate}
