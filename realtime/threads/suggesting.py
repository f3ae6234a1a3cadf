"""Who can be called in a conversation, offered while a name is typed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypedDict

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext

from intranet.accounts.models import User
from intranet.people.access import people_with
from intranet.people.models import Team
from intranet.people.words import folded_words
from realtime.spaces.access import belong_to, see_space
from realtime.spaces.mentions import GUEST, PERSON, SPACE, TEAM, Target, label_of, written
from realtime.threads.access import ThreadRights
from realtime.threads.mentions import BARE, may_call_space, may_call_teams
from realtime.threads.models import Message, Thread

ROWS = 8
FRESH = 200  # the last messages that say who is in the conversation
CLOSE = 40  # people looked at more closely
EVERYONE = "tout tous toute toutes monde all everyone everybody here"  # other words for the whole space


class Suggestion(TypedDict):
    """One line of the list."""

    target: str  # "person:12"
    kind: str
    name: str
    about: str  # what they do, or what a team is for; "" when there is nothing to say
    photo: str  # address, "" without one
    id: int
    words: str  # what goes into the message


class Suggestions(TypedDict):
    """What is offered for some letters; `unseen` are colleagues who do not see the conversation and cannot be called."""

    rows: list[Suggestion]
    unseen: list[str]


def suggest(thread: Thread, *, user: User, rights: ThreadRights, typed: str) -> Suggestions:
    """At most ROWS who can be called in `thread` by `user`, those who speak there first; nine queries at most."""
    if not rights.may_write:
        return Suggestions(rows=[], unseen=[])
    words = folded_words(typed).split()
    people = nearest(people_to_call(thread, user), typed, thread, user)
    teams = teams_to_call(thread, rights, words)
    place = [thread.space] if words_fit(words, f"{thread.space.name} {EVERYONE}") and whole(thread, rights) else []
    found: list[tuple[Target, str, str, str]] = [
        *((Target(GUEST if p.is_guest else PERSON, p.pk), p.name, about(p), p.profile.photo_url) for p in people),
        *((Target(TEAM, team.pk), team.name, team.get_kind_display(), "") for team in teams),
        *((Target(SPACE, space.pk), space.name, gettext("Everyone in the space"), "") for space in place),
    ]
    shown = [*found[: ROWS - len(place)], *(found[-1:] if place and len(found) > ROWS - 1 else [])][:ROWS]
    taken = namesakes(thread, [name for _target, name, _about, _photo in shown])
    rows = [
        Suggestion(
            target=str(target), kind=target.kind, name=name, about=words_about, photo=photo, id=target.pk,
            words=words_to_write(name, target, taken),
        )
        for target, name, words_about, photo in shown
    ]  # fmt: skip
    return Suggestions(rows=rows, unseen=unseen(thread, user, words))


def people_to_call(thread: Thread, user: User) -> "QuerySet[User]":
    """Everyone else who sees the conversation; for a guest only those who wrote in it."""
    seeing = see_space(thread.space, with_guests=thread.audience == Thread.Audience.SHARED).exclude(pk=user.pk)
    return seeing.filter(pk__in=Message.objects.filter(thread=thread).values("author")) if user.is_guest else seeing


def nearest(people: "QuerySet[User]", typed: str, thread: Thread, user: User) -> list[User]:
    """Those with each word in their name, then in their trade or place; among them who spoke last first."""
    words = folded_words(typed).split()
    spoke = list(dict.fromkeys(thread.messages.order_by("-seq").values_list("author_id", flat=True)[:FRESH]))
    if user.is_guest:
        found = [person for person in people.select_related("profile") if words_fit(words, person.name)]
        return sorted(found, key=lambda p: (spoke.index(p.pk) if p.pk in spoke else FRESH, p.name))[:ROWS]
    people = people_with(people, words) if words else people.filter(pk__in=spoke)
    here = [When(pk=pk, then=Value(place)) for place, pk in enumerate(pk for pk in spoke if pk)]
    named = Q(profile__search_text__startswith=" ".join(words)) | Q(name__icontains=typed.strip())
    people = people.annotate(
        here=Case(*here, default=Value(FRESH), output_field=IntegerField()),
        named=Case(When(named, then=Value(0)), default=Value(1), output_field=IntegerField()),
    )
    found = list(people.select_related("profile").order_by("named", "here", "profile__search_text", "pk")[:CLOSE])
    return sorted(found, key=lambda person: not words_fit(words, person.name))[:ROWS]


def teams_to_call(thread: Thread, rights: ThreadRights, words: Sequence[str]) -> list[Team]:
    if not words or not may_call_teams(rights.space, thread):
        return []
    return [team for team in Team.objects.only("pk", "name", "kind") if words_fit(words, team.name)][:ROWS]


def whole(thread: Thread, rights: ThreadRights) -> bool:
    """Whether everyone of the space may be called at once."""
    if not may_call_space(rights.space, thread.space, 0):
        return False
    return may_call_space(rights.space, thread.space, len(belong_to([thread.space])[thread.space.pk]))


def words_fit(words: Iterable[str], text: str) -> bool:
    """Whether each folded word begins one of `text`."""
    spaced = f" {folded_words(text)}"
    return all(f" {word}" in spaced for word in words)


def about(person: User) -> str:
    """What is said beside a name; of a guest their organization, which everyone in a shared conversation may know."""
    if person.is_guest:
        return " · ".join(filter(None, [gettext("Guest"), person.profile.organization]))
    return person.profile.title


def namesakes(thread: Thread, names: Iterable[str]) -> Counter[str]:
    """How many people, teams and spaces that can be called here bear each of `names`."""
    wanted = set(names)
    people = User.objects.filter(name__in=wanted, is_active=True).values_list("name", flat=True)
    teams = Team.objects.filter(name__in=wanted).order_by("pk").values_list("name", flat=True)
    return Counter([*people, *teams, thread.space.name])


def words_to_write(name: str, target: Target, taken: Counter[str]) -> str:
    """`@` and the name where that says it all, else the whole token."""
    match = BARE.fullmatch(f"@{name}")
    return f"@{name}" if match and taken[name] == 1 and label_of(name) == name else written(name, target)


def unseen(thread: Thread, user: User, words: Sequence[str]) -> list[str]:
    """Three colleagues at most whom somebody may be looking for and who do not see the conversation."""
    if user.is_guest or thread.space.is_open or len("".join(words)) < 2:
        return []
    seeing = see_space(thread.space, with_guests=True).values("pk")
    others = User.objects.filter(is_active=True, profile__kind="employee").exclude(pk__in=seeing)
    named = people_with(others, words).order_by("profile__search_text", "pk").values_list("name", flat=True)[:40]
    return [name for name in named if words_fit(words, name)][:3]
