"""The first cell: it contains the modules that other cells import, and lists the packages of all."""

from __future__ import annotations

import ast
import shutil
from pathlib import Path
from typing import Any

import pytest

from texloom import errors, manifest
from texloom.notebook.chapters import Module
from texloom.notebook.requirements import foreign_imports
from texloom.notebook.runtime import setup
from texloom.notebook.setup_cell import HIDDEN, RUNTIME, TENSORFLOW, pack, setup_cell
from texloom.scaffold.packages import ENGINE_LOCK
from texloom.staleness import closure
from texloom.staleness.keys import STAGES

PARTS = {
    "toy": manifest.Part(title="A network", experiment="toy", seeds=(0, 1)),
    "survey": manifest.Part(title="A survey", experiment="survey", seeds=(3,)),
}


def cell_of(experiment: str, *modules: str) -> Any:
    """The cell for an experiment of these modules, whose data are fetched by theory.helper."""
    chapters = [Module.read(f"experiments.{experiment}{name}") for name in ("", *modules)]
    shutil.copy(ENGINE_LOCK, "requirements.lock")
    return setup_cell(PARTS[experiment], chapters, {"digits": {"module": "theory.helper"}})


def constants(source: str) -> dict[str, Any]:
    """The constants that the source of a cell defines."""
    assigned = [node for node in ast.parse(source).body if isinstance(node, ast.Assign)]
    return {
        ast.unparse(node.targets[0]): ast.literal_eval(node.value)
        for node in assigned
        if isinstance(node.value, ast.Constant | ast.Dict)
    }


def test_it_carries_what_the_other_cells_import_and_none_of_them(
    code: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    out = tmp_path_factory.mktemp("out")
    setup.unpack(constants(cell_of("toy", ".data", ".train").source)["MODULES"], out)
    carried = {path.relative_to(out).as_posix() for path in out.rglob("*.py")}
    assert {"theory/helper.py", "texloom/errors.py", "texloom/training/loop.py"} <= carried
    assert {"texloom/notebook/runtime/chapter.py", "texloom/training/stage.py"} <= carried
    assert not [name for name in carried if name.startswith(("experiments/toy/", "texloom/document/"))]


def test_it_asks_for_the_packages_of_its_modules_and_of_those_that_it_carries(code: Path) -> None:
    (code / "experiments/survey/analysis.py").write_text("import tabulate\n", encoding="utf-8")
    wanted = constants(cell_of("survey", ".analysis").source)["REQUIREMENTS"]
    assert {"tabulate", "numpy", "pydantic"} <= wanted.keys()  # for the analysis, and for the engine
    assert not {"tensorflow", "keras"} & wanted.keys()
    assert [line.partition("==")[0] for line in wanted["tabulate"]] == ["tabulate"]


def test_it_begins_the_chapter_and_only_a_training_starts_tensorflow(code: Path) -> None:
    training, analysis = cell_of("toy", ".train").source, cell_of("survey", ".analysis").source
    assert training.endswith(TENSORFLOW)
    assert "stage.start" not in analysis
    assert 'chapter = Chapter("survey", seeds=(3,), in_project=in_project)' in analysis
    assert analysis.endswith("chapter.begin(get_ipython(), data={'digits': {'module': 'theory.helper'}})")


def test_it_is_folded_away_and_the_same_again(code: Path) -> None:
    cell = cell_of("toy", ".train")
    assert (cell.id, cell.metadata) == ("setup", HIDDEN)
    assert cell_of("toy", ".train") == cell


def test_the_notebook_of_an_analysis_needs_no_tensorflow() -> None:
    graph = closure.import_graph(("texloom",))
    carried = {reached for name in (*RUNTIME, STAGES["analysis"]) for reached in closure.modules(name, graph)}
    assert "tensorflow" not in {each for name in carried for each in foreign_imports(Module.read(name).source)}


def test_packed_modules_come_out_as_they_were_each_below_the_folder_of_its_package(
    project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (project / "experiments" / "toy" / "train.py").write_text("RATE = 0.1  # ½\n")
    names, out = ["experiments.toy.train", "texloom.errors", "texloom.results"], tmp_path_factory.mktemp("out")
    assert pack(names) == pack(reversed(names))
    setup.unpack(pack(names), out)
    found = {path.relative_to(out).as_posix(): path.read_text() for path in out.rglob("*") if path.is_file()}
    assert found == {
        "experiments/toy/train.py": "RATE = 0.1  # ½\n",
        "texloom/errors.py": Path(errors.__file__).read_text(),
        "texloom/results/__init__.py": Path(errors.__file__).with_name("results").joinpath("__init__.py").read_text(),
    }
