"""Which numbers may be told, computed from the rows of the release, and which are found in what is answered."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from bs4 import BeautifulSoup, Tag
from django.utils import timezone
from django.utils.formats import date_format

from cms.exchanges import PERIOD, tally_of_house
from intranet.metrics.core.blocks import LEAST
from intranet.metrics.core.measures import SIXTEEN, Kind
from intranet.metrics.drawing import HIGH, LEGIBLE
from intranet.metrics.exporting import COLUMNS, LANGUAGES, PURPOSE, in_both
from intranet.metrics.models import Adoption, Figure, Safeguard, Window
from intranet.metrics.registry import measures
from intranet.metrics.showing import STEP, WIDE
from intranet.people.models import Team

KEY = re.compile(rf"(?<![\w-])(?:{'|'.join(measure.key for measure in SIXTEEN)})(?![\w-])")
PLAIN = re.compile(r"(?<!\d:)(?<!\d\.)(?<![\w-])\d+(?![\w-]|[.:]\d)")
LONG = re.compile(r"(?<![\w-])\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?![\w-])")  # 1,237
CHANCE = re.compile(r'nonce="[^"]*"')  # what is drawn by chance may look like anything
OF_PEOPLE = {measure.key for measure in SIXTEEN if measure.kind is Kind.PEOPLE}
OUR_LAYOUT = {0, 2, 3, WIDE, HIGH, 88, 103, 108}  # of the drawing of a series, whatever it says


def exact_numbers(text: str, exact: set[int]) -> list[int]:
    """Those of some exact numbers that stand in a text, however they are written."""
    text = CHANCE.sub("", text)
    found = {int(re.sub(r"\D", "", number)) for form in (PLAIN, LONG) for number in form.findall(text)}
    return sorted(found & exact)


def keys_in(text: str) -> list[str]:
    """The keys of measures that stand in a text as words, or as names in lower case."""
    named = re.findall(r'(?<=[\s{,]")\w+(?="\s*:)|(?<=data-)\w+(?==)', text)
    lower = {measure.key.lower() for measure in SIXTEEN}
    return sorted({*KEY.findall(CHANCE.sub("", text)), *(name for name in named if name in lower)})


def digits(text: str) -> list[str]:
    return re.findall(r"\d+", text)


@dataclass(frozen=True)
class Row:
    """A figure that may be told, as the rows of the release have it."""

    window: str
    measure: str
    about: str
    people: int
    is_gathered: bool
    is_sum: bool
    value: dict[str, Any]

    @property
    def words(self) -> str:
        """The value as an English page says it, "" where no number is in it."""
        of = self.value
        match of["kind"]:
            case "band":
                return f"{of['low']} to {of['high']} of {self.people} people"
            case "days":
                return f"half within {of['median']} working days" if of["median"] is not None else ""
            case "places":
                varied = f", as varied as {of['variety']}" if of["variety"] is not None else ""
                return f"{of['living']} living places{varied}"
            case "share":
                return f"{round(100 * Fraction(of['share']))} % of the teams"
        return ""

    @property
    def part(self) -> tuple[Fraction, Fraction] | None:
        """Where it lies between none and all."""
        of = self.value
        if of["kind"] == "band":
            return Fraction(of["low"], self.people), Fraction(of["high"], self.people)
        if of["kind"] == "level":
            return Fraction(of["place"] - 1, of["of"]), Fraction(of["place"], of["of"])
        return None

    @property
    def drawn(self) -> tuple[int, int] | None:
        """From the top, and how high."""
        if self.part is None:
            return None
        low, high = self.part
        height = max(LEGIBLE, round((high - low) * HIGH))
        return min(HIGH - height, round((1 - high) * HIGH)), height

    @property
    def named(self) -> str:
        """Who is counted together, as a page says it."""
        if self.is_sum:
            return f"{self.about} with the teams below it, {self.people} people"
        return f"{'Small teams and heads of ' if self.is_gathered else ''}{self.about}, {self.people} people"


class Allowed:
    """What may be told, of each team and of the house: the rows of `Figure`, and the sums of three bands or more."""

    def __init__(self) -> None:
        self.windows = list(Window.objects.exclude(closed_at=None).order_by("-name"))
        rows = Figure.objects.select_related("window")
        self.values = {(row.window.name, row.measure, row.block): row.value for row in rows}

    def of_house(self) -> list[Row]:
        return [
            Row(window.name, measure, "", sum(block["n"] for block in window.blocks), False, False, value)
            for window in self.windows
            for (name, measure, block), value in self.values.items()
            if (name, block) == (window.name, "")
        ]

    def of_team(self, team: Team) -> list[Row]:
        return [row for window in self.windows for row in (*self.own(team, window), *self.sums(team, window))]

    def own(self, team: Team, window: Window) -> Iterator[Row]:
        for block in window.blocks:
            if str(team.pk) in block["units"]:
                for measure in window.measures:
                    value = self.values.get((window.name, measure, block["key"]))
                    if value:
                        about = (block["name"], block["n"], block["is_gathered"])
                        yield Row(window.name, measure, *about, False, value)

    def sums(self, team: Team, window: Window) -> Iterator[Row]:
        above = {key: over for key, over, _name in window.units}
        blocks = [block for block in window.blocks if str(team.pk) in lineage(block["key"], above)]
        for measure in sorted(OF_PEOPLE & window.measures.keys()) if len(blocks) > 1 else ():
            values = [self.values[window.name, measure, block["key"]] for block in blocks]
            value: dict[str, Any] = {"kind": "silence"}
            if len(values) > 2 and all(each["kind"] == "band" for each in values):
                low, high = (sum(each[end] for each in values) for end in ("low", "high"))
                value = {"kind": "band", "low": low, "high": high}
            name = next(name for key, _over, name in window.units if key == str(team.pk))
            yield Row(window.name, measure, name, sum(block["n"] for block in blocks), False, True, value)

    @cached_property
    def numbers(self) -> set[int]:
        """All that stand in what is published: an exact number that is one of them tells nothing more."""
        told = [*map(str, self.values.values()), *(str(window.blocks) for window in self.windows)]
        told += [row.words for team in Team.objects.all() for row in self.of_team(team)]
        return {int(number) for number in digits(" ".join(told))}

    @cached_property
    def sentences(self) -> set[str]:
        """All phrases with a number in them that say a figure of people."""
        rows = [row for team in Team.objects.all() for row in self.of_team(team)]
        return {row.words for row in rows if row.words}

    def spread(self) -> dict[str, list[int]]:
        """By the name of a measure, how many blocks of the last window lie low, in the middle, high, or are silent."""
        last, found = self.windows[0], {}
        n = {block["key"]: block["n"] for block in last.blocks}
        for key, each in measures().items():
            values = [
                (block, value) for (name, m, block), value in self.values.items() if (name, m) == (last.name, key)
            ]
            rows = [Row(last.name, key, "", n[block], False, False, value) for block, value in values if block]
            places = Counter(None if row.part is None else min(2, int(3 * sum(row.part) / 2)) for row in rows)
            found[str(each.name)] = [places[place] for place in (0, 1, 2, None)]
        return found


def lineage(key: str, above: dict[str, str | None]) -> set[str]:
    """A unit and all those above it."""
    found: set[str] = set()
    at: str | None = key
    while at is not None:
        found.add(at)
        at = above.get(at)
    return found


# --- what is on a screen of the measures --------------------------------------------------------


def texts(*keys: str) -> list[str]:
    """The sentences that define some measures, or all."""
    known = measures()
    return [str(words) for key in keys or known for each in [known[key]] for words in sentences_of(each)]


def sentences_of(each: Any) -> list[Any]:
    return [each.name, each.question, each.formula, each.reads]


def quarter(window: str) -> str:
    year, number = window.split("-Q")
    return f"Q{number} {year}"


def beyond(text: str, phrases: Iterable[str]) -> list[str]:
    """The digits of a text that are in none of some phrases."""
    left = " ".join(text.split())
    for phrase in sorted({" ".join(phrase.split()) for phrase in phrases if phrase}, key=len, reverse=True):
        left = left.replace(phrase, " ")
    return digits(left)


def strange_on_figures(html: str, rows: list[Row], allowed: Allowed) -> list[str]:
    """The numbers of a screen of figures that do not belong to what may be told on it."""
    main = main_of(html)
    found = [] if not main.select("[aria-labelledby=spread]") else strange_in_spread(main, allowed)
    found += strange_in_tally(main)
    for card in main.select("section.measure-card"):
        key = str(card["aria-labelledby"]).removeprefix("measure-")
        found += [f"{key}: {each}" for each in strange_on_card(card, key, [row for row in rows if row.measure == key])]
        card.decompose()
    names = [row.named for row in rows] + [f"{row.about} together, {row.people} people" for row in rows]
    return found + beyond(main.get_text(" "), names)


def strange_on_card(card: Tag, key: str, rows: list[Row]) -> Iterator[str]:
    """As `strange_on_figures`, of one measure: in words and in the drawing."""
    windows = {row.window for row in rows}
    parts = {row.drawn for row in rows}
    for svg in card.select("svg"):
        for part in svg.select(".series__part"):
            if (int(str(part["y"])), int(str(part["height"]))) not in parts:
                yield f"a bar of {part['height']} from {part['y']}"
            part.decompose()
        for label in svg.select("text"):
            yield from beyond(label.get_text(), [w for name in windows for w in quarter(name).split()])
        numbers = {int(number) for tag in [svg, *svg.find_all(True)] for number in digits(str(dict(tag.attrs)))}
        yield from map(str, numbers - layout(len(rows)))
        svg.decompose()
    phrases = [row.words for row in rows] + [row.named for row in rows] + [quarter(name) for name in windows]
    yield from beyond(card.get_text(" "), [*phrases, *texts(key), str(PURPOSE)])


def layout(windows: int) -> set[int]:
    """The numbers that place the columns of a drawing."""
    lefts = {place * STEP + (STEP - WIDE) // 2 for place in range(windows)}
    return (
        OUR_LAYOUT
        | lefts
        | {place * STEP + STEP // 2 for place in range(windows)}
        | {n * STEP for n in range(windows + 1)}
    )


def strange_in_spread(main: Tag, allowed: Allowed) -> list[str]:
    section, found = main.select("[aria-labelledby=spread]")[0], []
    for line in section.select("tbody tr"):
        name, told = line.select("th")[0].get_text(), [int(td.get_text()) for td in line.select("td")]
        found += [] if allowed.spread()[name] == told else [f"{name} lies as {told}"]
        line.decompose()
    found += beyond(section.get_text(" "), [quarter(allowed.windows[0].name)])
    section.decompose()
    return found


def strange_in_tally(main: Tag) -> list[str]:
    """What was published, which counts pages and announcements and nobody's acts; it is no measure."""
    tally = tally_of_house(timezone.now())
    known = {tally.answered, tally.waiting, tally.shut, tally.published, tally.one_way, PERIOD.days}
    found = [section.extract() for section in main.select("[aria-labelledby=tally-title]")]
    return [number for section in found for number in digits(section.get_text(" ")) if int(number) not in known]


