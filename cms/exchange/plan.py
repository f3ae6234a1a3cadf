"""What will become of files that somebody brings, before anything is made of them."""

from __future__ import annotations

import io
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image

from cms.base.curtain import lifted
from cms.base.models import GROUND, BasePage
from cms.coedit.fitting import fitted
from cms.coedit.tree import Node
from cms.exchange.brought import PAGES, PICTURES, Basket, Brought, Refused
from cms.exchange.drafts import Draft, drafted, named_by
from cms.exchange.resolving import Resolver, Targets
from cms.exchange.taking import references
from cms.models import CollaborativePage
from realtime.spaces.file_types import is_what_it_says
from realtime.spaces.models import Space

FOLDER_NAMES = {"index", "readme"}
LAST = 1_000_000
NOTES: Mapping[str, str | Promise] = {
    "active": _("What could run or call other sites is left out."),
    "strike": _("Words struck through are plain words."),
    "sub": _("Raised or lowered letters are plain ones."),
    "sup": _("Raised or lowered letters are plain ones."),
    "details": _("What folds is open."),
    "dl": _("Lists of definitions are paragraphs."),
    "start": _("Numbered lists begin at 1."),
    "in_item": _("What stood in a list item besides words and lists is words, or follows the list."),
    "in_quote": _("What stood in a quotation besides words follows it."),
    "in_cell": _("What stood in a cell of a table besides words is words, or follows the table."),
    "span": _("Cells that spanned others stand alone."),
    "levels": _("Headings begin at the second level and end at the fourth."),
    "title": _("The title is shortened."),
    "intro": _("The introduction is shortened."),
    "picture_kind": _("A picture of a kind that browsers do not show is left out."),
    "styles": _("Styles of the document that we do not know are plain words."),
    "elsewhere": _("Pictures on other sites are links: nothing is fetched from there."),
}


@dataclass
class Planned:
    """A page to be: of a file, or of a folder that no file stands for (`path` ends with a slash)."""

    path: str
    draft: Draft
    above: Planned | None = None
    existing: int | None = None  # the page of that title that is there already
    takes_pages: bool = True  # whether pages can be put below the existing one
    missing: list[str] = field(default_factory=list)
    pictures: int = 0

    @property
    def title(self) -> str:
        return self.draft.title

    @property
    def step(self) -> int:
        return 0 if self.above is None else self.above.step + 1

    @property
    def shown_step(self) -> int:
        return min(self.step, 3)

    @property
    def notes(self) -> list[str | Promise]:
        """What is simplified, in sentences."""
        return list(dict.fromkeys(NOTES[note] for note in sorted(self.draft.notes)))


@dataclass
class Plan:
    """Pages in the order of the tree, the files that they use, and what is refused or left, with why."""

    pages: list[Planned]
    assets: dict[str, Brought]
    refused: dict[str, str | Promise]
    unused: list[str] = field(default_factory=list)

    @property
    def existing(self) -> list[Planned]:
        return [page for page in self.pages if page.existing]

    @property
    def pictures(self) -> int:
        return sum(page.pictures for page in self.pages)


def planned(basket: Basket, space: Space) -> Plan:
    """Reads every file; one query."""
    refused = dict(basket.refused)
    drafts: dict[str, Draft] = {}
    assets: dict[str, Brought] = {}
    for file in basket.files:
        try:
            if file.kind in PAGES:
                drafts[file.path] = drafted(file)
            else:
                check_asset(file)
                assets[file.path] = file
        except Refused as refusal:
            refused[file.path] = refusal.why
    plan = Plan(list(in_order(in_tree(drafts))), assets, refused)
    look_around(plan, space)
    look_into(plan)
    return plan


def check_asset(file: Brought) -> None:
    """Raises Refused for a picture that cannot be shown, or a file that is not what its name says."""
    if not is_what_it_says(file.path, io.BytesIO(file.content)):
        raise Refused(_("It is not what its name says."))
    if file.kind in PICTURES:
        try:
            with Image.open(io.BytesIO(file.content)) as picture:
                picture.verify()
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as broken:
            raise Refused(_("This picture cannot be read.")) from broken


