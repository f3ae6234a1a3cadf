"""Every name of the contract is in docs/protocol.md, and a test of this folder shows it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings

from realtime.live import limits
from realtime.live.actions import actions
from realtime.live.dispatch import MESSAGES
from realtime.threads.posting import PostRefused
from tests.contract import test_http, test_socket
from tests.contract.speaking import documented
from tests.support.engines import ROOT

TEXT = (ROOT / "docs" / "protocol.md").read_text()
CODES = {
    name: value
    for name, value in vars(limits).items()
    if isinstance(value, int) and not isinstance(value, bool) and 4400 <= value < 4600
}


def shown() -> set[str]:
    """What the tests of the contract say they show."""
    functions = [value for module in (test_http, test_socket) for value in vars(module).values() if callable(value)]
    marks = [mark for function in functions for mark in getattr(function, "pytestmark", [])]
    return {row for mark in marks if mark.name == "contract" for row in mark.args}


def refusals(kind: type[PostRefused] = PostRefused) -> Iterator[str]:
    for refusal in kind.__subclasses__():
        yield refusal.code
        yield from refusals(refusal)


def ours() -> set[str]:
    """The actions of the product: the contract's own test app adds one."""
    return {name for name, action in actions().items() if action.handler.__module__.startswith("realtime.")}


def test_every_action_is_documented_and_shown() -> None:
    rows = {re.findall(r'"do":"(\w+)"', row[0])[0] for row in documented(TEXT, "What a client asks")}
    assert rows == ours()
    assert {f"action:{name}" for name in rows} <= shown()


def test_every_field_of_an_action_is_documented() -> None:
    rows = documented(TEXT, "What a client asks")
    told = {names[0]: set(names[1:]) | set(more) for names, more in map(fields_of, rows)}
    assert told == {name: set(actions()[name].schema.model_fields) - {"do", "ref"} for name in ours()}


def fields_of(row: list[str]) -> tuple[list[str], list[str]]:
    """The action of a row and its fields, and those that its second cell adds."""
    action, *fields = re.findall(r'"(\w+)":(?:"(\w+)")?', row[0])
    return [action[1], *(name for name, _ in fields if name != "ref")], re.findall(r'"(\w+)":', row[1])


def test_every_frame_is_shown() -> None:
    rows = {re.findall(r'"is":"(\w+)"', row[0])[0] for row in documented(TEXT, "What a client is told")}
    assert {f"frame:{name}" for name in rows - {"error"}} <= shown()


def test_every_error_is_documented_and_shown() -> None:
    rows = {code for row in documented(TEXT, "Errors") for code in re.findall(r"`(\w+)`", row[0])}
    assert set(MESSAGES) | {"invalid"} == rows
    assert {f"error:{code}" for code in rows} <= shown()


def test_every_refusal_of_words_is_documented_and_shown() -> None:
    table = TEXT.partition("| refusal of `say`")[2].partition("\n## ")[0]
    rows = set(re.findall(r"`(\w+)`", "".join(line.split("|")[1] for line in table.splitlines()[2:] if "|" in line)))
    assert set(refusals()) | {PostRefused.code} == rows
    assert {f"say:{code}" for code in rows - {PostRefused.code}} <= shown()


def test_every_close_code_is_documented_and_shown() -> None:
    rows = {int(row[0]) for row in documented(TEXT, "Closing")}
    assert rows == {1000, *CODES.values()}
    assert {f"close:{code}" for code in rows} <= shown()


LIMITS: list[tuple[str, Any]] = [
    ("frames of a socket", settings.PARVIS_SOCKET_RATE),
    ("frames of a person", settings.PARVIS_PERSON_RATE),
    ("one frame from a client", (limits.FRAME_BYTES, limits.DEPTH, limits.SAFE_INTEGER)),
    ("bad frames", (limits.BAD_FRAMES,)),
    ("waiting after", (limits.KEPT_OUT,)),
    ("sockets of a person", (limits.SOCKETS_A_PERSON,)),
    ("streams of a socket", (limits.WATCHES_A_SOCKET,)),
    ("a gap", (limits.GAP_EVENTS,)),
    ("unread answers", (limits.PILE_BYTES,)),
    ("streams of a poll", (limits.POLLED_STREAMS,)),
    ("life of a socket", (limits.LIFE,)),
    ("a sign of life", (limits.HEARTBEAT,)),
    ("somebody typing", (limits.TYPING,)),
    ("people named", (limits.PRESENCE_NAMES,)),
]


@pytest.mark.parametrize(("what", "numbers"), LIMITS, ids=[what for what, _ in LIMITS])
def test_every_limit_is_documented_as_it_is(what: str, numbers: tuple[float, ...]) -> None:
    [row] = [row for row in documented(TEXT, "Limits") if row[0].startswith(what)]
    assert [int(number) for number in re.findall(r"\d+", row[1])] == [int(number) for number in numbers]


def test_no_limit_is_documented_that_is_not_compared() -> None:
    assert len(documented(TEXT, "Limits")) == len(LIMITS)
