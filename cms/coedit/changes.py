"""Makes a shared text say what a tree says, changing as little of it as can be: who types in it meanwhile loses nothing.

What a kept page cannot tell apart is left as it is: keys, spaces at the ends of a line, empty paragraphs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any

from pycrdt import XmlElement, XmlFragment, XmlText

from cms.coedit.lines import spaced
from cms.coedit.schema import KINDS, LISTS, MARKS
from cms.coedit.shared import children_of, opened, read, texts_of, values_of, write_children
from cms.coedit.tree import Child, Mark, Node, Text

WORD = re.compile(r"\w+|\s+|.", re.DOTALL)
GIVEN = ("key", "block")  # what keeping gives an element that lacks it
MOST_PAIRS = 10_000  # compared word by word, of what changed in one place
ALIKE = 0.3  # less than this share of words in common is another paragraph
NOTHING: dict[str, Any] = dict.fromkeys(MARKS)  # else words put in take the marks of those before them
Letters = list[tuple[str, tuple[Mark, ...]]]
Item = Node | tuple[Text, ...]  # an element, or the words between two


def change(state: bytes, wanted: Node) -> tuple[bytes, bytes]:
    """What must be told to who has `state` to make it say `wanted`, and the state it is then. The first may be empty."""
    doc, root = opened(state)
    clocks, said = doc.get_state(), read(root)
    with doc.transaction():
        _bring([root], wanted.children)
    is_changed = doc.get_state() != clocks or read(root) != said  # taking away moves no clock
    return doc.get_update(clocks) if is_changed else b"", doc.get_update()


# --- elements -------------------------------------------------------------------------------------


def _bring(parents: Sequence[XmlFragment | XmlElement], wanted: Sequence[Child]) -> None:
    """Gives `parents`, which a page takes for one, the children `wanted`.

    What is equal stays, what is alike is changed, the rest comes and goes.
    """
    news = [new for new in _together(wanted) if not _is_left_out(new, parents[0], len(wanted))]
    slots = _slots(parents)
    end = (parents[-1], len(parents[-1].children))
    pairs = _paired([_settled(slot.seen) for slot in slots], [_settled(new) for new in news])
    for old, new in reversed(pairs):
        if new is None:
            slots[old].take_away()
        elif new < 0:
            parent, at = slots[old].places[0] if old < len(slots) else end
            write_children(parent, _children_in(news[~new]), at=at)
        else:
            _become(slots[old], news[new])


@dataclass
class Slot:
    """What a page takes for one child: one, or lists of one kind that stand together."""

    seen: Item
    places: list[tuple[XmlFragment | XmlElement, int]]

    def there(self) -> list[Any]:
        return [parent.children[at] for parent, at in self.places]

    def take_away(self) -> None:
        for parent, at in reversed(self.places):
            del parent.children[at]


def _slots(parents: Sequence[XmlFragment | XmlElement]) -> list[Slot]:
    """The children of all `parents`, without the empty paragraphs, which a page does not keep."""
    slots: list[Slot] = []
    for parent in parents:
        for at, child in enumerate(parent.children):
            seen = _seen(child)
            if _is_left_out(seen, parent, len(parent.children)):
                continue
            before = slots[-1].seen if slots else None
            if isinstance(before, Node) and isinstance(seen, Node) and before.tag == seen.tag in LISTS:
                slots[-1].seen = replace(before, children=before.children + seen.children)
                slots[-1].places.append((parent, at))
            else:
                slots.append(Slot(seen, [(parent, at)]))
    return slots


def _paired(olds: Sequence[Item], news: Sequence[Item]) -> list[tuple[int, int | None]]:
    """In the order of the old ones: (old, new) to change, (old, None) to take away, (place, ~new) to put before it."""
    pairs: list[tuple[int, int | None]] = []
    for same, i, until, j, end in SequenceMatcher(None, olds, news, autojunk=False).get_opcodes():
        if same != "equal":
            pairs += _aligned(olds[i:until], news[j:end], i, j)
    return pairs


def _aligned(olds: Sequence[Item], news: Sequence[Item], i: int, j: int) -> list[tuple[int, int | None]]:
    """Pairs those that are most alike, in their order; `i` and `j` are where they begin."""
    best = _best(olds, news)
    pairs: list[tuple[int, int | None]] = []
    old = new = 0
    while old < len(olds) or new < len(news):
        if (old, new) in best:
            pairs.append((i + old, j + new))
            old, new = old + 1, new + 1
        elif new < len(news) and not any(there == new for _, there in best):
            pairs.append((i + old, ~(j + new)))
            new += 1
        else:
            pairs.append((i + old, None))
            old += 1
    return pairs


def _best(olds: Sequence[Item], news: Sequence[Item]) -> set[tuple[int, int]]:
    """The pairs, in order in both, whose likeness is the greatest in all."""
    if len(olds) * len(news) > MOST_PAIRS:
        return {(at, at) for at in range(min(len(olds), len(news))) if _likeness(olds[at], news[at])}
    scores = [[0.0] * (len(news) + 1) for _ in range(len(olds) + 1)]
    likes = [[_likeness(old, new) for new in news] for old in olds]
    for i in reversed(range(len(olds))):
        for j in reversed(range(len(news))):
            paired = likes[i][j] + scores[i + 1][j + 1] if likes[i][j] else 0.0
            scores[i][j] = max(paired, scores[i + 1][j], scores[i][j + 1])
    return set(_walk(scores, likes))


def _walk(scores: list[list[float]], likes: list[list[float]]) -> Iterator[tuple[int, int]]:
    i = j = 0
    while i < len(likes) and j < len(likes[i]):
        if likes[i][j] and scores[i][j] == likes[i][j] + scores[i + 1][j + 1]:
            yield i, j
            i, j = i + 1, j + 1
        elif scores[i][j] == scores[i + 1][j]:
            i += 1
        else:
            j += 1


def _likeness(old: Item, new: Item) -> float:
    """Between 0, another thing, and 1. An element without words is like any other of its kind."""
    if isinstance(old, tuple) or isinstance(new, tuple):
        return 1.0 if isinstance(old, tuple) and isinstance(new, tuple) else 0.0
    if old.tag != new.tag:
        return 0.0
    mine, theirs = WORD.findall(old.words()), WORD.findall(new.words())
    if not mine or not theirs:
        return 0.1 if not (mine or theirs) or old.tag != "paragraph" else ALIKE
    ratio = SequenceMatcher(None, mine, theirs, autojunk=False).ratio()
    return ratio if ratio >= ALIKE or old.tag != "paragraph" else 0.0


def _become(slot: Slot, new: Item) -> None:
    there = slot.there()
    if isinstance(new, tuple):
        _say(there[0], new)
        return
    for element in there:
        _attribute(element, new)
    _bring(there, new.children)
    if len(there) > 1:
        for (parent, at), element in reversed(list(zip(slot.places, there, strict=True))):
            if not len(element.children):
                del parent.children[at]


def _attribute(element: XmlElement, new: Node) -> None:
    """Gives an element the attributes of `new`; its key and number stay."""
    has, told = dict(values_of(element)), dict(new.attributes)
    for name in KINDS[new.tag].attributes:
        if name in GIVEN or has.get(name) == told.get(name):
            continue
        if name in told:
            attributes: Any = element.attributes
            attributes[name] = told[name]
        else:
            del element.attributes[name]


def _together(children: Sequence[Child]) -> Iterator[Item]:
    """What a page takes for the children: words between elements, and lists of one kind as one."""
    for (is_text, tag), run in groupby(children, key=_kind):
        if is_text:
            yield tuple(child for child in run if isinstance(child, Text))
            continue
        found = [child for child in run if isinstance(child, Node)]
        if tag in LISTS:
            yield replace(found[0], children=tuple(item for one in found for item in one.children))
        else:
            yield from found


def _kind(child: Child) -> tuple[bool, str]:
    return (True, "") if isinstance(child, Text) else (False, child.tag)


def _children_in(item: Item) -> tuple[Child, ...]:
    return item if isinstance(item, tuple) else (item,)


def _seen(child: Any) -> Item:
    """One child of a shared text, as it stands."""
    if isinstance(child, XmlText):
        return tuple(texts_of(child))
    return Node(child.tag or "", values_of(child), tuple(children_of(child, 1)))


def _settled(item: Item) -> Item:
    """What of it is kept: two that are equal are the same to a page."""
    return tuple(text for text in item if text.words) if isinstance(item, tuple) else _settled_node(item)


def _settled_node(item: Node) -> Node:
    attributes = tuple((name, value) for name, value in item.attributes if name not in GIVEN)
    children = (_settled_node(child) if isinstance(child, Node) else child for child in item.children)
    made = Node(item.tag, attributes, tuple(children))
    kind = KINDS.get(item.tag)
    return replace(made, children=spaced(made.children)) if kind and kind.has_breaks else made


def _is_left_out(item: Item, parent: XmlFragment | XmlElement, siblings: int) -> bool:
    """Whether a page would not keep it: no words, or an empty paragraph beside others, but an item's first."""
    if isinstance(item, tuple):
        return not _settled(item)
    is_needed = siblings == 1 or (isinstance(parent, XmlElement) and parent.tag == "list_item")
    return item.tag == "paragraph" and not is_needed and not _settled_node(item).children


