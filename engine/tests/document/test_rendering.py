"""The sources of a document: written only where they changed, nothing old left over, with a map to the templates."""

from __future__ import annotations

import json
import os
from pathlib import Path

from texloom.document.rendering import SOURCE_MAP, Rendering


def test_only_changed_sources_are_written_and_old_sections_removed(tmp_path: Path) -> None:
    def rendering(text: str) -> Rendering:
        made = Rendering(tmp_path)
        made.add("report.tex", "\ue000report.tex.j2:1\ue001fixed")
        made.add("sections/toy.tex", text)
        return made

    rendering("first").write()
    (tmp_path / "sections" / "gone.tex").write_text("no longer in the report")
    for path in (tmp_path / "report.tex", tmp_path / "sections" / "toy.tex"):
        os.utime(path, (1, 1))
    rendering("second").write()
    assert (tmp_path / "report.tex").stat().st_mtime == 1
    assert (tmp_path / "sections" / "toy.tex").read_text() == "second"
    assert not (tmp_path / "sections" / "gone.tex").exists()
    source_map = json.loads((tmp_path / SOURCE_MAP).read_text())
    assert source_map[f"{tmp_path.as_posix()}/report.tex"] == ["report.tex.j2:1"]
