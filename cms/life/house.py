"""How a page can begin in every space: headings, and under each an italic sentence that asks for what belongs there.

A prompt is words of the page like any other, so that it stands in the CMS, in a print and in a copy alike; whoever
writes puts their own in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Part:
    """A heading, and what it asks for: in sentences, or in the lines of a list that is `numbered` or not."""

    heading: Words
    asks: tuple[Words, ...]
    listed: bool = False
    numbered: bool = False

    def html(self) -> str:
        """In the reader's language, as a rich text has it."""
        head = format_html("<h2>{}</h2>", self.heading)
        if not self.listed:
            return head + format_html_join("", "<p><i>{}</i></p>", ((ask,) for ask in self.asks))
        lines = format_html_join("", "<li><i>{}</i></li>", ((ask,) for ask in self.asks))
        return head + format_html("<ol>{}</ol>" if self.numbered else "<ul>{}</ul>", lines)


@dataclass(frozen=True, slots=True)
class HouseTemplate:
    """A way to begin that the house offers."""

    key: str
    name: Words
    purpose: Words
    parts: tuple[Part, ...]

    def blocks(self) -> Iterator[dict[str, Any]]:
        """Its raw blocks, in the reader's language."""
        for part in self.parts:
            yield {"type": "paragraph", "value": part.html()}


MINUTES = HouseTemplate(
    "minutes",
    _("Minutes of a meeting"),
    _("Who was there, what was said, what was decided, and who does what by when."),
    (
        Part(_("When and who"), (_("The day, who was there, who was excused, who takes notes."),)),
        Part(
            _("What we talked about"),
            (_("One heading a topic. What was said, in a few sentences, with what we do not agree about."),),
        ),
        Part(
            _("What we decided"),
            (_("Each decision in one sentence, with a link to the conversation or the text it comes from."),),
            listed=True,
        ),
        Part(_("Who does what, by when"), (_("What is to be done, the team that took it on, the day."),), listed=True),
        Part(_("Next time"), (_("The day, and what stays open until then."),)),
    ),
)
CHARTER = HouseTemplate(
    "charter",
    _("Charter"),
    _("What brings us together, how we talk and decide, and how we change that."),
    (
        Part(_("What we are here for"), (_("In two or three sentences: what would be missing without us."),)),
        Part(_("Who takes part"), (_("Whom this concerns, how one comes in, how one leaves."),)),
        Part(
            _("How we talk"),
            (
                _("What helps everybody to say what they think, those who speak little too."),
                _("What we do not accept, and whom to call when it happens."),
            ),
            listed=True,
        ),
        Part(_("How we decide"), (_("What anyone may do alone, what we ask advice about, what we decide together."),)),
        Part(_("How we change this charter"), (_("Who may propose it, how it is decided, when we read it again."),)),
    ),
)
HOW_TO = HouseTemplate(
    "how-to",
    _("How-to guide"),
    _("How something is done, so that somebody who never did it can do it well and safely."),
    (
        Part(_("When to do this"), (_("What one sees or hears that calls for it, and what it is not for."),)),
        Part(
            _("What you need"),
            (_("Tools, parts and papers."), _("Who must know or agree before you begin.")),
            listed=True,
        ),
        Part(_("What can hurt"), (_("What can go wrong for people and machines, and what keeps it from happening."),)),
        Part(
            _("Step by step"),
            (_("One gesture a line, with a picture where words are not enough."), _("The next one.")),
            listed=True,
            numbered=True,
        ),
        Part(_("How you know that it worked"), (_("What one sees, hears or measures when it is right."),)),
        Part(_("If it does not work"), (_("What to try, when to stop, and whom to ask."),)),
    ),
)
PROJECT = HouseTemplate(
    "project",
    _("Page of a project"),
    _("What we want to change and for whom, where we stand, and what comes next."),
    (
        Part(
            _("What we want to change, and for whom"),
            (
                _(
                    "What somebody will be able to do that they cannot do today. In a customer’s own words where we have them."
                ),
            ),
        ),
        Part(_("Who works on it"), (_("The teams that do it, and those whom it touches without being in it."),)),
        Part(_("Where we stand"), (_("What is done, what is being tried, what holds us up."),)),
        Part(_("Next steps"), (_("What, which team, the day."),), listed=True),
        Part(
            _("Effects on others"),
            (_("What changes for other teams, customers or neighbors, and what they said when we asked."),),
        ),
        Part(_("How we will know"), (_("What we will look at together, and when, to say whether it worked."),)),
    ),
)
HOUSE = {template.key: template for template in (MINUTES, CHARTER, HOW_TO, PROJECT)}
