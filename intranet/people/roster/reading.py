"""A spreadsheet saved as CSV, read into rows: every fault is told with its line and column, none stops the reading."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _

from intranet.people.roster.columns import COLUMNS, REQUIRED, Sort, column_called
from intranet.people.words import folded_words

MAX_BYTES = 1_500_000  # about 12,000 lines
DELIMITERS = ";,\t"


class Outcome(StrEnum):
    """What becomes of a line."""

    CREATED = "created"
    CHANGED = "changed"
    MOVED = "moved"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file cannot be taken as it is: the line as a text editor counts it, the column as the file calls it."""

    line: int
    column: str
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file; a cell that is empty or absent is ""."""

    line: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(slots=True)
class Sheet:
    """What a file says. With problems, nothing of it is to be used."""

    sort: Sort = Sort.PEOPLE
    headings: dict[str, str] = field(default_factory=dict)  # how the file calls each column
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, line: int, column: str, words: str) -> None:
        """Notes a problem, under the name that the file itself gives to the column."""
        self.problems.append(Problem(line, self.headings.get(column, column), words))


def check_length(row: Row, column: str, most: int, sheet: Sheet) -> None:
    """Notes a cell of more than `most` characters."""
    if len(row[column]) > most:
        sheet.wrong(row.line, column, _("Too long: %(most)s characters at most.") % {"most": most})


def word_among(row: Row, column: str, words: dict[str, str], sheet: Sheet) -> str:
    """The meaning of a cell that holds one of some words; "" for an empty one, and for another word, which is noted."""
    if not row[column]:
        return ""
    meaning = words.get(folded_words(row[column]), "")
    if not meaning:
        told = {"word": row[column][:40], "words": ", ".join(words)}
        sheet.wrong(row.line, column, _("“%(word)s” is not known here. Known: %(words)s.") % told)
    return meaning


class Unreadable(Exception):
    """The file is no CSV text at all; the message is for the person."""


def decoded(raw: bytes) -> str:
    """The text of a file in UTF-8, with or without a mark, or in Windows-1252. Raises Unreadable."""
    if len(raw) > MAX_BYTES:
        raise Unreadable(_("This file is too big: 1.5 MB at most. Cut it into several."))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    if "\0" in text or "\ufffd" in text:
        raise Unreadable(_("This is not a text file. In your spreadsheet, save it as CSV, then choose that file."))
    return text


def read_sheet(text: str) -> Sheet:
    """The rows of a CSV text, comma, semicolon or tab between its cells, and everything wrong with its form."""
    sheet = Sheet()
    records = numbered_records(text, sheet)
    first = next(records, None)
    if first is None:
        sheet.problems = sheet.problems or [Problem(1, "", _("The file is empty."))]
        return sheet
    columns = read_headings(*first, sheet)
    if not sheet.problems:
        sheet.rows = list(rows_of(records, columns, sheet))
    if not sheet.rows and not sheet.problems:
        sheet.wrong(first[0], "", _("There is nothing below the headings."))
    return sheet


def numbered_records(text: str, sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
    """The records that say something, each with the line it starts on; a cell may hold several lines."""
    heading = next((line for line in io.StringIO(text) if line.strip()), "")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(DELIMITERS, key=heading.count), strict=True)
    start = 1
    try:
        for record in reader:
            cells = [cell.strip() for cell in record]
            if any(cells):
                yield start, cells
            start = reader.line_num + 1
    except csv.Error:
        sheet.wrong(start, "", _("A quotation mark opens here and does not close, or closes too early."))


def read_headings(line: int, cells: list[str], sheet: Sheet) -> list[str]:
    """The columns in the order of the file; what the file is about follows from them."""
    columns = [column_called(cell) or "" for cell in cells]
    sheet.headings = {column: cell for column, cell in zip(columns, cells, strict=True) if column}
    sheet.sort = Sort.TEAMS if "email" not in columns and {"code", "parent", "kind"} & set(columns) else Sort.PEOPLE
    known = COLUMNS[sheet.sort]
    for column, cell in zip(columns, cells, strict=True):
        if cell and column not in known:
            names = {"names": ", ".join(known)}
            sheet.problems.append(Problem(line, cell, _("No column has this name. Known: %(names)s.") % names))
        elif column and columns.count(column) > 1:
            sheet.problems.append(Problem(line, cell, _("This column is there twice.")))
    for column in REQUIRED[sheet.sort]:
        if column not in columns:
            sheet.wrong(line, column, _("This column is missing."))
    return columns


def rows_of(records: Iterator[tuple[int, list[str]]], columns: list[str], sheet: Sheet) -> Iterator[Row]:
    for line, cells in records:
        if any(cells[len(columns) :]):
            sheet.wrong(line, "", _("This line has more cells than there are headings."))
            continue
        row = Row(line, {column: cell for column, cell in zip(columns, cells, strict=False) if column})
        for column in REQUIRED[sheet.sort]:
            if not row[column]:
                sheet.wrong(line, column, _("This cell may not be empty."))
        yield row
