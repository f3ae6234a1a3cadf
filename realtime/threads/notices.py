"""What is said tells people: who is called, answered, written to, announced to. One batch at a time."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils import timezone

from intranet.people.models import Membership
from realtime.notifications.services import Notice, notify, withdraw
from realtime.spaces.access import NO_RIGHTS, rights_of_many
from realtime.spaces.models import Level, Space, SpaceMember
from realtime.threads.access import may_see
from realtime.threads.levels import CALLS, HEARD, STRONGEST_FIRST, Levels, Reason, levels_of
from realtime.threads.models import Mention, Message, Subscription, Thread

Told = dict[tuple[int, int], str]  # the strongest reason by (message, person)


def tell_of(messages: Sequence[Message], *, at: datetime) -> int:
    """Tells those whom some messages call, answer, reach in private or announce something to; returns how many are new.

    Called in the transaction that stores them, once their mentions are stored and before their threads move on.
    Each person once a message, for the strongest reason, at the level they chose, and only where they see the
    thread; never the author. Whoever writes or is called by name follows the thread from then on. Bounded
    statements whatever the number of messages and people. What is said on a practice ground tells nobody.
    """
    messages = [message for message in messages if message.thread.space.kind != Space.Kind.PRACTICE]
    return tell_those(messages, reasons(messages), at=at) if messages else 0


def tell_again(message: Message, *, at: datetime) -> None:
    """Tells those whom an edited message calls now; whoever it no longer calls is told for what is left, or not at all.

    Called once its mentions are those of its new words. Nobody is told twice, and what was read or sent by mail stays.
    """
    if message.thread.space.kind == Space.Kind.PRACTICE:
        return
    told = reasons([message])
    still = {(user_id, reason) for (_, user_id), reason in told.items()}
    gone = withdraw(source=("message", message.pk), reasons=CALLS, still=still, at=at)
    changed = {pair: reason for pair, reason in told.items() if reason in CALLS or pair[1] in gone}
    if changed:
        tell_those([message], changed, at=at)


def tell_those(messages: Sequence[Message], told: Told, *, at: datetime) -> int:
    """Tells the people of `told` who see the thread and hear it at their level; returns how many are new."""
    people = {user_id for _, user_id in told}
    threads = list({message.thread_id: message.thread for message in messages}.values())
    authors = {message.author_id for message in messages if message.author_id is not None}
    seers = who_sees(people, threads)
    levels = levels_of(people, authors, threads)
    by_id = {message.pk: message for message in messages}
    heard = {
        (pk, user_id): reason
        for (pk, user_id), reason in told.items()
        if user_id in seers[by_id[pk].thread_id] and levels.hears(user_id, by_id[pk].thread, reason)
    }
    follow(messages, heard, levels, at=at)
    return notify(list(notices(by_id, heard)), at=at) if heard else 0


def notices(messages: Mapping[int, Message], heard: Told) -> Iterable[Notice]:
    """One notice for each message and reason."""
    together: dict[tuple[int, str], list[int]] = defaultdict(list)
    for (pk, user_id), reason in heard.items():
        together[pk, reason].append(user_id)
    for (pk, reason), user_ids in together.items():
        message = messages[pk]
        yield Notice(
            user_ids,
            category=HEARD[reason][0],
            reason=reason,
            key=f"message:{pk}",
            source_kind="message",
            source_key=pk,
            topic=message.thread.stream,
            seq=message.seq,
            actor_id=message.author_id,
            at=message.posted_at,
        )


def reasons(messages: Sequence[Message]) -> Told:
    """Why each message concerns whom, the strongest reason alone, its author left out; at most three queries."""
    calling = [message for message in messages if "@" in message.body]  # a name is called after this sign
    called = list(Mention.objects.filter(message__in=calling).select_related("team")) if calling else []
    members, teams = expanded(messages, called)
    found: dict[tuple[int, int], set[str]] = defaultdict(set)
    calls = by_message(called)
    for message in messages:
        for reason, user_ids in concerned(message, calls[message.pk], members, teams):
            for user_id in user_ids:
                found[message.pk, user_id].add(reason)
    authors = {(message.pk, message.author_id) for message in messages}
    return {pair: min(why, key=STRONGEST_FIRST.index) for pair, why in found.items() if pair not in authors}


def by_message(mentions: Iterable[Mention]) -> dict[int, list[Mention]]:
    calls: dict[int, list[Mention]] = defaultdict(list)
    for mention in mentions:
        calls[mention.message_id].append(mention)
    return calls


def concerned(
    message: Message, calls: Collection[Mention], members: Mapping[int, set[int]], teams: Mapping[str, set[int]]
) -> Iterable[tuple[str, set[int]]]:
    """Each reason a message gives, with the people it gives it for, the author perhaps among them."""
    thread = message.thread
    yield Reason.CALLED, {call.user_id for call in calls if call.user_id is not None}
    for call in calls:
        if call.team is not None:
            yield Reason.TEAM_CALLED, teams[call.team.path]
        elif call.space_id is not None:
            yield Reason.SPACE_CALLED, members[call.space_id]
    if thread.kind == Thread.Kind.PRIVATE:
        yield Reason.WROTE, members[thread.space_id]
    if message.reply_to is not None and message.reply_to.author_id is not None:
        yield Reason.REPLIED, {message.reply_to.author_id}
    if thread.kind == Thread.Kind.QUESTION and thread.created_by_id is not None:
        yield Reason.ANSWERED, {thread.created_by_id}
    if announces(message):
        yield Reason.ANNOUNCED, members[thread.space_id]


def announces(message: Message) -> bool:
    """Whether a message is the announcement itself, not what is said under it: when it is said, and afterwards."""
    return message.thread.kind == Thread.Kind.ANNOUNCEMENT and (message.thread.last_seq == 0 or message.seq == 1)


# --- whom a name stands for ---------------------------------------------------------------------


def expanded(
    messages: Sequence[Message], called: Sequence[Mention]
) -> tuple[dict[int, set[int]], defaultdict[str, set[int]]]:
    """The people of the spaces and of the team paths that are addressed as a whole; no query without one, two at most."""
    whole = {call.space_id for call in called if call.space_id is not None} | {
        message.thread.space_id
        for message in messages
        if message.thread.kind == Thread.Kind.PRIVATE or announces(message)
    }
    rows = list(SpaceMember.objects.current().filter(space__in=whole).select_related("team")) if whole else []
    paths = {call.team.path for call in called if call.team} | {row.team.path for row in rows if row.team}
    teams = people_under(paths)
    members: dict[int, set[int]] = {space_id: set() for space_id in whole}
    for row in rows:
        members[row.space_id] |= teams[row.team.path] if row.team else {row.user_id} if row.user_id else set()
    return members, teams


def people_under(paths: Collection[str]) -> defaultdict[str, set[int]]:
    """Who is today in the team of each path or in one below it; one query."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    if not paths:
        return found
    below = reduce(or_, (Q(team__path__startswith=path) for path in sorted(paths)))
    today = Membership.objects.on(timezone.localdate()).filter(below)
    for user_id, here in today.values_list("user_id", "team__path"):
        for path in paths:
            if here.startswith(path):
                found[path].add(user_id)
    return found


