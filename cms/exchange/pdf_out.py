"""A page as a PDF: its words can be searched and copied, its links followed, its headings are its outline."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from anyascii import anyascii
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from fpdf import FPDF
from fpdf.enums import TableBordersLayout, WrapMode
from fpdf.fonts import FontFace
from PIL import Image

from cms.coedit.tree import Child, Node
from cms.exchange.fonts import faces, letters
from cms.exchange.html_out import callout_word
from cms.exchange.names import Named, Names
from cms.exchange.taking import Taken

SIZE = 10.5
LINE = 5.4  # millimeters
HEADINGS = {2: 16, 3: 13, 4: 11.5}
STEP = 7.0  # of a list in a list
SIGNS = {"☐": "[ ]", "☑": "[x]", "☒": "[x]", "✓": "x", "→": "->", "←": "<-", "\N{REPLACEMENT CHARACTER}": "?"}
LARGEST = 1_400  # pixels of a side
ACCENT = (31, 95, 75)
Pictures = Mapping[int, Callable[[], bytes]]


def pdf_of(page: Taken, names: Names, pictures: Pictures) -> bytes:
    """The bytes of the PDF. `pictures` read an image by its number. Raises fonts.NoFonts."""
    sheet = Sheet(page, names, pictures)
    sheet.draw()
    return bytes(sheet.pdf.output())


class Paper(FPDF):
    """A4 with the title and the number of the page at its foot."""

    foot = ""

    def footer(self) -> None:
        self.set_y(-14)
        self.set_font("sans", "", 8.5)
        self.cell(0, 5, f"{self.foot}   {self.page_no()} / {{nb}}", align="C")


@dataclass
class Sheet:
    """Draws one page from its first word to its last."""

    page: Taken
    names: Names
    pictures: Pictures

    def __post_init__(self) -> None:
        self.pdf = Paper(format="A4")
        for face in faces():
            self.pdf.add_font(face.family, face.style, face.path)
        self.pdf.set_margins(24, 20, 24)
        self.pdf.set_auto_page_break(auto=True, margin=22)
        self.pdf.set_title(self.page.title)
        self.pdf.set_lang(get_language() or "en")
        self.pdf.foot = said(self.page.title[:80], "sans")
        self.pdf.add_page()

    def draw(self) -> None:
        pdf = self.pdf
        self.words("sans", "B", 22, self.page.title, 9)
        if self.page.intro:
            self.words("serif", "", 12.5, self.page.intro, 6.4)
        told = [self.page.space, self.page.steward]
        if self.page.published_at:
            told.append(date_format(timezone.localtime(self.page.published_at), "DATE_FORMAT"))
        self.words("sans", "", 9, " · ".join(filter(None, told)), 5)
        self.words("sans", "", 9, self.names.site + self.page.url, 5, link=self.names.site + self.page.url)
        pdf.line(pdf.l_margin, pdf.get_y() + 1, pdf.w - pdf.r_margin, pdf.get_y() + 1)
        pdf.ln(5)
        self.blocks(self.page.doc.children)

    def words(self, family: str, style: str, size: float, words: str, height: float, link: str = "") -> None:
        """Lines of words in one font."""
        self.pdf.set_font(family, style, size)
        self.pdf.multi_cell(0, height, said(words, family), align="L", new_x="LMARGIN", new_y="NEXT", link=link)
        self.pdf.ln(1)

    def blocks(self, children: Sequence[Child]) -> None:
        for child in children:
            if isinstance(child, Node):
                self.block(child)

    def block(self, found: Node) -> None:
        draw: dict[str, Callable[[Node], None]] = {
            "heading": self.heading,
            "bullet_list": self.whole_list,
            "ordered_list": self.whole_list,
            "blockquote": self.quoted,
            "horizontal_rule": self.rule,
            "code_block": self.code,
            "table": self.table,
            "image": self.image,
            "callout": self.callout,
            "quotation": self.quotation,
            "paragraph": self.paragraph,
        }
        draw.get(found.tag, self.references)(found)

    def heading(self, found: Node) -> None:
        level = int(found.get("level") or 2)
        size = HEADINGS[level]
        self.pdf.ln(2)
        if self.pdf.will_page_break(size * 1.6):
            self.pdf.add_page()
        self.pdf.start_section(said(" ".join(found.words().split())[:200], "sans") or " ", level - 2, strict=False)
        self.pdf.set_font("sans", "B", size)
        self.flow(found, size * 0.48, "sans", "B")
        self.pdf.ln(1.5)

    def paragraph(self, found: Node, style: str = "") -> None:
        self.pdf.set_font("serif", style, SIZE)
        self.flow(found, LINE, "serif", style)
        self.pdf.ln(2)

    def flow(self, found: Node, height: float, family: str, base: str = "") -> None:
        """Marked words, from the left margin, ending in a new line."""
        pdf = self.pdf
        size = pdf.font_size_pt
        for child in found.children:
            if isinstance(child, Node):
                pdf.ln(height)
                continue
            marks = {mark.name: mark for mark in child.marks}
            style = "".join(
                sorted(set(base) | {sign for name, sign in (("bold", "B"), ("italic", "I")) if name in marks})
            )
            pdf.set_font(
                *(("sans", style.replace("I", "")) if "code" in marks or family == "sans" else (family, style)), size
            )
            href = self.names.target(marks["link"]) if "link" in marks else ""
            pdf.set_text_color(*(ACCENT if href else (0, 0, 0)))
            pdf.write(
                height, said(child.words, pdf.font_family), href if href.startswith(("http", "mailto", "tel")) else ""
            )
        pdf.set_text_color(0, 0, 0)
        pdf.ln(height)

    def list(self, found: Node) -> None:
        pdf = self.pdf
        for number, item in enumerate(_elements(found), start=1):
            first, *inner = _elements(item)
            pdf.set_font("serif", "", SIZE)
            sign = "•" if found.tag == "bullet_list" else f"{number}."
            pdf.cell(STEP, LINE, said(sign, "serif"))
            with self.indented(STEP):
                self.flow(first, LINE, "serif")
                for each in inner:
                    self.list(each)

    def indented(self, width: float) -> Indent:
        return Indent(self.pdf, width)

    def beside(self, draw: Callable[[], None]) -> None:
        """Something with a line at its left."""
        pdf = self.pdf
        page, top = pdf.page, pdf.get_y()
        with self.indented(6):
            draw()
        if pdf.page == page:
            pdf.set_line_width(0.8)
            pdf.line(pdf.l_margin + 2, top, pdf.l_margin + 2, pdf.get_y() - 2)
            pdf.set_line_width(0.2)

    def whole_list(self, found: Node) -> None:
        self.list(found)
        self.pdf.ln(2)

    def quoted(self, found: Node) -> None:
        self.beside(lambda: self.paragraph(found, "I"))

    def rule(self, found: Node) -> None:
        pdf = self.pdf
        pdf.ln(2)
        pdf.line(pdf.l_margin + 40, pdf.get_y(), pdf.w - pdf.r_margin - 40, pdf.get_y())
        pdf.ln(4)

    def code(self, found: Node) -> None:
        def lines() -> None:
            self.pdf.set_font("sans", "", SIZE - 1)
            words = said(found.words().replace("\t", "    ").replace(" ", "\u00a0"), "sans")
            self.pdf.multi_cell(0, LINE - 0.6, words, align="L", new_x="LMARGIN", new_y="NEXT", wrapmode=WrapMode.CHAR)
            self.pdf.ln(2)

        self.beside(lines)

    def callout(self, found: Node) -> None:
        title = str(found.get("title") or callout_word(str(found.get("kind"))))

        def inner() -> None:
            self.words("sans", "B", SIZE, title, LINE)
            self.blocks(found.children)

        self.beside(inner)

    def quotation(self, found: Node) -> None:
        author = str(found.get("author") or "")

        def inner() -> None:
            self.words("serif", "I", SIZE, found.words(), LINE)
            if author:
                self.words("sans", "", SIZE - 1, f"— {author}", LINE)

        self.beside(inner)

    def image(self, found: Node) -> None:
        number = found.get("image")
        read = self.pictures.get(number) if isinstance(number, int) else None
        if read is None:
            return
        picture = smaller(read())
        if picture is None:
            return
        pdf = self.pdf
        width = min(pdf.epw, picture.width * 0.2)
        height = width * picture.height / picture.width
        if height > pdf.eph * 0.6:
            width, height = width * pdf.eph * 0.6 / height, pdf.eph * 0.6
        if pdf.will_page_break(height + LINE):
            pdf.add_page()
        pdf.image(picture, w=width, h=height, alt_text=str(found.get("alt") or "") or None)
        pdf.ln(1)
        if caption := str(found.get("caption") or ""):
            self.words("sans", "", 9, caption, 4.6)
        pdf.ln(2)

    def table(self, found: Node) -> None:
        rows = [list(_elements(row)) for row in _elements(found)]
        width = max(map(len, rows))
        if caption := str(found.get("caption") or ""):
            self.words("sans", "B", 9.5, caption, 5)
        has_heads = all(cell.tag == "table_header" for cell in rows[0]) and any(
            cell.words().strip() for cell in rows[0]
        )
        numbers = [at < len(rows[0]) and rows[0][at].get("kind") == "number" for at in range(width)]
        body = rows if has_heads or rows[0][0].tag != "table_header" else rows[1:]
        self.pdf.set_font("sans", "", 9.5)
        heads = FontFace(emphasis="BOLD", fill_color=(238, 238, 232))
        aligns = tuple("RIGHT" if number else "LEFT" for number in numbers)
        with self.pdf.table(
            borders_layout=TableBordersLayout.ALL,
            first_row_as_headings=has_heads,
            headings_style=heads,
            text_align=aligns,
            line_height=5,
            padding=1,
        ) as table:
            for row in body or rows:
                drawn = table.row()
                for at in range(width):
                    drawn.cell(said(_cell_words(row[at]), "sans") if at < len(row) else "")
        self.pdf.ln(4)

    def references(self, found: Node) -> None:
        """What stands elsewhere: a file, a video, pages, a sentence with its messages."""
        for child in _elements(found):
            if child.tag == "paragraph":
                self.paragraph(child)
        if title := str(found.get("title") or "") if found.tag == "page_list" else "":
            self.words("sans", "B", SIZE, title, LINE)
        for named in self.named(found):
            self.pdf.set_text_color(*ACCENT)
            self.words("sans", "", SIZE, named.title, LINE, link=named.href)
            self.pdf.set_text_color(0, 0, 0)
        self.pdf.ln(1)

    def named(self, found: Node) -> Iterator[Named]:
        if found.tag == "embed":
            if shown := self.names.embed(found):
                yield shown
        elif found.tag == "file":
            if file := self.names.of("documents", found.get("file")):
                about = str(found.get("about") or "")
                yield Named(f"{file.title}{f' ({about})' if about else ''}", file.href)
        else:
            for child in _elements(found):
                kind, name = ("pages", "page") if child.tag == "page_item" else ("messages", "message")
                if named := self.names.of(kind, child.get(name)):
                    yield named


class Indent:
    """Inside, the left margin is further in."""

    def __init__(self, pdf: FPDF, width: float) -> None:
        self.pdf, self.width = pdf, width

    def __enter__(self) -> None:
        self.pdf.set_left_margin(self.pdf.l_margin + self.width)

    def __exit__(self, *error: object) -> None:
        self.pdf.set_left_margin(self.pdf.l_margin - self.width)
        self.pdf.set_x(self.pdf.l_margin)


def said(words: str, family: str) -> str:
    """Words in letters that the font has."""
    known = letters(family)
    told = "".join(SIGNS.get(letter, letter) if ord(letter) not in known else letter for letter in words)
    return "".join(letter if letter == "\n" or ord(letter) in known else _other(letter, known) for letter in told)


def _other(letter: str, known: frozenset[int]) -> str:
    """A letter that the font lacks, as one that it has."""
    if letter.isspace():
        return " "
    plain = "".join(part for part in anyascii(letter) if ord(part) in known)
    return plain or "?"


def smaller(content: bytes) -> Image.Image | None:
    """A picture no larger than paper shows, on white; None for what cannot be read."""
    try:
        with Image.open(io.BytesIO(content)) as opened:
            opened.thumbnail((LARGEST, LARGEST))
            flat = opened.convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    paper = Image.new("RGB", flat.size, "white")
    paper.paste(flat, mask=flat.getchannel("A"))
    return paper


def _cell_words(cell: Node) -> str:
    return cell.words() if cell.tag == "table_header" else "\n".join(child.words() for child in _elements(cell))


def _elements(found: Node) -> Iterator[Node]:
    return (child for child in found.children if isinstance(child, Node))
