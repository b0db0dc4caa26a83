"""The last cells: finished runs or a run made here, the metrics, and a cell for each figure, table and animation."""

from __future__ import annotations

import ast

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from texloom.notebook.cells import prose
from texloom.staleness.keys import PLAIN, STAGES

MAKING = """\
from experiments.{experiment}.config import Config
from texloom.machine.cores import PER_TRAINING
from {module} import {function}

LOAD = True  # load the project's finished runs, if they exist and no cell was edited
VALUES = "smoke"  # for runs made here: "smoke" takes seconds; "report" uses the report's values and takes much longer
SEED = 0

runs = chapter.finished_runs({shown}) if LOAD else None
if runs is None:
    config = Config() if VALUES == "report" else Config.smoke()
    writer = {function}("{experiment}", config, SEED, cores=PER_TRAINING)
    runs = chapter.keep(writer, config, SEED)"""
FUNCTIONS = {"train": "train", PLAIN: "train", "analysis": "analyse"}
"""The function of the engine's stage module that makes a run, by the kind of the experiment's stage."""

DRAWING = """\
from texloom.results import plotting
from experiments.{experiment}.figures import {functions}

with plotting.style():
    drawn = figures(runs)"""

OUTPUTS = (
    ("figures", "drawn", "figure"),
    ("tables", "tables(runs)", "table"),
    ("animations", "animations(runs)", "animation"),
)
"""Function of the figures module; expression for its result; function of `texloom.notebook.runtime.show`."""


def result_cells(experiment: str, stage: str, figures: str, *, smoke: bool) -> list[NotebookNode]:
    """Cells for the finished runs or a run made here, the metrics, and each figure, table and animation.

    stage: the kind of the module that makes runs, a key of STAGES. figures: the source of the figures module.
    """
    names = {function: returned_names(figures, function) for function, _, _ in OUTPUTS}
    functions = ", ".join(sorted(function for function, known in names.items() if known is not None))
    shown = "Config.smoke()" if smoke else "Config()"
    making = MAKING.format(experiment=experiment, module=STAGES[stage], function=FUNCTIONS[stage], shown=shown)
    cells = [
        prose("results", "## Results"),
        new_code_cell(making, id="runs"),
        new_code_cell("show.metrics(runs)", id="metrics"),
        new_code_cell(DRAWING.format(experiment=experiment, functions=functions), id="drawing"),
    ]
    for function, expression, kind in OUTPUTS:
        known = names[function]
        if known:
            for name in known:
                cells.append(prose(f"{kind}-{name}-text", f"### {name.replace('_', ' ').capitalize()}"))
                cells.append(new_code_cell(f'show.{kind}({expression}["{name}"])', id=f"{kind}-{name}"))
        elif known is not None:  # the names are known only at run time
            cells.append(new_code_cell(f"for each in {expression}.values():\n    show.{kind}(each)", id=function))
    return cells


def returned_names(source: str, function: str) -> list[str] | None:
    """The keys of the dictionary that a module's function returns.

    None if the module has no such function, empty if it does not simply return a dictionary with literal keys.
    """
    found = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name == function]
    if not found:
        return None
    last = found[0].body[-1]
    if not isinstance(last, ast.Return) or not isinstance(last.value, ast.Dict):
        return []
    keys = [key.value if isinstance(key, ast.Constant) else None for key in last.value.keys]
    return [str(key) for key in keys] if all(keys) else []
