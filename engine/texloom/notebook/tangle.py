"""Each experiment as one notebook: the problem as prose, the modules' code as cells, training or its runs, the figures.

The notebook is made from the package's source alone; `texloom.notebook.execute` runs it, `texloom.notebook.runtime` is what its cells call.
"""

from __future__ import annotations

import ast
import base64
import json
import re
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from importlib import metadata
from pathlib import Path
from typing import Literal

import grimp
import jupytext
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from texloom.errors import ReportError
from texloom.manifest import Part
from texloom.staleness.closure import PACKAGES, import_graph, import_path, modules, source_path

LOCK = Path("requirements.lock")
RUNTIME = (
    "texloom.notebook.runtime.chapter",
    "texloom.notebook.runtime.show",
    "texloom.training.stage",
    "texloom.training.loop",
)
"""What the cells of every notebook import besides the experiment."""

METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
HIDDEN = {"cellView": "form", "jupyter": {"source_hidden": True}}
"""Folds a cell's source away in Colab and in JupyterLab."""

CELL_LINES = 30
"""Constants, or definitions, that follow each other share a cell of at most so many lines."""

SETUP = """\
# @title Setup: finds the project, or unpacks and installs what this notebook needs of it
{code}


REQUIREMENTS = {requirements}
MODULES = "{modules}"

in_project = prepare("{experiment}", REQUIREMENTS, MODULES)

from texloom.notebook.runtime import show
from texloom.notebook.runtime.chapter import Chapter

chapter = Chapter("{experiment}", seeds={seeds}, in_project=in_project)
chapter.begin(get_ipython(), data={data})"""

TRAINING = """\
from experiments.{experiment}.config import Config
from experiments.{experiment}.metrics import METRICS
from experiments.{experiment}.train import train
from texloom.results.writer import RunWriter
from texloom.training import loop

LOAD = True  # the finished runs of the project, where they are there and no cell was edited
VALUES = "smoke"  # else trained here: "smoke" takes seconds; "report", with the report's values, minutes
SEED = 0

runs = chapter.finished_runs({shown}) if LOAD else None
if runs is None:
    loop.enable_determinism()
    config = Config() if VALUES == "report" else Config.smoke()
    writer = RunWriter(METRICS)
    train(config, SEED, writer)
    runs = chapter.keep(writer, config, SEED)"""

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
"""Function of the figures module; the expression for what it returns; function of `texloom.notebook.runtime.show`."""


@dataclass(frozen=True)
class Module:
    """A module of the project, as its file tells it."""

    name: str
    path: Path
    source: str

    @classmethod
    def read(cls, name: str) -> Module:
        path = source_path(name)
        return cls(name, path, path.read_text(encoding="utf-8"))

    @property
    def prose(self) -> str:
        return ast.get_docstring(ast.parse(self.source)) or ""

    @property
    def code(self) -> str:
        """The source after the docstring."""
        skipped = (ast.parse(self.source).body[0].end_lineno or 0) if self.prose else 0
        return "\n".join(self.source.splitlines()[skipped:])

    @property
    def title(self) -> str:
        """The last part of the name, in words."""
        return self.name.rpartition(".")[2].replace("_", " ").capitalize()

    @property
    def identity(self) -> str:
        """What the ids of its cells begin with."""
        return self.path.stem.strip("_")


def tangle(part: Part, *, data: Mapping[str, str], smoke: bool) -> NotebookNode:
    """The notebook of an experiment, not executed; the same source gives the same notebook.

    data: the data sets that the experiment uses, each with the module that fetches it.
    smoke: it shows the finished runs with the smoke values instead of the report's.
    Raises ReportError when the package's modules import each other in a circle, and as `requirements` does.
    """
    package = f"experiments.{part.experiment}"
    init, *rest = [Module.read(name) for name in (package, *chapter_order(package, import_graph()))]
    (figures,) = [module for module in rest if module.name == f"{package}.figures"]
    cells = [
        _prose("title", f"# {part.title}\n\n{init.prose}"),
        new_code_cell(setup_source(part, [init, *rest], data), id="setup", metadata=HIDDEN),
        *module_cells(init),
        *(cell for module in rest for cell in (_heading(module), *module_cells(module))),
        *result_cells(str(part.experiment), figures.source, smoke=smoke),
    ]
    return new_notebook(cells=cells, metadata=METADATA)


