"""Texts by chance: such as the schema knows, and such as somebody might send."""

from typing import Any

from hypothesis import strategies as st

from cms.coedit.schema import KINDS, MARKS
from cms.coedit.tree import BREAK, Mark, Node, Text, mark, node

LETTERS = st.characters(exclude_categories=["Cs"]) | st.sampled_from(" \t\n\r\u00a0\u2028\x00\x1f<>&\"'é😀𝒳")
WORDS = st.text(LETTERS, max_size=12)
KEYS = st.none() | st.sampled_from(["a1b2c", "zzzzz", "k"]) | st.from_regex(r"[a-z0-9]{5}", fullmatch=True)
BLOCK = st.none() | st.sampled_from(["11111111-1111-4111-8111-111111111111", "2" * 36]) | st.uuids().map(str)
NUMBERS = st.integers(1, 2**53 - 1)
LINKS = st.one_of(
    st.builds(lambda number: mark("link", page=number), NUMBERS),
    st.builds(lambda number: mark("link", document=number), NUMBERS),
    st.sampled_from(["https://example.org/?a=1&b=2", "mailto:a@example.org", "tel:+33123", "/path", "#place"]).map(
        lambda href: mark("link", href=href)
    ),
)
STYLES = st.sets(st.sampled_from(["bold", "italic", "code"]))


@st.composite
def marks(draw: Any) -> tuple[Mark, ...]:
    link = draw(st.lists(LINKS, max_size=1))
    return (*link, *(Mark(name) for name in MARKS if name in draw(STYLES)))


INLINE = st.lists(st.builds(Text, WORDS, marks()) | st.just(BREAK), max_size=6)
PLAIN = st.lists(st.builds(Text, WORDS), max_size=2)


NOTHING: Any = st.just([])


def element(tag: str, children: Any = NOTHING, **attributes: Any) -> Any:
    values = st.fixed_dictionaries(attributes)
    return st.builds(lambda inside, told: node(tag, *inside, **told), children, values)


PARAGRAPHS = element("paragraph", INLINE, key=KEYS, block=BLOCK)


def item(lists: Any) -> Any:
    return st.builds(lambda first, more: node("list_item", first, *more), PARAGRAPHS, lists)


def listed(items: Any) -> Any:
    kinds = st.sampled_from(["bullet_list", "ordered_list"])
    some = st.lists(items, min_size=1, max_size=3)
    return st.builds(lambda kind, inside, block: node(kind, *inside, block=block), kinds, some, BLOCK)


LISTS = st.recursive(listed(item(st.just([]))), lambda deeper: listed(item(st.lists(deeper, max_size=2))), max_leaves=8)
FLOW = st.one_of(
    PARAGRAPHS,
    element("heading", INLINE, level=st.sampled_from([2, 3, 4]), key=KEYS, block=BLOCK),
    element("blockquote", INLINE, key=KEYS, block=BLOCK),
    element("horizontal_rule", block=BLOCK),
    LISTS,
)
ROWS = st.lists(
    st.lists(
        element("table_header", PLAIN, kind=st.sampled_from(["text", "number"]))
        | element("table_cell", st.lists(PARAGRAPHS, min_size=1, max_size=2))
        | st.decimals(-999, 999, places=2).map(lambda told: node("table_cell", node("paragraph", Text(str(told))))),
        min_size=1,
        max_size=3,
    ).map(lambda cells: node("table_row", *cells)),
    min_size=1,
    max_size=3,
)
SHORT = st.none() | st.text(LETTERS, max_size=30)
APART = st.one_of(
    element(
        "callout",
        st.lists(PARAGRAPHS | LISTS, min_size=1, max_size=3),
        kind=st.sampled_from(["info", "tip", "warning", "danger"]),
        title=SHORT,
        block=BLOCK,
    ),
    element("table", ROWS, caption=SHORT, block=BLOCK),
    element("code_block", PLAIN, language=SHORT, block=BLOCK),
    element("quotation", PLAIN, author=SHORT, customer=st.booleans(), block=BLOCK),
    element("image", image=NUMBERS, alt=SHORT, caption=SHORT, block=BLOCK),
    element("file", file=NUMBERS, about=SHORT, block=BLOCK),
    element("embed", url=st.just("https://example.org/v"), title=SHORT, block=BLOCK),
    element(
        "page_list", st.lists(element("page_item", page=NUMBERS, block=BLOCK), max_size=3), title=SHORT, block=BLOCK
    ),
    element(
        "cited",
        st.tuples(PARAGRAPHS, element("cited_message", message=NUMBERS, block=BLOCK)),
        block=BLOCK,
    ),
)
DOCS = st.lists(FLOW | APART, max_size=6)

# --- what somebody might send -------------------------------------------------------------------

TAGS = st.sampled_from([*KINDS, "script", "img", "doc", "", "svg", "a b"])
VALUES: Any = st.one_of(
    st.integers(-5, 2**60), st.floats(allow_nan=False), st.booleans(), WORDS, st.just("javascript:alert(1)")
)
NAMES = st.sampled_from(["key", "block", "level", "image", "url", "href", "onclick", "style", "title", "kind", "page"])
ATTRIBUTES = st.dictionaries(NAMES, VALUES, max_size=4).map(lambda told: tuple(sorted(told.items())))
STRANGE_MARKS = st.lists(st.builds(Mark, st.sampled_from([*MARKS, "onclick", "link--x"]), ATTRIBUTES), max_size=3).map(
    tuple
)
STRANGE_TEXTS = st.builds(Text, WORDS, STRANGE_MARKS)
STRANGE = st.lists(
    st.recursive(
        STRANGE_TEXTS,
        lambda deeper: st.builds(Node, TAGS, ATTRIBUTES, st.lists(deeper, max_size=4).map(tuple)),
        max_leaves=25,
    ),
    max_size=4,
)
