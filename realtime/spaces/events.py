"""What browsers are told of a space. The payloads are the contract of docs/protocol.md."""

from typing import TypedDict

SPACE_MOVED = "space.moved"


class SpaceMoved(TypedDict):
    """Something there began, stands otherwise, calls a team or was read again: to be asked for, with the rights of then."""
