"""Statements that run for every message, built once: the ORM takes ten times longer to build one than the database to answer.

Only for the path of a message. They mean the same as the querysets they stand for, and the same tests hold them.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Field, JSONField, Model

M = TypeVar("M", bound=Model)
MOST_PARAMETERS = 900  # of one statement: SQLite's own bound is 999 in old builds


def select(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a statement, as the database's driver gives them."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def places(values: Collection[Any]) -> str:
    """A place for each value, between the brackets of IN; SQL wants at least one."""
    return ", ".join(["%s"] * len(values)) or "NULL"


def in_bulk(model: type[M], ids: Collection[int], *, beside: str, held: bool = False) -> dict[int, M]:
    """As `model.objects.select_related(beside).in_bulk(ids)`, for a foreign key that is never null.

    `held`: nobody else changes these rows until the transaction ends; they are taken in the order of their ids.
    """
    if not ids:
        return {}
    sql, ours, theirs = _reading(model, beside)
    found = {}
    table = model._meta.db_table
    hold = (
        f" ORDER BY {table}.id FOR NO KEY UPDATE OF {table}"
        if held and connection.features.has_select_for_update
        else ""
    )
    for row in select(f"{sql} ({places(ids)}){hold}", list(ids)):
        made = ours.make(row)
        setattr(made, beside, theirs.make(row))
        found[made.pk] = made
    return found


def update(objects: Collection[Model], fields: Sequence[str]) -> None:
    """As `bulk_update`: one statement for all of them."""
    if not objects:
        return
    model = type(next(iter(objects)))
    columns = [field for field in model._meta.concrete_fields if field.name in fields]
    assignments = ", ".join(f"{field.column} = %s" for field in columns)
    rows = [(*_values(made, columns), made.pk) for made in objects]
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {model._meta.db_table} SET {assignments} WHERE {model._meta.pk.column} = %s",  # noqa: S608
            rows,
        )


def insert(objects: Sequence[Model]) -> None:
    """As `bulk_create` for rows without a primary key yet, which they are given."""
    if not objects:
        return
    model = type(objects[0])
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    size = MOST_PARAMETERS // len(fields)
    for start in range(0, len(objects), size):
        _insert(model, fields, objects[start : start + size])


def _insert(model: type[Model], fields: Sequence["Field[Any, Any]"], objects: Sequence[Model]) -> None:
    columns = ", ".join(str(field.column) for field in fields)
    row = f"({places(fields)})"
    sql = (
        f"INSERT INTO {model._meta.db_table} ({columns}) VALUES {', '.join([row] * len(objects))} "  # noqa: S608
        f"RETURNING {model._meta.pk.column}"
    )
    keys = select(sql, [value for made in objects for value in _values(made, fields)])
    for made, (key,) in zip(objects, keys, strict=True):
        made.pk = key
        made._state.adding, made._state.db = False, "default"


def _values(made: Model, fields: Iterable["Field[Any, Any]"]) -> list[Any]:
    return [_value(field, getattr(made, field.attname)) for field in fields]


def _value(field: "Field[Any, Any]", value: Any) -> Any:
    """As the database's driver takes it: numbers and words as they are, but for JSON."""
    if value is None or (type(value) in (int, str, bool) and not isinstance(field, JSONField)):
        return value
    return field.get_db_prep_save(value, connection)


@dataclass(frozen=True, slots=True)
class Columns:
    """A model's columns in a row that begins with `start` others."""

    model: Any
    fields: Sequence[Any]
    start: int

    def make(self, row: Sequence[Any]) -> Any:
        values = list(row[self.start : self.start + len(self.fields)])
        for place, converters in _converters(self.model):
            for convert, column in converters:
                values[place] = convert(values[place], column, connection)
        return self.model.from_db("default", [field.attname for field in self.fields], values)

    @property
    def names(self) -> str:
        return ", ".join(f"{self.model._meta.db_table}.{field.column}" for field in self.fields)


@cache
def _reading(model: type[Model], beside: str) -> tuple[str, Columns, Columns]:
    """The SELECT of all columns of two models up to its IN, and where each model's are."""
    key: Any = model._meta.get_field(beside)
    ours = Columns(model, model._meta.concrete_fields, 0)
    theirs = Columns(key.related_model, key.related_model._meta.concrete_fields, len(ours.fields))
    table, other = model._meta.db_table, theirs.model._meta
    sql = (
        f"SELECT {ours.names}, {theirs.names} FROM {table} "  # noqa: S608  # names of our own columns
        f"JOIN {other.db_table} ON {other.db_table}.{other.pk.column} = {table}.{key.column} "
        f"WHERE {table}.{model._meta.pk.column} IN"
    )
    return sql, ours, theirs


@cache
def _converters(model: type[Model]) -> list[tuple[int, list[tuple[Any, Any]]]]:
    """What makes Python's values of the database's, by place: pairs of a converter and the column it is for."""
    found = []
    for place, field in enumerate(model._meta.concrete_fields):
        column = field.get_col(model._meta.db_table)
        converters = [*connection.ops.get_db_converters(column), *field.get_db_converters(connection)]
        if converters:
            found.append((place, [(convert, column) for convert in converters]))
    return found
