"""The figures of a closed window once more, slow and plain: every row is looked at in Python, nothing is streamed."""

import re
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from wagtail.models import Revision

from cms.models import CollaborativePage, KeptText
from intranet.metrics.core.bands import band_of, bands, level_of
from intranet.metrics.core.figures import NOT_ENOUGH, Value
from intranet.people.models import Membership, Profile
from realtime.threads.models import HelpfulMark, Message, Thread

PARIS = ZoneInfo("Europe/Paris")
FIRST, LAST = date(2026, 10, 1), date(2026, 12, 31)
HOLIDAYS = {date(2026, 11, 11), date(2026, 12, 25), date(2027, 1, 1)}
UNTIL = datetime(2027, 1, 6, tzinfo=PARIS)  # two working days after the quarter, and the whole of the second


class Naive:
    """What is asked of one house, whose blocks are given by the ids of their people."""

    def __init__(self, blocks: dict[str, set[int]]) -> None:
        self.blocks = blocks
        self.out = set(Profile.objects.filter(is_counted=False).values_list("pk", flat=True))
        self.home = {person: block for block, people in blocks.items() for person in people}
        self.messages = [
            message
            for message in Message.objects.select_related("thread__space").order_by("posted_at", "pk")
            if message.deleted_at is None and message.hidden_at is None and is_everyday(message.thread)
        ]

    def people(self, found: set[Any]) -> dict[str, Value]:
        """The band of each block."""
        counted = found - self.out
        return {block: band_of(len(counted & people), bands(len(people), 3)) for block, people in self.blocks.items()}

    def objects(self, found: list[tuple[Any, datetime, int, bool]]) -> dict[str, Value]:
        """The level of each block, of the first two objects of each person."""
        told: dict[str, Value] = {}
        for block, people in self.blocks.items():
            mine: dict[int, list[Any]] = defaultdict(list)
            for person, _at, _key, good in sorted(found, key=lambda each: (each[1], each[2])):
                if person in people - self.out and len(mine[person]) < 2:
                    mine[person].append(good)
            goods = [good for each in mine.values() for good in each]
            kept = sum(1 for each in mine.values() if each)
            told[block] = level_of(sum(goods), len(goods), kept, len(people)) or NOT_ENOUGH
        return told

    def b1(self) -> dict[str, Value]:
        days = defaultdict(set)
        for message in self.messages:
            days[message.author_id].add(day(message.posted_at))
        return self.people({who for who, on in days.items() if sum(FIRST <= each <= LAST for each in on) >= 2})

    def b3(self) -> dict[str, Value]:
        weeks = defaultdict(set)
        for message in self.messages:
            if FIRST <= day(message.posted_at) <= LAST:
                weeks[message.author_id].add(day(message.posted_at).isocalendar()[:2])
        return self.people({who for who, each in weeks.items() if len(each) >= 5})

    def b2(self) -> int:
        """How many places live."""
        present = defaultdict(set)
        for message in self.messages:
            if FIRST <= day(message.posted_at) <= LAST and message.author_id in self.home.keys() - self.out:
                present[message.thread.space_id].add(message.author_id)
        return sum(len(who) >= 3 and len({self.home[each] for each in who}) >= 2 for who in present.values())

    def d1(self) -> dict[str, Value]:
        found = set()
        said = {message.pk for message in self.messages}
        for mark in HelpfulMark.objects.select_related("message"):
            author, by = mark.message.author_id, mark.user_id
            both = author in self.home and by in self.home and self.home[author] != self.home[by]
            if mark.message_id in said and FIRST <= day(mark.at) <= LAST and both:
                found.add(author)
        return self.people(found)

    def a2(self) -> dict[str, Value]:
        threads = defaultdict(list)
        for message in self.messages:
            if message.author_id is not None and day(message.posted_at) <= LAST:
                threads[message.thread_id].append(message)
        found = []
        for key, said in threads.items():
            opener = said[0].author_id
            good = any(
                self.apart(opener, one.author_id) and any(two.author_id != one.author_id for two in said[place + 1 :])
                for place, one in enumerate(said)
            )
            if day(said[0].posted_at) >= FIRST:
                found.append((opener, said[0].posted_at, key, good))
        return self.objects(found)

    def c1(self) -> dict[str, Value]:
        found = []
        for thread in Thread.objects.filter(kind="question").select_related("space"):
            if not is_everyday(thread) or not FIRST <= day(thread.created_at) <= LAST or thread.state == "withdrawn":
                continue
            answers = [
                message.posted_at
                for message in self.messages
                if message.thread_id == thread.pk
                and message.author_id not in (None, thread.created_by_id)
                and not message.is_aside
                and message.posted_at < UNTIL
            ]
            soon = bool(answers) and working_days(day(thread.created_at), day(min(answers))) <= 2
            found.append((thread.created_by_id, thread.created_at, thread.pk, soon))
        return self.objects(found)

    def d2(self) -> dict[str, Value]:
        pages = [page for page in CollaborativePage.objects.select_related("space") if page.space.kind != "practice"]
        kept = {
            row.revision_id: row for row in KeptText.objects.select_related("text").prefetch_related("contributors")
        }
        cited_by = self.who_cites(pages, kept)
        found = []
        for page in pages:
            days = [day(row.at) for row in kept.values() if row.text.page_id == page.pk and row.contributors.all()]
            last = max((each for each in days if each <= LAST), default=date.min)
            if last >= FIRST.replace(month=1):
                keeper = page.contact_id or page.owner_id
                blocks = {self.home[who] for who in cited_by[page.pk] if self.apart(keeper, who)}
                found.append((keeper, datetime.combine(last, time.min), page.pk, len(blocks) >= 2))
        return self.objects(found)

    def who_cites(self, pages: list[Any], kept: dict[int, Any]) -> dict[int, set[Any]]:
        at_address, cited_by = {page.url: page.pk for page in CollaborativePage.objects.all()}, defaultdict(set)
        for message in self.messages:
            for url in re.findall('href="(.*?)"', message.html):
                if url in at_address and FIRST <= day(message.posted_at) <= LAST:
                    cited_by[at_address[url]].add(message.author_id)
        for page in pages:
            had: set[int] = set()
            for revision in Revision.objects.for_instance(page).order_by("created_at", "pk"):
                has = {int(pk) for pk in re.findall(r'linktype=\\*"page\\*" id=\\*"(\d+)', revision.content["body"])}
                row = kept.get(revision.pk)
                writers = list(row.contributors.all()) if row else []
                if len(writers) == 1 and FIRST <= day(row.at) <= LAST:  # type: ignore[union-attr]  # it has writers
                    for pk in has - had - {page.pk}:
                        cited_by[pk].add(writers[0].pk)
                had = has
        return cited_by

    def apart(self, one: Any, other: Any) -> bool:
        return one in self.home and other in self.home and self.home[one] != self.home[other]


def is_everyday(thread: Thread) -> bool:
    return thread.kind != "private" and thread.space.kind not in ("practice", "private")


def day(at: datetime) -> date:
    return at.astimezone(PARIS).date()


def working_days(start: date, end: date) -> int:
    days = (start + timedelta(days=more) for more in range(1, (end - start).days + 1))
    return sum(each.weekday() < 5 and each not in HOLIDAYS for each in days)


def homes(of: dict[str, list[str]]) -> dict[str, set[int]]:
    """The people of each block, from the slugs of the teams whose people it holds."""
    return {
        block: set(Membership.objects.filter(team__slug__in=slugs).values_list("user_id", flat=True))
        for block, slugs in of.items()
    }


def share(numbers: list[Fraction]) -> Fraction:
    """N2 over their number."""
    total, squares = sum(numbers, Fraction()), sum((each * each for each in numbers), Fraction())
    return total * total / squares / len(numbers)