def _prose(identity: str, text: str) -> NotebookNode:
    return new_markdown_cell(text.strip(), id=identity)


def _heading(module: Module) -> NotebookNode:
    return _prose(f"{module.identity}-text", f"## {module.title}\n\n{module.prose}\n\n`{module.path.as_posix()}`")


def chapter_order(package: str, graph: grimp.ImportGraph) -> list[str]:
    """The modules of a package, each after those that it imports; evaluation as late as it can be, figures last.

    Raises ReportError for modules that import each other in a circle, with the circle.
    """
    modules = graph.find_children(package)
    sorter = TopologicalSorter({each: graph.find_modules_directly_imported_by(each) & modules for each in modules})
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " imports ".join(name.rpartition(".")[2] for name in reversed(error.args[1]))
        what = f"the notebook's chapters have no order: {circle}"
        raise ReportError(Path(*package.split(".")), what, "move what they share to a module of its own") from None
    order, ready = [], set()
    while sorter.is_active():
        ready |= set(sorter.get_ready())
        first = min(ready, key=_place)
        ready.remove(first)
        order.append(first)
        sorter.done(first)
    return order


def _place(module: str) -> tuple[bool, bool, str]:
    name = module.rpartition(".")[2]
    return name == "figures", name in ("evaluation", "train"), name


def module_cells(module: Module) -> list[NotebookNode]:
    """The code of a module as cells that run in its namespace; paragraphs of comments between them as prose."""
    cells = []
    for number, piece in enumerate(split(module.code), start=1):
        identity = f"{module.identity}-{number}"
        if piece.kind == "prose":
            cells.append(_prose(identity, piece.source))
        else:
            cells.append(new_code_cell(f"%%module {module.name}\n{piece.source}", id=identity))
    return cells


