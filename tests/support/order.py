"""A query that asks for no order gets a random one, so that no test can lean on the order rows happen to come in."""

from collections.abc import Callable, Iterator
from typing import Any
from weakref import WeakSet

import pytest
from django.db.models.expressions import OrderBy
from django.db.models.functions import Random
from django.db.models.sql import Query
from django.db.models.sql.compiler import SQLCompiler

OURS = ("intranet.", "realtime.", "cms.")
parts_of_unions: WeakSet[Query] = WeakSet()  # SQLite takes no order there


def may_shuffle(compiler: SQLCompiler) -> bool:
    """Say whether the query selects plain rows of one of our models, where a random order means the same."""
    query = compiler.query
    plain = not (query.distinct or query.combinator or query.subquery or query.group_by or query in parts_of_unions)
    return plain and query.model is not None and query.model.__module__.startswith(OURS)


@pytest.fixture(scope="session", autouse=True)
def any_order() -> Iterator[None]:
    """Order by chance what is not ordered."""
    ordered: Callable[[SQLCompiler], Iterator[tuple[Any, bool]]] = vars(SQLCompiler)["_order_by_pairs"]

    def pairs(compiler: SQLCompiler) -> Iterator[tuple[Any, bool]]:
        asked = list(ordered(compiler))
        yield from asked
        if not asked and may_shuffle(compiler):
            yield OrderBy(Random()), False

    combine = SQLCompiler.get_combinator_sql

    def combined(compiler: SQLCompiler, *how: Any) -> Any:
        parts_of_unions.update(compiler.query.combined_queries)
        return combine(compiler, *how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLCompiler, "_order_by_pairs", pairs)
        patch.setattr(SQLCompiler, "get_combinator_sql", combined)
        yield
