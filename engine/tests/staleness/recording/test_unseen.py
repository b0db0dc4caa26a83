"""Lines whose reading is not noticed are named, by the stages of one build once."""

from __future__ import annotations

from pathlib import Path

import pytest

from texloom.machine.lock import HOLDER, MARK
from texloom.staleness.recording.unseen import tell


def test_the_stages_of_a_build_name_a_line_once_and_a_stage_by_hand_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(*places: str) -> list[str]:
        tell(places)
        return [line.partition(",")[0] for line in capsys.readouterr().err.splitlines() if "not noticed" in line]

    monkeypatch.delenv(MARK, raising=False)
    assert [told("a.py:1: x"), told("a.py:1: x")] == [["a.py:1: x"]] * 2
    monkeypatch.setenv(MARK, str(tmp_path))
    assert told("a.py:1: x") == ["a.py:1: x"]  # a build of which nothing is known
    (tmp_path / HOLDER).parent.mkdir()
    for build in ("1", "21"):
        (tmp_path / HOLDER).write_text(build)
        assert [told("a.py:1: x"), told("a.py:1: x", "a.py:2: y")] == [["a.py:1: x"], ["a.py:2: y"]]
