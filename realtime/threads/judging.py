"""Who looks into what is reported, and whom each act concerns. An administrator has no part in it."""

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from intranet.accounts.models import User
from realtime.spaces.access import people_who_run
from realtime.spaces.models import Space
from realtime.threads.models import Appeal, LiveQuestion, Message, ModerationAct, Report

Subject = Message | LiveQuestion  # what is reported and decided about; asked without a name, it has no author


def about(subject: Subject) -> dict[str, Any]:
    """`subject` as a report or an act names it."""
    return {"question" if isinstance(subject, LiveQuestion) else "message": subject}


def judging_address(subject: Subject) -> str:
    """Where it is decided about."""
    name = "question_moderate" if isinstance(subject, LiveQuestion) else "moderate"
    return reverse(f"threads:{name}", args=[subject.pk])


def judges_of(subject: Subject, *, hid_by: int | None = None) -> set[int]:
    """Who may decide about it: those who run its space, its author left out where there is somebody else.

    For an appeal, whoever hid it (`hid_by`) is left out too, where there is somebody else.
    """
    runners = people_who_run(subject.thread.space)
    return first_choice(runners, [{subject.author_id, hid_by}, {subject.author_id}, set()])


def first_choice(people: set[int], left_out: Collection[Collection[int | None]]) -> set[int]:
    """`people` without the first of `left_out` that leaves somebody."""
    return next((left for without in left_out if (left := people - set(without))), set())


def open_reports(space: Space, *, for_user: User) -> "QuerySet[Report]":
    """What waits for `for_user` to look at in a space they run: reports on their own words only where they run it alone."""
    waiting, own = Report.objects.filter(in_space(space.pk), handled_at=None), written_by(for_user)
    return waiting.exclude(own) if has_another(space, for_user, waiting.filter(own)) else waiting


def written_by(user: User) -> Q:
    """Of reports and acts, those about words of `user`."""
    return Q(message__author=user) | Q(question__author=user)


def has_another(space: Space, user: User, own: "QuerySet[Any]") -> bool:
    """Whether somebody else runs the space; asked only when it matters, because something of `own` waits."""
    return own.exists() and bool(people_who_run(space) - {user.pk})


def open_appeals(space: Space, *, for_user: User) -> "QuerySet[Appeal]":
    """The second looks that wait in a space; those one asked for oneself only where one runs it alone."""
    waiting = Appeal.objects.filter(act__message__thread__space=space, act__message__deleted_at=None, decided_at=None)
    if has_another(space, for_user, waiting.filter(act__message__author=for_user)):
        return waiting.exclude(act__message__author=for_user)
    return waiting


def acts_concerning(user: User, space: Space, *, runs: bool) -> "QuerySet[ModerationAct]":
    """The acts of a space that `user` reads: all for who runs it, else those on their words and on what they reported."""
    acts = ModerationAct.objects.filter(seen_by(user), in_space(space.pk))
    if runs:
        return acts
    same = Q(message=OuterRef("message")) | Q(question=OuterRef("question"))
    reported = Report.objects.filter(same, by=user, at__lte=OuterRef("at"))
    of_reports = [ModerationAct.Kind.LEFT, ModerationAct.Kind.TAKEN_BACK]  # they say that there was one
    told_author = written_by(user) & ~Q(kind__in=of_reports)
    return acts.filter(told_author | Exists(reported))


def seen_by(user: User) -> Q:
    """Of reports and acts, those about what `user` sees."""
    return Q(message__in=Message.objects.visible_to(user)) | Q(question__in=LiveQuestion.objects.visible_to(user))


def in_space(pk: int) -> Q:
    """Of reports and acts, those about what stands in a space."""
    return Q(message__thread__space=pk) | Q(question__thread__space=pk)


def hiding_of(message: Message) -> ModerationAct | None:
    """The act that hides a message, None for one that is shown."""
    if message.hidden_at is None:
        return None
    return hidings([message]).get(message.pk)


def hidings(messages: Collection[Message]) -> dict[int, ModerationAct]:
    """The act that hides each hidden message of `messages`, with its appeal, by message; one query, none without any."""
    hidden = [message.pk for message in messages if message.hidden_at and not message.deleted_at]
    if not hidden:
        return {}
    acts = ModerationAct.objects.filter(message__in=hidden, kind=ModerationAct.Kind.HIDDEN)
    found = acts.select_related("appeal").order_by("at", "pk")
    return {act.message_id: act for act in found if act.message_id is not None}
