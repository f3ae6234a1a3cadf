"""Makes the people and the page of a run, in a process of its own: `python -m tests.crash.coedit.page 5`."""

import json
import sys


def make(people: int) -> dict[str, object]:
    """So many people in one space with a page that they write: their sessions, the page's id and its document's."""
    from cms.writing.keeping import open_text
    from cms.writing.services import begin_page
    from tests.realtime.live import cast

    crowd = [cast.person() for _ in range(people)]
    page = begin_page(
        space=cast.space(*crowd),
        title="Written by many",
        body=[{"type": "paragraph", "value": "<p>It begins.</p>"}],
        by=crowd[0],
        at=cast.now(),
    )
    document = open_text(page=page, at=cast.now()).document_id
    return {"sessions": [cast.session_of(one) for one in crowd], "page": page.pk, "document": document}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(make(int(sys.argv[1]))))
