"""Bytes that yrs cannot take: what they do to a process without the gate, and that they do not pass it.

Each runs in a process of its own, for one ends it and one never comes back.
"""

import subprocess
import sys
from dataclasses import dataclass

import pycrdt
import pytest

from realtime.coedit.gate import Gate, Refused
from tests.realtime.coedit.owning.notebooks import SCHEMA
from tests.realtime.coedit.writing import typed
from tests.support.engines import ROOT

SECONDS = 15
SEEN_IN = "0.14.13"
ROOT_PARENT = b"\x01\x0bprosemirror"
BASE = typed("words", client=2)  # 0 the paragraph, 1 its text, 2 to 6 the letters
FACE = "\N{GRINNING FACE}".encode()

WITHOUT_THE_GATE = """
import sys
from pycrdt import Doc, XmlFragment
doc = Doc(client_id=99)
text = doc.get("prosemirror", type=XmlFragment)
try:
    for update in sys.stdin.read().split():
        doc.apply_update(bytes.fromhex(update))
    for element in list(text.children):
        for inside in getattr(element, "children", ()):
            letters = "".join(str(piece) for piece, _ in inside.diff())
            del inside[0 : len(letters.encode())]
            inside.insert(0, "again")
    other = Doc()
    other.apply_update(doc.get_update())
    assert str(other.get("prosemirror", type=XmlFragment)) == str(text)
    for _ in range(len(text.children)):
        del text.children[0]
    print("fine")
except BaseException as error:
    print(type(error).__name__)
"""


@dataclass(frozen=True)
class Crasher:
    """An update, what becomes of a process that takes it in, and the code the gate refuses it with."""

    update: bytes
    end: str
    code: str


CRASHERS = {
    "values in values, 100,000 deep": Crasher(
        b"\x01\x01\x03\x00\x08" + ROOT_PARENT + b"\x01" + b"\x75\x01" * 100_000 + b"\x7e\x00", "dies", "malformed"
    ),
    "a client without structs, in five bytes": Crasher(b"\x01\x00\x02\x00\x00", "PanicException", "malformed"),
    "an element among letters": Crasher(
        b"\x01\x01\x03\x00\x87\x02\x03\x03\x09paragraph\x00", "PanicException", "misplaced"
    ),
    "half of a surrogate pair among elements": Crasher(
        b"\x01\x02\x03\x00\x04" + ROOT_PARENT + b"\x04" + FACE + b"\x84\x03\x00\x01b\x00", "hangs", "misplaced"
    ),
}
by_name = pytest.mark.parametrize("crasher", CRASHERS.values(), ids=CRASHERS)


@by_name
def test_the_gate_refuses_it(crasher: Crasher) -> None:
    gate = Gate(SCHEMA)
    gate.examine(BASE)
    with pytest.raises(Refused) as refused:
        gate.examine(crasher.update)
    assert refused.value.code == crasher.code


@by_name
@pytest.mark.skipif(pycrdt.__version__ != SEEN_IN, reason="a later version may take it in: see whether it does")
def test_it_is_real(crasher: Crasher) -> None:
    assert end_of(crasher.update) == crasher.end


def test_a_good_update_ends_well_there() -> None:
    """Or the proof would prove nothing."""
    assert end_of(b"\x01\x01\x03\x00\x84\x02\x03\x01a\x00") == "fine"


def end_of(update: bytes) -> str:
    """What becomes of a process that takes an update in without a gate, and then works with the text."""
    command = [sys.executable, "-c", WITHOUT_THE_GATE]
    told = f"{BASE.hex()} {update.hex()}"
    try:
        done = subprocess.run(command, cwd=ROOT, input=told, capture_output=True, text=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        return "hangs"
    return done.stdout.strip() if done.returncode == 0 else "dies"
