"""Whom a message calls: only people who see the conversation, by their own name, and never by accident."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Q

from intranet.accounts.models import User
from intranet.people.models import Profile, Team
from realtime.spaces.access import NO_RIGHTS, Rights, belong_to, rights_of_many
from realtime.spaces.markup import render, with_calls
from realtime.spaces.mentions import GUEST, LONGEST, PERSON, SPACE, TEAM, TOKEN, Target, written
from realtime.spaces.models import Space
from realtime.threads.access import may_see
from realtime.threads.models import Mention, Message, Thread

MOST = 50  # different people, teams and places that one message calls; the others stay plain words
MANY = 50  # people whom only those who run a space call all at once
BARE = re.compile(r"(?<!\w)@(\w[^\s@\[\]()<>*_`~,;:!?\"]*(?: [^\s@\[\]()<>*_`~,;:!?\"]+){0,5})")
MOST_BARE = 20  # names typed without a token that are looked up in one message
MOST_NAMES = 2_000  # looked up in one batch

Key = tuple[int, int]  # an author and a thread, a person and a space, ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom some words seem to call: by target, and by names that may be anyone's or nobody's."""

    targets: frozenset[Target] = frozenset()
    names: frozenset[str] = frozenset()


NOBODY = Wanted()


def wanted(body: str) -> Wanted:
    """Whom `body` seems to call, before it is known what stands in code and who exists."""
    if "@" not in body:
        return NOBODY
    targets = frozenset(Target(m["kind"], int(m["pk"])) for m in TOKEN.finditer(body))
    typed = [m[1] for _n, m in zip(range(MOST_BARE), BARE.finditer(body), strict=False)]
    return Wanted(targets, frozenset(name for words in typed for name in beginnings(words)))


def beginnings(words: str) -> Iterable[str]:
    """The names that `words` may begin with: "Claire Morvan's" gives it, "Claire Morvan" and "Claire"."""
    while words:
        yield words[:LONGEST]
        yield words[:LONGEST].rstrip(".…")
        yield re.split(r"['’](?=[^'’]*$)", words[:LONGEST])[0]
        words = words.rpartition(" ")[0]


@dataclass(frozen=True, slots=True)
class Directory:
    """Everyone and every team that a batch of words may call, with their names."""

    people: Mapping[int, tuple[str, Target]]
    teams: Mapping[int, str]

    def people_in(self, words: Wanted) -> set[int]:
        """The ids of those whom these words seem to call."""
        by_target = {target.pk for target in words.targets if target.kind in (PERSON, GUEST)} & self.people.keys()
        return by_target | {pk for pk, (name, _target) in self.people.items() if name in words.names}


def look_up(batch: Collection[Wanted]) -> Directory:
    """Everyone whom a batch of words seems to call; two queries, none when it calls nobody."""
    targets = {target for words in batch for target in words.targets}
    names = set(sorted({name for words in batch for name in words.names})[:MOST_NAMES])
    if not targets and not names:
        return Directory({}, {})
    ids = {target.pk for target in targets if target.kind in (PERSON, GUEST)}
    rows = User.objects.filter(Q(pk__in=ids) | Q(name__in=names), is_active=True)
    people = {
        pk: (name, Target(PERSON if kind == Profile.Kind.EMPLOYEE else GUEST, pk))
        for pk, name, kind in rows.values_list("pk", "name", "profile__kind")
    }
    ids = {target.pk for target in targets if target.kind == TEAM}
    teams = Team.objects.filter(Q(pk__in=ids) | Q(name__in=names)).order_by("pk").values_list("pk", "name")
    return Directory(people, dict(teams))


@dataclass
class Words:
    """What somebody wants to say where, and whom it already called before it was edited."""

    body: str
    author_id: int
    thread: Thread
    before: frozenset[int] = frozenset()  # the people among them

    @cached_property
    def wanted(self) -> Wanted:
        return wanted(self.body)


@dataclass(slots=True)
class Called:
    """Some words once it is known whom they call: as kept, as shown, whom, and which names were not called."""

    body: str
    html: str
    targets: list[Target] = field(default_factory=list)
    unheard: list[str] = field(default_factory=list)

    def rows(self, message: Message) -> list[Mention]:
        """The mentions of `message`, not stored yet."""
        return [Mention(message=message, **{f"{column(target)}_id": target.pk}) for target in self.targets]


def column(target: Target) -> str:
    """The field of a mention that holds such a target."""
    return {PERSON: "user", GUEST: "user"}.get(target.kind, target.kind)


@dataclass(slots=True)
class Switchboard:
    """Decides whom a batch of words calls, from rights read for the whole batch."""

    directory: Directory
    rights: Mapping[Key, Rights]
    spoke: set[Key]  # thread and person: who has written where a guest asks
    crowds: Mapping[int, int]  # how many people a space would call

    def connect(self, words: Words) -> Called:
        """What becomes of some words."""
        if words.wanted == NOBODY:
            return Called(words.body, render(words.body))
        return Connection(self, words).made()


def call_again(message: Message, body: str) -> Called:
    """Whom the new words of `message` call."""
    before = message.mentions.exclude(user=None).values_list("user_id", flat=True)
    words = Words(body, message.author_id or 0, message.thread, frozenset(before))
    rights = rights_of_many([words.author_id], [message.thread.space])
    return open_switchboard([words], rights).connect(words)


def keep(message: Message, called: Called) -> tuple[list[Mention], bool]:
    """Makes the mentions of `message` those of its new words; returns the ones that are new, and whether one is gone."""
    wanted_rows = {key(mention): mention for mention in called.rows(message)}
    there = {key(mention): mention for mention in message.mentions.all()}
    gone = [mention.pk for k, mention in there.items() if k not in wanted_rows]
    message.mentions.filter(pk__in=gone).delete()
    fresh = [mention for k, mention in wanted_rows.items() if k not in there]
    return Mention.objects.bulk_create(fresh), bool(gone)


