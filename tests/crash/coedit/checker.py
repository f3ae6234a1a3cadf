"""Compares what was acknowledged with the copies of the text and names what should not be: K1 of docs/promises.md."""

from collections.abc import Iterator
from dataclasses import dataclass

from tests.crash.checker import Anomaly
from tests.crash.coedit.history import Deed, Look, TextHistory

KINDS = {
    "lost": "acknowledged, and not in a copy",
    "come back": "taken back, acknowledged, and there again",
    "doubled": "more than once in a copy",
    "phantom": "in a copy, and never typed",
    "apart": "copies that differ when all is well again",
    "unanswered": "kept by its tab, and not acknowledged when all was well again",
    "broken": "an answer that no fault excuses",
}


@dataclass(slots=True)
class Life:
    """What was done with one word."""

    typed: Deed
    back: Deed | None = None

    def must_stand(self, since: float) -> bool:
        """Whether it is in every copy looked at from `since` on: acknowledged, and nobody began to take it back."""
        return is_answered(self.typed, since) and self.back is None

    def must_be_gone(self, since: float) -> bool:
        return self.back is not None and is_answered(self.back, since)


def is_answered(deed: Deed, since: float) -> bool:
    return deed.answered is not None and deed.answered < since


def check(history: TextHistory) -> list[Anomaly]:
    """Every anomaly of a run, none when all promises were kept."""
    lives = lives_of(history)
    found = [anomaly for look in all_looks(history) for anomaly in wrong_in(look, lives)]
    found += [Anomaly("apart", words) for words in apart(history)]
    found += [Anomaly("unanswered", f"{deed.verb} {deed.word}") for deed in unanswered(history)]
    found += [Anomaly("broken", f"{broken.who}: {broken.what}") for broken in history.broken]
    return found


def lives_of(history: TextHistory) -> dict[str, Life]:
    lives = {deed.word: Life(deed) for deed in history.deeds if deed.verb == "type"}
    for deed in history.deeds:
        if deed.verb == "take back":
            lives[deed.word].back = deed
    return lives


def all_looks(history: TextHistory) -> Iterator[Look]:
    yield from history.looks
    for one in history.rounds:
        yield from one.copies


def wrong_in(look: Look, lives: dict[str, Life]) -> Iterator[Anomaly]:
    """What is wrong in one copy."""
    for word, life in lives.items():
        if life.must_stand(look.begun) and not look.words[word]:
            yield Anomaly("lost", f"{word}, of {look.where}")
        elif life.must_be_gone(look.begun) and look.words[word]:
            yield Anomaly("come back", f"{word}, in {look.where}")
    for word, count in look.words.items():
        if word not in lives:
            yield Anomaly("phantom", f"{word}, in {look.where}")
        elif count > 1:
            yield Anomaly("doubled", f"{word}, {count} times in {look.where}")


def apart(history: TextHistory) -> Iterator[str]:
    """The copies of a round that are not as its first."""
    for number, one in enumerate(history.rounds, start=1):
        first, *others = one.copies
        for look in others:
            if look.words != first.words or (look.form is not None and look.form != first.form):
                yield f"round {number}: {look.where} is not as {first.where}"


def unanswered(history: TextHistory) -> Iterator[Deed]:
    """What was begun before the end of a round, and was not acknowledged then."""
    for one in history.rounds:
        for deed in history.deeds:
            if deed.begun < one.ended and not deed.is_dropped and not is_answered(deed, one.ended):
                yield deed
