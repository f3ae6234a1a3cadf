"""The core is plain Python: it stands on the standard library and on itself."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

CORE = Path(__file__).parents[4] / "intranet/metrics/core"
OURS = "intranet.metrics.core"


def imported(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            yield node.module or ""


def is_plain(name: str) -> bool:
    return name.startswith(OURS) or name.split(".")[0] in sys.stdlib_module_names


@pytest.mark.parametrize("path", sorted(CORE.rglob("*.py")), ids=lambda path: path.name)
def test_a_module_imports_nothing_else(path: Path) -> None:
    assert [name for name in imported(path.read_text()) if not is_plain(name)] == []


def test_another_import_would_be_seen() -> None:
    assert [name for name in imported("from django.db import models\nimport scipy") if not is_plain(name)]
