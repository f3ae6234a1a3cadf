"""The events' types for the browser, written from the Python ones: a test holds the two equal."""

from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints, is_typeddict

HEADER = "// Written by `manage.py event_types` from the Python types. Do not edit.\n"
PLAIN: dict[Any, str] = {str: "string", int: "number", float: "number", bool: "boolean", NoneType: "null"}


def interfaces(*payloads: type) -> str:
    """TypeScript interfaces of TypedDicts and of those they hold, each once, in the order first met.

    Raises TypeError for a type that JSON has no word for.
    """
    written: dict[str, str] = {}
    for payload in payloads:
        write(payload, written)
    return HEADER + "\n" + "\n".join(written.values())


def write(payload: type, written: dict[str, str]) -> None:
    if payload.__name__ in written:
        return
    written[payload.__name__] = ""  # its place is before what it holds
    lines = [f"  {name}: {word(hint, written)};\n" for name, hint in get_type_hints(payload).items()]
    written[payload.__name__] = f"export interface {payload.__name__} {{\n{''.join(lines)}}}\n"


def word(hint: Any, written: dict[str, str]) -> str:
    """The TypeScript of one type."""
    if hint in PLAIN:
        return PLAIN[hint]
    if is_typeddict(hint):
        write(hint, written)
        return str(hint.__name__)
    if get_origin(hint) is list:
        return f"{word(get_args(hint)[0], written)}[]"
    if get_origin(hint) in (Union, UnionType):
        return " | ".join(word(part, written) for part in get_args(hint))
    raise TypeError(f"no JSON type for {hint!r}")
