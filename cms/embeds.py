"""What may be shown from other sites, and how to call it. Nothing is asked of them before the reader agrees."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

PLAYERS = [
    (
        r"^https://(?:www\.|m\.)?youtube\.com/watch\?(?:.*&)?v=([\w-]{6,20})",
        "https://www.youtube-nocookie.com/embed/{}",
    ),
    (r"^https://youtu\.be/([\w-]{6,20})", "https://www.youtube-nocookie.com/embed/{}"),
    (r"^https://(?:www\.)?vimeo\.com/(\d{4,12})", "https://player.vimeo.com/video/{}?dnt=1"),
    (r"^https://(?:www\.)?dailymotion\.com/video/(\w{4,12})", "https://geo.dailymotion.com/player.html?video={}"),
]


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
