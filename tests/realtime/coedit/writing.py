"""Texts and updates as real editors make them: several copies of one text that drift apart and meet again."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from pycrdt import Doc, XmlElement, XmlFragment, XmlText

ROOT = "prosemirror"
WORDS = ["hello", "é", "😀😀x", "a", "one two ", "\u2028", "ﬀ", "𝒳y"]


def new_doc(client: int | None = None) -> Doc[XmlFragment]:
    doc: Doc[XmlFragment] = Doc(client_id=client)
    doc.get(ROOT, type=XmlFragment)
    return doc


def text_of(doc: Doc[XmlFragment]) -> str:
    return str(doc.get(ROOT, type=XmlFragment))


def shape(node: XmlFragment | XmlElement | XmlText) -> Any:
    """Everything in a text, to compare: elements with attributes and children, texts with marks."""
    if isinstance(node, XmlText):
        return [(str(words), marks) for words, marks in node.diff()]
    tag = node.tag if isinstance(node, XmlElement) else ""
    attributes: Any = node.attributes if isinstance(node, XmlElement) else ()
    return tag, dict(attributes), [shape(child) for child in node.children]


def letters(node: XmlFragment | XmlElement | XmlText) -> Counter[str]:
    """How often each letter and element is in a text, wherever it stands."""
    if isinstance(node, XmlText):
        return Counter("".join(str(words) for words, _ in node.diff()))
    found = Counter([f"<{node.tag}>"] if isinstance(node, XmlElement) else [])
    for child in node.children:
        found += letters(child)
    return found


def updates_of(doc: Doc[XmlFragment], act: Callable[[Any], Any]) -> list[bytes]:
    """What `act` on the text tells the others, an update for each of its transactions."""
    told: list[bytes] = []
    listening = doc.observe(lambda event: told.append(bytes(event.update)))
    act(doc.get(ROOT, type=XmlFragment))
    doc.unobserve(listening)
    return told


def paragraph(words: str) -> XmlElement:
    return XmlElement("paragraph", {}, [XmlText(words)])


def typed(words: str, client: int | None = None) -> bytes:
    """The update of a new paragraph in an empty text."""
    return updates_of(new_doc(client), lambda text: text.children.append(paragraph(words)))[0]


class Crowd:
    """Three people who write one text by chance. `log` holds all their updates, in an order that can be applied."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.docs = [new_doc(client) for client in (1, 2, 300)]
        self.log: list[bytes] = []

    def write(self, steps: int) -> list[bytes]:
        for _ in range(steps):
            doc = self.chance.choice(self.docs)
            self.log += self.one_change(doc)
            if self.chance.random() < 0.3:
                self.meet()
        self.meet()
        return self.log

    def one_change(self, doc: Doc[XmlFragment]) -> list[bytes]:
        told = updates_of(doc, self.change)
        for other in self.docs:
            if other is not doc and self.chance.random() < 0.7:
                for update in told:
                    other.apply_update(update)
        return told

    def meet(self) -> None:
        """Everybody gets what they lack."""
        for one in self.docs:
            for other in self.docs:
                one.apply_update(other.get_update(one.get_state()))

    def change(self, text: Any) -> None:
        count, roll = len(text.children), self.chance.random()
        if count == 0 or roll < 0.15:
            level: dict[str, Any] = {"level": self.chance.choice([2, 3, 4])}
            made = XmlElement(*self.chance.choice([("paragraph", {}), ("heading", level)]), [XmlText(self.word())])
            text.children.insert(self.chance.randrange(count + 1), made)
            return
        place = self.chance.randrange(count)
        element = text.children[place]
        if roll < 0.2 and count > 2:
            del text.children[place]
        elif roll < 0.25 and element.tag == "heading":
            element.attributes["level"] = self.chance.choice([2, 3, 4])
        else:
            self.change_text(element.children[0])

    def change_text(self, text: Any) -> None:
        start, stop = sorted(self.chance.choices(list(edges(text)), k=2))
        roll = self.chance.random()
        if roll < 0.6 or start == stop:
            text.insert(start, self.word())
        elif roll < 0.8:
            del text[start:stop]
        else:
            marks = [{"bold": {}}, {"bold": None}, {"link": {"href": "/pages/x/"}}, {"link": None}]
            text.format(start, stop, self.chance.choice(marks))

    def word(self) -> str:
        return self.chance.choice(WORDS)


def edges(text: Any) -> Iterator[int]:
    """Where a text can be cut: pycrdt counts in bytes of UTF-8, and trusts whoever calls it."""
    place = 0
    yield place
    for piece, _ in text.diff():
        for letter in str(piece):
            place += len(letter.encode())
            yield place


def mutated(chance: random.Random, update: bytes, log: list[bytes]) -> bytes:
    """An update with one to five things wrong in its bytes."""
    bent = bytearray(update)
    for _ in range(chance.choice([1, 1, 1, 2, 3, 5])):
        chance.choice(FAULTS)(chance, bent, log)
    return bytes(bent)


def _flip(chance: random.Random, bent: bytearray, log: list[bytes]) -> None:
    if bent:
        bent[chance.randrange(len(bent))] ^= 1 << chance.randrange(8)


def _change(chance: random.Random, bent: bytearray, log: list[bytes]) -> None:
    if bent:
        bent[chance.randrange(len(bent))] = chance.randrange(256)


def _nudge(chance: random.Random, bent: bytearray, log: list[bytes]) -> None:
    if bent:
        place = chance.randrange(len(bent))
        bent[place] = (bent[place] + chance.choice([1, -1])) % 256


def _drop(chance: random.Random, bent: bytearray, log: list[bytes]) -> None:
    if bent:
        del bent[chance.randrange(len(bent))]


def _add(chance: random.Random, bent: bytearray, log: list[bytes]) -> None:
    bent.insert(chance.randrange(len(bent) + 1), chance.randrange(256))


def _graft(chance: random.Random, bent: bytearray, log: list[bytes]) -> None:
    other = chance.choice(log)
    bent[chance.randrange(len(bent) + 1) :] = other[chance.randrange(len(other)) :]


def _number(chance: random.Random, bent: bytearray, log: list[bytes]) -> None:
    place = chance.randrange(len(bent) + 1)
    bent[place : place + 1] = chance.choice(
        [b"\xff\xff\xff\xff\x0f", b"\xff" * 9 + b"\x01", b"\x80\x00", b"\x00", b"\x7f", b"\x01"]
    )


def _repeat(chance: random.Random, bent: bytearray, log: list[bytes]) -> None:
    start = chance.randrange(len(bent) + 1)
    bent[start:start] = bent[start : start + chance.randrange(12)]


FAULTS = [_flip, _change, _nudge, _drop, _add, _graft, _number, _repeat]
