"""The sixteen measures in words: what each asks, how it is counted, what it reads."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from intranet.metrics.core.measures import SIXTEEN
from intranet.metrics.registry import Described

WORDS = {
    "A1": (
        _("Customer in the room"),
        _("How many of us hear customers?"),
        _("People of the block with at least one message in a conversation that carries a customer’s voice."),
        _("Messages: author, day, and whether the conversation carries a customer’s voice."),
    ),
    "A2": (
        _("Open conversations"),
        _("Do our conversations leave the team?"),
        _("Share of the conversations begun by the block where somebody of another block spoke and was answered."),
        _("Messages: conversation, author, instant."),
    ),
    "A3": (
        _("Customer loop closed"),
        _("Do customers learn what became of their word?"),
        _(
            "Share of the voices received whose customer was told within 20 working days and did not come back within 20."
        ),
        _("Voices of customers: who looks after them, days received, told and reopened."),
    ),
    "B1": (
        _("Breadth of voice"),
        _("How many of us take part?"),
        _("People of the block who contributed on at least two different days."),
        _("Messages and edits of pages: author and day."),
    ),
    "B2": (
        _("Living places"),
        _("How many places of exchange live?"),
        _("Spaces with at least three people of two blocks; from 20 of them on, as how many alike they are."),
        _("Messages and edits of pages: author, day, space."),
    ),
    "B3": (
        _("Regular voices"),
        _("Is the conversation carried by a few?"),
        _("People of the block who contributed in at least five different weeks."),
        _("Messages and edits of pages: author and day."),
    ),
    "C1": (
        _("Questions that find an answer"),
        _("Do we answer each other?"),
        _("Share of the questions asked by the block that somebody else answered within two working days."),
        _("Questions: who asked and when, and when somebody else first answered."),
    ),
    "C2": (
        _("Real dialogue"),
        _("Do we talk with each other, or broadcast?"),
        _("Share of the conversations begun by the block with three people, one of whom speaks again after another."),
        _("Messages: conversation, author, instant."),
    ),
    "D1": (
        _("A hand outside"),
        _("Do we help others?"),
        _("People of the block with at least one message that somebody of another block marked helpful."),
        _("Helpful marks: author of the message, who marked it, day."),
    ),
    "D2": (
        _("Reuse"),
        _("Does our work serve others?"),
        _("Share of the block’s pages improved in four quarters that people of two other blocks cite in this one."),
        _(
            "Pages: who looks after them, day improved. Links to them in messages and pages: who brought them, and when."
        ),
    ),
    "D3": (
        _("Writing together"),
        _("Do we write across teams?"),
        _("Share of the pages written in this quarter by at least three people of two blocks."),
        _("Kept versions of pages: who looks after the page, who wrote in it, day."),
    ),
    "E1": (
        _("Tried"),
        _("Do we try what we learn?"),
        _("People of the block who finished at least one practice run."),
        _("Practice runs finished: person and day."),
    ),
    "E2": (
        _("Used for real"),
        _("Does it survive on the job?"),
        _("People of the block who finished a practice run and declared, with a link, a real use within 60 days."),
        _("Practice runs and declared uses: person, days, whether there is a link."),
    ),
    "E3": (
        _("Managers learn too"),
        _("Are managers trained like the others?"),
        _("Share of the managers who finished a practice run over that of the others: behind, on par, ahead."),
        _("Practice runs finished: person and day; who manages a team."),
    ),
    "F1": (
        _("A say in decisions"),
        _("Do people take part in decisions?"),
        _("People of the block who gave advice, a stance, an objection or a ballot; never what they said."),
        _("Taking part in decisions: person and day."),
    ),
    "F2": (
        _("Kept word"),
        _("Do decisions get a follow-up?"),
        _("Share of the commitments due that were reported within ten working days: done, or otherwise with a reason."),
        _("Commitments: owner, days due and reported, what was reported."),
    ),
}


def described() -> Iterator[Described]:
    """All sixteen, without sources."""
    return (Described(measure, *WORDS[measure.key]) for measure in SIXTEEN)