def main_of(html: str) -> Tag:
    """What a screen says, without the moments of which it speaks."""
    main = BeautifulSoup(html, "html.parser").main
    assert main is not None
    for moment in main.select("time, relative-time"):
        moment.decompose()
    return main


def strange_on_register(html: str) -> list[str]:
    """The numbers of the register, or of the promise, that are in no rule, no decision and no definition."""
    decisions = [
        words
        for row in [*Adoption.objects.all(), *Safeguard.objects.all()]
        for day in [row.decided_on if isinstance(row, Adoption) else row.done_on]
        for words in (date_format(day, "DATE_FORMAT"), row.reference)
    ]
    windows = [quarter(window.name) for window in Window.objects.all()]
    rules = [f"{LEAST}. It may be raised", f"groups of {LEAST} or more"]
    return beyond(main_of(html).get_text(" "), [*texts(), *decisions, *windows, *measures(), *rules])


# --- what is in a file of the measures ----------------------------------------------------------


def strange_in_json(text: str, rows: list[Row]) -> list[str]:
    """What a file says that is no row of the release, and no definition."""
    whole = json.loads(text)
    found = [f"no such figure: {each}" for each in strange_rows(whole.pop("figures"), rows)]
    known = {str(leaf) for each in measures().values() for leaf in definition_of(each)}
    return found + [leaf for leaf in leaves(whole) if digits(str(leaf)) and str(leaf) not in known]