def who_sees(user_ids: Collection[int], threads: Sequence[Thread]) -> dict[int, set[int]]:
    """Those of `user_ids` who see each thread now; two queries, none for nobody."""
    if not user_ids:
        return {thread.pk: set() for thread in threads}
    spaces = list({thread.space_id: thread.space for thread in threads}.values())
    rights = rights_of_many(user_ids, spaces)
    return {
        thread.pk: {pk for pk in user_ids if may_see(rights.get((pk, thread.space_id), NO_RIGHTS), thread)}
        for thread in threads
    }


# --- following ----------------------------------------------------------------------------------


def follow(messages: Sequence[Message], heard: Told, levels: Levels, *, at: datetime) -> None:
    """Whoever wrote, or was called by name and does not mute it, follows the thread, unless they chose otherwise.

    A private conversation needs no following: it is always heard.
    """
    now = {(m.author_id, m.thread_id) for m in messages if m.author_id is not None}
    threads = {m.pk: m.thread for m in messages}
    for (pk, user_id), reason in heard.items():
        if reason == Reason.CALLED and levels.of(user_id, threads[pk]) != Level.MUTED:
            now.add((user_id, threads[pk].pk))
    private = {m.thread_id for m in messages if m.thread.kind == Thread.Kind.PRIVATE}
    fresh = sorted(pair for pair in now if pair not in levels.threads and pair[1] not in private)
    if fresh:
        Subscription.objects.bulk_create(
            [Subscription(user_id=user, thread_id=thread, level=Level.FOLLOWED, since=at) for user, thread in fresh],
            ignore_conflicts=True,
        )