@dataclass
class Piece:
    """Code that belongs into one cell."""

    kind: Literal["imports", "constants", "definitions", "prose"]
    source: str

    @classmethod
    def of(cls, paragraph: NotebookNode) -> Piece:
        """A paragraph of a module as jupytext reads it."""
        if paragraph.cell_type == "markdown":
            return cls("prose", paragraph.source)
        first = ast.parse(paragraph.source).body[0]
        if isinstance(first, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            return cls("definitions", paragraph.source)
        statements = first.body if isinstance(first, ast.If) else [first]  # if TYPE_CHECKING:
        imports = all(isinstance(statement, ast.Import | ast.ImportFrom) for statement in statements)
        return cls("imports" if imports else "constants", paragraph.source)

    @property
    def lines(self) -> int:
        return len(self.source.splitlines())

    def takes(self, other: Piece) -> bool:
        """Whether a cell reads better with the other piece in it, too."""
        if self.kind != other.kind or self.kind == "prose":
            return False
        return self.kind == "imports" or self.lines + other.lines <= CELL_LINES


def split(code: str) -> list[Piece]:
    """Code in pieces for cells: imports, constants, definitions; short ones that follow each other go together."""
    pieces: list[Piece] = []
    for paragraph in jupytext.reads(code, "py:light").cells:
        if not paragraph.source.strip():
            continue
        piece = Piece.of(paragraph)
        if pieces and pieces[-1].takes(piece):
            gap = "\n\n\n" if piece.kind == "definitions" else "\n\n"
            pieces[-1] = Piece(piece.kind, pieces[-1].source + gap + piece.source)
        else:
            pieces.append(piece)
    return pieces


def setup_source(part: Part, chapters: Sequence[Module], data: Mapping[str, str]) -> str:
    """The first code cell: `texloom.notebook.runtime.setup` as it stands, and the values that it needs for this experiment.

    chapters: the modules that the other cells define; what they import of the project is carried by this one.
    """
    own, graph = {module.name for module in chapters}, import_graph()
    reached = set[str]().union(*(modules(name, graph) for name in (*RUNTIME, *data.values(), *own)))
    return SETUP.format(
        code=Module.read("texloom.notebook.runtime.setup").code.strip(),
        experiment=part.experiment,
        requirements=json.dumps(requirements(map(source_path, reached | own)), indent=4),
        modules=pack(reached - own),
        seeds=part.seeds,
        data=dict(data),
    )


def pack(names: Iterable[str]) -> str:
    """The sources of modules as one line of text, which `unpack` of the setup cell writes out again."""
    sources = {import_path(name): source_path(name).read_text(encoding="utf-8") for name in sorted(names)}
    return base64.b64encode(zlib.compress(json.dumps(sources).encode(), level=9)).decode()


def requirements(files: Iterable[Path], lock: Path = LOCK) -> dict[str, list[str]]:
    """The lines of the lock, without hashes, that install each foreign module which the files import.

    Raises ReportError for a module that the lock does not bring.
    """
    locked: dict[str, list[str]] = {}
    for pinned in re.finditer(r"^([\w.-]+)==[^\\\n]+", lock.read_text(encoding="utf-8"), re.MULTILINE):
        locked.setdefault(pinned[1].lower(), []).append(pinned[0].strip())
    distributions = metadata.packages_distributions()
    wanted = {}
    for module in sorted({name for path in files for name in foreign_imports(path.read_text(encoding="utf-8"))}):
        names = distributions.get(module, [module])
        wanted[module] = [line for name in names for line in locked.get(name.lower(), [])]
        if not wanted[module]:
            raise ReportError(lock, f"brings nothing that offers '{module}'", "CONTRIBUTING.md: a new dependency")
    return wanted


def foreign_imports(source: str) -> Iterator[str]:
    """The top-level names of the modules that are neither the project's nor Python's."""
    for node in ast.walk(ast.parse(source)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for top in (name.partition(".")[0] for name in names):
            if top not in PACKAGES and top not in sys.stdlib_module_names:
                yield top


def result_cells(experiment: str, figures: str, *, smoke: bool) -> list[NotebookNode]:
    """Training or its finished runs, the metrics, and a cell for each figure, table and animation.

    figures: the source of the figures module.
    """
    names = {function: returned_names(figures, function) for function, _, _ in OUTPUTS}
    functions = ", ".join(sorted(function for function, known in names.items() if known is not None))
    shown = "Config.smoke()" if smoke else "Config()"
    cells = [
        _prose("results", "## Results"),
        new_code_cell(TRAINING.format(experiment=experiment, shown=shown), id="runs"),
        new_code_cell("show.metrics(runs)", id="metrics"),
        new_code_cell(DRAWING.format(experiment=experiment, functions=functions), id="drawing"),
    ]
    for function, expression, kind in OUTPUTS:
        known = names[function]
        if known:
            for name in known:
                cells.append(_prose(f"{kind}-{name}-text", f"### {name.replace('_', ' ').capitalize()}"))
                cells.append(new_code_cell(f'show.{kind}({expression}["{name}"])', id=f"{kind}-{name}"))
        elif known is not None:  # the names are known only when it runs
            cells.append(new_code_cell(f"for each in {expression}.values():\n    show.{kind}(each)", id=function))
    return cells


def returned_names(source: str, function: str) -> list[str] | None:
    """The keys of the dictionary that a module's function returns.

    None when the module has no such function, empty when it does not simply return a dictionary with written keys.
    """
    found = [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef) and node.name == function]
    if not found:
        return None
    last = found[0].body[-1]
    if not isinstance(last, ast.Return) or not isinstance(last.value, ast.Dict):
        return []
    keys = [key.value if isinstance(key, ast.Constant) else None for key in last.value.keys]
    return [str(key) for key in keys] if all(keys) else []
