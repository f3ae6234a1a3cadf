"""The people of the benchmark, their sessions and a page for each size of crowd. Run as a program on a database.

    python -m intranet.bench.coedit.house PEOPLE

prints what the editors need to know, as one JSON object.
"""

import json
import sys
from datetime import UTC, datetime
from typing import Any

import django

PAGES = 4


def make_house(count: int) -> dict[str, Any]:
    """`count` people signed in, members of one space, and the documents of PAGES pages."""
    from cms.writing.keeping import open_text
    from cms.writing.services import begin_page
    from intranet.bench.live.house import make_people, make_sessions
    from realtime.spaces.models import Space, SpaceMember
    from realtime.spaces.services import create_space

    at = datetime.now(UTC)
    people = make_people(count)
    space = create_space(name="Bench", kind=Space.Kind.COMMUNITY, audience=Space.Audience.MEMBERS, by=people[0], at=at)
    SpaceMember.objects.bulk_create([SpaceMember(space=space, user=person, since=at) for person in people[1:]])
    body = [{"type": "paragraph", "value": "<p>It begins.</p>"}]
    pages = [begin_page(space=space, title=f"Page {n}", by=people[0], at=at, body=body) for n in range(PAGES)]
    documents = [open_text(page=page, at=at).document_id for page in pages]
    return {"documents": documents, "sessions": make_sessions(people)}


if __name__ == "__main__":
    django.setup()
    print(json.dumps(make_house(int(sys.argv[1]))))
