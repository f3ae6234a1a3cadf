"""The figures as files: what the door gives, with what each measure means, in both languages and the same for all."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from intranet.metrics.access import Told
from intranet.metrics.registry import Text, measures
from intranet.metrics.values import in_words, stored

LANGUAGES = ("en", "fr")
PURPOSE = _(
    "These figures cannot be used to evaluate a person; a figure about a team is not a figure about its manager."
)
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")  # with which a spreadsheet begins to compute
COLUMNS = ("window", "measure", "about", "people", "is_gathered", "is_sum", "value")
WORDS = ("name", "value", "formula")


def in_both(words: Callable[[], Any]) -> dict[str, str]:
    """A sentence by language, whatever the language of whoever asks."""
    found = {}
    for language in LANGUAGES:
        with translation.override(language):
            found[language] = str(words())
    return found


def definition(key: str) -> dict[str, Any]:
    """What a measure means, by language; its key alone where it is no longer in the register."""
    known = measures().get(key)
    if known is None:
        return {"measure": key}
    told: dict[str, Text] = {
        "name": known.name,
        "question": known.question,
        "formula": known.formula,
        "reads": known.reads,
    }
    plain = {"measure": key, "axis": known.measure.axis.value, "kind": known.measure.kind.value}
    return {**plain, "fingerprint": known.fingerprint, **{name: in_both(lambda t=t: t) for name, t in told.items()}}  # type: ignore[misc]  # bound at once


def row(told: Told) -> dict[str, Any]:
    """One figure in plain values, and in words by language."""
    return {
        "window": told.window,
        "measure": told.measure,
        "about": told.about,
        "people": told.n,
        "is_gathered": told.is_gathered,
        "is_sum": told.is_sum,
        "value": stored(told.value),
        "in_words": in_both(lambda: in_words(told.value)),
    }


def as_json(figures: Sequence[Told]) -> str:
    """The figures, the definitions of their measures, and what they are not for."""
    keys = sorted({told.measure for told in figures})
    whole = {
        "purpose": in_both(lambda: PURPOSE),
        "figures": [row(told) for told in figures],
        "definitions": [definition(key) for key in keys],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


def as_csv(figures: Sequence[Told]) -> str:
    """A line a figure, for a spreadsheet: `value` is JSON, then name, value and formula in words by language."""
    out = io.StringIO()
    lines = csv.writer(out)
    lines.writerow([*COLUMNS, *(f"{words}_{language}" for words in WORDS for language in LANGUAGES)])
    definitions = {key: definition(key) for key in {told.measure for told in figures}}
    for told in figures:
        plain, meaning = row(told), definitions[told.measure]
        words = [meaning.get("name", {}), plain["in_words"], meaning.get("formula", {})]
        plain["value"] = json.dumps(plain["value"])
        cells = [*(plain[column] for column in COLUMNS), *(each.get(lang, "") for each in words for lang in LANGUAGES)]
        lines.writerow(harmless(cells))
    return out.getvalue()


def harmless(cells: Iterable[Any]) -> list[str]:
    """Cells that a spreadsheet takes for text: a team may be called "=1+1"."""
    return [f"'{cell}" if str(cell).startswith(FORMULA_SIGNS) else str(cell) for cell in cells]
