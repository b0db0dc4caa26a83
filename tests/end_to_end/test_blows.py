"""A few of the blows of `blows`; `python -m tests.end_to_end.blows` strikes hundreds."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path

import pytest

from tests.end_to_end.blows.attack import Attack
from tests.end_to_end.blows.files import truncate
from tests.end_to_end.blows.processes import is_in_latex
from tests.end_to_end.blows.report import Report


def test_a_build_killed_in_latex_and_damaged_leaves_the_last_good_pdf_and_the_next_is_right(tmp_path: Path) -> None:
    report = Report.new(tmp_path / "report")
    code, said = report.build()
    assert code == 0, said
    good = report.pdf
    report.edit("text")
    process = report.start()
    while not is_in_latex(process):
        assert process.poll() is None
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    assert report.pdf == good
    report.edit("text")  # back again, so that the right PDF is known
    truncate(report.build_folder / "tex" / "appendix.tex", [], random.Random(0))
    code, said = report.build()
    assert (code, report.left_over()) == (0, []), said
    assert report.pdf == good


@pytest.fixture(scope="module")
def attack(tmp_path_factory: pytest.TempPathFactory) -> Attack:
    return Attack.start(tmp_path_factory.mktemp("blows"))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
def test_a_blow_leaves_the_last_good_pdf_or_the_right_new_one(attack: Attack, seed: int) -> None:
    assert attack.blow(seed)
