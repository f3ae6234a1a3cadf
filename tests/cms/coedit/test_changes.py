"""What was saved elsewhere is brought into the shared text: as it should read, and nothing typed meanwhile is lost."""

import random
from typing import Any

import pytest
from hypothesis import given, settings
from pycrdt import Doc

from cms.coedit.body import canonical, says
from cms.coedit.changes import change
from cms.coedit.fitting import fitted
from cms.coedit.schema import SCHEMA
from cms.coedit.shared import read_state, state_of
from cms.coedit.tree import Child, Node, mark, node, text
from realtime.coedit.copy import Copy
from tests.cms.coedit.trees import DOCS

WORDS = [
    "atelier",
    "balance",
    "carnet",
    "dosage",
    "étuve",
    "filtre",
    "grain",
    "humidité",
    "jauge",
    "lot",
    "moulin",
    "nettoyage",
    "😀",
    "tamis",
]


def merged(*updates: bytes) -> Node:
    doc: Doc[Any] = Doc()
    for update in updates:
        if update:
            doc.apply_update(update)
    return read_state(doc.get_update())


def paragraph(words: str) -> Node:
    return node("paragraph", text(words))


def page(*children: Node) -> Node:
    return fitted(children)


@settings(deadline=None, max_examples=60)
@given(DOCS, DOCS)
def test_it_reads_as_what_was_saved(before: list[Child], after: list[Child]) -> None:
    wanted = canonical(fitted(after))

    update, state = change(state_of(fitted(before)), wanted)

    assert says(read_state(state)) == says(wanted)
    assert merged(state_of(Node("doc")), state) == read_state(state)
    assert not update or Copy(SCHEMA).take_in(state, most=10**7)  # the gate would let it pass


@settings(deadline=None, max_examples=40)
@given(DOCS)
def test_what_a_page_cannot_tell_apart_is_no_change(children: list[Child]) -> None:
    state = state_of(fitted(children))

    update, _ = change(state, canonical(read_state(state)))

    assert says(merged(state, update)) == says(read_state(state))


def test_an_unchanged_page_says_nothing() -> None:
    state = state_of(page(paragraph("Le four chauffe trop. "), node("paragraph"), paragraph("On le règle mardi.")))

    assert change(state, canonical(read_state(state)))[0] == b""


def test_a_word_typed_after_a_space_that_keeping_drops_stands_apart() -> None:
    base = state_of(page(paragraph("Le four chauffe ")))
    typed, _ = change(base, page(paragraph("Le four chauffe trop")))
    saved, _ = change(base, page(paragraph("Le vieux four chauffe")))

    assert merged(base, typed, saved).words() == "Le vieux four chauffe trop"


def test_marks_are_given_and_taken_without_touching_the_words() -> None:
    base = state_of(page(node("paragraph", text("Le "), text("four", "bold"), text(" chauffe"))))
    typed, _ = change(base, page(node("paragraph", text("Vu : le "), text("four", "bold"), text(" chauffe"))))
    link = mark("link", href="https://example.org/")
    saved, _ = change(base, page(node("paragraph", text("Le four "), text("chauffe", link))))

    found = merged(base, typed, saved).children[0]

    assert found == node("paragraph", text("Vu : le four "), text("chauffe", link))


def test_a_paragraph_put_between_two_leaves_both() -> None:
    base = state_of(page(paragraph("Premier point."), paragraph("Second point.")))
    typed, _ = change(base, page(paragraph("Premier point, revu."), paragraph("Second point.")))
    saved, _ = change(base, page(paragraph("Premier point."), paragraph("Entre les deux."), paragraph("Second point.")))

    words = [child.words() for child in merged(base, typed, saved).children if isinstance(child, Node)]

    assert words == ["Premier point, revu.", "Entre les deux.", "Second point."]


def test_an_attribute_changes_beside_words_that_do() -> None:
    base = state_of(page(node("callout", paragraph("Porter des gants."), kind="info", title="Attention")))
    typed, _ = change(
        base, page(node("callout", paragraph("Porter toujours des gants."), kind="info", title="Attention"))
    )
    saved, _ = change(base, page(node("callout", paragraph("Porter des gants."), kind="danger")))

    assert merged(base, typed, saved).children == (
        node("callout", paragraph("Porter toujours des gants."), kind="danger"),
    )


@pytest.mark.parametrize("seed", range(64))
def test_two_who_write_apart_both_keep_every_word(seed: int) -> None:
    """256 merges: each of the two puts words of their own into the same page, anywhere, four times a seed."""
    chance = random.Random(seed)  # a repeatable choice
    for round_ in range(4):
        base = by_chance(chance)
        state = state_of(base)
        ours, theirs = f"nous{round_}", f"eux{round_}"
        typed, _ = change(state, with_words(base, ours, chance))
        saved, _ = change(state, canonical(with_words(base, theirs, chance)))

        found = words_of(merged(state, typed, saved))

        letters = "".join(found)
        assert letters.count(ours) == letters.count(theirs) == 3
        assert sorted(letters) == sorted("".join([*words_of(base), *(3 * [ours, theirs])]))


def words_of(found: Node) -> list[str]:
    """Its words, none of which goes from one line into the next."""
    own = "".join(child.words for child in found.children if not isinstance(child, Node)).split()
    return own + [word for child in found.children if isinstance(child, Node) for word in words_of(child)]


def by_chance(chance: random.Random) -> Node:
    def words() -> str:
        return " ".join(chance.choices(WORDS, k=chance.randint(3, 9))) + " "

    def part() -> Node:
        match chance.randrange(4):
            case 0:
                return node("heading", text(words()), level=2)
            case 1:
                items = (node("list_item", paragraph(words())) for _ in range(chance.randint(1, 4)))
                return node("bullet_list", *items)
            case 2:
                return node("callout", paragraph(words()), kind="tip")
        return node("paragraph", text(words()), text(words(), "bold"))

    return page(*(part() for _ in range(chance.randint(2, 7))))


def with_words(doc: Node, word: str, chance: random.Random) -> Node:
    """The same with `word` three times more, between words anywhere in it."""
    for _ in range(3):
        doc = _put(doc, word, chance.randrange(len(_texts(doc))), chance)
    return doc


def _texts(found: Node) -> list[Any]:
    return [t for child in found.children for t in (_texts(child) if isinstance(child, Node) else [child])]


def _put(found: Node, word: str, at: int, chance: random.Random) -> Node:
    children: list[Child] = []
    for child in found.children:
        here = len(_texts(child)) if isinstance(child, Node) else 1
        if 0 <= at < here:
            children.append(_put(child, word, at, chance) if isinstance(child, Node) else _in(child, word, chance))
        else:
            children.append(child)
        at -= here
    return Node(found.tag, found.attributes, tuple(children))


def _in(child: Any, word: str, chance: random.Random) -> Child:
    words = child.words.split(" ")
    words.insert(chance.randrange(len(words)), word)
    return text(" ".join(words), *child.marks)