# --- words ----------------------------------------------------------------------------------------


def _say(text: XmlText, wanted: Sequence[Text]) -> None:
    """Makes the words between two elements what they should be, from their end to their beginning."""
    old, new = _letters(list(texts_of(text))), _letters(wanted)
    for kind, i, until, j, end in reversed(list(_edits(old, new))):
        start, stop = _bytes(old, i), _bytes(old, until)
        if kind == "equal":
            _mark(text, old[i:until], new[j:end], start)
            continue
        for marks, run in reversed(
            [(marks, list(run)) for marks, run in groupby(new[j:end], key=lambda told: told[1])]
        ):
            text.insert(stop, "".join(letter for letter, _ in run), NOTHING | _values(marks))
        if until > i and not _is_space_to_keep(old, i, until, is_replaced=end > j):
            del text[start:stop]


def _edits(old: Letters, new: Letters) -> Iterator[tuple[str, int, int, int, int]]:
    """How the letters of one become those of the other, in whole words."""
    mine, theirs = _words(old), _words(new)
    mine_at, theirs_at = _starts(mine), _starts(theirs)
    for kind, i, until, j, end in SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes():
        yield kind, mine_at[i], mine_at[until], theirs_at[j], theirs_at[end]


def _words(letters: Letters) -> list[str]:
    return WORD.findall("".join(letter for letter, _ in letters))


