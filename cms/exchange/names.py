"""What a page refers to by number, as it is called in what leaves the house: a title and an address each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cms.coedit.tree import Mark, Node
from cms.embeds import path_of_ours


@dataclass(frozen=True, slots=True)
class Named:
    """What is called `title` and stands at `href`: a path beside the page, or an address of the web."""

    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Names:
    """What the asker sees of what pages refer to, by number. What they do not see has no name, and leaves no trace."""

    pages: Mapping[int, Named] = field(default_factory=dict)
    documents: Mapping[int, Named] = field(default_factory=dict)
    images: Mapping[int, Named] = field(default_factory=dict)
    messages: Mapping[int, Named] = field(default_factory=dict)
    held: Mapping[str, Named] = field(default_factory=dict)  # what stands at an address of ours
    site: str = ""  # put before an address of ours ("/spaces/heron/"), so that it leads back here from anywhere

    def target(self, mark: Mark) -> str:
        """Where a link leads; "" for one whose target the asker does not see."""
        told = dict(mark.attributes)
        for kind, held in (("page", self.pages), ("document", self.documents)):
            if kind in told:
                found = held.get(int(told[kind]))
                return found.href if found else ""
        return self.whole(str(told.get("href", "")))

    def whole(self, href: str) -> str:
        """An address with our site before it when it is one of ours."""
        return self.site + href if href.startswith("/") else href

    def embed(self, found: Node) -> Named | None:
        """What an embed shows, None for something here that the asker does not see."""
        url = str(found.get("url"))
        if own := path_of_ours(url):
            return self.held.get(own)
        return Named(str(found.get("title") or url), url)

    def of(self, kind: str, number: object) -> Named | None:
        """The page, document, image or message of a number, if the asker sees it."""
        held: Mapping[int, Named] = getattr(self, kind)
        return held.get(number) if isinstance(number, int) else None
