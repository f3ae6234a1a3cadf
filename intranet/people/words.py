"""Words as search compares them: without accents or case, and cut to their stem, alike on every database.

SQLite's index does not stem and PostgreSQL's does not fold accents; so both index what this module
returns, and questions pass through it too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

import snowballstemmer
from anyascii import anyascii

WORD = re.compile(r"[a-z0-9]+")
CODE = re.compile(r"\b[a-z]+[0-9]*(?:-[0-9]+)+\b")  # D-42, S4-0117: one name, however it is typed
MAX_LENGTH = 20_000  # characters of a text that are indexed
LONGEST_QUESTION = 200  # characters
MOST_WORDS = 8  # of a question
SMALL_WORDS = frozenset(
    {
        *("a", "au", "aux", "avec", "c", "ce", "ces", "cet", "cette", "d", "dans", "de", "des", "du", "elle", "en"),
        *("est", "et", "eux", "il", "ils", "j", "je", "l", "la", "le", "les", "leur", "lui", "m", "ma", "mais", "me"),
        *("mes", "mon", "n", "ne", "nos", "notre", "nous", "on", "ou", "par", "pas", "pour", "qu", "que", "qui", "s"),
        *("sa", "se", "ses", "si", "son", "sur", "t", "ta", "te", "tes", "tu", "un", "une", "vos", "votre", "vous"),
        *("an", "and", "are", "as", "at", "be", "by", "for", "from", "i", "in", "is", "it", "of", "or", "that"),
        *("the", "this", "to", "was", "we", "with", "y", "you"),
    }
)


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody looks for: the folded words that count, in order, and the stem of each."""

    words: tuple[str, ...]
    stems: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.words)


def fold(text: str) -> str:
    """`text` in lower-case ASCII: "Été à l’œuvre" gives "ete a l'oeuvre"."""
    return anyascii(text).lower()


@cache
def stemmer(language: str) -> "snowballstemmer.stemmer":
    return snowballstemmer.stemmer(language)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a folded word: French first, then English on what is left, until nothing changes.

    One rule for both languages keeps questions and texts alike whoever wrote them; and as the stem of a
    stem is itself, a text that is indexed unstemmed as well (a title, for the CMS) gives no other answer.
    """
    shorter = str(stemmer("english").stemWord(stemmer("french").stemWord(word)))
    return word if shorter == word else stem(shorter)


def folded(text: str) -> Iterator[str]:
    """The folded words of `text` in order; then its codes, joined."""
    plain = fold(text[:MAX_LENGTH])
    yield from WORD.findall(plain)
    for code in CODE.findall(plain):
        yield code.replace("-", "")


def stems(text: str) -> list[str]:
    """The stems of `text`, in order."""
    return [stem(word) for word in folded(text)]


def search_words(*texts: str) -> str:
    """What is indexed of some texts: their stems, separated by spaces."""
    return " ".join(word for text in texts for word in stems(text))


def folded_words(*texts: str) -> str:
    """What completion compares: whole folded words, for the beginnings people type."""
    return " ".join(word for text in texts for word in folded(text))


def ask(text: str) -> Question:
    """What `text` asks for, whatever it holds: its first words, each once, without the small ones where others are left."""
    plain = CODE.sub(lambda code: code[0].replace("-", ""), fold(text[:LONGEST_QUESTION]))
    words = list(dict.fromkeys(WORD.findall(plain[: 2 * LONGEST_QUESTION])))
    telling = [word for word in words if word not in SMALL_WORDS] or words
    kept = telling[:MOST_WORDS]
    return Question(tuple(kept), tuple(stem(word) for word in kept))
