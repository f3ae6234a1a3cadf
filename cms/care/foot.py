"""What stands at the foot of a page: what changed lately, and whatever helps to trust it and to mend it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import BigIntegerField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, Now
from django.http import HttpRequest
from django.utils import timezone

from cms.access import ReadPage
from cms.base.models import BasePage
from cms.care.keeping import OPEN_AT_MOST
from cms.care.services import SIGNS
from cms.models import PageChange, PageOpinion, PageProblem, PageSign
from intranet.accounts.models import User
from intranet.accounts.request import whole

CHANGES = 5
OPINION = "opinions"  # a cookie: the pages of which this browser said whether they are useful
OPINIONS = 100  # that it remembers
ASKED_AGAIN = 60 * 60 * 24 * 90  # seconds
ENOUGH = 8  # answers before any are shown
OPINIONS_SAID = ("useful", "lacking")
Rows = QuerySet[Any, tuple[Any, ...]]


@dataclass(slots=True)
class Changed:
    """What changed in a page, when, and the names of those who wrote it, as a set."""

    words: str
    at: datetime
    people: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Opinions:
    """How often readers found a page useful in the last twelve months, and how often not."""

    useful: int
    lacking: int


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign that can be left on a page, who left it, and whether the reader did."""

    emoji: str
    names: list[str]
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Foot:
    """What its reader finds at the foot of a page, besides who keeps it and what cites it."""

    changes: Sequence[Changed]
    problems: Sequence[PageProblem]
    opinions: "Opinions | None"  # for those who keep it alone
    signs: "Sequence[Sign]"


class Row(NamedTuple):
    """A line of what is asked for together: of which part it is, and whatever that part says."""

    part: str
    key: int
    number: int
    words: str
    name: str
    at: datetime

    def in_order(self) -> tuple[int, str]:
        """Whatever was first before, people by name."""
        return self.key, self.name


def foot_of(page: ReadPage, reader: User) -> Foot:
    """One query for all of it; none where nothing was noted, said or signed, for who does not keep the page."""
    asked = [
        *([changes_of(page)] if page.has_changes else []),
        *([signs_of(page)] if page.has_signs and not reader.is_guest else []),
        *([problems_of(page)] if page.is_kept and page.has_problems else []),
        *(opinions_of(page, timezone.localdate()) if page.is_kept else []),
    ]
    said = sorted((Row(*row) for row in asked[0].union(*asked[1:], all=True)), key=Row.in_order) if asked else []
    found = {part: [row for row in said if row.part == part] for part in ("change", "sign", "problem", *OPINIONS_SAID)}
    return Foot(
        changes=latest_changes(found["change"]),
        problems=[PageProblem(pk=row.key, kind=row.name, words=row.words, at=row.at) for row in found["problem"]],
        signs=signs_left(found["sign"], reader),
        opinions=enough_of(*(sum(row.number for row in found[part]) for part in OPINIONS_SAID)),
    )


def changes_of(page: BasePage) -> Rows:
    """The last changes that readers were told of, a row for each who wrote."""
    last = PageChange.objects.filter(page=page.pk).values("pk")[:CHANGES]
    return rows(PageChange.objects.filter(pk__in=last), "change", words=F("words"), name=F("people__name"), at=F("at"))


def signs_of(page: BasePage) -> Rows:
    """The signs that readers left, each with the person and their name."""
    return rows(PageSign.objects.filter(page=page.pk), "sign", number=F("user"), words=F("emoji"), name=F("user__name"))


def problems_of(page: BasePage) -> Rows:
    """What readers found wrong and nobody has dealt with, the first of it."""
    first = PageProblem.objects.filter(page=page.pk, closed_at=None).order_by("pk").values("pk")[:OPEN_AT_MOST]
    return rows(PageProblem.objects.filter(pk__in=first), "problem", words=F("words"), name=F("kind"), at=F("at"))


def opinions_of(page: BasePage, on: date) -> list[Rows]:
    """What readers said in twelve months, the months apart."""
    since = (on.replace(day=1) - timedelta(days=335)).replace(day=1)
    said = PageOpinion.objects.filter(page=page.pk, month__gte=since)
    return [rows(said, part, number=F(part)) for part in OPINIONS_SAID]


def rows(found: QuerySet[Any], part: str, **columns: F) -> Rows:
    """What is found as rows of one shape, in no order."""
    shape: dict[str, Any] = {
        "part_": Value(part),
        "number_": columns.get("number", Value(0, BigIntegerField())),
        "words_": Cast(columns.get("words", Value("")), TextField()),
        "name_": Coalesce(Cast(columns.get("name", Value("")), TextField()), Value(""), output_field=TextField()),
        "at_": columns.get("at", Now()),
    }
    shaped: Rows = found.order_by().annotate(**shape).values_list("part_", "pk", *list(shape)[1:])
    return shaped


def latest_changes(told: Iterable[Row]) -> Sequence[Changed]:
    """The changes, the last first, each with the names of those who wrote it."""
    found: dict[int, Changed] = {}
    for row in told:
        change = found.setdefault(row.key, Changed(row.words, row.at))
        if row.name:
            change.people.append(row.name)
    return [found[key] for key in sorted(found, key=lambda key: (found[key].at, key), reverse=True)]


def enough_of(useful: int, lacking: int) -> Opinions | None:
    """What readers said; None while they are so few that one might be known."""
    return Opinions(useful, lacking) if useful + lacking >= ENOUGH else None


def signs_left(left: Sequence[Row], reader: User) -> Sequence[Sign]:
    """Every sign with the names of those who left it, whoever was first before; none for guests."""
    if reader.is_guest:
        return []
    mine = {row.words for row in left if row.number == reader.pk}
    return [Sign(sign, [row.name for row in left if row.words == sign], sign in mine) for sign in SIGNS]


def opinions_said(request: HttpRequest) -> list[int]:
    """The pages of which this browser said whether they are useful."""
    words = request.COOKIES.get(OPINION, "")[:2000].split(".")
    return [pk for word in words if (pk := whole(word)) is not None]
