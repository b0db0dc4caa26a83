"""Results as cells: one for each figure and table whose name can be read, else one for all."""

from __future__ import annotations

import ast

from texloom.notebook.result_cells import result_cells, returned_names
from texloom.notebook.setup_cell import RUNTIME
from texloom.staleness import closure


def test_what_the_cells_of_every_notebook_import_is_carried() -> None:
    figures = "def figures(runs):\n    return {'a': 1}\n"
    code = "\n".join(cell.source for cell in result_cells("toy", figures, smoke=True) if cell.cell_type == "code")
    imported = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ImportFrom)]
    names = {
        f"{node.module}.{alias.name}" for node in imported for alias in node.names if "toy" not in str(node.module)
    }
    graph = closure.import_graph(("texloom",))
    carried = {reached for name in RUNTIME for reached in closure.modules(name, graph)}
    assert len(names) == 3
    for name in names:  # a module, or something in one
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
    cells = {cell.id: cell.source for cell in result_cells("toy", source, smoke=True)}
    assert cells["figures"] == "for each in drawn.values():\n    show.figure(each)"
    assert "import figures\n" in cells["drawing"]
    assert list(cells) == ["results", "runs", "metrics", "drawing", "figures"]
