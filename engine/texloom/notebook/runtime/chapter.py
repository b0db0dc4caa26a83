"""The experiment of a notebook: its modules defined by cells, its data, and its runs, loaded or made here."""

from __future__ import annotations

import importlib
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from texloom.notebook.runtime.modules import run_in_module, statements
from texloom.results.places import DEFAULT_FOLDER, BuildFolder
from texloom.results.runs import Run, Runs, run_folder
from texloom.results.writer import RunWriter
from texloom.training.configuration import Configuration

MISSING = "no finished runs: "
"""The message of a notebook before it trains; the reason follows."""
RECORD = "TEXLOOM_RECORD"
"""The environment variable with the file to which a notebook run by a build writes the reads of its cells."""
OWN_BUILD = BuildFolder(Path(DEFAULT_FOLDER)).notebooks
"""The folder of runs made by a notebook in a project, separate from those of `make`."""


@contextmanager
def variables(environment: Mapping[str, str]) -> Iterator[None]:
    """Set exactly these environment variables until the end of the block.

    Libraries set some when a cell imports them, as scikit-learn sets KMP_INIT_AT_FORK, which a run did not start with.
    """
    now = dict(os.environ)
    os.environ.clear()
    os.environ.update(environment)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(now)


class Chapter:
    """The shared state of the cells of one notebook.

    in_project: whether the notebook is inside a project, whose finished runs it can load. The project's root is then
    the current folder.
    """

    def __init__(self, experiment: str, seeds: Sequence[int], *, in_project: bool) -> None:
        self.experiment, self.seeds, self.in_project = experiment, tuple(seeds), in_project
        self.executed: dict[str, set[str]] = {}
        self.environment = dict(os.environ)
        if in_project and (record := os.environ.get(RECORD)):
            recording = importlib.import_module(
                "texloom.notebook.runtime.recorded"
            )  # by name, because notebooks outside a project do not contain it
            recording.record_cells(experiment, Path(record))

    def begin(self, shell: InteractiveShell, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Add the magic `%%module` to the shell and fetch missing data sets.

        data: the data sets of the experiment, as report.toml declares them; used by `data_path` outside a project.
        """

        def run_in_its_module(line: str, cell: str) -> None:
            source = "\n" + cell  # a line for the magic, so that line numbers in messages are those of the whole cell
            filename = shell.compile.cache(source, shell.execution_count)
            shell.user_ns.update(self.run_cell(line.strip(), source, filename))

        shell.magics_manager.register_function(run_in_its_module, "cell", magic_name="module")
        warnings.filterwarnings("ignore", "IProgress not found")  # tqdm suggests ipywidgets for its bars
        from texloom.data import fetching, paths, sums

        if not self.in_project:
            paths.declare(data)
        for name, entry in data.items():
            if not paths.own_path(entry) and not (sums.FOLDER / name / sums.SUMS).exists():
                fetching.fetch_entry(name, entry)

    def run_cell(self, name: str, source: str, filename: str) -> dict[str, Any]:
        """Run a cell in its module and store its statements; return the names that it binds."""
        bound = run_in_module(name, source, filename)
        self.executed[name] = self.executed.get(name, set()) | statements(source)
        return bound

    def edited_modules(self) -> list[str]:
        """The modules whose executed cells differ from the project's files."""
        folder = Path("experiments", self.experiment)
        files = {path: ".".join(path.with_suffix("").parts).removesuffix(".__init__") for path in folder.glob("*.py")}
        sources = {name: path.read_text(encoding="utf-8") for path, name in files.items()}
        names = sorted(sources.keys() | self.executed.keys())
        return [name for name in names if statements(sources.get(name, "")) != self.executed.get(name, set())]

    def finished_runs(self, config: Configuration) -> Runs | None:
        """The project's finished runs of all seeds with this configuration, if up to date; else None.

        Prints which runs were loaded, or why none. None after edits of cells.
        """
        found = self._find_runs(config)
        if isinstance(found, Runs):
            seeds = ", ".join(map(str, self.seeds))
            print(f"loaded: the finished runs of seed {seeds} in {found[0].folder.parent}")
            return found
        print(MISSING + found)
        return None

    def _find_runs(self, config: Configuration) -> Runs | str:
        if not self.in_project:
            return "there is no project around this notebook"
        if edited := self.edited_modules():
            return f"the cells of {', '.join(edited)} differ from the project's files"
        finished = importlib.import_module("texloom.notebook.runtime.finished")  # by name, as above
        with variables(self.environment):
            return finished.finished_runs(self.experiment, self.seeds, config.model_dump(mode="json"))

    def keep(self, writer: RunWriter, config: Configuration, seed: int) -> Runs:
        """Write a run made here to a folder apart from those of builds; return it as `Runs` with one seed."""
        folder = run_folder(OWN_BUILD if self.in_project else Path(), self.experiment, seed)
        record = {"experiment": self.experiment, "seed": seed, "config": config.model_dump(mode="json")}
        writer.write(folder, record)
        print(f"trained here: seed {seed}, kept in {folder}")
        return Runs(self.experiment, [Run(folder)])
