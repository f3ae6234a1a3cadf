"""The letters of a PDF: those of the screens, made once into the files that a PDF holds."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

BUILT = Path(__file__).resolve().parents[2] / "intranet" / "static" / "build" / "assets"
FACES: Mapping[tuple[str, str], tuple[str, int]] = {  # (family, style): the built file's name, its weight
    ("serif", ""): ("source-serif-4-latin-wght-normal", 400),
    ("serif", "B"): ("source-serif-4-latin-wght-normal", 700),
    ("serif", "I"): ("source-serif-4-latin-wght-italic", 400),
    ("serif", "BI"): ("source-serif-4-latin-wght-italic", 700),
    ("sans", ""): ("source-sans-3-latin-wght-normal", 400),
    ("sans", "B"): ("source-sans-3-latin-wght-normal", 700),
}


class NoFonts(Exception):
    """The front end is not built: there are no letters to write with."""


@dataclass(frozen=True, slots=True)
class Face:
    """A font as a PDF takes it."""

    family: str
    style: str
    path: Path


@cache
def faces() -> list[Face]:
    """All of them; the first time they are made, which takes some seconds. Raises NoFonts."""
    return [Face(family, style, _made(*told)) for (family, style), told in FACES.items()]


@cache
def letters(family: str) -> frozenset[int]:
    """The letters that a family has."""
    path = next(face.path for face in faces() if face.family == family)
    with TTFont(path) as font:
        return frozenset(font.getBestCmap())


def _made(name: str, weight: int) -> Path:
    source = next(iter(sorted(BUILT.glob(f"{name}-*.woff2"))), None)
    if source is None:
        raise NoFonts
    made = Path(settings.DATA_DIR) / "fonts" / f"{source.stem}-{weight}.ttf"
    if not made.exists():
        made.parent.mkdir(parents=True, exist_ok=True)
        held = made.with_suffix(f".{os.getpid()}")
        with TTFont(source) as font:
            font.flavor = None
            instantiateVariableFont(font, {"wght": weight}, inplace=True)
            font.save(held)
        held.replace(made)  # whole, whoever else makes it at this moment
    return made
