"""The shared state of a notebook's cells: edits noticed, runs loaded if up to date, others stored separately."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from texloom.data import fetching, paths
from texloom.errors import ReportError
from texloom.notebook.runtime import chapter as chapters
from texloom.notebook.runtime import finished
from texloom.notebook.runtime.chapter import Chapter
from texloom.results.metrics import Metric
from texloom.results.runs import Runs
from texloom.results.writer import RunWriter
from texloom.training.configuration import Configuration

pytestmark = pytest.mark.usefixtures("restored_modules")

SOURCE = '"""Doc."""\n\nRATE = 0.1  # a comment\n\n\ndef double(x):\n    y = x\n    return 2 * y\n'
CELLS = ("\nRATE = 0.1", "# another comment\ndef double(x):\n    y = x\n\n    return 2 * y\n")


class Values(Configuration):
    epochs: int = 3
    noise: str = "salt_and_pepper"


@pytest.fixture
def chapter(project: Path) -> Chapter:
    """The chapter of the experiment 'toy' with one module, whose cells have not been run."""
    (project / "experiments" / "toy" / "train.py").write_text(SOURCE)
    (project / "experiments" / "toy" / "metrics.py").unlink()
    chapters.run_in_module("experiments.toy", "", "<cell>")
    return Chapter("toy", (0, 1), in_project=True)


def run(chapter: Chapter, *cells: str) -> None:
    for cell in cells:
        chapter.run_cell("experiments.toy.train", cell, "<cell>")


def test_cells_as_in_the_file_are_no_edit_whatever_their_layout(chapter: Chapter) -> None:
    run(chapter, *CELLS)
    assert chapter.edited_modules() == []


@pytest.mark.parametrize(
    "cells",
    [
        CELLS[:1],
        (CELLS[0], "def double(x):\n    y = x"),
        (*CELLS, "RATE = 0.2"),
        (*CELLS, "NEW = 1"),
    ],
    ids=["not run", "last line removed", "changed afterwards", "added"],
)
def test_any_other_cells_are_an_edit(chapter: Chapter, cells: tuple[str, ...]) -> None:
    run(chapter, *cells)
    assert chapter.edited_modules() == ["experiments.toy.train"]


def test_a_module_made_up_in_the_notebook_is_an_edit(chapter: Chapter) -> None:
    run(chapter, *CELLS)
    chapter.run_cell("experiments.toy.extra", "X = 1", "<cell>")
    assert chapter.edited_modules() == ["experiments.toy.extra"]


@pytest.fixture
def two_runs(make_runs: Callable[..., Runs], monkeypatch: pytest.MonkeyPatch) -> Runs:
    """The finished runs of seeds 0 and 1 in build/; they are up to date unless a test changes this."""
    runs = make_runs({"loss": (0.5, "")}, {"loss": (0.7, "")})
    monkeypatch.setattr(finished, "judge", lambda record, _: [])
    monkeypatch.setattr(finished, "run_key", lambda *_: None)
    return runs


def test_current_runs_are_loaded_and_named(
    chapter: Chapter, two_runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    run(chapter, *CELLS)
    loaded = chapter.finished_runs(Values())
    assert loaded is not None
    assert loaded.metric("loss").values == two_runs.metric("loss").values
    assert capsys.readouterr().out == "loaded: the finished runs of seed 0, 1 in build/runs/toy\n"


def test_runs_of_edited_cells_are_not_loaded(
    chapter: Chapter, two_runs: Runs, capsys: pytest.CaptureFixture[str]
) -> None:
    run(chapter, *CELLS, "RATE = 0.2")
    assert chapter.finished_runs(Values()) is None
    said = capsys.readouterr().out
    assert said == "no finished runs: the cells of experiments.toy.train differ from the project's files\n"


def test_runs_of_other_values_or_older_code_are_not_loaded(
    chapter: Chapter, two_runs: Runs, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(chapter, *CELLS)
    assert chapter.finished_runs(Values(epochs=4)) is None
    monkeypatch.setattr(finished, "judge", lambda record, _: ["loop.py"] if record["seed"] == 1 else [])
    assert chapter.finished_runs(Values()) is None
    assert capsys.readouterr().out.count("no finished runs: ") == 2


def test_without_a_project_nothing_is_looked_for(chapter: Chapter, capsys: pytest.CaptureFixture[str]) -> None:
    assert Chapter("toy", (0,), in_project=False).finished_runs(Values()) is None
    assert capsys.readouterr().out == "no finished runs: there is no project around this notebook\n"


@pytest.mark.parametrize(
    ("in_project", "folder"), [(True, "build/notebooks/runs/toy/seed-4"), (False, "runs/toy/seed-4")]
)
def test_what_is_trained_here_is_kept_apart_from_the_builds(
    project: Path, in_project: bool, folder: str, capsys: pytest.CaptureFixture[str]
) -> None:
    writer = RunWriter({"loss": Metric("", "what it is")})
    writer.metric("loss", 0.25)
    runs = Chapter("toy", (0, 1), in_project=in_project).keep(writer, Values(epochs=1), 4)
    assert (runs.metric("loss").values, runs[0].seed, runs.config) == (
        (0.25,),
        4,
        {"epochs": 1, "noise": "salt_and_pepper"},
    )
    assert (project / folder / "run.json").exists()
    assert capsys.readouterr().out == f"trained here: seed 4, kept in {folder}\n"


@pytest.fixture
def new_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> InteractiveShell:
    """A shell without history and with its own home folder."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    return InteractiveShell(config=Config({"HistoryManager": {"enabled": False}}))


