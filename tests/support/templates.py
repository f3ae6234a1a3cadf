"""A template of ours that prints a variable which is not there fails the test. Those of libraries may."""

import sys
from collections.abc import Iterator
from types import FrameType

import pytest
from django.template import engines
from django.template.backends.django import DjangoTemplates

from tests.support.engines import ROOT


class Undefined(str):
    """What Django prints for a variable it did not find. Asked whether it is empty, it looks who asks."""

    __slots__ = ()

    def __bool__(self) -> bool:
        name, variable = asked_by(sys._getframe(1))
        if name.startswith(str(ROOT)) and "site-packages" not in name:
            raise AssertionError(f"{name} prints {variable}, which is not there")
        return False


def asked_by(frame: FrameType) -> tuple[str, str]:
    """Return the file of the template that is being rendered and the variable it looks for, if `frame` renders one."""
    template = getattr(getattr(frame.f_locals.get("context"), "render_context", None), "template", None)
    return (template.origin.name, str(frame.f_locals.get("self"))) if template else ("", "")


@pytest.fixture(scope="session", autouse=True)
def no_undefined_variables() -> Iterator[None]:
    """Let no template of ours print a variable that is not there."""
    backend = engines["django"]
    assert isinstance(backend, DjangoTemplates)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backend.engine, "string_if_invalid", Undefined())
        yield
