"""Who cited which page on which day, as plain rows for those who look at it from above: read once, never kept.

Somebody cites a page who says a message in which a link leads to it, or who brings such a link into another page. No
table dates a citation: it is read out of the messages as they stand and of the versions of pages. A version that several
people wrote does not say which of them brought a link, and cites nothing. Practice grounds are left out, and private
conversations.
"""

import html
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date, datetime
from itertools import chain, groupby
from operator import itemgetter
from typing import Any
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, Count, Exists, F, IntegerField, Min, OuterRef, Q, Subquery, When
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from wagtail.models import Revision

from cms.base.models import BasePage
from cms.embeds import path_of_ours
from cms.facts import edits
from cms.links import references_in
from cms.models import HOME, KeptText, OldAddress
from intranet.people.local_days import LocalDay
from realtime.spaces.models import APART
from realtime.threads.facts import messages_holding

AT_ONCE = 500  # addresses looked up by one statement
ROWS_OF_WORDS = 200  # read at a time where each holds a page
HREF = r'href="([^"]*)"'
Citations = dict[int, dict[int, date]]  # by page, who cites it and since which day


def reuses(
    *, since: datetime, start: datetime, end: datetime, zone: ZoneInfo
) -> Iterator[tuple[int, int, date, int | None, date | None]]:
    """The pages written in since `since`, who looks after each, the last day it was; then who cites it in [start, end).

    Page by page, a row for each who does, with the first day they did; None and None for a page that nobody cites.
    """
    cited = citations(start=start, end=end, zone=zone)
    for page, rows in groupby(edits(start=since, end=end, zone=zone), key=itemgetter(0)):
        *_, (_page, keeper, _writer, improved_on) = rows
        citing: Collection[tuple[int | None, date | None]] = cited.get(page, {}).items() or [(None, None)]
        yield from ((page, keeper, improved_on, person, day) for person, day in sorted(citing, key=str))


def citations(*, start: datetime, end: datetime, zone: ZoneInfo) -> Citations:
    """Who cites each page in [start, end), by a message or in another page, and on which local day first."""
    found: Citations = defaultdict(dict)
    period: dict[str, Any] = {"start": start, "end": end, "zone": zone}
    for page, person, day in chain(in_messages(**period), in_pages(**period)):
        found[page][person] = min(day, found[page].get(person, day))
    return found


# --- in what is said ----------------------------------------------------------------------------


def in_messages(*, start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[int, int, date]]:
    """Page, who says a link to it, and the day; a link leads where it leads today, from an old address too."""
    root = reverse("wagtail_serve", args=[""])
    said = {
        (path, person, day)
        for person, day, words in messages_holding(root, start=start, end=end, zone=zone)
        for path in paths_in(words, root)
    }
    pages = pages_at({path for path, _person, _day in said})
    return ((pages[path], person, day) for path, person, day in said if path in pages)


def paths_in(words: str, root: str) -> set[str]:
    """The paths below `root` to which the links of some HTML lead, with the slash at their end."""
    ours = (unquote(path_of_ours(html.unescape(href)).partition("?")[0]) for href in re.findall(HREF, words))
    return {f"{path.removeprefix(root).rstrip('/')}/" for path in ours if path.startswith(root)}


def pages_at(paths: Collection[str]) -> dict[str, int]:
    """The page at each path, else the one that was there; two statements for each AT_ONCE paths."""
    found: dict[str, int] = {}
    ordered = sorted(paths)
    for some in (ordered[place : place + AT_ONCE] for place in range(0, len(ordered), AT_ONCE)):
        found |= dict(OldAddress.objects.filter(path__in=some).values_list("path", "page_id"))
        there = BasePage.objects.filter(url_path__in=[HOME + path for path in some]).values_list("url_path", "pk")
        found |= {url_path.removeprefix(HOME): pk for url_path, pk in there}
    return found


# --- in pages -----------------------------------------------------------------------------------


def in_pages(*, start: datetime, end: datetime, zone: ZoneInfo) -> Iterator[tuple[int, int, date]]:
    """Page, who brought a link to it into another one, and the day of the version that has it first."""
    rows = versions(start=start, end=end, zone=zone).values_list(
        "holder", "body", "before", "writer", "begun_at", "day"
    )
    for page, group in groupby(rows.iterator(chunk_size=ROWS_OF_WORDS), key=itemgetter(0)):
        had: set[int] | None = None
        for _page, body, before, person, begun_at, day in group:
            had = pages_in(before) if had is None else had
            has = pages_in(body)
            if person is not None and start <= begun_at < end:
                yield from ((cited, person, day) for cited in has - had - {page})
            had = has


def pages_in(body: str | None) -> set[int]:
    """The pages to which the raw body of a version refers, by links and in lists."""
    return {key for kind, key in references_in(json.loads(body or "[]")) if kind == "page"}


def versions(*, start: datetime, end: datetime, zone: ZoneInfo) -> Any:
    """The versions of pages since `start`, page by page in their order, each with its `body` and when it was `begun_at`.

    `writer` is who alone wrote it, None for several; of the first of a page, `before` is the body that it had until then.
    """
    kind = ContentType.objects.get_for_model(BasePage)
    kept = KeptText.objects.filter(revision=OuterRef("pk"))
    writers = kept.order_by().values("revision").annotate(number=Count("contributors"), first=Min("contributors"))
    same = Revision.objects.filter(base_content_type=kind, object_id=OuterRef("object_id"))
    sooner = Q(created_at__lt=OuterRef("created_at")) | Q(created_at=OuterRef("created_at"), pk__lt=OuterRef("pk"))
    until_then = same.filter(created_at__lt=start).order_by("-created_at", "-pk").values(words=KT("content__body"))[:1]
    everyday = BasePage.objects.filter(space__isnull=False).exclude(space__kind__in=APART).values("pk")
    found = Revision.objects.filter(base_content_type=kind, created_at__gte=start).annotate(
        holder=Cast("object_id", IntegerField()),
        body=KT("content__body"),
        before=Case(When(~Exists(same.filter(sooner, created_at__gte=start)), then=Subquery(until_then)), default=None),
        begun_at=Coalesce(Subquery(kept.values("at")[:1]), F("created_at")),
        number=Coalesce(Subquery(writers.values("number")), 0),
        writer=Case(
            When(number=1, then=Subquery(writers.values("first"))), When(number=0, then=F("user_id")), default=None
        ),
        day=LocalDay("begun_at", zone=zone, start=start, end=end),
    )
    return found.filter(holder__in=everyday).order_by("holder", "created_at", "pk")
