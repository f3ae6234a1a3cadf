"""The copies of a text that are compared: a tab's, what a process gives a newcomer, the database's, the page's revision."""

import json
import time
from collections import Counter
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from tests.crash.coedit.actors import BROKEN, WORD, Scene, Sheet
from tests.crash.coedit.history import Look
from tests.crash.history import Broken
from tests.realtime.coedit.tab import online
from tests.realtime.coedit.writing import new_doc, shape, text_of
from tests.support.sites import Site

LOG = """
SELECT 0 AS seq, state FROM coedit_document WHERE id = %s
UNION ALL
SELECT u.seq, u.data FROM coedit_update u JOIN coedit_document d ON d.id = u.document_id
WHERE d.id = %s AND u.seq > d.state_seq ORDER BY 1
"""  # one statement: the log may be folded between two
TRIES = 5  # of a newcomer, each as long as a tab waits
REVISION = (
    "SELECT r.content FROM wagtailcore_revision r JOIN base_basepage p ON p.latest_revision_id = r.id WHERE p.id = %s"
)


def in_tab(where: str, sheet: Sheet, begun: float) -> Look:
    """What a tab shows."""
    return Look(where, begun, Counter(WORD.findall(text_of(sheet.doc))), shape(sheet.text))


async def from_process(url: str, scene: Scene) -> Look | None:
    """What somebody sees who opens the text in the process at `url`, with nothing of their own; None: nobody gets in."""
    for _ in range(TRIES):
        begun, sheet = time.monotonic(), Sheet()
        with suppress(*BROKEN):
            async with online(sheet, urlsplit(url).netloc, scene.sessions[0], scene.document):
                return in_tab(f"what {url} gives a newcomer", sheet, begun)
    scene.history.broken.append(Broken("a newcomer", f"never got the text from {url}"))
    return None


def in_database(site: Site, scene: Scene) -> Look:
    """What the kept text and the log after it say, read without any of our code."""
    begun, doc = time.monotonic(), new_doc()
    for _, data in site.rows(LOG, scene.document, scene.document):
        if data:
            doc.apply_update(bytes(data))
    return in_tab("the database", Sheet(doc), begun)


def in_revision(site: Site, scene: Scene) -> Look:
    """What the latest revision of the page says, once the text was kept."""
    begun = time.monotonic()
    [(content,)] = site.rows(REVISION, scene.page)
    held: Any = json.loads(content) if isinstance(content, str) else content
    return Look("the page's revision", begun, Counter(WORD.findall(str(held["body"]))))
