"""Catalogs compiled for gettext without needing gettext's own programs."""

from pathlib import Path

import polib

from deploy.bootstrap import ROOT

LOCALE = ROOT / "intranet" / "locale"


class BrokenCatalog(Exception):
    """A catalog cannot be read; says where."""


def compile_all() -> int:
    """Compile each catalog that is newer than its compiled form and return how many. Raises `BrokenCatalog`."""
    stale = [path for path in sorted(LOCALE.glob("*/LC_MESSAGES/*.po")) if is_stale(path)]
    for path in stale:
        read(path).save_as_mofile(str(path.with_suffix(".mo")))
    return len(stale)


def is_stale(path: Path) -> bool:
    compiled = path.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime < path.stat().st_mtime


def read(path: Path) -> polib.POFile:
    try:
        return polib.pofile(str(path), check_for_duplicates=True)
    except (OSError, ValueError) as error:
        raise BrokenCatalog(f"{path.relative_to(ROOT)}: {error}") from error
