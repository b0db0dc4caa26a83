"""Files that this report and a new one have in common are the same here and in the engine, which makes new ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from texloom.scaffold.experiment import FILES
from texloom.scaffold.packages import ENGINE_LOCK
from texloom.staleness.locked import entries

REPORT = FILES / "report"


def test_every_package_of_the_engine_is_locked_here_in_the_same_versions(root: Path) -> None:
    ours = {entry.text for entry in entries((root / "requirements.lock").read_text(encoding="utf-8"))}
    engine = entries(ENGINE_LOCK.read_text(encoding="utf-8"))
    assert [entry.text.splitlines()[0] for entry in engine if entry.text not in ours] == []


def test_the_makefile_begins_as_every_report_s(root: Path) -> None:
    """If this fails, change both Makefiles; targets of this report only are at the end."""
    ours = (root / "Makefile").read_text(encoding="utf-8")
    shared, _, _ = ours.partition("\n# ---- For this report only")
    assert shared == (REPORT / "Makefile").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", sorted((REPORT / "templates").iterdir()), ids=lambda path: path.name)
def test_the_look_is_that_of_a_new_report(root: Path, path: Path) -> None:
    """If this report's layout was changed on purpose, copy the file, so that new reports get it, too."""
    assert (root / "templates" / path.name).read_text(encoding="utf-8") == path.read_text(encoding="utf-8")


def test_the_stages_start_as_in_every_report(root: Path) -> None:
    """The first line may differ, because it names an experiment."""
    ours, new = ((each / "experiments" / "__main__.py").read_text(encoding="utf-8") for each in (root, REPORT))
    assert ours.partition("\n")[2] == new.partition("\n")[2]
