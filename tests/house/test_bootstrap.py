"""The door makes its own environment, says what it does, and explains what went wrong."""

import runpy
import sys
from pathlib import Path

import pytest

from deploy import bootstrap
from deploy.progress import StepFailed


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project with its two locks, and an environment that has a Python."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "PYTHON", tmp_path / ".venv/bin/python")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv/parvis.json")
    (tmp_path / "manage.py").touch()
    (tmp_path / ".venv/bin").mkdir(parents=True)
    (tmp_path / ".venv/bin/python").symlink_to(sys.executable)
    (tmp_path / bootstrap.RUNTIME_LOCK).write_text("django==5.2.19\n")
    (tmp_path / bootstrap.TEST_LOCK).write_text("django==5.2.19\npytest==9.2.0\n")
    return tmp_path


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The locks that would have been installed, in turn."""
    asked: list[str] = []
    monkeypatch.setattr(bootstrap, "install", asked.append)
    return asked


def test_a_lock_is_installed_once(folder: Path, installed: list[str]) -> None:
    bootstrap.prepare(bootstrap.RUNTIME_LOCK)
    bootstrap.prepare(bootstrap.RUNTIME_LOCK)
    assert installed == [bootstrap.RUNTIME_LOCK]


def test_what_testing_needs_serves_too(folder: Path, installed: list[str]) -> None:
    bootstrap.prepare(bootstrap.TEST_LOCK)
    assert bootstrap.is_ready(bootstrap.RUNTIME_LOCK)


def test_a_changed_lock_is_installed_again(folder: Path, installed: list[str]) -> None:
    bootstrap.prepare(bootstrap.RUNTIME_LOCK)
    (folder / bootstrap.RUNTIME_LOCK).write_text("django==5.2.20\n")
    assert not bootstrap.is_ready(bootstrap.RUNTIME_LOCK)


def test_a_failed_installation_is_not_taken_for_done(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(lock: str) -> None:
        raise StepFailed(lock, "Could not connect")

    monkeypatch.setattr(bootstrap, "install", fail)
    with pytest.raises(StepFailed):
        bootstrap.prepare(bootstrap.RUNTIME_LOCK)
    assert not bootstrap.is_ready(bootstrap.RUNTIME_LOCK)


def test_a_broken_environment_is_made_again(folder: Path, installed: list[str]) -> None:
    bootstrap.PYTHON.unlink()
    bootstrap.PYTHON.symlink_to("/nowhere/python")
    bootstrap.prepare(bootstrap.RUNTIME_LOCK)
    assert bootstrap.PYTHON.exists()


def test_a_failure_is_explained() -> None:
    words = bootstrap.explain(StepFailed("3 Python packages", "line\n" * 100 + "Could not find a version"))
    assert "Could not find a version" in words
    assert "PIP_INDEX_URL" in words
    assert len(words.splitlines()) < 40


def test_pip_is_followed() -> None:
    note = bootstrap.PipNotes(76)
    assert note("Collecting django==5.2.19 (from -r requirements.lock (line 1))") == "1 of 76 packages, django"
    assert note("  Using cached django-5.2.19.whl") is None
    assert note("Installing collected packages: django") == "unpacking"


@pytest.mark.parametrize("version", [(3, 10, 14), (3, 14, 0)])
def test_another_python_is_told_which_one_to_take(
    version: tuple[int, int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(SystemExit, match=r"Parvis runs on Python 3\.11, 3\.12 or 3\.13, and this is Python 3\.1"):
        runpy.run_path(str(Path(__file__).parents[2] / "manage.py"), run_name="__main__")