def key(mention: Mention) -> tuple[int | None, ...]:
    return mention.user_id, mention.team_id, mention.space_id


def open_switchboard(batch: Sequence[Words], rights: Mapping[Key, Rights]) -> Switchboard:
    """The switchboard of a batch, given the rights of its authors by person and space.

    No query where nobody seems to be called. Else two to find them and two for their rights; one more where a
    guest calls, and three where somebody calls a whole space.
    """
    calling = [words for words in batch if words.wanted != NOBODY]
    directory = look_up([words.wanted for words in calling])
    people = {pk for words in calling for pk in directory.people_in(words.wanted)}
    spaces = list({words.thread.space_id: words.thread.space for words in calling}.values())
    everyone = {**rights_of_many(people, spaces), **rights} if people else rights
    whole = list({w.thread.space_id: w.thread.space for w in calling if calls_space(w)}.values())
    crowds = {pk: len(members) for pk, members in belong_to(whole).items()} if whole else {}
    return Switchboard(directory, everyone, spoke_where(calling, directory, rights), crowds)


def spoke_where(batch: Sequence[Words], directory: Directory, rights: Mapping[Key, Rights]) -> set[Key]:
    """Who has written where a guest calls them, as pairs of thread and person."""
    guests = [words for words in batch if rights.get((words.author_id, words.thread.space_id), NO_RIGHTS).is_guest]
    asked = {pk for words in guests for pk in directory.people_in(words.wanted)}
    if not asked:
        return set()
    here = Message.objects.filter(thread__in={words.thread.pk for words in guests}, author__in=asked)
    return set(here.order_by().values_list("thread_id", "author_id").distinct())


def calls_space(words: Words) -> bool:
    space: Space = words.thread.space
    return Target(SPACE, space.pk) in words.wanted.targets or space.name in words.wanted.names


@dataclass
class Connection:
    """One message at the switchboard."""

    board: Switchboard
    words: Words
    targets: dict[Target, str] = field(default_factory=dict)
    unheard: dict[str, None] = field(default_factory=dict)

    def made(self) -> Called:
        body = with_calls(self.words.body, self.names, self.decide)
        html = render(body, {str(target): name for target, name in self.targets.items()})
        return Called(body, html, list(self.targets), list(self.unheard))

    def decide(self, label: str, target: Target) -> str:
        """The token of whoever is called, by their own name; else the words as typed."""
        called = self.real(target)
        if called is None or not self.may_call(called) or (called not in self.targets and len(self.targets) >= MOST):
            self.unheard[label] = None
            return f"@{label}"
        name = self.name_of(called)
        self.targets[called] = name
        return written(name, called)

    @cached_property
    def author(self) -> Rights:
        return self.board.rights.get((self.words.author_id, self.space.pk), NO_RIGHTS)

    @property
    def space(self) -> Space:
        space: Space = self.words.thread.space
        return space

    @cached_property
    def names(self) -> dict[str, Target]:
        """The names that call somebody without a token: where one alone is meant."""
        found = {}
        for name in self.words.wanted.names:
            for kind in (self.people_named(name), self.teams_named(name), self.spaces_named(name)):
                if kind:
                    if len(kind) == 1:
                        found[name] = kind[0]
                    break
        return found

    def people_named(self, name: str) -> list[Target]:
        """Those who may be called; for a colleague, failing them, one who does not see the conversation."""
        everyone = [target for called, target in self.board.directory.people.values() if called == name]
        heard = [target for target in everyone if self.may_call(target)]
        again = [target for target in heard if target.pk in self.words.before]
        return again or heard or [t for t in everyone[:1] if t.kind == PERSON and not self.author.is_guest]

    def teams_named(self, name: str) -> list[Target]:
        teams = [Target(TEAM, pk) for pk, called in self.board.directory.teams.items() if called == name]
        return [target for target in teams if self.may_call(target)]

    def spaces_named(self, name: str) -> list[Target]:
        target = Target(SPACE, self.space.pk)
        return [target] if self.space.name == name and self.may_call(target) else []

    def real(self, target: Target) -> Target | None:
        """`target` as it is: a token may call a guest a person. None for nobody."""
        if target.kind in (PERSON, GUEST):
            return self.board.directory.people.get(target.pk, ("", None))[1]
        return target

    def name_of(self, target: Target) -> str:
        if target.kind == TEAM:
            return self.board.directory.teams[target.pk]
        return self.space.name if target.kind == SPACE else self.board.directory.people[target.pk][0]

    def may_call(self, target: Target) -> bool:
        """Whether the author may call `target` here; a guest calls only those who wrote here before."""
        if target.kind == TEAM:
            return target.pk in self.board.directory.teams and may_call_teams(self.author, self.words.thread)
        if target.kind == SPACE:
            crowd = self.board.crowds.get(self.space.pk, 0)
            return target.pk == self.space.pk and may_call_space(self.author, self.space, crowd)
        right = self.board.rights.get((target.pk, self.space.pk), NO_RIGHTS)
        known = not self.author.is_guest or (self.words.thread.pk, target.pk) in self.board.spoke
        return known and may_see(right, self.words.thread)


def may_call_teams(author: Rights, thread: Thread) -> bool:
    """Teams are unknown to guests: they are called only among us, in a place."""
    return not author.is_guest and thread.audience == Thread.Audience.INTERNAL and thread.space.is_place


def may_call_space(author: Rights, space: Space, crowd: int) -> bool:
    """Everyone at once: by those inside, and beyond MANY people by those who run the place."""
    return not author.is_guest and space.is_place and (author.may_facilitate or crowd <= MANY)
