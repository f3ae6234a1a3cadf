"""What is made from sources is made again only when they changed, with progress, and says what broke."""

import sys
import time
from pathlib import Path

import pytest

from deploy import frontend, messages, progress
from deploy.progress import StepFailed


def test_a_build_is_known_by_its_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frontend, "ROOT", tmp_path)
    source = tmp_path / "main.ts"
    source.write_text("one")
    frontend.stamp(tmp_path, frontend.digest([source]))
    assert frontend.is_made_from(tmp_path, frontend.digest([source]))
    source.write_text("two")
    assert not frontend.is_made_from(tmp_path, frontend.digest([source]))


def test_the_sources_leave_out_what_is_installed() -> None:
    found = frontend.source_files()
    assert frontend.CLIENT / "package-lock.json" in found
    assert frontend.STYLES / "main.css" in found
    assert not [path for path in found if "node_modules" in path.parts]


def test_catalogs_are_compiled_when_they_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    catalog = tmp_path / "fr/LC_MESSAGES/django.po"
    catalog.parent.mkdir(parents=True)
    catalog.write_text('msgid "Home"\nmsgstr "Accueil"\n')
    assert [messages.compile_all(), messages.compile_all()] == [1, 0]
    assert b"Accueil" in catalog.with_suffix(".mo").read_bytes()


def test_a_broken_catalog_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "LOCALE", tmp_path)
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    catalog = tmp_path / "fr/LC_MESSAGES/django.po"
    catalog.parent.mkdir(parents=True)
    catalog.write_text('msgid "Home"\nnonsense\n')
    with pytest.raises(messages.BrokenCatalog, match=r"django\.po"):
        messages.compile_all()


def test_a_step_that_fails_gives_all_it_said() -> None:
    with pytest.raises(StepFailed) as failure:
        progress.run("count", [sys.executable, "-c", "print('one'); print('two'); raise SystemExit(3)"])
    assert failure.value.output == "one\ntwo\n"


def test_a_long_step_gives_signs_of_life(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(progress, "SIGN_OF_LIFE", 0.05)
    with progress.step("slow") as current:
        current.note("half way")
        time.sleep(0.2)
    shown = capsys.readouterr().out
    assert shown.startswith("  · slow\n")
    assert "half way" in shown
    assert "  ✓ slow (0." in shown
