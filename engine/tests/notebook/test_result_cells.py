"""Results as cells: one for each figure and table whose name is known, else one for all."""

from __future__ import annotations

import ast

import pytest

from texloom.notebook.result_cells import result_cells, returned_names
from texloom.notebook.setup_cell import RUNTIME, TENSORFLOW
from texloom.staleness import closure
from texloom.staleness.keys import STAGES

FIGURES = "def figures(runs):\n    return {'a': 1}\n"


@pytest.mark.parametrize(
    ("stage", "function", "number"),
    [("train", 'train("toy", config, SEED,', 4), ("analysis", 'analyse("toy", config, SEED,', 3)],
)
def test_what_the_cells_of_a_notebook_import_is_carried(stage: str, function: str, number: int) -> None:
    cells = [cell for cell in result_cells("toy", stage, FIGURES, smoke=True) if cell.cell_type == "code"]
    code = "\n".join([*(cell.source for cell in cells), *([TENSORFLOW] if stage == "train" else [])])
    assert function in code
    imported = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ImportFrom)]
    assert STAGES[stage] in {node.module for node in imported}
    names = {
        f"{node.module}.{alias.name}" for node in imported for alias in node.names if "toy" not in str(node.module)
    }
    graph = closure.import_graph(("texloom",))
    carried = {reached for name in (*RUNTIME, STAGES[stage]) for reached in closure.modules(name, graph)}
    assert len(names) == number
    for name in names:  # the name of a module, or of something in a module
        assert {name, name.rpartition(".")[0]} & carried


def test_names_of_figures_are_read_from_a_plain_dictionary_only() -> None:
    assert returned_names('def figures(runs):\n    run = runs[0]\n    return {"b": 1, "a": f(run)}', "figures") == [
        "b",
        "a",
    ]
    assert returned_names("def figures(runs):\n    return {name: 1 for name in runs}", "figures") == []
    assert returned_names('def figures(runs):\n    return {"a": 1, **more}', "figures") == []
    assert returned_names("def tables(runs):\n    return {}", "figures") is None


def test_figures_with_names_known_only_later_are_shown_in_one_cell() -> None:
    source = "def figures(runs):\n    return dict(make(runs))\n"
    cells = {cell.id: cell.source for cell in result_cells("toy", "train", source, smoke=True)}
    assert cells["figures"] == "for each in drawn.values():\n    show.figure(each)"
    assert "import figures\n" in cells["drawing"]
    assert list(cells) == ["results", "runs", "metrics", "drawing", "figures"]
