"""What is written once: triggers that refuse to change or delete it, on either database.

They are laid after every migration, as SQLite drops those of a table that a migration makes anew.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection

FROZEN = {  # table: which changes of a row are allowed all the same
    "metrics_figure": "",
    "metrics_gatereport": "",
    "metrics_reading": """{new}.reader_id IS NULL AND {new}.id = {old}.id AND {new}.team_id = {old}.team_id
        AND {new}.way = {old}.way AND {new}.at = {old}.at""",  # who left
    "metrics_window": """{old}.closed_at IS NULL AND {new}.id = {old}.id AND {new}.name = {old}.name
        AND {new}.least = {old}.least AND {new}.roster_on = {old}.roster_on AND {new}.roster = {old}.roster
        AND {new}.units = {old}.units AND {new}.blocks = {old}.blocks AND {new}.measures = {old}.measures
        AND {new}.opened_at = {old}.opened_at""",
}
WORDS = "what is published of a window is never changed"
FUNCTION = f"""
CREATE OR REPLACE FUNCTION metrics_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{WORDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""


def lay(**kwargs: Any) -> None:
    """Makes the triggers anew; takes what Django's signal `post_migrate` sends and ignores it."""
    if not set(FROZEN) <= set(connection.introspection.table_names()):
        return  # migrated back to before there were any
    with connection.cursor() as cursor:
        for statement in sqlite() if connection.vendor == "sqlite" else postgresql():
            cursor.execute(statement)


def sqlite() -> Iterator[str]:
    for table, allowed in FROZEN.items():
        refuse = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
        unless = f"WHEN NOT ({allowed.format(new='NEW', old='OLD')})" if allowed else ""
        yield f"DROP TRIGGER IF EXISTS {table}_stays"
        yield f"CREATE TRIGGER {table}_stays BEFORE UPDATE ON {table} {unless} {refuse}"
        yield f"DROP TRIGGER IF EXISTS {table}_is_kept"
        yield f"CREATE TRIGGER {table}_is_kept BEFORE DELETE ON {table} {refuse}"


def postgresql() -> Iterator[str]:
    yield FUNCTION
    for table, allowed in FROZEN.items():
        refuse = "EXECUTE FUNCTION metrics_refuse()"
        unless = f"WHEN (NOT ({allowed.format(new='NEW', old='OLD')}))" if allowed else ""
        yield f"CREATE OR REPLACE TRIGGER {table}_stays BEFORE UPDATE ON {table} FOR EACH ROW {unless} {refuse}"
        yield f"CREATE OR REPLACE TRIGGER {table}_is_kept BEFORE DELETE ON {table} FOR EACH ROW {refuse}"
        yield f"CREATE OR REPLACE TRIGGER {table}_is_not_emptied BEFORE TRUNCATE ON {table} {refuse}"
