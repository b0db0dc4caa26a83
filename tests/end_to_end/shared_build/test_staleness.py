"""A second make, and what edits and losses make it do again."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from tests.end_to_end.conftest import EDITABLE, Checkout


def times(paths: list[Path]) -> list[int]:
    assert paths
    return [path.stat().st_mtime_ns for path in paths]


def test_a_second_make_changes_nothing(built: Checkout) -> None:
    before = times([built.pdf, *built.runs])
    said = built.make("PROFILE=smoke")
    assert said.startswith("build/smoke/report.pdf is up to date (")
    assert len(said.splitlines()) == 1
    assert times([built.pdf, *built.runs]) == before
    assert built.make("why", "PROFILE=smoke") == "nothing to do: everything is up to date\n"


@pytest.mark.slow
def test_touching_without_a_change_rebuilds_nothing(built: Checkout) -> None:
    before = times([built.pdf, *built.runs])
    now = time.time()
    for name in EDITABLE.values():
        (built.folder / name).touch()
        assert (built.folder / name).stat().st_mtime >= now - 1
    assert built.make("PROFILE=smoke").startswith("build/smoke/report.pdf is up to date (")
    assert times([built.pdf, *built.runs]) == before


@pytest.mark.slow
def test_lost_sources_are_rendered_to_the_same_bytes(built: Checkout) -> None:
    before, runs = built.pdf.read_bytes(), times(built.runs)
    shutil.rmtree(built.folder / "build" / "smoke" / "tex")
    built.pdf.unlink()
    built.make("PROFILE=smoke")
    assert built.pdf.read_bytes() == before
    assert times(built.runs) == runs


def test_an_edited_text_runs_no_check_and_no_training(built: Checkout) -> None:
    with built.appended("fragment", "% edited"):
        assert built.make("why", "PROFILE=smoke") == f"weave: {EDITABLE['fragment']} changed\n"


@pytest.mark.slow
def test_an_edited_figure_is_drawn_anew_without_training(built: Checkout) -> None:
    index = built.folder / "build/smoke/figures/denoising_autoencoder/index.json"
    runs, drawn = times(built.runs), times([index])
    with built.appended("figures", "# edited"):
        planned = built.make("why", "PROFILE=smoke").splitlines()
        assert planned[0] == f"draw denoising_autoencoder: {EDITABLE['figures']} changed"
        assert not [line for line in planned if line.startswith("train")]
        built.make("PROFILE=smoke")
        assert times(built.runs) == runs
        assert times([index])[0] > drawn[0]
    built.make("PROFILE=smoke")
    assert times(built.runs) == runs


def test_an_edited_helper_of_the_evaluation_would_train_again(built: Checkout) -> None:
    with built.appended("quality", "# edited"):
        planned = built.make("why", "PROFILE=smoke").splitlines()
    for seed in (0, 1):
        assert f"train denoising_autoencoder, seed {seed}: {EDITABLE['quality']} changed" in planned
    assert built.make("why", "PROFILE=smoke") == "nothing to do: everything is up to date\n"


@pytest.mark.slow
def test_the_written_answers_need_neither_tensorflow_nor_runs(built: Checkout, tmp_path: Path) -> None:
    for package in ("tensorflow", "keras"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text(f"raise RuntimeError('{package} was imported')\n")
    said = built.make("theory", PYTHONPATH=str(tmp_path))
    assert "build/theory.pdf is ready" in said
    assert (built.folder / "build" / "theory.pdf").stat().st_size > 10_000
    assert not (built.folder / "build" / "runs").exists()
