"""The words around what was found, in pieces that a template escapes."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from intranet.people.words import Question, folded, stem

WORD = re.compile(r"\w+(?:-\d+)*")
LEAD = 60  # characters kept before the first word found
LENGTH = 220


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of plain text; `found` where it is a word that was looked for."""

    text: str
    found: bool


def marked(text: str, question: Question) -> list[Piece]:
    """All of `text` in pieces."""
    pieces: list[Piece] = []
    end = 0
    for match in WORD.finditer(text):
        if is_asked(match[0], question):
            pieces += [Piece(text[end : match.start()], False), Piece(match[0], True)]
            end = match.end()
    return [piece for piece in [*pieces, Piece(text[end:], False)] if piece.text]


def is_asked(word: str, question: Question) -> bool:
    """Whether a word of a text is one that was looked for, in any form, or begins like the last one."""
    forms = list(folded(word))
    return any(
        stem(form) in question.stems or form in question.words or form.startswith(question.words[-1]) for form in forms
    )


def around(text: str, question: Question) -> list[Piece]:
    """About LENGTH characters of `text` around the first word found, in pieces; its beginning when none is."""
    text = " ".join(text.split())
    first = next((match.start() for match in WORD.finditer(text) if is_asked(match[0], question)), 0)
    start = cut_at_word(text, first - LEAD)
    stop = len(text) if len(text) - start <= LENGTH else text.rfind(" ", start + LENGTH // 2, start + LENGTH)
    stop = start + LENGTH if stop < 0 else stop
    ends: Sequence[str] = ("…" if start else "", "…" if stop < len(text) else "")
    return marked(ends[0] + text[start:stop] + ends[1], question)


def cut_at_word(text: str, place: int) -> int:
    """The beginning of the word at `place`, 0 near the beginning."""
    return 0 if place <= 0 else text.rfind(" ", 0, place) + 1
