"""How a call by name is written, and where it is one."""

import pytest

from realtime.spaces.markup import MAX_LENGTH, clean_body, excerpt, render, with_calls
from realtime.spaces.mentions import Target, spoken, written

CLAIRE = "@[Claire Morvan](person:12)"
NAMES = {"person:12": "Claire Morvan", "team:3": "Atelier 2", "space:4": "Place", "guest:7": "Agnès"}
SPAN = '<span class="mention" data-mention="person:12">@Claire Morvan</span>'


def loud(label: str, target: Target) -> str:
    """Every call is made, in capitals, so that what was seen as one can be told apart."""
    return written(label.upper(), target)


@pytest.mark.feature("T6")
@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        (CLAIRE, f"<p>{SPAN}</p>"),
        (f"l’avis de {CLAIRE}, vite", f"<p>l’avis de {SPAN}, vite</p>"),
        (f"**{CLAIRE}**", f"<p><strong>{SPAN}</strong></p>"),
        (f"- {CLAIRE}", f"<ul>\n<li>{SPAN}</li>\n</ul>"),
        ("@[Atelier 2](team:3)", '<p><span class="mention" data-mention="team:3">@Atelier 2</span></p>'),
        ("@[Place](space:4)", '<p><span class="mention" data-mention="space:4">@Place</span></p>'),
        ("@[Agnès](guest:7)", '<p><span class="mention" data-mention="guest:7">@Agnès</span></p>'),
        ("@[La direction](person:12)", f"<p>{SPAN}</p>"),  # whatever the label says, the name is shown
        ("@[Inconnu](person:99)", "<p>@Inconnu</p>"),
        (f"`{CLAIRE}`", f"<p><code>{CLAIRE}</code></p>"),
        (f"```\n{CLAIRE}\n```", f'<pre tabindex="0"><code>{CLAIRE}\n</code></pre>'),
        (f"    {CLAIRE}", f'<pre tabindex="0"><code>{CLAIRE}\n</code></pre>'),
        (f"> {CLAIRE}", "<blockquote>\n<p>@Claire Morvan</p>\n</blockquote>"),
        (
            f"[{CLAIRE}](https://a.example)",
            '<p><a href="https://a.example" rel="noopener noreferrer nofollow ugc">@Claire Morvan</a></p>',
        ),
        ("@[a [b] c](person:12)", '<p>@<a rel="noopener noreferrer nofollow ugc">a [b] c</a></p>'),
        ("@[](person:12)", '<p>@<a rel="noopener noreferrer nofollow ugc"></a></p>'),
        ("@[<b>x</b>](person:99)", "<p>@&lt;b&gt;x&lt;/b&gt;</p>"),
        ("@[عمر](person:99)", "<p>@عمر</p>"),
        ("@Claire Morvan", "<p>@Claire Morvan</p>"),  # a name alone is a call only once somebody is found
    ],
)
def test_who_is_called_is_shown(typed: str, shown: str) -> None:
    assert render(clean_body(typed), NAMES) == shown


@pytest.mark.parametrize(
    "hostile",
    [
        f"@[Claire](person:{10**18})",
        f"@[Claire](person:{'9' * 4000})",
        "@[Claire](person:0)",
        "@[Claire](person:-1)",
        "@[Claire](person:1e3)",
        "@[Claire](person:12 )",
        "@[Claire](person:12",
        "@[Claire](Person:12)",
        "@[Claire](javascript:12)",
        "@[Claire\nMorvan](person:12)",
        "@[" + "x" * 121 + "](person:12)",
        "@[Claire](person:12\x023\x03",
        "@[Cl\u202eaire](person:99)",
        '<span class="mention" data-mention="person:12">@Claire Morvan</span>',
        '<span data-mention="person:12" onclick="alert(1)">x</span>',
        "@[@[Claire](person:99)](person:98)",
        f"\\{CLAIRE}",
    ],
)
def test_what_only_looks_like_a_call_calls_nobody(hostile: str) -> None:
    assert "<span" not in render(clean_body(hostile), NAMES)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (f"a {CLAIRE} b", "a @[CLAIRE MORVAN](person:12) b"),
        ("@Jean Petit, viens", "@[JEAN PETIT](person:3), viens"),
        ("(@Jean Petit)", "(@[JEAN PETIT](person:3))"),
        ("@Jean Petit-Lebrun", "@[JEAN PETIT-LEBRUN](person:4)"),  # the longest name
        ("moi@Jean Petit", "moi@Jean Petit"),
        ("@Jean Petitpas", "@Jean Petitpas"),
        ("@jean petit", "@jean petit"),
        ("`@Jean Petit` et @Jean Petit", "`@Jean Petit` et @[JEAN PETIT](person:3)"),
        ("```\n@Jean Petit\n```", "```\n@Jean Petit\n```"),
        ("\\@Jean Petit", "\\@Jean Petit"),
        (f"\\{CLAIRE}", f"\\{CLAIRE}"),
        ("> @Jean Petit", "> @Jean Petit"),
        (f"> {CLAIRE}\n\nEt {CLAIRE}", "> @Claire Morvan\n\nEt @[CLAIRE MORVAN](person:12)"),
        (f"[{CLAIRE}](https://a.example)", f"[{CLAIRE}](https://a.example)"),
        (f"| a | b |\n|---|---|\n| {CLAIRE} | x |", "| a | b |\n|---|---|\n| @[CLAIRE MORVAN](person:12) | x |"),
        (f"{CLAIRE}{CLAIRE}", "@[CLAIRE MORVAN](person:12)@[CLAIRE MORVAN](person:12)"),
    ],
)
def test_a_call_is_decided_where_it_is_one(typed: str, kept: str) -> None:
    names = {"Jean Petit": Target("person", 3), "Jean Petit-Lebrun": Target("person", 4)}

    assert with_calls(clean_body(typed), names, loud) == kept


def test_a_thousand_calls_are_read_in_one_go() -> None:
    body = clean_body((CLAIRE + " ") * (MAX_LENGTH // (len(CLAIRE) + 1)))

    assert with_calls(body, {}, loud).count("CLAIRE MORVAN") == body.count("@")
    assert render(body, NAMES).count(SPAN) == body.count("@")


def test_a_name_with_brackets_can_be_written() -> None:
    token = written("Ana [intérim]\n Sol", Target("person", 12))

    assert token == "@[Ana (intérim) Sol](person:12)"
    assert "data-mention" in render(token, {"person:12": "Ana [intérim] Sol"})


def test_in_a_glance_and_in_the_index_a_call_reads_as_a_name() -> None:
    assert excerpt(f"Demandez à {CLAIRE} *vite*") == "Demandez à @Claire Morvan vite"
    assert spoken(f"Demandez à {CLAIRE}") == "Demandez à @Claire Morvan"
