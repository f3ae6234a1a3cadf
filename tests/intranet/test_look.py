"""What keeps templates and style sheets of one mind."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
APPS = ("intranet", "cms", "realtime")
TEMPLATES = sorted(
    path
    for app in APPS
    for path in (ROOT / app).rglob("templates/**/*.html")
    if "node_modules" not in path.parts and "wagtailadmin" not in path.parts
)
STYLES = sorted((ROOT / "intranet" / "styles").rglob("*.css"))
TAG = re.compile(r"{%.*?%}", re.DOTALL)


def classes_of_styles() -> set[str]:
    rules = "".join(re.sub(r"/\*.*?\*/|url\([^)]*\)", "", path.read_text(), flags=re.DOTALL) for path in STYLES)
    return set(re.findall(r"\.([a-zA-Z][\w-]*)", rules))


def classes_of(template: str) -> set[str]:
    """The classes a template writes out; one made with a variable is left out."""
    written = re.findall(r'class="([^"]*)"', re.sub(r"[\w-]*{{.*?}}[\w-]*", "", TAG.sub(" ", template)))
    return {name for value in written for name in value.split()}


def identifier(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", TEMPLATES, ids=identifier)
def test_every_class_of_a_template_has_a_rule(path: Path) -> None:
    assert classes_of(path.read_text()) - classes_of_styles() == set()


@pytest.mark.parametrize("path", TEMPLATES, ids=identifier)
def test_a_template_holds_no_inline_script_or_style(path: Path) -> None:
    text = path.read_text()
    assert re.search(r"<style\b|\sstyle=|\son[a-z]+=", text) is None
    assert re.search(r"<script(?![^>]*\b(src|type=\"application/json\")\b)", text) is None


def test_every_icon_of_a_template_is_in_the_sprite() -> None:
    listed = {
        line.split("#")[0].strip() for line in (ROOT / "realtime" / "client" / "icons.txt").read_text().splitlines()
    }
    used = {name for path in TEMPLATES for name in re.findall(r'{% icon "([^"]+)"', path.read_text())}
    used |= {name for path in TEMPLATES for name in re.findall(r'icon_name="([^"]+)"', path.read_text())}
    assert used - listed == set()


def test_every_style_sheet_is_imported_once() -> None:
    main = (ROOT / "intranet" / "styles" / "main.css").read_text()
    imported = re.findall(r'@import "\./([^"]+)"', main)
    assert sorted(imported) == sorted(
        str(path.relative_to(ROOT / "intranet" / "styles")) for path in STYLES if path.name != "main.css"
    )


def test_colors_are_named_once_in_the_tokens() -> None:
    strays = {
        identifier(path)
        for path in STYLES
        if path.name != "tokens.css" and re.search(r"#[0-9a-f]{6}\b", path.read_text())
    }
    assert strays == set()