# --- the tree -------------------------------------------------------------------------------------


def in_tree(drafts: Mapping[str, Draft]) -> dict[str, Planned]:
    """Each page by its place: its path without the extension, or the folder that it stands for."""
    stems = {posixpath.splitext(path)[0] for path in drafts}
    places: dict[str, Planned] = {}
    for path, draft in sorted(drafts.items()):
        stem = posixpath.splitext(path)[0]
        folder, _slash, name = stem.rpartition("/")
        stands_for = folder if name.lower() in FOLDER_NAMES and folder and folder not in stems else stem
        while stands_for in places:
            stands_for += "'"  # two files that differ in their extension alone
        places[stands_for] = Planned(path, draft)
    for place in list(places):
        _put_below(place, places)
    return places


def _put_below(place: str, places: dict[str, Planned]) -> None:
    folder = place.rpartition("/")[0]
    if not folder:
        return
    if folder not in places:
        places[folder] = Planned(f"{folder}/", Draft(named_by(folder.rpartition("/")[2])))
        _put_below(folder, places)
    places[place].above = places[folder]


def in_order(places: Mapping[str, Planned]) -> Iterator[Planned]:
    """Pages, each followed by those below it; beside each other as their files say, else by their names."""
    below: dict[int, list[tuple[int, str, Planned]]] = {}
    for place, page in places.items():
        key = 0 if page.above is None else id(page.above)
        order = LAST if page.draft.order is None else page.draft.order
        below.setdefault(key, []).append((order, place, page))

    def walk(key: int) -> Iterator[Planned]:
        for _order, _place, page in sorted(below.get(key, []), key=lambda told: told[:2]):
            yield page
            yield from walk(id(page))

    yield from walk(0)


# --- what is there already, and what pages name -----------------------------------------------------


def look_around(plan: Plan, space: Space) -> None:
    """Says of each page whether one of its title stands where it would come."""
    with lifted():
        rows = list(
            BasePage.objects.filter(space=space, depth__gte=GROUND, binned_at=None)
            .order_by("path")
            .values_list("pk", "path", "title", "draft_title", "content_type__model")
        )
    paths = {pk: path for pk, path, *_ in rows}
    top = next((path for path in paths.values()), "")
    here: dict[tuple[str, str], tuple[int, bool]] = {}
    for pk, path, title, draft_title, model in rows:
        for told in (title, draft_title):
            here.setdefault((path[:-4], told.casefold()), (pk, model == CollaborativePage._meta.model_name))
    for page in plan.pages:
        above = page.above
        if above is not None and above.existing is None:
            continue
        place = top if above is None else paths[above.existing or 0]
        page.existing, page.takes_pages = here.get((place, page.title.casefold()), (None, True))


def look_into(plan: Plan) -> None:
    """Says of each page what pictures and links it finds, and of each file whether a page names it."""
    used: set[str] = set()
    paths = dict(enumerate(plan.assets, start=1))
    numbers = {path: number for number, path in paths.items()}
    pages = {page.path: number for number, page in enumerate(plan.pages, start=1)}
    for page in plan.pages:
        own = {src: len(numbers) + at for at, src in enumerate(page.draft.pictures, start=1)}
        resolver = Resolver(page.path, Targets(pages, numbers, {**pictures_in(numbers), **own}))
        doc: Node = fitted(resolver.all(page.draft.children))
        found = list(references(doc))
        used |= {paths[number] for kind, number in found if kind in ("image", "document") and number in paths}
        page.pictures = sum(kind == "image" for kind, _number in found)
        page.missing = sorted(resolver.missing)
        if resolver.elsewhere:
            page.draft.notes.add("elsewhere")
    plan.unused = sorted(set(plan.assets) - used)


def pictures_in(numbers: Mapping[str, int]) -> dict[str, int]:
    return {path: number for path, number in numbers.items() if path.rpartition(".")[2].lower() in PICTURES}
