"""Words as search compares them: without accents or case, and cut to their stem, alike on every database.

SQLite's index does not stem and PostgreSQL's does not fold accents; so both index what this module
returns, and questions pass through it too.
"""

import re
from functools import cache, lru_cache

import snowballstemmer
from anyascii import anyascii

WORD = re.compile(r"[a-z0-9]+")
MAX_LENGTH = 20_000  # characters of a text that are indexed


def fold(text: str) -> str:
    """`text` in lower-case ASCII: "Été à l’œuvre" gives "ete a l'oeuvre"."""
    return anyascii(text).lower()


@cache
def stemmer(language: str) -> "snowballstemmer.stemmer":
    return snowballstemmer.stemmer(language)


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """The stem of a folded word: French first, then English on what is left, the same for every text.

    One rule for both languages keeps questions and texts alike whoever wrote them.
    """
    french = stemmer("french").stemWord(word)
    return str(stemmer("english").stemWord(french))


def stems(text: str) -> list[str]:
    """The stems of `text`, in order."""
    return [stem(word) for word in WORD.findall(fold(text[:MAX_LENGTH]))]


def search_words(*texts: str) -> str:
    """What is indexed of some texts: their stems, separated by spaces."""
    return " ".join(word for text in texts for word in stems(text))


def folded_words(*texts: str) -> str:
    """What completion compares: whole folded words, for the beginnings people type."""
    return " ".join(word for text in texts for word in WORD.findall(fold(text[:MAX_LENGTH])))
