"""What an open text takes, and what it costs to make it a revision of its page. Run as a program on a database.

    python -m intranet.bench.coedit.costs 20 100 500

prints a JSON object by number of paragraphs.
"""

import gc
import json
import os
import sys
import time
from datetime import UTC, datetime
from statistics import median
from typing import Any

import django

from intranet.bench.live.processes import resident_bytes

WORDS = "The shuttle of four o'clock leaves from the north quay with the insulated crates and the signed sheet. " * 3
RUNS = 7  # of keeping
MOST_COPIES = 40


def cost(paragraphs: int) -> dict[str, float]:
    """Bytes of one more open text; milliseconds, of the processor and on the clock, to keep it after a change."""
    page, document = written(paragraphs)
    runs = [kept(page, document, str(number)) for number in range(RUNS)]
    return {
        "bytes": opened(document, max(4, MOST_COPIES * 20 // paragraphs)),
        "processor": 1000 * median(processor for processor, _ in runs),
        "clock": 1000 * median(clock for _, clock in runs),
    }


def written(paragraphs: int) -> tuple[int, int]:
    """The ids of a new page of so many paragraphs and of its document."""
    from cms.writing.keeping import open_text
    from cms.writing.services import begin_page
    from intranet.accounts.models import User
    from realtime.spaces.models import Space

    place, by, at = Space.objects.get(name="Bench"), User.objects.earliest("pk"), datetime.now(UTC)
    body = [{"type": "paragraph", "value": "".join(f"<p>{n} {WORDS}</p>" for n in range(paragraphs))}]
    page = begin_page(space=place, title=f"Of {paragraphs}", by=by, at=at, body=body)
    return page.pk, open_text(page=page, at=at).document_id


def kept(page: int, document: int, word: str) -> tuple[float, float]:
    """Seconds of the processor and on the clock to make a revision, after somebody typed a word."""
    from cms.writing.keeping import materialise

    type_in(document, word)
    processor, clock = time.process_time(), time.perf_counter()
    materialise(page_id=page, at=datetime.now(UTC))
    return time.process_time() - processor, time.perf_counter() - clock


def type_in(document: int, word: str) -> None:
    from pycrdt import Doc, XmlFragment

    from realtime.coedit.services import write
    from realtime.coedit.store import load

    news = load(document).news
    doc: Any = Doc()
    text: Any = doc.get("prosemirror", type=XmlFragment)
    for update in (news.state, *(row.data for row in news.rows)):
        doc.apply_update(update)
    before = doc.get_state()
    text.children[0].children[0].insert(0, f"{word} ")
    write(document_id=document, update=doc.get_update(before), author=None, at=datetime.now(UTC))


def opened(document: int, copies: int) -> float:
    """Bytes of memory that one more open copy takes, of so many."""
    from cms.coedit.schema import SCHEMA
    from realtime.coedit.copy import Copy
    from realtime.coedit.store import load

    held = [Copy.of(load(document).news, SCHEMA)]
    gc.collect()
    before = resident_bytes([os.getpid()])
    held += [Copy.of(load(document).news, SCHEMA) for _ in range(copies)]
    gc.collect()
    return (resident_bytes([os.getpid()]) - before) / copies


if __name__ == "__main__":
    django.setup()
    print(json.dumps({number: cost(int(number)) for number in sys.argv[1:]}))
