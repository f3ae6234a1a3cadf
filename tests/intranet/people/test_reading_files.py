"""Spreadsheets as people save them, good and bad."""

import pytest

from intranet.people.roster.columns import COLUMNS, EXAMPLES, Sort
from intranet.people.roster.reading import MAX_BYTES, Unreadable, decoded, read_sheet

LINES = "E-mail;Nom;Équipe\nadele@exemple.example;Adèle Noël;Tôlerie\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_file_is_read_however_it_was_saved(encoding: str, delimiter: str, end: str) -> None:
    raw = LINES.replace(";", delimiter).replace("\n", end).encode(encoding)
    sheet = read_sheet(decoded(raw))
    assert sheet.problems == []
    assert [row.cells for row in sheet.rows] == [
        {"email": "adele@exemple.example", "name": "Adèle Noël", "team": "Tôlerie"}
    ]


def test_a_line_is_counted_as_a_text_editor_counts_it() -> None:
    sheet = read_sheet('code;name;purpose\na;A;"two\nlines"\n\nb;;\n')
    assert [row.line for row in sheet.rows] == [2, 5]
    assert [(problem.line, problem.column) for problem in sheet.problems] == [(5, "name")]


@pytest.mark.parametrize("raw", [b"PK\x03\x04\x00\x00", "email;name".encode("utf-16"), b"email;name\n\x81\x8d"])
def test_what_is_no_text_is_refused_with_what_to_do(raw: bytes) -> None:
    with pytest.raises(Unreadable, match="CSV"):
        decoded(raw)


def test_a_file_too_big_is_refused() -> None:
    with pytest.raises(Unreadable, match="too big"):
        decoded(b"x" * (MAX_BYTES + 1))


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("", 1, "", "empty"),
        (" \n\n", 1, "", "empty"),
        ("email;name\n", 1, "", "nothing below"),
        ("courriel;salaire;nom\na@b.example;1;A", 1, "salaire", "No column"),
        ("nom;équipe\nA;B", 1, "email", "missing"),
        ("email;nom;Nom complet\na@b.example;A;A", 1, "nom", "twice"),
        ("email;name\na@b.example;A;C;D", 2, "", "more cells"),
        ('email;name\na@b.example;"A" B\n', 2, "", "quotation mark"),
        ('email;name\na@b.example;A\nc@d.example;"never closed\n', 3, "", "quotation mark"),
    ],
)
def test_each_fault_of_form_is_told_where_it_is(text: str, line: int, column: str, words: str) -> None:
    problems = read_sheet(text).problems
    assert [(problem.line, problem.column) for problem in problems][:1] == [(line, column)]
    assert words in problems[0].words


def test_the_examples_fit_their_columns() -> None:
    for sort in Sort:
        assert len(EXAMPLES[sort]) == len(COLUMNS[sort])
