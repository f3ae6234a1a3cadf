"""What passes the gate, and what does not: every rule with an update that breaks that rule alone."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from realtime.coedit import limits
from realtime.coedit.gate import Gate, Refused
from tests.realtime.coedit.besieging import clocks
from tests.realtime.coedit.owning.notebooks import SCHEMA
from tests.realtime.coedit.writing import Crowd, new_doc, paragraph, typed, updates_of

NAME = b"\x01\x0bprosemirror"  # a parent: the root of this name
TAG = b"\x03\x09paragraph"
TEXT = b"\x06"


def structs(*told: bytes, client: int = 2, clock: int = 0, deleted: bytes = b"\x00") -> bytes:
    """An update of one client."""
    return bytes((1, len(told), client, clock)) + b"".join(told) + deleted


ELEMENT = b"\x07" + NAME + TAG  # 0
TEXT_IN_IT = b"\x07\x00\x02\x00" + TEXT  # 1
WORDS = b"\x04\x00\x02\x01\x03abc"  # 2, 3, 4
FACE = "\N{GRINNING FACE}".encode()


def refusal(*updates: bytes) -> str:
    """The code that the last update is refused with, the others having passed."""
    gate = Gate(SCHEMA)
    for update in updates[:-1]:
        gate.examine(update)
    with pytest.raises(Refused) as refused:
        gate.examine(updates[-1])
    return refused.value.code


@pytest.mark.parametrize("seed", range(8))
def test_everything_that_editors_write_passes(seed: int) -> None:
    crowd = Crowd(seed)
    gate = Gate(SCHEMA)
    for update in crowd.write(80):
        gate.examine(update)
    assert clocks(gate.known.state_vector()) == clocks(crowd.docs[0].get_state())


@pytest.mark.parametrize("seed", range(4))
def test_a_text_that_comes_as_a_whole_passes(seed: int) -> None:
    """As from a tab that was away: many clients in one update, deletions, what was collected."""
    crowd = Crowd(seed)
    crowd.write(80)
    whole = crowd.docs[1].get_update()
    gate = Gate(SCHEMA)
    assert gate.examine(whole).clients == {1, 2, 300}
    assert gate.examine(whole).clients == set()


def test_what_is_known_already_may_come_again_with_more_behind_it() -> None:
    """An update that went out before its predecessor was answered begins with what we have."""
    doc = new_doc(7)
    first, *rest = updates_of(doc, lambda text: type_at_end(text, "cd", after="a😀b"))
    gate = Gate(SCHEMA)
    gate.examine(first)
    gate.examine(doc.get_update())
    assert gate.known.clock(7) == 8
    assert all(not gate.examine(update).clients for update in rest)


def type_at_end(text: Any, words: str, *, after: str = "") -> None:
    """A paragraph, and letter by letter in it."""
    text.children.append(paragraph(after))
    for letter in words:
        last = text.children[0].children[0]
        last.insert(len(str(last).encode()), letter)


def test_bytes_that_are_no_update() -> None:
    good = typed("words")
    for cut in range(len(good)):
        assert refusal(good[:cut]) == "malformed"
    assert refusal(good + b"\x00") == "malformed"


@pytest.mark.parametrize(
    ("code", "update"),
    {
        "a client without structs": ("malformed", b"\x01\x00\x02\x00\x00"),
        "a client twice": ("malformed", b"\x02" + structs(ELEMENT)[1:-1] + structs(ELEMENT)[1:]),
        "an integer longer than needed": ("malformed", b"\x01\x81\x00" + structs(ELEMENT)[2:]),
        "text that is not UTF-8": ("malformed", structs(ELEMENT, TEXT_IN_IT, b"\x04\x00\x02\x01\x02\xc3\x28")),
        "half of a surrogate pair": ("malformed", structs(ELEMENT, TEXT_IN_IT, b"\x04\x00\x02\x01\x03\xed\xa0\xbd")),
        "NUL": ("malformed", structs(ELEMENT, TEXT_IN_IT, b"\x04\x00\x02\x01\x01\x00")),
        "no text at all": ("malformed", structs(ELEMENT, TEXT_IN_IT, b"\x04\x00\x02\x01\x00")),
        "nothing deleted": ("malformed", structs(b"\x01" + NAME + b"\x00")),
        "nothing collected": ("malformed", structs(b"\x00\x00")),
        "a hole": ("malformed", structs(b"\x0a\x05")),
        "JSON of old": ("malformed", structs(b"\x02" + NAME + b"\x01\x011")),
        "bytes": ("malformed", structs(b"\x03" + NAME + b"\x01a")),
        "an embed": ("malformed", structs(ELEMENT, TEXT_IN_IT, b"\x05\x00\x02\x01\x02{}")),
        "a document in the document": ("malformed", structs(b"\x09" + NAME + b"\x01a\x76\x00")),
        "an array": ("malformed", structs(b"\x07" + NAME + b"\x00")),
        "a hook": ("malformed", structs(b"\x07" + NAME + b"\x05\x01a")),
        "a mark that is not JSON": ("malformed", structs(ELEMENT, TEXT_IN_IT, b"\x06\x00\x02\x01\x04bold\x01{")),
        "a mark with NaN": ("malformed", structs(ELEMENT, TEXT_IN_IT, b"\x06\x00\x02\x01\x04bold\x03NaN")),
        "a mark with NUL": (
            "malformed",
            structs(ELEMENT, TEXT_IN_IT, b'\x06\x00\x02\x01\x04link\x11{"href":"\\u0000"}'),
        ),
        "a clock past 31 bits": ("malformed", structs(b"\x00\xff\xff\xff\xff\x07", clock=1)),
        "a clock that is missing": ("gap", structs(ELEMENT, clock=5)),
        "an origin nobody knows": ("unknown", structs(b"\x87\x09\x00" + TAG)),
        "an origin in itself": ("unknown", structs(b"\x87\x02\x00" + TAG)),
        "a parent nobody knows": ("unknown", structs(b"\x07\x00\x09\x00" + TAG)),
        "a deletion of the unknown": ("unknown", structs(ELEMENT, deleted=b"\x01\x02\x01\x00\x02")),
        "a deletion of a stranger": ("unknown", structs(ELEMENT, deleted=b"\x01\x09\x01\x00\x01")),
        "two that wait for each other": (
            "unknown",
            b"\x02\x01\x02\x00\x87\x03\x00" + TAG + b"\x01\x03\x00\x87\x02\x00" + TAG + b"\x00",
        ),
        "another root": ("misplaced", structs(b"\x07\x01\x05other" + TAG)),
        "an attribute of the root": ("misplaced", structs(b"\x28" + NAME + b"\x01a\x01\x7e")),
        "words among elements": ("misplaced", structs(b"\x04" + NAME + b"\x01a")),
        "text in the root": ("misplaced", structs(b"\x07" + NAME + TEXT)),
        "an element in text": ("misplaced", structs(ELEMENT, TEXT_IN_IT, b"\x07\x00\x02\x01" + TAG)),
        "an attribute of text": ("misplaced", structs(ELEMENT, TEXT_IN_IT, b"\x28\x00\x02\x01\x01a\x01\x7e")),
        "a value in text": ("misplaced", structs(ELEMENT, TEXT_IN_IT, b"\x08\x00\x02\x01\x01\x7e")),
        "a parent that is text": ("misplaced", structs(ELEMENT, TEXT_IN_IT, WORDS, b"\x04\x00\x02\x02\x01a")),
        "neighbors in two places": ("misplaced", structs(ELEMENT, TEXT_IN_IT, WORDS, b"\xc4\x02\x02\x02\x00\x01a")),
        "ten million at once": ("misplaced", structs(b"\x00\xff\xff\xff\xff\x03")),
        "an unlisted element": ("schema", structs(b"\x07" + NAME + b"\x03\x06script")),
        "an unlisted mark": ("schema", structs(ELEMENT, TEXT_IN_IT, b"\x06\x00\x02\x01\x05blink\x02{}")),
        "a mark that is a number": ("schema", structs(ELEMENT, TEXT_IN_IT, b"\x06\x00\x02\x01\x04bold\x011")),
        "a mark with more": ("schema", structs(ELEMENT, TEXT_IN_IT, b'\x06\x00\x02\x01\x04bold\x07{"a":1}')),
        "an unlisted attribute": ("schema", structs(ELEMENT, b"\x28\x00\x02\x00\x07onclick\x01\x77\x01a")),
        "an origin inside a pair": (
            "cut",
            structs(ELEMENT, TEXT_IN_IT, b"\x04\x00\x02\x01\x04" + FACE, b"\x84\x02\x02\x01a"),
        ),
        "a right origin inside a pair": (
            "cut",
            structs(ELEMENT, TEXT_IN_IT, b"\x04\x00\x02\x01\x04" + FACE, b"\x44\x02\x03\x01a"),
        ),
        "half of a pair deleted": (
            "cut",
            structs(ELEMENT, TEXT_IN_IT, b"\x04\x00\x02\x01\x04" + FACE, deleted=b"\x01\x02\x01\x03\x01"),
        ),
        "too big": ("too_big", b"\x00" * (limits.UPDATE_BYTES + 1)),
    }.values(),
)
def test_what_is_refused(code: str, update: bytes) -> None:
    assert refusal(update) == code


def test_a_refused_update_leaves_nothing_behind() -> None:
    gate = Gate(SCHEMA)
    with pytest.raises(Refused):
        gate.examine(structs(ELEMENT, TEXT_IN_IT, WORDS, b"\x07" + NAME + b"\x03\x06script"))
    assert gate.known.clock(2) == 0
    gate.examine(structs(ELEMENT, TEXT_IN_IT, WORDS))
    assert gate.known.clock(2) == 5


def test_what_goes_on_behind_collected_structs_stands_where_they_stood() -> None:
    """An update that overlaps what was collected says another place for the rest: yrs would put words in the root."""
    assert refusal(structs(b"\x00\x03"), structs(b"\x04" + NAME + b"\x03abc", clock=1)) == "misplaced"


def test_of_two_neighbors_both_are_gone_or_none() -> None:
    """Yjs collects what stands beside a collected struct; yrs puts it where its other neighbor is, whatever it holds."""
    gone = b"\x01\x01\x03\x00\x00\x02\x00"
    beside = b"\x01\x01\x04\x00\xc8\x03\x00\x02\x00\x01\x7d\x02\x00"
    assert refusal(structs(ELEMENT), gone, beside) == "misplaced"


def test_one_speaks_for_ones_own_ids_alone() -> None:
    gate = Gate(SCHEMA)
    gate.examine(structs(ELEMENT), may_move=lambda client: client == 2)
    with pytest.raises(Refused, match="not_yours"):
        gate.examine(structs(TEXT_IN_IT, clock=1), may_move=lambda client: client == 3)
    gate.examine(structs(ELEMENT), may_move=lambda client: client == 3)  # known already: nothing is said for anybody


def nested(depth: int) -> Callable[[Any], None]:
    """Elements in elements."""

    def act(text: Any) -> None:
        made = text
        for _ in range(depth):
            made.children.append(XmlElement("blockquote"))
            made = made.children[0]

    return act


def test_elements_in_elements_up_to_the_schemas_depth() -> None:
    def depth(count: int) -> Gate:
        gate = Gate(SCHEMA)
        for update in updates_of(new_doc(), nested(count)):
            gate.examine(update)
        return gate

    depth(4)
    with pytest.raises(Refused, match="schema"):
        depth(5)


@pytest.mark.parametrize(
    ("tag", "attributes", "passes"),
    [
        ("heading", {"level": 3}, True),
        ("heading", {"level": 1}, False),
        ("heading", {"level": "3"}, False),
        ("heading", {"level": None}, True),
        ("image", {"src": "/files/a.png", "alt": "A door", "width": 3}, True),
        ("image", {"src": "javascript:alert(1)"}, False),
        ("image", {"src": "//elsewhere.example/a.png"}, False),
        ("image", {"src": "https://example.org/a b"}, False),
        ("image", {"src": ["/a"]}, False),
        ("image", {"alt": "x" * 21}, False),
        ("image", {"width": 9.0}, True),
        ("image", {"width": 2.5}, False),
        ("image", {"width": 10}, False),
        ("image", {"width": True}, False),
        ("blockquote", {"open": True}, True),
        ("blockquote", {"open": 1}, False),
        ("paragraph", {"style": "color: red"}, False),
    ],
)
def test_attributes_hold_what_the_schema_allows(tag: str, attributes: dict[str, Any], passes: bool) -> None:
    def act(text: Any) -> None:
        text.children.append(XmlElement(tag, attributes))

    update = updates_of(new_doc(), act)[0]
    if passes:
        Gate(SCHEMA).examine(update)
    else:
        assert refusal(update) == "schema"


@pytest.mark.parametrize(
    ("href", "passes"),
    [
        ("/pages/plan/", True),
        ("#place", True),
        ("https://example.org/?q=1", True),
        ("mailto:a@example.org", True),
        ("JavaScript:alert(1)", False),
        ("java\tscript:alert(1)", False),
        ("data:text/html,x", False),
        ("\\\\evil", False),
        ("evil", False),
        (7, False),
    ],
)
def test_a_link_leads_to_an_address(href: object, passes: bool) -> None:
    doc = new_doc()

    def act(text: Any) -> None:
        text.children.append(paragraph("words"))
        text.children[0].children[0].format(0, 3, {"link": {"href": href}})

    first, second = updates_of(doc, act)
    gate = Gate(SCHEMA)
    gate.examine(first)
    if passes:
        gate.examine(second)
    else:
        with pytest.raises(Refused, match="schema"):
            gate.examine(second)


def erase(text: Any) -> None:
    del text.children[0]


def test_what_is_added_to_what_was_deleted_passes() -> None:
    """Somebody away writes in a paragraph that another deletes: Yjs collects it, nobody is refused."""
    ada, bo = new_doc(1), new_doc(2)
    first = updates_of(ada, lambda text: text.children.append(paragraph("here")))
    bo.apply_update(first[0])
    away = updates_of(bo, lambda text: text.children[0].children[0].insert(4, " and there"))
    deleted = updates_of(ada, erase)
    gate = Gate(SCHEMA)
    gate.learn(ada.get_update())
    assert gate.examine(away[0]).clients == {2}
    assert deleted


def test_the_gate_costs_microseconds() -> None:
    """Bounded in what a machine under load still keeps: a keystroke costs well under a millisecond."""
    updates = updates_of(new_doc(), lambda text: type_at_end(text, "x" * 400))
    gate = Gate(SCHEMA)
    started = time.process_time()
    for update in updates:
        gate.examine(update)
    each = (time.process_time() - started) / len(updates)
    print(f"{each * 1e6:.0f} microseconds an update")
    assert each < 0.001


def test_letters_typed_one_by_one_are_one_run() -> None:
    """Memory does not grow with the keystrokes."""
    gate = Gate(SCHEMA)
    for update in updates_of(new_doc(9), lambda text: type_at_end(text, "x" * 300)):
        gate.examine(update)
    assert gate.known.clock(9) == 302
    assert len(gate.known.clients[9].starts) == 3


def test_a_kept_text_is_learned_whatever_the_schema_says_today() -> None:
    doc: Doc[XmlFragment] = new_doc(5)
    text = doc.get("prosemirror", type=XmlFragment)
    text.children.append(XmlElement("marquee", {"loop": "9"}, [XmlText("of old")]))
    gate = Gate(SCHEMA)
    assert gate.learn(doc.get_update()) == {5}
    gate.examine(updates_of(doc, lambda text: text.children[0].children[0].insert(0, "still "))[0])
