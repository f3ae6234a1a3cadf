"""Finding pages, conversations, people and places: the same answers on both databases.

The index gives whatever holds every word asked for, in any form, or beginning with the last word typed. Who
may see what is part of the question. The order is ours: a title before a text, then the newest.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext
from wagtail.search.backends import get_search_backend
from wagtail.search.query import PlainText

from cms.base.models import BasePage
from intranet.accounts.models import User
from intranet.people.models import Profile, Team
from intranet.people.words import Question, folded_words, stems
from intranet.portal.excerpts import Piece, around, marked
from realtime.spaces.markup import MAX_LENGTH, excerpt
from realtime.spaces.models import Space
from realtime.spaces.templatetags.spaces import ICONS
from realtime.threads.finding import Filters, find_messages
from realtime.threads.models import Message, Thread

KINDS = ("pages", "threads", "people")
MOST = 200  # candidates of one sort, the newest: what comes after is found with another word
A_PAGE = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """A candidate. `is_named`: its title holds every word."""

    kind: str
    pk: int
    is_named: bool
    at: datetime | None
    thing: Any
    words: Message | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """A line of the list: `title` and `words` in pieces, `where` it is."""

    kind: str
    url: str
    title: Sequence[Piece]
    where: Sequence[str]
    words: Sequence[Piece] = ()
    at: datetime | None = None
    person: User | None = None
    thread: Thread | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to go: a space or a team."""

    name: str
    url: str
    icon: str


@dataclass(slots=True)
class Findings:
    """All that answers a question, best first, by kind; and the places of that name."""

    question: Question
    hits: dict[str, list[Hit]] = field(default_factory=dict)
    places: list[Place] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(len(hits) for hits in self.hits.values())

    def of(self, kind: str) -> list[Hit]:
        """The hits of a kind, of all kinds for ""."""
        if kind in self.hits:
            return self.hits[kind]
        return best_first(hit for hits in self.hits.values() for hit in hits)


def find(question: Question, *, user: User, on: date, most: int = MOST) -> Findings:
    """What `user` may see that answers `question`: nine queries, none for a question without words."""
    if not question:
        return Findings(question, {kind: [] for kind in KINDS})
    teams = list(Team.objects.visible_to(user).order_by("name", "pk"))
    hits = {
        "pages": find_pages(question, user, most),
        "threads": find_threads(question, user, most),
        "people": find_people(question, user, teams, on, most),
    }
    return Findings(question, hits, find_places(question, user, teams))


def best_first(hits: Iterable[Hit]) -> list[Hit]:
    """Titles before texts, and the newest first; people, who have no date, before the rest of their tier."""
    return sorted(
        hits, key=lambda hit: (not hit.is_named, hit.at is not None, -(hit.at.timestamp() if hit.at else 0), hit.pk)
    )


# --- each sort ----------------------------------------------------------------------------------


def find_pages(question: Question, user: User, most: int) -> list[Hit]:
    """Pages by title and text."""
    seen = BasePage.objects.visible_to(user).filter(depth__gt=2)
    pages = matching(seen, question, by="last_published_at", most=most, more=("space",))
    return best_first(
        Hit("pages", page.pk, begins(page.title, question), page.last_published_at, page) for page in pages
    )


def find_threads(question: Question, user: User, most: int) -> list[Hit]:
    """Conversations by title and by what was said, each once, with the newest words that answer.

    One that stands beside a page has the page's title, and is found by what was said.
    """
    own = Thread.objects.visible_to(user).filter(origin_url="", merged_into=None)
    titles = matching(own, question, by="last_at", most=most, more=("space",))
    messages = find_messages(question, Filters(), user=user, most=most)
    newest: dict[int, Message] = {}
    for message in messages:
        newest.setdefault(message.thread_id, message)
    named = {
        thread.pk: Hit("threads", thread.pk, True, thread.last_at, thread, newest.get(thread.pk)) for thread in titles
    }
    others = [
        Hit("threads", pk, False, words.posted_at, words.thread, words)
        for pk, words in newest.items()
        if pk not in named
    ]
    return best_first([*named.values(), *others])


