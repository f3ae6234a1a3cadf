"""Polls as they are asked, and what they say where one is shown outside of its conversation."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, prefetch_related_objects

from intranet.accounts.models import User
from realtime.threads.models import Message, Poll, PollOption, PollVote

FEWEST, MOST = 2, 10  # options of a quick poll
LONGEST_OPTION = 120  # characters


@dataclass(frozen=True, slots=True)
class PollDraft:
    """What is asked besides the words of the message; a sense check has its own options."""

    kind: str
    labels: tuple[str, ...] = ()
    is_multiple: bool = False

    def options(self, poll: Poll) -> list[PollOption]:
        """The options of `poll`, not stored yet."""
        if self.kind == Poll.Kind.SENSE:
            return [PollOption(poll=poll, position=n, code=code) for n, code in enumerate(Poll.Sense.values)]
        return [PollOption(poll=poll, position=n, label=label) for n, label in enumerate(self.labels)]


def store_polls(asked: Sequence[tuple[Message, PollDraft | None]]) -> None:
    """Writes the polls that some new messages carry; five statements whatever their number, none without any."""
    polls = []
    for message, draft in asked:
        if draft is None:
            Message.poll.related.set_cached_value(message, None)  # known, so that nobody asks
        else:
            polls.append((Poll(message=message, kind=draft.kind, is_multiple=draft.is_multiple), draft))
    if polls:
        Poll.objects.bulk_create([poll for poll, _draft in polls])
        PollOption.objects.bulk_create([option for poll, draft in polls for option in draft.options(poll)])
        with_options(poll for poll, _draft in polls)


def with_options(polls: Iterable[Poll]) -> None:
    """Fetches what a screen shows of some polls: two queries, none without any."""
    prefetch_related_objects(list(polls), Prefetch("options", PollOption.objects.for_reading()))


# --- outside of their conversation ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OptionResult:
    """An option, how many chose it, and whether the reader did."""

    pk: int
    words: str
    many: int
    is_mine: bool


@dataclass(frozen=True, slots=True)
class PollResult:
    """A poll as one reader finds it; `whole` is the length that a full bar stands for."""

    message_id: int
    space_id: int
    kind: str
    is_multiple: bool
    is_closed: bool
    options: list[OptionResult]

    @property
    def whole(self) -> int:
        many = [option.many for option in self.options]
        return max(1, max(many) if self.is_multiple else sum(many))


def poll_results(messages: Collection[int], reader: User) -> dict[int, PollResult]:
    """The polls that some messages carry which `reader` may read, by message; one query."""
    mine = PollVote.objects.filter(option=OuterRef("pk"), user=reader)
    options: Any = (
        PollOption.objects.filter(poll__in=messages)
        .select_related("poll__message__thread")
        .annotate(many=Count("votes"), is_mine=Exists(mine))
        .order_by("poll", "position")
    )
    found: dict[int, PollResult] = {}
    for option in options:
        poll = option.poll
        space = poll.message.thread.space_id
        result = PollResult(poll.pk, space, poll.kind, poll.is_multiple, poll.closed_at is not None, [])
        shown = OptionResult(option.pk, option.text, option.many, option.is_mine)
        found.setdefault(poll.pk, result).options.append(shown)
    return found