@pytest.fixture
def shell(chapter: Chapter, new_shell: InteractiveShell) -> InteractiveShell:
    """A shell in which the chapter was started."""
    chapter.begin(new_shell, data={})
    return new_shell


def test_data_sets_that_are_not_there_are_fetched_but_never_the_author_s_own(
    chapter: Chapter, new_shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, object]] = []
    monkeypatch.setattr(fetching, "fetch_entry", lambda name, entry: asked.append((name, entry)))
    Path("data/here").mkdir(parents=True)
    Path("data/here/SHA256SUMS").write_text("")
    data = {"here": {"module": "lib.one"}, "digits": {"module": "lib.two"}, "mine": {"file": "mine.csv"}}
    chapter.begin(new_shell, data=data)
    assert asked == [("digits", {"module": "lib.two"})]


def test_without_a_project_code_finds_the_data_that_the_notebook_declares(
    new_shell: InteractiveShell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(paths, "_without_report", {})
    Path("mine.csv").touch()
    Path("data/stars").mkdir(parents=True)
    Path("data/stars/SHA256SUMS").touch()
    stars = {"url": "https://example.org/stars.csv", "sha256": ""}
    data = {"mine": {"file": "mine.csv"}, "stars": stars, "gone": {"file": "gone.csv"}}
    Chapter("toy", [0], in_project=False).begin(new_shell, data=data)
    assert paths.data_path("mine") == Path("mine.csv")
    assert paths.data_path("stars") == Path("data/stars/stars.csv")
    with pytest.raises(ReportError, match=r"gone\.csv is not there"):
        paths.data_path("gone")


def test_cells_run_in_their_modules_and_the_last_definition_is_the_notebook_s(shell: InteractiveShell) -> None:
    for name, rate in (("one", 1), ("two", 2)):
        shell.run_cell(f"%%module experiments.toy.{name}\nRATE = {rate}\ndef rate():\n    return RATE").raise_error()
    shell.run_cell("from experiments.toy import one, two\nrates = one.rate(), two.rate(), RATE").raise_error()
    assert shell.user_ns["rates"] == (1, 2, 2)


def test_the_source_of_a_cell_s_function_is_found_and_its_lines_are_those_of_the_cell(shell: InteractiveShell) -> None:
    shell.run_cell("%%module experiments.toy.one\nx = 1\n\n\ndef broken():\n    return x / 0").raise_error()
    broken = sys.modules["experiments.toy.one"].broken
    assert inspect.getsource(broken) == "def broken():\n    return x / 0\n"
    with pytest.raises(ZeroDivisionError) as raised:
        broken()
    assert raised.traceback[-1].lineno + 1 == 6


def test_variables_that_libraries_set_when_cells_import_them_make_no_run_out_of_date(
    chapter: Chapter, two_runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str | None] = []

    def look(*_: object) -> Runs:
        seen.append(os.environ.get("KMP_INIT_AT_FORK"))
        return two_runs

    monkeypatch.setattr(finished, "finished_runs", look)
    monkeypatch.setenv("KMP_INIT_AT_FORK", "FALSE")
    run(chapter, *CELLS)
    assert chapter.finished_runs(Values()) is two_runs
    assert seen == [None]
    assert os.environ["KMP_INIT_AT_FORK"] == "FALSE"
