"""The report's experiments as notebooks: complete code, the content of the first cell, reproducibility."""

from __future__ import annotations

import ast
import importlib
import re
import warnings
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode

from tests import ROOT
from texloom import manifest
from texloom.notebook.chapters import Module
from texloom.notebook.runtime import setup
from texloom.notebook.runtime.modules import statements
from texloom.notebook.setup_cell import RUNTIME
from texloom.notebook.tangle import tangle
from texloom.staleness import closure
from texloom.staleness.keys import STAGES

EXPERIMENTS = manifest.experiment_names(ROOT)
MADE: dict[str, NotebookNode] = {}
each_experiment = pytest.mark.parametrize("name", EXPERIMENTS)


@pytest.fixture(autouse=True)
def in_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sources are read relative to the current folder."""
    monkeypatch.chdir(ROOT)


def data_of(name: str) -> dict[str, dict[str, Any]]:
    """The data sets of an experiment as declared in report.toml."""
    return {each: manifest.load().data[each].source for each in importlib.import_module(f"experiments.{name}").DATA}


def tangled(name: str, *, smoke: bool = True) -> NotebookNode:
    """The notebook of an experiment, made as by the command."""
    return tangle(manifest.load().experiments[name], data=data_of(name), smoke=smoke)


@pytest.fixture
def notebook(name: str) -> NotebookNode:
    """The notebook of an experiment, made once for all tests; they only read it."""
    if name not in MADE:
        MADE[name] = tangled(name)
    return MADE[name]


@each_experiment
def test_every_line_of_every_module_is_there_once_and_in_its_place(name: str, notebook: NotebookNode) -> None:
    for path in sorted(Path("experiments", name).glob("*.py")):
        module = Module.read(".".join(path.with_suffix("").parts).removesuffix(".__init__"))
        head = f"%%module {module.name}\n"
        cells = [cell.source.removeprefix(head) for cell in notebook.cells if cell.source.startswith(head)]
        kept = [line for cell in cells for line in cell.splitlines() if line.strip()]
        code = module.source.split('"""', 2)[2]  # after the docstring
        assert kept == [line for line in code.splitlines() if line.strip()]
        assert set().union(*map(statements, cells)) == statements(module.source)
        prose = [cell.source for cell in notebook.cells if cell.cell_type == "markdown" and module.prose in cell.source]
        assert len(prose) == 1


@each_experiment
def test_a_notebook_is_valid_and_the_same_again(name: str, notebook: NotebookNode) -> None:
    with warnings.catch_warnings(action="error"):
        nbformat.validate(notebook)
    assert nbformat.writes(notebook) == nbformat.writes(tangled(name))
    identities = [cell.id for cell in notebook.cells]
    assert len(set(identities)) == len(identities)
    assert notebook.cells[0].source.startswith(f"# {manifest.load().experiments[name].title}\n")


@each_experiment
def test_each_figure_and_table_has_its_cell(name: str, notebook: NotebookNode) -> None:
    index = Module.read(f"experiments.{name}.figures").source
    for function, show in (("figures", "figure"), ("tables", "table")):
        (definition,) = re.findall(rf"^def {function}\(.*?\n\n\n", index, re.M | re.S)
        shown = [cell.source for cell in notebook.cells if cell.source.startswith(f"show.{show}(")]
        assert [source.split('"')[1] for source in shown] == re.findall(r'"(\w+)": ', definition)


def file_of(name: str) -> Path | None:
    """The file of a module of the project or its engine, relative to its package's folder; None for other modules."""
    path = Path(*name.split(".")).with_suffix(".py")
    return path if name.partition(".")[0] in closure.PACKAGES and source_of(path).exists() else None


def source_of(path: Path) -> Path:
    """The path of that file in the checkout."""
    return Path("engine", path) if path.parts[0] == "texloom" else path


def project_imports(path: Path) -> set[Path]:
    """The project's files that a file imports when it runs."""
    tree = ast.parse(source_of(path).read_text(encoding="utf-8"))
    tree.body = [node for node in tree.body if not isinstance(node, ast.If)]  # if TYPE_CHECKING:
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return {file for name in names if (file := file_of(name))}


@each_experiment
def test_the_first_code_cell_carries_exactly_what_the_others_import_and_no_address(
    name: str, notebook: NotebookNode, tmp_path: Path
) -> None:
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code")
    assert cell.metadata["jupyter"] == {"source_hidden": True}
    assert "://" not in cell.source
    (packed,) = re.findall(r'^MODULES = "(.+)"$', cell.source, re.M)
    setup.unpack(packed, tmp_path)
    carried = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    assert all((tmp_path / path).read_bytes() == source_of(path).read_bytes() for path in carried)
    own = set(Path("experiments", name).glob("*.py"))
    called = {
        file
        for module in (*RUNTIME, STAGES[manifest.stage_of(name)], *(data["module"] for data in data_of(name).values()))
        if (file := file_of(module))
    }
    imported = called.union(*(project_imports(path) for path in carried | own)) - own
    assert {path for path in carried if path.name != "__init__.py"} == imported
    assert {path.parent / "__init__.py" for path in imported} <= carried


def test_notebooks_load_the_runs_of_their_profile_and_train_with_smoke_values() -> None:
    for smoke, shown in ((True, "finished_runs(Config.smoke())"), (False, "finished_runs(Config())")):
        (cell,) = [cell for cell in tangled("quadratic_gan", smoke=smoke).cells if cell.id == "runs"]
        assert shown in cell.source
        assert '\nVALUES = "smoke"' in cell.source
