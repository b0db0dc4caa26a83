"""The study of the improved protocol: its table is read back, and only trainings of the current code count."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.benchmarks.improved_protocol import TABLE, Training, as_page, identity, kind_of, read_page
from texloom.machine import kind as machine

pytestmark = pytest.mark.skipif(machine.architecture() != "x86_64", reason="XLA can be limited on x86-64 only")


@pytest.fixture
def trainings(root: Path, monkeypatch: pytest.MonkeyPatch) -> list[Training]:
    monkeypatch.chdir(root)
    return [
        Training(condition, seed, on_curve, 98.5, kind_of(condition), identity(condition, seed))
        for condition, seed, on_curve in (("native", 3, 100.0), ("AVX", 0, 97.925), ("perturbed", 12, 99.0))
    ]


def test_the_table_is_read_back(trainings: list[Training]) -> None:
    page = as_page(trainings[::-1])
    assert sorted(read_page(page), key=str) == sorted(trainings, key=str)
    assert "2 of 3 trainings reach both goals. 77 of 80 are still to be made." in page
    assert "| AVX | 1 | 0 | 97.925 | 98 |" in page


def test_conditions_and_seeds_are_different_trainings(trainings: list[Training]) -> None:
    digests = {identity(condition, seed) for condition in ("native", "AVX", "perturbed") for seed in (0, 1)}
    assert len(digests) == 6


def test_a_training_of_other_code_is_made_again(trainings: list[Training]) -> None:
    other = replace(trainings[0], identity="0" * 16)
    assert read_page(as_page([other, *trainings[1:]])) == trainings[1:]


def test_every_training_of_the_page_converged(root: Path) -> None:
    """This holds for any code that made the page; the page itself says how many trainings are still missing."""
    text = (root / TABLE).read_text(encoding="utf-8")
    rows = [line.split(" | ") for line in text.splitlines() if line.endswith("` |")]
    assert rows
    assert all(float(on_curve) >= 99 and float(covered) >= 98 for _, _, on_curve, covered, *_ in rows)