def strange_in_csv(text: str, rows: list[Row]) -> list[str]:
    lines = list(csv.DictReader(io.StringIO(text)))
    known = {str(leaf) for each in measures().values() for leaf in definition_of(each)}
    figures, found = [], []
    for line in lines:
        plain: dict[str, Any] = {name: line.pop(name) for name in COLUMNS}
        plain |= {"people": int(plain["people"]), "value": json.loads(plain["value"])}
        plain |= {name: plain[name] == "True" for name in ("is_gathered", "is_sum")}
        plain["in_words"] = {language: line.pop(f"value_{language}") for language in LANGUAGES}
        figures.append(plain)
        found += [cell for cell in line.values() if digits(cell) and cell not in known]
    return found + [f"no such figure: {each}" for each in strange_rows(figures, rows)]


def strange_rows(figures: Iterable[dict[str, Any]], rows: list[Row]) -> Iterator[dict[str, Any]]:
    known = [vars(row) for row in rows]
    for figure in figures:
        words = figure.pop("in_words")
        said = {number for sentence in words.values() for number in digits(sentence)}
        is_said = said <= set(digits(f"{figure.get('value')} {percents(figure.get('value'))}"))
        if figure not in known or not is_said:
            yield figure | {"in_words": words}


def percents(value: Any) -> str:
    return str(round(100 * Fraction(value["share"]))) if value and value.get("kind") == "share" else ""


def definition_of(each: Any) -> Iterator[Any]:
    yield from (each.key, each.fingerprint)
    for words in sentences_of(each):
        yield from in_both(lambda words=words: words).values()  # type: ignore[misc]  # bound at once


def leaves(of: Any) -> Iterator[Any]:
    """All values of some JSON, and the names under which they stand."""
    if isinstance(of, dict):
        yield from of
        of = of.values()
    if isinstance(of, str | int | float | bool) or of is None:
        yield of
        return
    for each in of:
        yield from leaves(each)
