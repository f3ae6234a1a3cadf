"""The life of the demo's pages: through the services, at the days it is told."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.utils.html import format_html, format_html_join

from cms.life.beginning import keep_as_template
from cms.life.binning import bin_page
from cms.life.bookmarks import put_aside
from cms.models import CollaborativePage, Passage
from cms.services import publish_page
from cms.talk.services import begin_talk, settle
from cms.writing.keeping import open_text
from cms.writing.services import begin_page, draft_of
from intranet.demo.seeding.content import colleague, page_life
from intranet.demo.seeding.page_seeder import PageSeeder
from intranet.demo.seeding.threads import NAMESPACE
from realtime.coedit.structs import Kind, parse
from realtime.coedit.wire import uint, width
from realtime.threads.models import Thread
from realtime.threads.posting import Draft, post_message

BEFORE, BEHIND = b"\x00", b"\x41"  # a letter, in a relative position of Yjs


class PageLifeSeeder(PageSeeder):
    """All that `page_life.toml` tells, and the page of `colleague.toml`."""

    kinds = ("template", "bin", "later", "shown", "passage")

    def seed(self) -> int:
        """Returns how many acts."""
        acts = self.do(page_life())
        self.being_written(colleague())
        return acts + 1

    def bin(self, row: dict[str, Any]) -> None:
        """A page that was published, and is in the bin of its space."""
        at = self.clock.morning(row["published"], row["title"])
        blocks = [{"p": words} for words in row["body"]]
        page = self.begun(row, blocks, at, slug=row["slug"], intro=row["intro"])
        publish_page(page=page, by=self.people[row["author"]], at=at + timedelta(minutes=20))
        binned = self.clock.morning(row["day"], row["title"])
        bin_page(page=page, by=self.people[row["by"]], at=binned)

    def template(self, row: dict[str, Any]) -> None:
        """A way to begin that a space keeps; the page it was made of is in the bin."""
        at = self.clock.morning(row["day"], row["title"])
        by = self.people[row["author"]]
        page = self.begun(row, row["blocks"], at)
        keep_as_template(page=page, name=row["name"], purpose=row["purpose"], by=by, at=at + timedelta(minutes=9))
        bin_page(page=page, by=by, at=self.clock.morning(row["binned"], row["title"]))

    def later(self, row: dict[str, Any]) -> None:
        for slug in row["pages"]:
            at = self.clock.morning(row["day"], f"{row['by']} {slug}")
            put_aside(page=self.pages[slug], by=self.people[row["by"]], at=at)

    def shown(self, row: dict[str, Any]) -> None:
        """A conversation, or the poll it holds, shown at the end of a page."""
        thread = Thread.objects.get(space=self.spaces[row["space"]], title=row["thread"])
        held = thread.messages.get(poll__isnull=False) if row.get("poll") else thread
        then: Any = self.pages[row["page"]].get_latest_revision_as_object()
        told = {"type": "paragraph", "value": str(format_html("<p>{}</p>", row["words"]))}
        card = {"type": "embed", "value": {"url": held.get_absolute_url(), "title": ""}}
        then.body = then.body.stream_block.to_python([*then.body.raw_data, told, card])
        at = self.clock.morning(row["day"], row["words"])
        publish_page(page=then, by=self.people[row["by"]], at=at, note=row["note"])

    def passage(self, row: dict[str, Any]) -> None:
        """Words of a page that people talk about, and perhaps settled."""
        page = CollaborativePage.objects.get(pk=self.pages[row["page"]].pk)
        at = self.clock.morning(row["day"], row["words"])
        text = open_text(page=page, at=at)
        begun = begin_talk(
            page=page,
            quote=row["part"],
            ends=ends_of(bytes(text.document.state), row["part"]),
            words=row["words"],
            by=self.people[row["by"]],
            at=at,
            ref=uuid.uuid5(NAMESPACE, row["words"]),
        )
        self.answered(begun, row["m"], at)

    def answered(self, passage: Passage, rows: list[dict[str, Any]], at: datetime) -> None:
        for place, row in enumerate(rows):
            at = self.clock.later(at, row["after"], left=len(rows) - place, name=row["body"])
            by = self.people[row["by"]]
            draft = Draft(by.pk, passage.thread_id, uuid.uuid5(NAMESPACE, row["body"]), row["body"])
            post_message(draft, at=at)
            if row.get("settles"):
                settle(passage=passage, by=by, at=at)

    def being_written(self, row: dict[str, Any]) -> None:
        """The page that somebody is writing while it is open, as it is before."""
        at = self.clock.morning(row["published"], row["slug"])
        by = self.people[row["by"]]
        page = self.begun({**row, "author": row["by"]}, row["blocks"], at, slug=row["slug"], intro=row["intro"])
        then = draft_of(page)
        then.steward, then.contact = self.teams[row["steward"]], self.people[row["contact"]]
        publish_page(page=then, by=by, at=at + timedelta(minutes=25))

    def begun(
        self, row: dict[str, Any], blocks: Iterable[dict[str, Any]], at: datetime, *, slug: str = "", intro: str = ""
    ) -> CollaborativePage:
        """A draft of a space, with the slug it is called by in the content."""
        by = self.people[row["author"]]
        space = self.spaces[row["space"]]
        body = list(raw_blocks(blocks))
        page: CollaborativePage = begin_page(
            space=space, title=row["title"], intro=intro, body=body, by=by, at=at, slug=slug
        )
        return page


def raw_blocks(blocks: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Headings, paragraphs and lists of the content, as one rich text each."""
    for block in blocks:
        [(tag, told)] = block.items()
        if tag == "li":
            html = format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((line,) for line in told)))
        else:
            html = format_html("<h2>{}</h2>" if tag == "h2" else "<p>{}</p>", told)
        yield {"type": "paragraph", "value": str(html)}


def ends_of(state: bytes, words: str) -> tuple[bytes, bytes]:
    """Where some words of a shared text begin and end, as relative positions of Yjs that move with them."""
    texts = [one for structs in parse(state).structs.values() for one in structs if one.kind == Kind.STRING]
    found = next(one for one in texts if words in one.content)
    first = found.clock + width(found.content[: found.content.index(words)])
    return position(found.client, first, BEFORE), position(found.client, first + width(words) - 1, BEHIND)


def position(client: int, clock: int, side: bytes) -> bytes:
    """A relative position at a letter: `side` says whether before or behind it."""
    return b"\x00" + uint(client) + uint(clock) + side
