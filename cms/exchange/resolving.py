"""Links and pictures of a draft: what they name among the files that came along, as pages, files and images of ours."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from cms.coedit.tree import Child, Mark, Node, Text, node
from cms.embeds import PLAYERS, is_talk, path_of_ours

WEB = ("http", "https", "mailto", "tel")
SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


@dataclass
class Targets:
    """What can be referred to: pages and files by their path in what was brought, pictures by their address in a draft."""

    pages: Mapping[str, int] = field(default_factory=dict)
    documents: Mapping[str, int] = field(default_factory=dict)
    images: Mapping[str, int] = field(default_factory=dict)
    site: str = ""  # our own, taken off the addresses that begin with it


@dataclass
class Resolver:
    """Makes elements of ours of a draft's, and remembers what it did not find."""

    path: str
    targets: Targets
    missing: set[str] = field(default_factory=set)
    elsewhere: set[str] = field(default_factory=set)  # pictures of other sites

    def all(self, children: Iterable[Child]) -> Iterator[Child]:
        """The elements of a text; a picture in a list or a table follows it."""
        for child in children:
            if isinstance(child, Node) and child.tag == "link_alone":
                yield self._alone(child)
            elif isinstance(child, Node) and child.tag == "picture":
                yield from self._picture(child)
            else:
                aside: list[Node] = []
                yield from self._inner([child], aside)
                yield from aside

    def _inner(self, children: Iterable[Child], aside: list[Node]) -> Iterator[Child]:
        for child in children:
            if isinstance(child, Text):
                yield self._text(child)
            elif child.tag == "picture":
                aside.extend(self._picture(child))
            else:
                tag = "paragraph" if child.tag == "link_alone" else child.tag
                attributes = () if child.tag == "link_alone" else child.attributes
                yield Node(tag, attributes, tuple(self._inner(child.children, aside)))

    def _text(self, found: Text) -> Text:
        marks = (self._mark(mark) if mark.name == "link" else mark for mark in found.marks)
        return Text(found.words, tuple(mark for mark in marks if mark))

    def _mark(self, mark: Mark) -> Mark | None:
        href = str(dict(mark.attributes)["href"])
        inside = self.inside(href)
        if inside is None:
            return self._to_the_web(href)
        for kind, held in (("page", self.targets.pages), ("document", self.targets.documents)):
            if inside in held:
                return Mark("link", ((kind, held[inside]),))
        self.missing.add(href)
        return None

    def _to_the_web(self, href: str) -> Mark | None:
        scheme = urlsplit(href).scheme.lower()
        if href.startswith(("/", "#")) or scheme in WEB:
            return Mark("link", (("href", self._whole(href)),))
        return None

    def _whole(self, href: str) -> str:
        """An address without our own site before it."""
        site = self.targets.site
        return href.removeprefix(site) if site and href.startswith(f"{site}/") else href

    def inside(self, href: str) -> str | None:
        """The path in what was brought that an address names, None for one of the web or of this page."""
        if SCHEME.match(href) or href.startswith(("/", "#")):
            return None
        way = unquote(re.split(r"[?#]", href, maxsplit=1)[0])
        return posixpath.normpath(posixpath.join(posixpath.dirname(self.path), way))

    def _picture(self, found: Node) -> Iterator[Node]:
        src = str(found.get("src") or "")
        inside = self.inside(src)
        number = self.targets.images.get(src if inside is None else inside) or self.targets.images.get(src)
        words = str(found.get("alt") or found.get("caption") or "")
        if number:
            yield node("image", image=number, alt=found.get("alt"), caption=found.get("caption"))
            return
        if src.startswith(("http://", "https://")):
            self.elsewhere.add(src)
            yield node("paragraph", Text(words or src, (Mark("link", (("href", src),)),)))
            return
        if src:
            self.missing.add(src[:80])
        if words:
            yield node("paragraph", Text(words))

    def _alone(self, found: Node) -> Node:
        """A link that is a paragraph by itself: a file to download, a video, or a paragraph."""
        href, title = str(found.get("href")), str(found.get("title") or "")
        inside = self.inside(href)
        if inside is not None and inside in self.targets.documents:
            return node("file", file=self.targets.documents[inside], about=found.get("about"))
        if inside is None and title and any(re.match(pattern, href) for pattern, _player in PLAYERS):
            return node("embed", url=href, title=title)
        if inside is None and is_talk(own := path_of_ours(self._whole(href))):
            return node("embed", url=own)
        return Node("paragraph", (), tuple(self._inner(found.children, [])))
