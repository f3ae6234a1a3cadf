"""The words of the interface, gathered from the sources into the catalogs: `python3 manage.py words`.

Django's own extraction needs GNU gettext. This one needs Babel, which the tests bring along.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib

from deploy.bootstrap import ROOT
from deploy.messages import LOCALE

PACKAGES = ("intranet", "realtime", "cms")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}


@dataclass(frozen=True, order=True)
class Word:
    """One sentence to translate: its context ("" for none), its singular, its plural ("" for none)."""

    context: str
    text: str
    plural: str = ""


def words() -> dict[Word, list[str]]:
    """Every sentence of the interface with the files it stands in."""
    found: dict[Word, list[str]] = {}
    for path in sources():
        for word in extract(path):
            found.setdefault(word, []).append(str(path.relative_to(ROOT)))
    return found


def sources() -> Iterator[Path]:
    """The Python files and templates that speak to people."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            if "node_modules" in path.parts or "migrations" in path.parts or not path.is_file():
                continue
            if path.suffix == ".py" or (path.suffix in (".html", ".txt") and "templates" in path.parts):
                yield path


def extract(path: Path) -> Iterator[Word]:
    """The sentences of one file, its white space folded as Django's `trimmed` does where asked."""
    from babel.messages.extract import extract as babel
    from django.utils.translation.template import templatize

    text = path.read_text()
    if path.suffix != ".py":
        text = re.sub(r"\bgettext\(u'", "gettext('", templatize(text, origin=str(path)))
        text = re.sub(r"(?<=[(,\s])u(['\"])", r"\1", text)
        yield from from_template(text)
        return
    for _line, message, _comments, context in babel("python", io.BytesIO(text.encode()), KEYWORDS):
        yield as_word(message, context)


CALL = re.compile(
    r"\b(?P<call>gettext|ngettext|pgettext|npgettext|_)\((?P<words>(?:\s*(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")\s*,?)+)",
    re.DOTALL,
)
STRING = re.compile(r"'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\"", re.DOTALL)


def from_template(text: str) -> Iterator[Word]:
    """The sentences of a template that Django turned into calls of gettext."""
    for call in CALL.finditer(text):
        parts = [unescaped(one or two) for one, two in STRING.findall(call["words"])]
        match call["call"], parts:
            case (("gettext" | "_"), [only, *_]):
                yield Word("", only)
            case "ngettext", [one, many, *_]:
                yield Word("", one, many)
            case "pgettext", [context, only, *_]:
                yield Word(context, only)
            case "npgettext", [context, one, many, *_]:
                yield Word(context, one, many)


def unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: {"n": "\n", "t": "\t"}.get(match[1], match[1]), text)


def as_word(message: object, context: str | None) -> Word:
    if isinstance(message, tuple):
        return Word(context or "", str(message[0]), str(message[1]))
    return Word(context or "", str(message))


def catalog(language: str) -> polib.POFile:
    """The catalog of a language, empty when there is none yet."""
    path = LOCALE / language / "LC_MESSAGES" / "django.po"
    if path.exists():
        return polib.pofile(str(path), wrapwidth=110)
    path.parent.mkdir(parents=True, exist_ok=True)
    made = polib.POFile(wrapwidth=110)
    made.fpath = str(path)
    made.metadata = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": language,
        "Plural-Forms": "nplurals=2; plural=(n > 1);",
    }
    return made


def update(language: str = "fr") -> tuple[int, int]:
    """Add what is new to the catalog and drop what is said no more; returns (to translate, in all)."""
    found, po = words(), catalog(language)
    kept = {Word(entry.msgctxt or "", entry.msgid, entry.msgid_plural): entry for entry in po if not entry.obsolete}
    po.clear()
    for word in sorted(found, key=lambda word: (min(found[word]), word)):
        entry = kept.get(word) or new_entry(word)
        entry.occurrences = [(place, "") for place in sorted(set(found[word]))]
        po.append(entry)
    po.save(po.fpath)
    return sum(not entry.translated() for entry in po), len(po)


def new_entry(word: Word) -> polib.POEntry:
    plural = {"msgid_plural": word.plural, "msgstr_plural": {0: "", 1: ""}} if word.plural else {}
    return polib.POEntry(msgid=word.text, msgctxt=word.context or None, flags=flags(word), **plural)


def flags(word: Word) -> list[str]:
    return ["python-format"] if re.search(r"%(\(\w+\))?[sd]", word.text) else []
