"""The sources of a document: only changed ones are written, old ones are removed, with a map to the templates."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from texloom.document.rendering import SOURCE_MAP, Rendering


def rendering(folder: Path, text: str, *, with_gone: bool = False) -> Rendering:
    made = Rendering(folder)
    made.add("report.tex", "\ue000report.tex.j2:1\ue001fixed")
    made.add("sections/toy.tex", text)
    if with_gone:
        made.add("sections/gone.tex", "no longer in the report")
    return made


def test_only_changed_sources_are_written_and_old_sections_removed(tmp_path: Path) -> None:
    rendering(tmp_path, "first", with_gone=True).write()
    (tmp_path / "sections" / "mine.tex").write_text("a user's")
    for path in (tmp_path / "report.tex", tmp_path / "sections" / "toy.tex"):
        os.utime(path, (1, 1))
    rendering(tmp_path, "second").write()
    assert (tmp_path / "report.tex").stat().st_mtime == 1
    assert (tmp_path / "sections" / "toy.tex").read_text() == "second"
    assert not (tmp_path / "sections" / "gone.tex").exists()
    assert (tmp_path / "sections" / "mine.tex").exists()
    source_map = json.loads((tmp_path / SOURCE_MAP).read_text())
    assert source_map[f"{tmp_path.as_posix()}/report.tex"] == ["report.tex.j2:1"]


@pytest.mark.parametrize("damage", [b"", b"\xff", b"[1]", b'{"/etc/a.tex": []}'])
def test_damaged_sources_are_written_again(tmp_path: Path, damage: bytes) -> None:
    rendering(tmp_path, "first").write()
    for name in ("report.tex", SOURCE_MAP):
        (tmp_path / name).write_bytes(damage)
    rendering(tmp_path, "first").write()
    assert (tmp_path / "report.tex").read_text() == "fixed"
    assert f"{tmp_path.as_posix()}/report.tex" in json.loads((tmp_path / SOURCE_MAP).read_text())


def test_pipes_in_place_of_sources_are_replaced(tmp_path: Path) -> None:
    for name in ("report.tex", SOURCE_MAP):
        os.mkfifo(tmp_path / name)
    rendering(tmp_path, "first").write()
    assert (tmp_path / "report.tex").read_text() == "fixed"
    assert f"{tmp_path.as_posix()}/report.tex" in json.loads((tmp_path / SOURCE_MAP).read_text())
