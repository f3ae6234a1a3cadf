"""Rich text as Wagtail stores it: exactly what Draftail would have stored, and read again it is the same text."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from cms.blocks import FLOWING, INLINE, clean_text
from cms.coedit.draftail import content_state, html_of, nodes_of_html
from cms.coedit.fitting import fitted
from cms.coedit.lines import Keys, lines_of, nodes_of
from cms.coedit.schema import KINDS, MARKS
from cms.coedit.tree import BREAK, Child, Node, Text, mark, node, text
from tests.cms.coedit.trees import FLOW, WORDS
from tests.cms.conftest import Place

FLOWS = st.lists(FLOW, max_size=6)
KEY = re.compile(r'data-block-key="([^"]*)"')


def without_kept_links(children: Any) -> tuple[Child, ...]:
    """The same without links to pages and documents, which Wagtail looks up."""
    return tuple(_without(child) for child in children)


def _without(child: Child) -> Child:
    if isinstance(child, Node):
        return replace(child, children=without_kept_links(child.children))
    return Text(
        child.words, tuple(told for told in child.marks if told.name != "link" or told.attributes[0][0] == "href")
    )


def as_draftail_stores(html: str, features: list[str] = FLOWING) -> str:
    """Opened in Draftail and saved again."""
    converter = ContentstateConverter(features)
    return clean_text(converter.to_database_format(converter.from_database_format(html)))


def normal(doc: Node) -> tuple[Node, ...]:
    return nodes_of(lines_of(doc.children, Keys.of(doc)))


@settings(deadline=None, max_examples=40)
@given(FLOWS)
def test_what_is_stored_is_read_again(children: list[Child]) -> None:
    doc = fitted(children)

    html = html_of(doc.children, FLOWING)

    assert nodes_of_html(html, FLOWING) == normal(doc)
    assert html_of(nodes_of_html(html, FLOWING), FLOWING) == html


def test_a_line_after_a_list_in_a_list_stays_of_its_kind() -> None:
    """draftjs_exporter compares it with the deepest list: left alone it makes the last line a numbered one."""
    inner = node("bullet_list", node("list_item", node("paragraph", text("deux"))))
    doc = fitted(
        [
            node("ordered_list", node("list_item", node("paragraph", text("un")), inner)),
            node("bullet_list", node("list_item", node("paragraph", text("trois")))),
        ]
    )

    html = html_of(doc.children, FLOWING)

    assert KEY.sub("", html).replace(" ", "") == "<ol><li>un<ul><li>deux</li></ul></li></ol><ul><li>trois</li></ul>"
    assert as_draftail_stores(html) == html


@settings(deadline=None, max_examples=40)
@given(FLOWS)
def test_draftail_opens_and_saves_it_without_a_change(children: list[Child]) -> None:
    html = html_of(without_kept_links(fitted(children).children), FLOWING)

    assert not html or as_draftail_stores(html) == html


@settings(deadline=None, max_examples=40)
@given(FLOWS)
def test_no_word_is_lost_and_nothing_becomes_another_thing(children: list[Child]) -> None:
    doc = fitted(children)

    kept = nodes_of_html(html_of(doc.children, FLOWING), FLOWING)

    assert "".join(Node("doc", (), kept).words().split()) == "".join(doc.words().split())


@settings(deadline=None, max_examples=40)
@given(FLOWS)
def test_no_two_lines_have_one_key(children: list[Child]) -> None:
    keys = KEY.findall(html_of(fitted(children).children, FLOWING))

    assert len(keys) == len(set(keys))
    assert all(re.fullmatch("[A-Za-z0-9]{1,32}", key) for key in keys)


def test_a_paragraph_cut_in_two_leaves_its_key_to_the_first_half() -> None:
    halves = [node("paragraph", text("one"), key="abcde"), node("paragraph", text("two"), key="abcde")]

    first, second = KEY.findall(html_of(halves, FLOWING))

    assert first == "abcde" != second
    assert html_of(halves, FLOWING) == html_of(halves, FLOWING)


def test_a_new_key_is_none_that_a_later_line_has() -> None:
    lone = node("paragraph", text("a"))
    (taken,) = KEY.findall(html_of([lone], FLOWING))

    keys = KEY.findall(html_of([lone, node("paragraph", text("b"), key=taken)], FLOWING))

    assert keys[1] == taken != keys[0]


@pytest.mark.parametrize(
    ("children", "html"),
    [
        ([node("paragraph", text("a & b < c"), key="k")], '<p data-block-key="k">a &amp; b &lt; c</p>'),
        ([node("heading", text("T"), level=4, key="k")], '<h4 data-block-key="k">T</h4>'),
        ([node("blockquote", text("T"), key="k")], '<blockquote data-block-key="k">T</blockquote>'),
        (
            [node("paragraph", text("a", "bold"), BREAK, text("b", "bold"), key="k")],
            '<p data-block-key="k"><b>a<br/>b</b></p>',
        ),
        (
            [node("paragraph", text("😀 "), text("page", mark("link", page=3), mark("italic")), key="k")],
            '<p data-block-key="k">😀 <a linktype="page" id="3"><i>page</i></a></p>',
        ),
        (
            [node("paragraph", text("file", mark("link", document=3)), key="k")],
            '<p data-block-key="k"><a linktype="document" id="3">file</a></p>',
        ),
        (
            [node("paragraph", text("web", mark("link", href="https://example.org/?a=1&b=2")), key="k")],
            '<p data-block-key="k"><a href="https://example.org/?a=1&amp;b=2">web</a></p>',
        ),
        (
            [node("paragraph", text("mail", mark("link", href="mailto:a@example.org")), key="k")],
            '<p data-block-key="k"><a href="mailto:a@example.org">mail</a></p>',
        ),
        (
            [
                node(
                    "bullet_list",
                    node(
                        "list_item",
                        node("paragraph", text("a"), key="k1"),
                        node("ordered_list", node("list_item", node("paragraph", text("b"), key="k2"))),
                    ),
                )
            ],
            '<ul><li data-block-key="k1">a<ol><li data-block-key="k2">b</li></ol></li></ul>',
        ),
        (
            [node("paragraph", text("a"), key="k1"), node("horizontal_rule"), node("paragraph", text("b"), key="k2")],
            '<p data-block-key="k1">a</p><hr/><p data-block-key="k2">b</p>',
        ),
    ],
)
def test_it_is_stored_as_wagtail_writes_it(children: list[Child], html: str) -> None:
    assert html_of(children, FLOWING) == html
    assert nodes_of_html(html, FLOWING) == tuple(children)


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p>a  b\n c </p>", [node("paragraph", text("a b c"))]),
        ("<p></p><p>a</p><p> </p>", [node("paragraph", text("a"))]),
        ("<p>a<b> b </b>c</p>", [node("paragraph", text("a "), text("b", "bold"), text(" c"))]),
        ("<p>a <br/> b</p>", [node("paragraph", text("a"), BREAK, text("b"))]),
        ("<p><strong>a</strong><em>b</em></p>", [node("paragraph", text("a", "bold"), text("b", "italic"))]),
        ("loose", [node("paragraph", text("loose"))]),
        ("<p>a\u00a0?</p>", [node("paragraph", text("a\u00a0?"))]),
        (
            "<ul><li>a</li></ul><ul><li>b</li></ul>",
            [
                node(
                    "bullet_list",
                    node("list_item", node("paragraph", text("a"))),
                    node("list_item", node("paragraph", text("b"))),
                )
            ],
        ),
    ],
)
def test_what_draft_js_cannot_tell_apart_is_one(html: str, kept: list[Node]) -> None:
    assert [keyless(found) for found in nodes_of_html(html, FLOWING)] == kept


def keyless(found: Node) -> Node:
    children = tuple(keyless(child) if isinstance(child, Node) else child for child in found.children)
    return replace(found.having(key=None), children=children)


ATTACKS = [
    "<script>alert(1)</script>word",
    "<img src=x onerror=alert(1)>word",
    '<p onclick="alert(1)" style="x">word</p>',
    '<a href="javascript:alert(1)">word</a>',
    '<a href=" java\tscript:alert(1)">word</a>',
    '<a href="data:text/html,<script>alert(1)</script>">word</a>',
    '<a href="//evil.example/x">word</a>',
    '<a href="vbscript:x" linktype="page" id="javascript:alert(1)">word</a>',
    '<a linktype="page">word</a>',
    '<a linktype="document" id="99999999999999999999">word</a>',
    '<a linktype="thing" id="3">word</a>',
    "<svg><script>alert(1)</script></svg><p>word</p>",
    "word<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<p data-block-key='\"><script>alert(1)</script>'>word</p>",
    '<iframe src="https://evil.example"></iframe>word',
    '<embed embedtype="media" url="https://evil.example"/>word',
    '<embed embedtype="image" id="1" alt="x" format="left"/>word',
    "<style>p{}</style><p>word</p>",
    "<li>word</li>",
    "<b><p>word</p></b>",
    "<p>word",
    "</p></p><ul>word",
    "<ul><p><li><hr>word",
    "<!--[if IE]>x<![endif]-->word",
    "<h1>word</h1>",
    "<table><tr><td>word</td></tr></table>",
    "<form action=x><input name=y>word</form>",
    "<p>word\x00</p>",
]
DANGER = re.compile(
    r"<(?!/?(?:p|b|i|h[234]|ul|ol|li|a|code|blockquote|br|hr)\b)|\son\w+=|javascript:|vbscript:|data:|style="
)


@pytest.mark.parametrize("html", ATTACKS)
@pytest.mark.parametrize("features", [FLOWING, INLINE], ids=["text", "cell"])
def test_markup_that_could_run_leaves_its_words_alone(html: str, features: list[str]) -> None:
    kept = nodes_of_html(html, features)

    assert "word" in Node("doc", (), kept).words()
    stored = html_of(kept, features)
    assert not DANGER.search(stored)
    assert "alert" not in stored
    assert nodes_of_html(stored, features) == kept


OPENING = [
    "<p>",
    "<b>",
    "<i>",
    "<li>",
    "<ul>",
    "<ol>",
    "<h2>",
    "<code>",
    "<blockquote>",
    "<script>",
    "<td>",
    "<a href='/x'>",
]
CLOSING = ["</p>", "</b>", "</li>", "</ul>", "</h2>", "</code>", "</blockquote>", "</script>", "</a>"]
OTHERS = [" ", "<hr>", "<br/>", "<!-- -->", "<embed/>", "&lt;script&gt;", "&#0;", "<a linktype='page' id='3'>"]
FRAGMENTS = st.sampled_from([*OPENING, *CLOSING, *OTHERS, "<p data-block-key='k'>", "<a id='x' linktype='document'>"])


@settings(deadline=None, max_examples=40)
@given(st.lists(FRAGMENTS | WORDS, max_size=25).map("".join))
def test_any_markup_becomes_a_text(html: str) -> None:
    kept = nodes_of_html(html, FLOWING)

    assert tuple(fitted(kept).children) == kept
    assert tags(kept) <= set(KINDS)
    assert nodes_of_html(html_of(kept, FLOWING), FLOWING) == kept


def tags(children: Any) -> set[str]:
    nodes = [child for child in children if isinstance(child, Node)]
    return {child.tag for child in nodes}.union(*(tags(child.children) for child in nodes))


def test_much_of_anything_takes_no_time_to_speak_of() -> None:
    link = mark("link", page=3)
    many: list[Child] = [BREAK, text("a ", "bold"), text(" b", link), text("\u00a0" * 3)] * 5_000

    html = html_of([node("paragraph", *many)], FLOWING)

    assert nodes_of_html(html, FLOWING) == normal(Node("doc", (), (node("paragraph", *many),)))
    assert nodes_of_html("<ul><li>a" * 3_000, FLOWING)


def test_a_break_inside_a_link_is_kept_which_wagtail_itself_would_lose() -> None:
    link = mark("link", href="https://example.org/")
    children = [node("paragraph", text("a", link), BREAK, text("b", link), key="k")]

    html = html_of(children, FLOWING)

    assert nodes_of_html(html, FLOWING) == tuple(children)
    assert as_draftail_stores(html) == html


def test_nothing_but_words_has_marks_of_a_content_state() -> None:
    lines = lines_of([node("horizontal_rule"), node("paragraph", text("a", *MARKS[1:]))], Keys.of(Node("doc")))

    blocks = content_state(lines)["blocks"]

    assert [block["inlineStyleRanges"] for block in blocks if block["type"] == "atomic"] == [[]]
    assert {told["style"] for told in blocks[-1]["inlineStyleRanges"]} == {"BOLD", "ITALIC", "CODE"}


def test_links_to_what_the_house_keeps_go_through_draftail(place: Place, django_assert_num_queries: Any) -> None:
    page, document = mark("link", page=place.page.pk), mark("link", document=place.document.pk)
    lost = mark("link", page=9_999_999)
    children = [node("paragraph", text("page", page), text("file", document), text("lost", lost))]

    html = html_of(children, FLOWING)

    assert as_draftail_stores(html) == html
    with django_assert_num_queries(0):
        assert [keyless(found) for found in nodes_of_html(html, FLOWING)] == children
