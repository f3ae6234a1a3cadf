"""Whole files of a page: Markdown with its front matter, HTML that stands alone."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import get_language

from cms.exchange.html_out import html_of
from cms.exchange.markdown_out import markdown_of
from cms.exchange.names import Names
from cms.exchange.taking import Taken


def markdown_file(page: Taken, names: Names, order: int | None = None) -> str:
    """A file of Markdown: what is said of the page, then its text."""
    told = {"title": page.title, "intro": page.intro, "space": page.space, "steward": page.steward, "date": _day(page)}
    lines = [f"{name}: {_quoted(value)}" for name, value in told.items() if value]
    if order is not None:
        lines.append(f"order: {order}")
    head = "\n".join(lines)
    return f"---\n{head}\n---\n\n{markdown_of(page.doc, names)}"


def html_file(page: Taken, names: Names) -> str:
    """A file of HTML that needs no other but its pictures, runs nothing, and prints well."""
    context = {"page": page, "body": html_of(page.doc, names), "language": get_language() or "en", "site": names.site}
    return render_to_string("cms/exchange/file.htm", context)


def _day(page: Taken) -> str:
    return timezone.localdate(page.published_at).isoformat() if page.published_at else ""


def _quoted(value: str) -> str:
    """A value as YAML reads it, in quotes whatever it says."""
    flat = " ".join(value.split("\n"))
    return '"' + flat.replace("\\", "\\\\").replace('"', '\\"') + '"'
