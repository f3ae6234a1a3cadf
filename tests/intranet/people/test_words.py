"""Words as search compares them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intranet.people.words import LONGEST_QUESTION, MOST_WORDS, WORD, ask, folded_words, search_words, stem, stems

ALIKE = [
    ("réparer", "réparé"),
    ("réparées", "Réparer"),
    ("soudures", "soudure"),
    ("équipes", "équipe"),
    ("décision", "DÉCISIONS"),
    ("généraux", "generaux"),
    ("œuvre", "oeuvre"),
    ("meetings", "meeting"),
    ("loaded", "loading"),
    ("bearings", "bearing"),
    ("naïve", "naive"),
    ("machines", "machine"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_forms_of_a_word_have_one_stem(one: str, other: str) -> None:
    assert stems(one) == stems(other)


@given(st.from_regex(r"[a-z0-9]{1,16}", fullmatch=True))
def test_the_stem_of_a_stem_is_itself(word: str) -> None:
    assert stem(stem(word)) == stem(word)


@given(st.text(max_size=300))
def test_whatever_is_typed_gives_plain_words(text: str) -> None:
    question = ask(text)
    assert all(WORD.fullmatch(word) for word in (*question.words, *question.stems))
    assert len(question.words) <= MOST_WORDS


@given(st.text(max_size=LONGEST_QUESTION))
def test_every_word_of_a_question_is_found_in_its_own_text(text: str) -> None:
    question = ask(text)
    assert set(question.stems) <= set(search_words(text).split())
    assert set(question.words) <= set(folded_words(text).split())


def test_a_code_is_one_name_however_it_is_typed() -> None:
    assert ask("D-42").words == ask("d42").words == ("d42",)
    assert "d42" in folded_words("la décision D-42").split()
    assert "42" in folded_words("la décision D-42").split()
    assert ask("S4-0117").words == ("s40117",)


def test_small_words_are_left_out_unless_they_are_all_there_is() -> None:
    assert ask("la navette de l’atelier").words == ("navette", "atelier")
    assert ask("de la").words == ("de", "la")


@pytest.mark.parametrize("hostile", ["", " ", '"', "*", "-", "\x00", "()", "^", "😶" * 3, "' ' '"])
def test_what_holds_no_word_asks_for_nothing(hostile: str) -> None:
    assert not ask(hostile) or all(WORD.fullmatch(word) for word in ask(hostile).words)


def test_a_question_of_ten_thousand_characters_is_cut() -> None:
    assert len(ask("x y z " * 2000).words) <= MOST_WORDS
    assert len(ask("é" * 10_000).words[0]) <= LONGEST_QUESTION
