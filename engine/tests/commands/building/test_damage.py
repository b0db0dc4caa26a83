"""Damaged results: removed where they are quickly made again, refused by name where they were trained."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from texloom.commands.building import damage
from texloom.errors import ReportError
from texloom.results.places import BuildFolder
from texloom.results.runs import Runs
from texloom.results.sealed import file_digest, write_sealed
from texloom.results.writer import FILES
from texloom.results.written import Written

INDEX = Path("figures/toy/index.json")


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A build folder with checks, and figures of an experiment."""
    figure = tmp_path / "build" / INDEX.with_name("fit.pdf")
    figure.parent.mkdir(parents=True)
    figure.write_bytes(b"%PDF")
    write_sealed(tmp_path / "build" / INDEX, {"figures": ["fit"], "files": {"fit.pdf": file_digest(figure)}})
    write_sealed(tmp_path / "build" / "checks.json", {"checks": []})
    return tmp_path / "build"


@pytest.fixture
def notebook(build: Path) -> Path:
    """A notebook that was made."""
    made = build / "tangled" / "toy.ipynb"
    made.parent.mkdir()
    made.write_text("made")
    write_sealed(made.with_suffix(".json"), {"files": {made.name: file_digest(made)}})
    return made


def written(build: Path) -> Written:
    return Written(BuildFolder(build), {"toy": [0, 1, 2]})


def edit(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"fit", b"fitt").replace(b"[]", b"[1]") + b" ")


def test_what_is_whole_stays(build: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in build.rglob("*")}
    damage.remove_damaged(written(build))
    assert {path: path.stat().st_mtime_ns for path in build.rglob("*")} == before


@pytest.mark.parametrize(
    ("harm", "removed"),
    [
        (lambda build: edit(build / "checks.json"), "checks.json"),
        (lambda build: (build / "checks.json").write_text(""), "checks.json"),
        (lambda build: edit(build / INDEX), INDEX),
        (lambda build: edit(build / INDEX.with_name("fit.pdf")), INDEX),
        (lambda build: (build / INDEX.with_name("fit.pdf")).unlink(), INDEX),
    ],
)
def test_the_record_of_what_is_not_is_removed(build: Path, harm: Callable[[Path], None], removed: Path) -> None:
    harm(build)
    damage.remove_damaged(written(build))
    assert not (build / removed).exists()
    others = {build / "checks.json", build / INDEX} - {build / removed}
    assert all(path.exists() for path in others)


def test_an_index_of_other_figures_is_removed(build: Path) -> None:
    write_sealed(build / INDEX, {"of": "theory", "files": {}})
    damage.remove_damaged(written(build))
    assert not (build / INDEX).exists()


@pytest.mark.parametrize("name", ["toy.ipynb", "toy.json"])
def test_a_damaged_notebook_is_removed(build: Path, notebook: Path, name: str) -> None:
    damage.remove_damaged(written(build))
    assert notebook.exists()
    notebook.with_name(name).write_text("{")
    damage.remove_damaged(written(build))
    assert not notebook.exists()


COMMIT = "0123456789" * 4
LEFT = (
    "checks.json.partial",
    "costs.json.partial",
    "report.pdf.partial",
    f"history/{COMMIT}.json.partial",
    "figures/toy/index.json.partial",
    "tangled/toy.partial",
    "runs/toy/seed-0.partial/metrics.json",
    "runs/toy/seed-1.replaced/run.json",
    "checkpoints/toy/seed-0.partial",
    "checkpoints/toy/seed-0.json.partial",
    "tex/sealed.json.partial",
    "tex/room.partial",
)
KEPT = (
    "mine.partial",
    "mine.json.partial",
    "bench.json.partial/mine",
    "history/mine.partial",
    "figures/toy/mine.partial",
    "tangled/mine.partial",
    "runs/toy/seed-mine.partial/metrics.json",
    "runs/toy/seed-1/run.json",
    "runs/mine.replaced/run.json",
    "tex/mine.partial",
)


def test_what_killed_commands_were_writing_is_removed_and_nothing_else(build: Path) -> None:
    """A user's folder in a file's place stays, too."""
    for name in (*LEFT, *KEPT):
        (build / name).parent.mkdir(parents=True, exist_ok=True)
        (build / name).write_text("half")
    damage.remove_damaged(written(build))
    assert [name for name in LEFT if (build / name).exists()] == []
    assert [name for name in KEPT if not (build / name).exists()] == []


def test_a_run_that_was_moved_away_comes_back_where_there_is_no_other(build: Path) -> None:
    (build / "runs/toy/seed-2.replaced").mkdir(parents=True)
    (build / "runs/toy/seed-2.replaced/run.json").write_text("whole")
    damage.remove_damaged(written(build))
    assert (build / "runs/toy/seed-2/run.json").read_text() == "whole"
    assert not (build / "runs/toy/seed-2.replaced").exists()


def test_an_unfinished_document_is_removed_and_no_file_of_a_user_s(build: Path) -> None:
    for name in ("report.pdf", "report.aux", "report.tex", "report.notes", "mine.aux", "report.out/mine"):
        (build / "tex" / name).parent.mkdir(parents=True, exist_ok=True)
        (build / "tex" / name).write_text("half")
    damage.remove_damaged(written(build))
    assert {path.name for path in (build / "tex").iterdir()} == {"report.tex", "report.notes", "mine.aux", "report.out"}


def test_a_notebook_of_a_user_s_beside_those_that_were_made_stays(build: Path, notebook: Path) -> None:
    mine = notebook.with_name("mine.ipynb")
    mine.write_text("mine")
    damage.remove_damaged(written(build))
    assert mine.exists()


@pytest.mark.parametrize("name", [*FILES, "run.json"])
def test_a_changed_run_is_refused_by_name(make_runs: Callable[..., Runs], tmp_path: Path, name: str) -> None:
    make_runs({"loss": (1.0, "")}, {"loss": (2.0, "")})
    runs = Runs.load(tmp_path / "build", "toy", (0, 1, 2))  # the last is not trained yet
    damage.refuse_damaged_runs(runs)
    path = runs[1].folder / name
    path.write_bytes(path.read_bytes()[:-1] + b" ,")
    with pytest.raises(ReportError, match=rf"seed-1/{name}.*: was changed after"):
        damage.refuse_damaged_runs(Runs.load(tmp_path / "build", "toy", (0, 1, 2)))


@pytest.mark.parametrize("name", FILES)
def test_an_incomplete_run_is_refused_by_name(make_runs: Callable[..., Runs], tmp_path: Path, name: str) -> None:
    runs = make_runs({"loss": (1.0, "")})
    (runs[0].folder / name).unlink()
    with pytest.raises(ReportError, match=rf"seed-0/{name}: this file of a run is missing"):
        damage.refuse_damaged_runs(runs)