def _starts(words: Sequence[str]) -> list[int]:
    starts = [0]
    for word in words:
        starts.append(starts[-1] + len(word))
    return starts


def _is_space_to_keep(old: Letters, i: int, until: int, *, is_replaced: bool) -> bool:
    """Whether what would go is only the space that keeping drops: at an end of the line, or beside another."""
    if is_replaced or not "".join(letter for letter, _ in old[i:until]).isspace():
        return False
    before, after = old[i - 1][0] if i else " ", old[until][0] if until < len(old) else " "
    return before.isspace() or after.isspace()


def _mark(text: XmlText, old: Letters, new: Letters, start: int) -> None:
    """Gives words that stay the marks they should have."""
    at = 0
    changes = list(zip(old, new, strict=True))
    for (had, has), run in groupby(changes, key=lambda pair: (pair[0][1], pair[1][1])):
        length = len("".join(letter for (letter, _), _ in run).encode())
        if had != has:
            text.format(start + at, start + at + length, dict.fromkeys(_values(had)) | _values(has))
        at += length


def _values(marks: Sequence[Mark]) -> dict[str, Any]:
    return {mark.name: dict(mark.attributes) for mark in marks}


def _letters(texts: Sequence[Text]) -> Letters:
    return [(letter, text.marks) for text in texts for letter in text.words]


def _bytes(letters: Letters, at: int) -> int:
    return len("".join(letter for letter, _ in letters[:at]).encode())
