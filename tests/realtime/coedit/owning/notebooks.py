"""Notebooks: who sees the space reads, who may write there writes, and nobody in an archived one."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import QuerySet

from realtime.coedit.owners import WRITE, Owner, Right, owner
from realtime.coedit.schema import Schema
from realtime.spaces.access import rights_of_many
from realtime.spaces.models import Space

KIND = "notebook"
SCHEMA = Schema.from_json(
    {
        "version": 3,
        "nodes": {
            "paragraph": {},
            "heading": {"attributes": {"level": {"type": "choice", "values": [2, 3, 4]}}},
            "image": {
                "attributes": {"src": {"type": "url"}, "alt": {"max": 20}, "width": {"type": "integer", "max": 9}}
            },
            "blockquote": {"attributes": {"open": {"type": "boolean"}}},
        },
        "marks": {"bold": {}, "link": {"attributes": {"href": {"type": "url"}}}},
        "depth": 4,
    }
)
READER = Right(writes=False, why="reader", words="You may read this.")


@owner(KIND)
class Notebooks(Owner):
    def schema(self) -> Schema:
        return SCHEMA

    def rights(self, key: int, people: Collection[int]) -> Mapping[int, Right]:
        spaces = list(Space.objects.filter(pk=key))
        found = rights_of_many(people, spaces)
        return {person: WRITE if right.may_write else READER for (person, _), right in found.items() if right.sees}

    def writable(self, key: int) -> QuerySet[Any, Any]:
        return Space.objects.filter(pk=key, archived_at=None)
