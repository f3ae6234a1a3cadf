"""The locks cover what pyproject.toml asks for, with hashes, and name no address."""

from pathlib import Path

import pytest

from deploy import bootstrap, locks

PROJECT = """
[project]
dependencies = ["django>=5.2,<5.3"]
[dependency-groups]
test = ["pytest>=9"]
"""
DJANGO = "django==5.2.19 \\\n    --hash=sha256:aa\n"
PYTEST = "pytest==9.2.0 \\\n    --hash=sha256:bb\n"


def problems(tmp_path: Path, runtime: str = DJANGO, test: str = DJANGO + PYTEST) -> list[str]:
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "requirements.lock").write_text(runtime)
    (tmp_path / "requirements-test.lock").write_text(test)
    return list(locks.find_problems(tmp_path))


def test_ours_are_right() -> None:
    assert list(locks.find_problems(bootstrap.ROOT)) == []


def test_right_locks_have_no_problem(tmp_path: Path) -> None:
    assert problems(tmp_path) == []


@pytest.mark.parametrize(
    ("runtime", "test", "words"),
    [
        (DJANGO.replace("5.2.19", "5.1.9"), DJANGO + PYTEST, "does not cover django"),
        (DJANGO, DJANGO, "does not cover pytest"),
        (DJANGO, PYTEST + DJANGO.replace("5.2.19", "5.2.18"), "lacks django==5.2.19"),
        ("django==5.2.19\n", DJANGO + PYTEST, "without a hash"),
        ("--index-url https://pypi.example.org/simple\n" + DJANGO, DJANGO + PYTEST, "holds an address in line 1"),
        ("django @ file:///wheels/django.whl\n" + DJANGO, DJANGO + PYTEST, "holds an address in line 1"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, runtime: str, test: str, words: str) -> None:
    assert any(words in problem for problem in problems(tmp_path, runtime, test))


def test_the_front_end_lock_names_no_address() -> None:
    text = (bootstrap.ROOT / "realtime/client/package-lock.json").read_text()
    assert '"resolved"' not in text


def test_tool_specific_locks_are_not_kept() -> None:
    assert not [name for name in ("uv.lock", "pylock.toml") if (bootstrap.ROOT / name).exists()]
