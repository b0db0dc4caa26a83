"""A second make, and what it rebuilds after files were edited or lost."""

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


LOST_OR_DAMAGED = [
    "tex/report.pdf",
    "tex/report.aux",
    "checks.json",
    "figures/denoising_autoencoder/index.json",
    "figures/denoising_autoencoder/curves.pdf",
    "figures/theory/index.json",
]


@pytest.mark.slow
@pytest.mark.parametrize("harm", ["removed", "truncated"])
def test_what_was_removed_or_damaged_is_made_again_to_the_same_bytes(built: Checkout, harm: str) -> None:
    before, runs = built.pdf.read_bytes(), times(built.runs)
    paths = [built.folder / "build" / "smoke" / name for name in LOST_OR_DAMAGED]
    contents = {path: path.read_bytes() for path in paths}
    for path, content in contents.items():
        path.unlink()
        if harm == "truncated":
            path.write_bytes(content[: len(content) // 2])
    assert "build/smoke/report.pdf is up to date" in built.make("PROFILE=smoke")
    assert built.pdf.read_bytes() == before
    assert {path: path.read_bytes() for path in paths if path.suffix == ".json"} == {
        path: content for path, content in contents.items() if path.suffix == ".json"
    }
    assert times(built.runs) == runs


def test_an_edited_text_runs_no_check_and_no_training(built: Checkout) -> None:
    with built.appended("fragment", "% edited"):
        assert built.make("why", "PROFILE=smoke") == f"document: {EDITABLE['fragment']} changed\n"


@pytest.mark.slow
def test_an_edited_figure_is_drawn_anew_without_training(built: Checkout) -> None:
    index = built.folder / "build/smoke/figures/denoising_autoencoder/index.json"
    runs, drawn = times(built.runs), times([index])
    with built.appended("figures", "EDITED = True"):
        planned = built.make("why", "PROFILE=smoke").splitlines()
        assert planned[0] == f"draw denoising_autoencoder: {EDITABLE['figures']} changed"
        assert not [line for line in planned if line.startswith("train")]
        built.make("PROFILE=smoke")
        assert times(built.runs) == runs
        assert times([index])[0] > drawn[0]
    built.make("PROFILE=smoke")
    assert times(built.runs) == runs


def test_an_edited_helper_of_the_evaluation_would_train_again(built: Checkout) -> None:
    with built.appended("quality", "EDITED = True"):
        planned = built.make("why", "PROFILE=smoke").splitlines()
    assert f"train denoising_autoencoder, seed 0: {EDITABLE['quality']} changed" in planned
    assert built.make("why", "PROFILE=smoke") == "nothing to do: everything is up to date\n"


def trainings(planned: str) -> list[str]:
    return [line for line in planned.splitlines() if line.startswith("train ")]


def test_a_reworded_error_and_a_comment_that_no_listing_quotes_change_nothing(built: Checkout) -> None:
    with built.edited(errors=lambda text: text.replace("there are none", "there is nothing")):
        assert built.make("why", "PROFILE=smoke") == "nothing to do: everything is up to date\n"
    with built.edited(quality=lambda text: text + "# edited\n"):
        assert built.make("why", "PROFILE=smoke") == "nothing to do: everything is up to date\n"
    with built.edited(loop=lambda text: text.replace("the training stops", "it stops")):
        assert trainings(built.make("why", "PROFILE=smoke")) == []


def test_a_training_that_is_not_repeatable_would_be_another_one(built: Checkout) -> None:
    line = "    enable_determinism()\n"
    with built.edited(stage=lambda text: text.replace(line, "")):
        planned = trainings(built.make("why", "PROFILE=smoke"))
    assert len(planned) == len(built.runs)
    assert all(job.endswith(": texloom/training/stage.py changed") for job in planned)


@pytest.mark.slow
def test_without_snakemake_s_records_an_edit_is_seen_as_well(built: Checkout) -> None:
    with built.appended("quality", "EDITED = True"):
        records, kept = built.folder / ".snakemake", built.folder / "kept"
        records.rename(kept)
        try:
            planned = trainings(built.make("why", "PROFILE=smoke"))
        finally:
            shutil.rmtree(records, ignore_errors=True)
            kept.rename(records)
    assert {job.split(",")[0] for job in planned} >= {"train denoising_autoencoder"}


@pytest.mark.slow
def test_the_written_answers_need_neither_tensorflow_nor_runs(built: Checkout) -> None:
    stubs = [built.folder / package for package in ("tensorflow", "keras")]  # they hide those in .venv
    for stub in stubs:
        stub.mkdir()
        (stub / "__init__.py").write_text(f"raise RuntimeError('{stub.name} was imported')\n")
    try:
        said = built.make("theory")
    finally:
        for stub in stubs:
            shutil.rmtree(stub)
    assert "build/theory.pdf is ready" in said
    assert (built.folder / "build" / "theory.pdf").stat().st_size > 10_000
    assert not (built.folder / "build" / "runs").exists()
