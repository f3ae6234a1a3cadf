"""The French of the interface is complete, and keeps what the English holds."""

import re

import polib
import pytest

from deploy.catalog import Word, catalog, from_template, words

HOLES = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def entries() -> list[polib.POEntry]:
    return [entry for entry in catalog("fr") if not entry.obsolete]


@pytest.mark.feature("Z1")
def test_every_sentence_is_translated() -> None:
    known = {Word(entry.msgctxt or "", entry.msgid, entry.msgid_plural): entry for entry in entries()}
    missing = [word for word in words() if word not in known or not known[word].translated()]

    assert missing == [], "run `python3 manage.py words` and translate intranet/locale/fr"


def test_nothing_is_fuzzy_or_left_over() -> None:
    said = words()

    assert [entry.msgid for entry in entries() if entry.fuzzy] == []
    assert [e.msgid for e in entries() if Word(e.msgctxt or "", e.msgid, e.msgid_plural) not in said] == []


def test_a_translation_keeps_the_holes_of_the_sentence() -> None:
    for entry in entries():
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            if text:
                assert sorted(HOLES.findall(text)) in (
                    sorted(HOLES.findall(entry.msgid)),
                    sorted(HOLES.findall(entry.msgid_plural)),
                ), entry.msgid


@pytest.mark.feature("Z3")
def test_french_is_typeset_as_french() -> None:
    """Apostrophes are curly, and a hard space stands before the tall signs."""
    for entry in entries():
        for text in [entry.msgstr, *entry.msgstr_plural.values()]:
            plain = re.sub(r"<[^>]+>|https?:\S+|%\(\w+\)[sd]|\{\w*\}|&\w+;", "", text)
            assert not re.search(r"\w'\w", plain), text
            assert not re.search(r"(?<=[^\s\d]) (?=[?!;:»])|« (?=\w)(?<! )", plain), text
            assert not re.search(r"\w[?!;](\s|$)", plain), text


def test_templates_are_heard() -> None:
    said = "gettext('It\\'s here') ngettext('one','many',count) pgettext('verb','Open')"

    assert list(from_template(said)) == [Word("", "It's here"), Word("", "one", "many"), Word("verb", "Open")]
