"""Counting what a screen asks of the database."""

from django.test.utils import CaptureQueriesContext

BOOKKEEPING = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")


def statements(queries: CaptureQueriesContext) -> list[str]:
    """The statements that read or write rows, without those that only hold a transaction."""
    return [query["sql"] for query in queries.captured_queries if not query["sql"].startswith(BOOKKEEPING)]
