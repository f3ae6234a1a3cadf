"""What in a whole page would run, whatever else is on it."""

import re
from html.parser import HTMLParser
from typing import Any

FORBIDDEN = {"iframe", "object", "embed", "base", "style", "applet", "frame", "frameset", "marquee", "math"}
LEADING = {"href", "src", "action", "formaction", "xlink:href", "data", "poster", "background", "srcdoc"}
HARMFUL = re.compile(r"[\s\x00-\x1f]*(?:javascript|vbscript|data)[\s\x00-\x1f]*:", re.IGNORECASE)


class Watch(HTMLParser):
    """Says what in a whole page would run, whatever else is on it: our own scripts are files of our own."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        given = dict(attrs)
        if tag in FORBIDDEN:
            self.wrong.append(f"<{tag}>")
        if tag == "script" and not (given.get("src") or "").startswith("/static/") and given.get("type") != DATA:
            self.wrong.append(f"<script {given}>")
        if tag == "meta" and "http-equiv" in given:
            self.wrong.append(f"<meta {given}>")
        for name, value in attrs:
            is_script = name.startswith("on") or name in ("style", "srcdoc")
            if is_script or (name in LEADING and value != NOTHING and HARMFUL.match(value or "")):
                self.wrong.append(f"<{tag} {name}={value}>")


NOTHING = "data:,"  # the picture of a mold, until the script puts one there
DATA = "application/json"  # read by our scripts, run by nobody


def running(html: str) -> list[str]:
    """What in a whole page would run; nothing when it is well."""
    watch = Watch()
    watch.feed(html)
    return watch.wrong
