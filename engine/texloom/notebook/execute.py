"""Run a notebook headless, outputs in. The last good one stays until a new one is whole."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from traitlets.config import Config

from texloom.errors import ReportError
from texloom.notebook.runtime.chapter import MISSING, RECORD

CELL_SECONDS = 3600
"""Enough for a training with the report's values."""


def execute(notebook: NotebookNode, target: Path, *, must_load: bool = False) -> dict[str, Any]:
    """Run all cells in a new kernel of this Python, in the target's folder, and write the notebook there.

    Returns what the cells read, as the kernel recorded it in a project.

    must_load: a notebook that had to train, because there are no current runs, has failed, too.
    Raises ReportError, with the cell and the exception, when one fails; what was run until then is kept beside the
    target as *.failed.ipynb, and the target is left as it is.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    failed, partial = target.with_suffix(".failed.ipynb"), target.with_suffix(".partial")
    started: list[int] = []
    try:
        with tempfile.TemporaryDirectory() as scratch, _short_name(scratch) as sockets, _last_words(scratch) as words:
            client = _client(notebook, target.parent, sockets)
            client.on_cell_start = lambda **which: started.append(which["cell_index"])
            recorded = Path(scratch, "reads.json")
            own = {"IPYTHONDIR": scratch, RECORD: str(recorded)}  # the user's startup files and history stay out
            client.execute(env=os.environ | own, stderr=words)
            reads = json.loads(recorded.read_text(encoding="utf-8")) if recorded.exists() else {}
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        nbformat.write(notebook, failed)
        number = started[-1] if started else 0
        cell = f"cell {number + 1} (`{notebook.cells[number].source.splitlines()[0]}`)"
        raise ReportError(target, f"{cell} failed: {_reason(error)}", f"as far as it came: {failed}") from None
    if must_load:
        _refuse_own_training(notebook, target)
    failed.unlink(missing_ok=True)
    nbformat.write(notebook, partial)
    partial.replace(target)
    return reads


@contextmanager
def _last_words(folder: str) -> Iterator[IO[str]]:
    """Where the kernel itself speaks, whose cells' outputs go into the notebook: told only when it has died.

    One that is ended closes its sockets while its threads still use them, and may say so.
    """
    with Path(folder, "kernel.log").open("w+", encoding="utf-8") as words:
        try:
            yield words
        except DeadKernelError:
            words.seek(0)
            sys.stderr.write(words.read())
            raise


@contextmanager
def _short_name(folder: str) -> Iterator[str]:
    """A short name of a folder as long as this process holds it: the path of a socket has 107 bytes at most."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        name = f"/proc/{os.getpid()}/fd/{descriptor}"
        yield name if Path(name).is_dir() else folder
    finally:
        os.close(descriptor)


def _client(notebook: NotebookNode, folder: Path, sockets: str) -> NotebookClient:
    """A client whose kernel works in `folder`; they speak through sockets in `sockets`, as a port is open to all."""
    return NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,  # the same runs give the same bytes
        coalesce_streams=True,
        store_widget_state=False,
        config=Config({"KernelManager": {"transport": "ipc", "ip": f"{sockets}/kernel"}}),
    )


def _refuse_own_training(notebook: NotebookNode, target: Path) -> None:
    said = [output.text for cell in notebook.cells for output in cell.get("outputs", []) if "text" in output]
    for line in "".join(said).splitlines():
        if line.startswith(MISSING):
            raise ReportError(target, line, "make trains what is missing or out of date")


def _reason(error: Exception) -> str:
    """The first line of what a cell raised, or of why the kernel could not go on."""
    text = f"{error.ename}: {error.evalue}" if isinstance(error, CellExecutionError) else str(error)
    return (text.strip() or type(error).__name__).splitlines()[0]
