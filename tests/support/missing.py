"""What a test needs and this machine lacks: a failure that says how to get it, or a skip that was asked for."""

import os

import pytest


class Missing(Exception):
    """`what` is not on this machine; `remedy` says how to get it."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what} is missing: {remedy}")


def without(name: str) -> bool:
    """Say whether `PARVIS_TEST_WITHOUT` asks to go without `name`: browser, postgres or redis."""
    return name in os.environ.get("PARVIS_TEST_WITHOUT", "").split(",")


def need(name: str) -> None:
    """Skip the running test, visibly, when it was asked to go without `name`."""
    if without(name):
        pytest.skip(f"PARVIS_TEST_WITHOUT={name}")
