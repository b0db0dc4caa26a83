"""The first code cell: it finds the project around the notebook, or unpacks and installs what the other cells need."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from texloom.manifest import Part
from texloom.notebook.chapters import Module
from texloom.notebook.requirements import requirements
from texloom.staleness.closure import import_graph, import_path, modules, source_path
from texloom.staleness.keys import STAGES, kind_of_stage

RUNTIME = ("texloom.machine.cores", "texloom.notebook.runtime.chapter", "texloom.notebook.runtime.show")
"""The modules that the cells of every notebook import, besides the experiment and the stage that runs it."""

HIDDEN = {"cellView": "form", "jupyter": {"source_hidden": True}}
"""Metadata that hides a cell's source in Colab and JupyterLab."""

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

TENSORFLOW = """

from texloom.machine.cores import PER_TRAINING
from texloom.training import stage

stage.start(PER_TRAINING)"""
"""The end of the cell for an experiment with training: it imports TensorFlow without banners."""


def setup_cell(part: Part, chapters: Sequence[Module], data: Mapping[str, Mapping[str, Any]]) -> NotebookNode:
    """A hidden cell with the source of `texloom.notebook.runtime.setup` and the values for this experiment.

    chapters: the modules that the other cells define; this cell contains the project modules that they import.
    data: the data sets of the experiment, as report.toml declares them.
    """
    own, graph, stage = {module.name for module in chapters}, import_graph(), kind_of_stage(str(part.experiment))
    fetching = [source["module"] for source in data.values() if "module" in source]
    called = (*RUNTIME, STAGES[stage], *fetching, *own)
    reached = set[str]().union(*(modules(name, graph) for name in called))
    source = SETUP.format(
        code=Module.read("texloom.notebook.runtime.setup").code.strip(),
        experiment=part.experiment,
        requirements=json.dumps(requirements(map(source_path, reached | own)), indent=4),
        modules=pack(reached - own),
        seeds=part.seeds,
        data=dict(data),
    )
    source += TENSORFLOW if stage == "train" else ""
    return new_code_cell(source, id="setup", metadata=HIDDEN)


def pack(names: Iterable[str]) -> str:
    """The sources of modules as one line of text, which `unpack` of the setup cell writes to files."""
    sources = {import_path(name): source_path(name).read_text(encoding="utf-8") for name in sorted(names)}
    return base64.b64encode(zlib.compress(json.dumps(sources).encode(), level=9)).decode()
