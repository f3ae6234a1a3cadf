"""Words as typed become safe HTML, whatever was typed."""

from contextlib import suppress
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from realtime.spaces import markup
from realtime.spaces.markup import MAX_LENGTH, EmptyMessage, MessageTooLong, clean_body, excerpt, render, rendered


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Réglé à **148 °C**", "<p>Réglé à <strong>148 °C</strong></p>"),
        ("~~mardi~~ jeudi", "<p><s>mardi</s> jeudi</p>"),
        ("une ligne\nl’autre", "<p>une ligne<br>\nl’autre</p>"),
        ("# Bilan", "<h4>Bilan</h4>"),
        ("`S4-0098`", "<p><code>S4-0098</code></p>"),
        (
            "voir https://exemple.example/a_b_c.",
            (
                '<p>voir <a href="https://exemple.example/a_b_c" rel="noopener noreferrer nofollow ugc">'
                "https://exemple.example/a_b_c</a>.</p>"
            ),
        ),
        ("`https://exemple.example`", "<p><code>https://exemple.example</code></p>"),
    ],
)
def test_markdown_is_shown(typed: str, shown: str) -> None:
    assert render(clean_body(typed)) == shown


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[clic](javascript:alert(1))",
        "[clic](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](https://elsewhere.example/pixel.png)",
        "<svg/onload=alert(1)>",
        '[a](https://x.example "onmouseover=alert(1)")',
        "<a href='javascript:alert(1)'>x</a>",
        "```\n</code></pre><script>alert(1)</script>\n```",
        "[x]: javascript:alert(1)\n\n[x]",
        "<javascript:alert(1)>",
    ],
)
def test_nothing_runs_and_nothing_is_fetched(hostile: str) -> None:
    html = render(clean_body(hostile))

    for forbidden in ("<script", "<img", "<svg", 'href="javascript', 'href="data', "<iframe", "style="):
        assert forbidden not in html


@pytest.mark.parametrize(
    "bomb",
    [
        ">" * 9000 + "x",
        "[" * 20_000,
        "*a " * 6000,
        "![a](" * 4000,
        "<" * 20_000,
        "- " * 9000,
        "_a*" * 6000,
        "`" * 20_000,
    ],
)
def test_a_bomb_is_drawn_and_stays_small(bomb: str) -> None:
    html = render(clean_body(bomb[:MAX_LENGTH]))  # the suite's own timeout fails a parser that explodes

    assert len(html) < 12 * MAX_LENGTH


@pytest.mark.parametrize("nothing", ["", "   ", "\n\n", "\u200b\u200d", "\u00a0", "\x00\x07", "\u202e"])
def test_nothing_said_is_refused(nothing: str) -> None:
    with pytest.raises(EmptyMessage):
        clean_body(nothing)


def test_a_block_of_code_is_called_by_its_language_and_reached_by_the_keyboard() -> None:
    assert render("```python\nx = 1\n```") == '<pre tabindex="0" data-language="python"><code>x = 1\n</code></pre>'
    assert render("    x = 1") == '<pre tabindex="0"><code>x = 1\n</code></pre>'
    assert "onclick" not in render('```x"onclick=alert(1)\ny\n```').partition("<code>")[0]


LONG = "Nous avons relevé la pression trois fois dans la nuit. " * 9


def test_a_long_quotation_is_folded_under_its_first_words() -> None:
    html = render(f"> {LONG}\n\nD’accord.")

    summary, _, rest = html.partition("</summary>")
    assert summary.removeprefix("<details><summary>") == (
        "Nous avons relevé la pression trois fois dans la nuit. Nous avons relevé la…"
    )
    assert rest.count("<blockquote>") == 1
    assert html.endswith("</blockquote></details>\n\n<p>D’accord.</p>")


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("> court", 0),
        (f"> > {LONG}\n\nx\n\n> {LONG}", 2),
        ("\n".join(f"> ligne {n}" for n in range(9)), 1),
        (f"- > {LONG}", 0),
        (f"> `<script>` {LONG}", 1),
        ("> ```\n> " + "x" * 500 + "\n> ```", 1),
    ],
)
def test_quotations_that_stand_by_themselves_are_folded_when_long(typed: str, folded: int) -> None:
    html = render(typed)

    assert html.count("<details>") == html.count("</details>") == folded
    assert "<script>" not in html


def test_an_excerpt_says_a_long_quotation_once() -> None:
    assert excerpt(f"> {LONG}", 2000).count("Nous") == 9


def test_control_characters_go_and_the_words_stay() -> None:
    assert clean_body("a\x00b\x1b[31m\r\nc\u202e\ud800") == "ab[31m\nc"


def test_too_long_is_refused() -> None:
    assert len(clean_body("x" * MAX_LENGTH)) == MAX_LENGTH
    with pytest.raises(MessageTooLong):
        clean_body("x" * (MAX_LENGTH + 1))


def test_an_excerpt_is_one_plain_line_cut_at_a_word() -> None:
    assert excerpt("**Bonjour**\n\n> cité <b>\n\n- un\n- deux") == "Bonjour cité <b> un deux"
    assert excerpt("mot " * 100, 20) == "mot mot mot mot mot…"


def test_an_ordinary_sentence_needs_no_markdown() -> None:
    said = "Bonjour ! Le tri est peut-être prêt à 14\u00a0h (voir Bruno) ; on s’y met, d’accord\u00a0: oui ?"
    with mock.patch.object(markup, "rendered", side_effect=AssertionError):
        assert render(said) == f"<p>{said}</p>".replace("\u00a0", "&nbsp;")


@given(
    st.one_of(
        st.text(st.characters(codec="utf-8")).map("A{}".format),
        st.text("aé19.)(-+#!?'\"=;:,^${}%\u00a0\u202f\u2028 ").map("a{}".format),
        st.lists(
            st.sampled_from(
                [
                    "www.example.com",
                    "http",
                    "http: //a.fr",
                    ":",
                    "mailto: a",
                    "tel:",
                    "mailto",
                    "ftp",
                    "1.",
                    "1)",
                    "-",
                    "+",
                    "#",
                    "!",
                    "...",
                ]
            )
        ).map(lambda words: " ".join(["a", *words])),
    )
)
def test_a_sentence_looks_as_markdown_would_have_it(said: str) -> None:
    with suppress(EmptyMessage):
        assert render(clean_body(said)) == rendered(clean_body(said))
