"""What a reader does, each act through the front door, as their browser would ask it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.test import Client

from intranet.accounts.models import User
from intranet.bench.seeding import COMMON, RARE
from realtime.threads.models import ReadMark

ACTS = [
    "open the longest conversation",
    "older page",
    "jump to a day",
    "find in it, common word",
    "conversations of a space",
    "home",
    "what is new",
    "mark read",
    "mark a space read, undo",
    "search, common word",
    "search, rare word",
    "search, two words",
    "messages, common word",
    "messages, rare word",
    "messages, word and filters",
]


class Visit:
    """A signed-in reader of a house that `seeding.fill` told the facts of."""

    def __init__(self, facts: dict[str, Any]) -> None:
        self.facts = facts
        self.client = Client(SERVER_NAME="localhost")
        self.client.force_login(User.objects.get(pk=facts["reader"]))
        self.put_back()

    def acts(self) -> dict[str, Callable[[], None]]:
        """Each act by its name, in the order of ACTS."""
        facts, thread = self.facts, f"/threads/{self.facts['largest']}/"
        filters = {"author": facts["author"], "space": facts["space"], "since": facts["day"]}
        ways: list[Callable[[], None]] = [
            lambda: self.get(thread),
            lambda: self.get(f"{thread}messages/", before=facts["middle"]),
            lambda: self.get(thread, on=facts["day"]),
            lambda: self.get(thread, find=COMMON),
            lambda: self.get(f"/spaces/{facts['space']}/"),
            lambda: self.get("/"),
            lambda: self.get("/unread/"),
            lambda: self.post(f"{thread}read/", seq=facts["last"]),
            self.declare_and_take_back,
            lambda: self.get("/search/", q=COMMON),
            lambda: self.get("/search/", q=RARE),
            lambda: self.get("/search/", q=f"{COMMON} {RARE}"),
            lambda: self.get("/search/messages/", q=COMMON),
            lambda: self.get("/search/messages/", q=RARE),
            lambda: self.get("/search/messages/", q=COMMON, **filters),
        ]
        return dict(zip(ACTS, ways, strict=True))

    def declare_and_take_back(self) -> None:
        self.post(f"/spaces/{self.facts['space']}/read/")
        self.post("/unread/undo/")

    def after(self, act: str) -> None:
        """Puts things back as they were before an act, so that it costs the same the next time."""
        if act in ("mark read", "open the longest conversation", "jump to a day", "find in it, common word"):
            self.put_back()

    def put_back(self) -> None:
        mark = {"user_id": self.facts["reader"], "thread_id": self.facts["largest"]}
        ReadMark.objects.update_or_create(**mark, defaults={"seq": max(0, self.facts["last"] - 5)})

    def get(self, address: str, **asked: Any) -> None:
        answer = self.client.get(f"{address}?{urlencode(asked)}" if asked else address)
        if answer.status_code != 200:
            raise RuntimeError(f"{address} {asked}: {answer.status_code}")

    def post(self, address: str, **said: Any) -> None:
        answer = self.client.post(address, said, headers={"X-Requested-With": "fetch"})
        if answer.status_code >= 400:
            raise RuntimeError(f"{address}: {answer.status_code}")
