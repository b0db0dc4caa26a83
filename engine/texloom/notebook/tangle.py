"""Convert an experiment to a notebook: the problem as prose, the modules' code as cells, its runs, the figures.

The notebook is generated from the package's source only; `texloom.notebook.execute` runs it, and its cells call
`texloom.notebook.runtime`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_notebook

from texloom.manifest import Part
from texloom.notebook.cells import heading, module_cells, prose
from texloom.notebook.chapters import Module, chapter_order
from texloom.notebook.result_cells import result_cells
from texloom.notebook.setup_cell import setup_cell
from texloom.staleness.closure import import_graph
from texloom.staleness.keys import kind_of_stage

METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def tangle(part: Part, *, data: Mapping[str, Mapping[str, Any]], smoke: bool) -> NotebookNode:
    """The notebook of an experiment, not executed; the same source gives the same notebook.

    data: the data sets that the experiment uses, as report.toml declares them.
    smoke: show the finished runs with the smoke values instead of the report's.
    Raises ReportError if the package's modules import each other, and in the cases that `requirements` names.
    """
    experiment = str(part.experiment)
    package = f"experiments.{experiment}"
    init, *rest = [Module.read(name) for name in (package, *chapter_order(package, import_graph()))]
    (figures,) = [module for module in rest if module.name == f"{package}.figures"]
    cells = [
        prose("title", f"# {part.title}\n\n{init.prose}"),
        setup_cell(part, [init, *rest], data),
        *module_cells(init),
        *(cell for module in rest for cell in (heading(module), *module_cells(module))),
        *result_cells(experiment, kind_of_stage(experiment), figures.source, smoke=smoke),
    ]
    return new_notebook(cells=cells, metadata=METADATA)