def find_people(question: Question, user: User, teams: list[Team], on: date, most: int) -> list[Hit]:
    """Colleagues by name, trade, skills, place and team, in any form of the words when nobody has them as typed."""
    seen = Profile.objects.visible_to(user)
    for words in (question.words, question.stems):
        people = list(seen.matching(words, teams, on).for_list(on).prefetch_related("skills")[:most])
        if people:
            return [Hit("people", person.pk, True, None, person) for person in people]
    return []


def find_places(question: Question, user: User, teams: list[Team], most: int = 6) -> list[Place]:
    """Spaces and teams whose name holds every word, or its beginning."""
    spaces = Space.objects.visible_to(user).active().places().order_by("name", "pk")
    found = [
        Place(space.name, space.get_absolute_url(), ICONS[space.kind])
        for space in spaces
        if begins(space.name, question)
    ]
    found += [Place(team.name, team.get_absolute_url(), "users-round") for team in teams if begins(team.name, question)]
    return found[:most]


def begins(name: str, question: Question) -> bool:
    """Whether every word asked for begins a word of `name`, or is a form of one."""
    words, roots = folded_words(name).split(), set(stems(name))
    return all(
        any(word.startswith(asked) for word in words) or root in roots
        for asked, root in zip(question.words, question.stems, strict=True)
    )


def matching(rows: Any, question: Question, *, by: str, most: int, more: Sequence[str] = ()) -> list[Any]:
    """The newest `most` of `rows` whose indexed words answer the question; two queries.

    Once by stems, once by whole words of which the last may be only begun.
    """
    model = rows.model
    held = model.objects.filter(pk__in=rows.values("pk")).order_by(F(by).desc(nulls_last=True), F("pk").desc())
    if more:
        held = held.select_related(*more)
    backend = get_search_backend()
    stemmed = backend.search(PlainText(" ".join(question.stems), operator="and"), held, order_by_relevance=False)
    begun = backend.autocomplete(PlainText(" ".join(question.words), operator="and"), held, order_by_relevance=False)
    found = {row.pk: row for row in [*stemmed[:most], *begun[:most]]}
    return sorted(
        found.values(), key=lambda row: (getattr(row, by).timestamp() if getattr(row, by) else 0, row.pk), reverse=True
    )[:most]


# --- lines of the list --------------------------------------------------------------------------


def results(hits: Sequence[Hit], question: Question) -> list[Result]:
    """The lines of some hits, in their order; a query for the pages, and one for each of their types."""
    pages = BasePage.objects.filter(pk__in=[hit.pk for hit in hits if hit.kind == "pages"]).specific()
    texts = {page.pk: " ".join(list(page.texts())[1:]) for page in pages}
    lines = {"threads": thread_line, "people": person_line}
    return [
        page_line(hit, texts[hit.pk], question) if hit.kind == "pages" else lines[hit.kind](hit, question)
        for hit in hits
    ]


def page_line(hit: Hit, text: str, question: Question) -> Result:
    """A page, with its space and the words of its text around what was found."""
    page: BasePage = hit.thing
    where = [page.space.name] if page.space else []
    return Result("pages", page.url, marked(page.title, question), where, around(text, question), hit.at)


def thread_line(hit: Hit, question: Question) -> Result:
    """A conversation, opened at the words that were found."""
    thread, said = hit.thing, hit.words
    where = [
        gettext("Private conversation") if thread.is_private else thread.space.name,
        *([said.author.name] if said and said.author else []),
    ]
    url = said.get_absolute_url() if said else thread.get_absolute_url()
    words = around(excerpt(said.body, MAX_LENGTH), question) if said else []
    return Result("threads", url, marked(thread.name, question), where, words, hit.at, thread=thread)


def person_line(hit: Hit, question: Question) -> Result:
    """A colleague, with what they do, where, and what they can be asked."""
    profile = hit.thing
    skills = ", ".join(sorted(skill.name for skill in profile.skills.all()))
    teams = [membership.team.name for membership in profile.user.today]
    where = [words for words in [profile.title, *teams, profile.place] if words]
    return Result(
        "people",
        profile.get_absolute_url(),
        marked(profile.user.name, question),
        where,
        around(skills, question),
        person=profile.user,
    )
