"""What is shown in a page from elsewhere: other sites, of which nothing is asked before the reader agrees, and our own.

What stands at an address of ours is drawn as its card, from the hook `link_card`: a conversation, a poll, and whatever
else says what its addresses lead to.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from intranet.accounts.models import User
from realtime.spaces.cards import Card, cards_for, link_to
from realtime.threads.polling import PollResult, poll_results

PLAYERS = [
    (
        r"^https://(?:www\.|m\.)?youtube\.com/watch\?(?:.*&)?v=([\w-]{6,20})",
        "https://www.youtube-nocookie.com/embed/{}",
    ),
    (r"^https://youtu\.be/([\w-]{6,20})", "https://www.youtube-nocookie.com/embed/{}"),
    (r"^https://(?:www\.)?vimeo\.com/(\d{4,12})", "https://player.vimeo.com/video/{}?dnt=1"),
    (r"^https://(?:www\.)?dailymotion\.com/video/(\w{4,12})", "https://geo.dailymotion.com/player.html?video={}"),
]


MESSAGE = re.compile(r"#m-([1-9]\d{0,17})")  # the place of a message in its conversation
THREAD_AT, MESSAGE_AT = "threads:thread", "threads:message"
on_the_web = URLValidator(schemes=["http", "https"])


@dataclass(frozen=True, slots=True)
class Embedded:
    """What stands at an address of ours, for one reader: its card, and its poll where it is one."""

    card: Card
    poll: PollResult | None = None


def embedded(user: User, addresses: Collection[str]) -> dict[str, Embedded]:
    """What `user` sees at some addresses of ours; one query a kind of thing, and one for polls."""
    cards = cards_for(user, addresses)
    messages = {url: link.arguments["pk"] for url in cards if (link := link_to(url)) and link.name == MESSAGE_AT}
    polls: Mapping[int, PollResult] = poll_results(messages.values(), user) if messages else {}
    return {url: Embedded(card, polls.get(messages.get(url, 0))) for url, card in cards.items()}


def path_of_ours(url: str) -> str:
    """The path of an address of ours, whole ("https://parvis.example/threads/3/#m-7") or not; "" for any other."""
    path = url.removeprefix(settings.PARVIS_ADDRESS) if url.startswith(f"{settings.PARVIS_ADDRESS}/") else url
    if not path.startswith("/") or path.startswith("//"):
        return ""
    way, _sign, place = path.partition("#")
    message = MESSAGE.fullmatch(f"#{place}")
    return f"/messages/{message[1]}/" if message else way


def is_talk(path: str) -> bool:
    """Whether a path of ours is that of a conversation or a message."""
    link = link_to(path) if path else None
    return link is not None and link.name in (THREAD_AT, MESSAGE_AT)


def check_address(url: str) -> None:
    """Raises ValidationError for what is neither an address of the web nor of something here."""
    if url.startswith("/") and not url.startswith("//"):
        if link_to(url) is None:
            raise ValidationError(_("There is nothing at this address."))
    else:
        on_the_web(url)


@dataclass(frozen=True, slots=True)
class Player:
    """Whom the reader would call: `site` is named to them; `src` is "" where our frames may not show it."""

    site: str
    src: str


def player_of(url: str) -> Player:
    """How to show `url`: inside a frame where PARVIS_FRAMES names the player's origin, else on its own site."""
    site = (urlsplit(url).hostname or "").removeprefix("www.")
    for pattern, address in PLAYERS:
        if found := re.match(pattern, url):
            src = address.format(found[1])
            return Player(site, src if origin_of(src) in settings.PARVIS_FRAMES else "")
    return Player(site, url if origin_of(url) in settings.PARVIS_FRAMES else "")


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, "" for what is not one of the web."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme == "https" else ""
